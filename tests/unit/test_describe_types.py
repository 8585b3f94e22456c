"""Types by value: what every value fits, how it is written, and never a digit lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import duckdb
import pyarrow as pa
import pytest

from synth_core.files.casts import check_castable, typed_select
from synth_core.files.cells import cell_text
from synth_core.files.months import names_of
from synth_core.files.plain_text import formatted_moment
from synth_core.files.sql import literal, quote
from synth_core.model.dialect import Dialect
from synth_core.model.findings import Finding
from synth_core.model.project import Column
from synth_core.stages.describe import describe_text

DAYS = [date(2023, 1, 1) + timedelta(days=17 * n) for n in range(40)]


@pytest.fixture
def con(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    con.execute("SET TimeZone = 'UTC'; CREATE SCHEMA raw")
    return con


def describe(
    con: duckdb.DuckDBPyConnection,
    values: Sequence[str | None],
    *,
    name: str = "val",
    dialect: Dialect | None = None,
) -> tuple[Column, tuple[Finding, ...]]:
    """Describe one column, and make sure that the whole table can be read by it."""
    dialect = dialect or Dialect()
    con.execute(f"CREATE OR REPLACE TABLE raw.t ({quote(name)} VARCHAR)")
    if values:
        con.executemany("INSERT INTO raw.t VALUES (?)", [[value] for value in values])
    (column,), findings, _ = describe_text(con, "raw.t", [name], dialect, table="t")
    check_castable(con, "t", [column], dialect, "t.csv")
    return column, findings


def written(text_format: str) -> list[str]:
    return [day.strftime(text_format) for day in DAYS]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "20", "-300"], "INT64"),
        (["0", "1", "1"], "INT64"),
        (["9223372036854775807", "-9223372036854775808"], "INT64"),
        (["9223372036854775808", "5"], "NUMERIC(29, 0)"),
        (["1" * 29], "NUMERIC(29, 0)"),
        (["1" * 30], "BIGNUMERIC(38, 0)"),
        (["1" * 40, "2" * 40], "STRING"),
        (["1985", "2001"], "INT64"),
        (["007", "12"], "STRING"),
        (["+491511234567", "+33612345678"], "STRING"),
        (["12.50", "3.00", "-0.75"], "NUMERIC(31, 2)"),
        (["12345678901234567890.12", "1.00"], "NUMERIC(31, 2)"),
        (["12345678901234567890.12", "1.0"], "NUMERIC"),
        (["0.123456789", "1.500000000"], "NUMERIC(38, 9)"),
        (["0.1234567891", "1.5000000000"], "BIGNUMERIC(38, 10)"),
        (["+12", "-3", "0"], "INT64"),
        (["+1.5", "-0.25"], "FLOAT64"),
        (["+491511234567", "49"], "STRING"),
        (["1.5E3", "2E5", "-2.25E-3"], "FLOAT64"),
        (["12E3", "1993", "22E5"], "STRING"),
        (["12.5", "3", "0.7512"], "FLOAT64"),
        (["0.1234567890123456", "12.34567890123456"], "FLOAT64"),
        (["0.1234567890123456789", "1.5"], "BIGNUMERIC(38, 19)"),
        (["1.337752e+00", "-2.5e-01"], "FLOAT64"),
        (["1E10", "5E22"], "STRING"),
        (["4d77ed3e", "12345678", "1234e567"], "STRING"),
        (["1.5", "NaN", "2.25"], "FLOAT64"),
        (["$20.00", "$3.50"], "STRING"),
        (["12%", "7%"], "STRING"),
        (["1.2.3", "10.0.1"], "STRING"),
        (["192.168.0.1", "10.1.1.1"], "STRING"),
        (["2022-12", "2023-01"], "STRING"),
        (["12345", "1.5", "x"], "STRING"),
        ([None, None], "STRING"),
        ([], "STRING"),
    ],
)
def test_numbers_and_what_only_looks_like_them(
    con: duckdb.DuckDBPyConnection, values: list[str | None], expected: str
) -> None:
    column, _ = describe(con, values)
    assert str(column.type.value).replace(" ", "") == expected.replace(" ", "")


def test_all_null_is_text_with_low_confidence(con: duckdb.DuckDBPyConnection) -> None:
    column, _ = describe(con, [None, None])
    assert column.type.confidence < 0.5


def test_one_bad_value_makes_text_and_a_finding(con: duckdb.DuckDBPyConnection) -> None:
    column, findings = describe(con, [*map(str, range(59)), "n.a."])
    assert str(column.type.value) == "STRING"
    assert [(finding.code, finding.column) for finding in findings] == [("describe.almost-typed", "val")]
    assert "59 of 60" in column.type.evidence
    assert "n.a." not in column.type.evidence + findings[0].message


def test_a_bad_value_beyond_the_sample_is_seen(con: duckdb.DuckDBPyConnection) -> None:
    for good, bad in (
        ("range::VARCHAR", "x"),
        ("'2023-01-01'", "2023-02-30"),
        ("'true'", "maybe"),
        ("'{}'", "{"),
    ):
        con.execute(f"CREATE OR REPLACE TABLE raw.t AS SELECT {good} AS val FROM range(30000)")
        (before,), *_ = describe_text(con, "raw.t", ["val"], Dialect(), table="t")
        con.execute("INSERT INTO raw.t VALUES (?)", [bad])
        (after,), *_ = describe_text(con, "raw.t", ["val"], Dialect(), table="t")
        assert (str(before.type.value) == "STRING", str(after.type.value)) == (False, "STRING"), bad


def test_a_decimal_among_many_whole_numbers_widens_the_type(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE TABLE raw.t AS SELECT range::VARCHAR AS val FROM range(30000)")
    con.execute("INSERT INTO raw.t VALUES ('0.5')")
    (column,), *_ = describe_text(con, "raw.t", ["val"], Dialect(), table="t")
    assert str(column.type.value) == "FLOAT64"


def test_marks_of_the_dialect(con: duckdb.DuckDBPyConnection) -> None:
    german = Dialect(delimiter=";", decimal=",", thousands=".")
    column, _ = describe(con, ["1.234,50", "12,00", "3.000.000,99"], dialect=german)
    assert str(column.type.value) == "NUMERIC(31, 2)"
    column, _ = describe(con, ["559,172", "6,882,490", "12"], dialect=Dialect(thousands=","))
    assert str(column.type.value) == "INT64"
    column, _ = describe(con, ["559,17", "6,882"], dialect=Dialect(thousands=","))
    assert str(column.type.value) == "STRING"


@pytest.mark.parametrize(
    ("values", "kind", "text_format"),
    [
        (written("%Y-%m-%d"), "DATE", ""),
        (written("%d.%m.%Y"), "DATE", "%d.%m.%Y"),
        (written("%m/%d/%Y"), "DATE", "%m/%d/%Y"),
        (written("%d/%m/%Y"), "DATE", "%d/%m/%Y"),
        (written("%m/%d/%y"), "DATE", "%m/%d/%y"),
        (written("%Y%m%d"), "DATE", "%Y%m%d"),
        (written("%d-%b-%Y"), "DATE", "%d-%b-%Y"),
        (written("%d %B %Y"), "DATE", "%d %B %Y"),
        (written("%b %d, %Y"), "DATE", "%b %d, %Y"),
        ([f"{day.month}/{day.day}/{day.year}" for day in DAYS], "DATE", "%-m/%-d/%Y"),
        (written("%Y-%m-%d 10:20:30"), "DATETIME", ""),
        (written("%Y-%m-%dT10:20:30"), "DATETIME", "%Y-%m-%dT%H:%M:%S"),
        (written("%m/%d/%Y 14:05"), "DATETIME", "%m/%d/%Y %H:%M"),
        (written("%m/%d/%Y 04:05 PM"), "DATETIME", "%m/%d/%Y %I:%M %p"),
        (written("%Y-%m-%d 10:20:30.123456"), "DATETIME", "%Y-%m-%d %H:%M:%S.%f"),
        ([*written("%Y-%m-%d 10:20:30.5"), "2024-01-01 10:20:30"], "DATETIME", "%Y-%m-%d %H:%M:%S%?f"),
        (written("%Y-%m-%dT10:20:30Z"), "TIMESTAMP", "%Y-%m-%dT%H:%M:%SZ"),
        (written("%Y-%m-%d 10:20:30 UTC"), "TIMESTAMP", "%Y-%m-%d %H:%M:%S UTC"),
        (written("%Y-%m-%d 10:20:30+02:00"), "TIMESTAMP", "%Y-%m-%d %H:%M:%S%:z[+02:00]"),
        (written("%Y-%m-%d 10:20:30+0200"), "TIMESTAMP", "%Y-%m-%d %H:%M:%S%z[+02:00]"),
        (written("%Y-%m-%d 10:20:30.123456789+00"), "TIMESTAMP", "%Y-%m-%d %H:%M:%S.%9f%-z"),
        (written("%Y-%m-%dT10:20:30,123"), "DATETIME", "%Y-%m-%dT%H:%M:%S,%3f"),
        (written("%Y%m%dT102030Z"), "TIMESTAMP", "%Y%m%dT%H%M%SZ"),
        (written("%a, %d %b %Y 10:20:30 GMT"), "TIMESTAMP", "%a, %d %b %Y %H:%M:%S GMT"),
        (written("%d/%b/%Y:10:20:30 +0200"), "TIMESTAMP", "%d/%b/%Y:%H:%M:%S %z[+02:00]"),
        (written("%a %b %d 10:20:30 %Y"), "DATETIME", "%a %b %d %H:%M:%S %Y"),
        ([day.strftime("%d-%b-%y").upper() for day in DAYS], "DATE", "%d-%^b-%y"),
        (written("%m/%d/%Y 9:05"), "DATETIME", "%m/%d/%Y %-H:%M"),
        (
            ["15-NOV-94 12.45.26.000000 PM", "01-JAN-95 01.05.06.500000 AM"],
            "DATETIME",
            "%d-%^b-%y %I.%M.%S.%f %p",
        ),
        (["2024-01-31-12.30.45.123456", "2024-02-01-00.00.00.000000"], "DATETIME", "%Y-%m-%d-%H.%M.%S.%f"),
        (written("%a %b %d %Y 10:20:30 GMT+0100"), "TIMESTAMP", "%a %b %d %Y %H:%M:%S GMT%z[+01:00]"),
        (written("%Y-%m-%d 10:20:30 +0000 UTC"), "TIMESTAMP", "%Y-%m-%d %H:%M:%S %z UTC"),
        (written("%a %b %d 10:20:30 UTC %Y"), "TIMESTAMP", "%a %b %d %H:%M:%S UTC %Y"),
        (["9:05 am", "12:30 pm"], "TIME", "%-I:%M %P"),
        (["3.11.27", "2.4.19", "9.12.30", "1.1.10"], "STRING", ""),
        (["3.11.27", "2.4.19", "29.12.30", "1.1.10"], "DATE", "%-d.%-m.%y"),
        ([*written("%Y-%m-%d 10:20:30+02:00"), "2024-01-01 10:20:30 UTC"], "TIMESTAMP", ""),
        (["10:20:30", "23:59:59"], "TIME", ""),
        (["10:20", "23:59"], "TIME", "%H:%M"),
        (["10:20:30.830", "23:59:59.001"], "TIME", "%H:%M:%S.%3f"),
        (["25:10", "10:20"], "STRING", ""),
        (["2023-02-30", "2023-01-01"], "STRING", ""),
        (["20231350", "20230101"], "INT64", ""),
    ],
)
def test_dates_and_times(
    con: duckdb.DuckDBPyConnection, values: list[str], kind: str, text_format: str
) -> None:
    column, _ = describe(con, values)
    assert (str(column.type.value), column.format) == (kind, text_format)


def test_a_format_reads_the_very_days(con: duckdb.DuckDBPyConnection) -> None:
    for text_format in ("%d/%m/%Y", "%d %B %Y", "%m/%d/%y", "%b %d, %Y"):
        column, _ = describe(con, written(text_format))
        found = con.execute(typed_select("t", [column], Dialect())).fetchall()
        assert [row[0] for row in found] == DAYS


def test_undecidable_dates_are_said(con: duckdb.DuckDBPyConnection) -> None:
    values = ["01/02/2023", "03/04/2023", "05/06/2023"]
    column, findings = describe(con, values)
    assert (column.format, column.type.confidence) == ("%m/%d/%Y", 0.5)
    assert [finding.code for finding in findings] == ["describe.ambiguous-dates"]
    assert "%d/%m/%Y" in findings[0].hint
    column, _ = describe(con, values, dialect=Dialect(delimiter=";", decimal=","))
    assert column.format == "%d/%m/%Y"
    column, findings = describe(con, [value.replace("/", ".") for value in values])
    assert (column.format, findings) == ("%d.%m.%Y", ())


def test_other_dates_of_the_table_decide(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE TABLE raw.t (a VARCHAR, b VARCHAR)")
    con.execute("INSERT INTO raw.t VALUES ('01/02/2023', '13/02/2023'), ('03/04/2023', '05/06/2023')")
    (a, b), *_ = describe_text(con, "raw.t", ["a", "b"], Dialect(), table="t")
    assert (a.format, b.format) == ("%d/%m/%Y", "%d/%m/%Y")


def test_dates_in_several_ways_are_read_each_in_its_own_and_said(con: duckdb.DuckDBPyConnection) -> None:
    column, findings = describe(con, [*written("%d/%m/%Y"), *written("%Y-%m-%d")[:9]])
    assert (str(column.type.value), column.format) == ("DATE", "%d/%m/%Y|%Y-%m-%d")
    assert [finding.code for finding in findings] == ["describe.mixed-dates"]
    assert "2 ways" in findings[0].message
    found = con.execute(typed_select("t", [column], Dialect())).fetchall()
    assert [row[0] for row in found] == DAYS + DAYS[:9]


def test_short_and_long_years_are_not_taken_for_each_other(con: duckdb.DuckDBPyConnection) -> None:
    column, _ = describe(con, [*written("%m/%d/%Y"), *written("%m/%d/%y")])
    assert column.format == "%m/%d/%Y|%m/%d/%y"
    found = con.execute(typed_select("t", [column], Dialect())).fetchall()
    assert [row[0] for row in found] == DAYS + DAYS


def test_dates_in_both_orders_stay_text_with_a_finding(con: duckdb.DuckDBPyConnection) -> None:
    column, findings = describe(con, written("%d/%m/%Y") + written("%m/%d/%Y"))
    assert str(column.type.value) == "STRING"
    assert [finding.code for finding in findings] == ["describe.mixed-dates"]


def test_a_date_that_appears_in_another_way_beyond_the_sample_makes_text(
    con: duckdb.DuckDBPyConnection,
) -> None:
    con.execute("CREATE TABLE raw.t AS SELECT '2023-01-01' AS val FROM range(30000)")
    con.execute("INSERT INTO raw.t VALUES ('01.02.2023')")
    (column,), findings, _ = describe_text(con, "raw.t", ["val"], Dialect(), table="t")
    assert str(column.type.value) == "STRING"
    assert [finding.code for finding in findings] == ["describe.almost-typed"]


@pytest.mark.parametrize(
    ("language", "form", "letter"),
    [
        ("de", "{day.day}. {name} {day.year}", "B"),
        ("de", "{day.day:02}-{name}-{day.year}", "b"),
        ("fr", "{day.day} {name} {day.year}", "B"),
        ("fr", "{day.day} {name} {day.year}", "h"),
        ("fr", "{day.day} {name} {day.year}", "^B"),
        ("es", "{day.day} de {name} de {day.year}", "B"),
        ("nl", "{name} {day.day}, {day.year}", "B"),
        ("en", "{day.day:02} {name} {day.year}", "b"),
        ("en", "{name} {day.day}, {day.year}", "h"),
        ("pl", "{day.day} {name} {day.year}", "B"),
        ("sv", "{day.day} {name} {day.year}", "B"),
        ("da", "{day.day}. {name} {day.year}", "h"),
        ("cs", "{day.day}. {name} {day.year}", "B"),
        ("tr", "{day.day} {name} {day.year}", "B"),
        ("ru", "{day.day} {name} {day.year}", "B"),
    ],
)
def test_names_of_months_in_other_languages(
    con: duckdb.DuckDBPyConnection, language: str, form: str, letter: str
) -> None:
    names = [name.upper() if "^" in letter else name for name in names_of(language, letter[-1])]
    values = [form.format(day=day, name=names[day.month - 1]) for day in DAYS]
    column, _ = describe(con, values)
    assert (str(column.type.value), column.format[:4]) == ("DATE", f"[{language}]")
    found = con.execute(typed_select("t", [column], Dialect())).fetchall()
    assert [row[0] for row in found] == DAYS
    assert formatted_moment(pa.array(DAYS, pa.date32()), column.format).to_pylist() == values


@pytest.mark.parametrize(
    ("form", "text_format"),
    [
        ("{day.day}{end} {day:%B} {day.year}", "%o %B %Y"),
        ("{day:%b} {day.day}{end}, {day.year}", "%b %o, %Y"),
        ("{day:%A}, {day:%B} {day.day}{end}, {day.year}", "%A, %B %o, %Y"),
        ("{day.year}年{day.month}月{day.day}日", "%Y年%-m月%-d日"),
        ("{day:%Y.%m.%d.}", "%Y.%m.%d."),
        ("{day.year}. {day.month}. {day.day}.", "%Y. %-m. %-d."),
        ("{day:%d %b '%y}", "%d %b '%y"),
    ],
)
def test_dates_as_people_write_them(con: duckdb.DuckDBPyConnection, form: str, text_format: str) -> None:
    ends = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
    values = [form.format(day=day, end=ends.get(day.day, "th")) for day in DAYS]
    column, _ = describe(con, values)
    assert (str(column.type.value), column.format) == ("DATE", text_format)
    found = con.execute(typed_select("t", [column], Dialect())).fetchall()
    assert [row[0] for row in found] == DAYS
    assert formatted_moment(pa.array(DAYS, pa.date32()), column.format).to_pylist() == values


@pytest.mark.parametrize(
    ("values", "text_format", "decimal"),
    [
        (["1.5000e+03", "-2.2500e-07", "9.9990e+110"], "#.0000e+00", "."),
        (["1.50E3", "2.25E-7", "9.99E12"], "#.00E0", "."),
        (["1,5E+03", "2,2E-07", "9,9E+12"], "#.0E+00", ","),
        (["4e-05", "3e-07", "1e-10"], "#e00", "."),
    ],
)
def test_numbers_with_exponents_are_written_as_they_were(
    con: duckdb.DuckDBPyConnection, values: list[str], text_format: str, decimal: str
) -> None:
    dialect = Dialect.model_validate({"delimiter": ";", "decimal": decimal})
    column, _ = describe(con, values, dialect=dialect)
    assert (str(column.type.value), column.format) == ("FLOAT64", text_format)
    numbers = con.sql(typed_select("t", [column], dialect)).to_arrow_table().column(0).combine_chunks()
    assert cell_text(column, dialect)(numbers).to_pylist() == values


def test_numbers_with_exponents_that_differ_have_no_format(con: duckdb.DuckDBPyConnection) -> None:
    for values in (["1.5e+03", "2.25e-07"], ["1.5e+03", "2.2E-07"], ["1.5e+3", "2.2e-07"]):
        assert describe(con, values)[0].format == ""


def test_doubt_is_said_where_the_same_values_may_mean_something_else(con: duckdb.DuckDBPyConnection) -> None:
    for values in (
        ['{"type": "Point", "coordinates": [1.5, 2]}'],
        ["yes", "yes"] * 30,
        ["13.4.11", "2.1.12"] * 30,
        ["5.1.2024 um 10:30", "31.3.2023 um 8:15", "2.8.2021 um 20:45"] * 30,
    ):
        column, _ = describe(con, values)
        assert column.type.confidence < 0.9, values
    assert describe(con, ["yes", "no"] * 30)[0].type.confidence > 0.9


def test_nanoseconds_are_read_to_the_microsecond_and_that_is_said(con: duckdb.DuckDBPyConnection) -> None:
    column, findings = describe(con, ["2024-01-01 10:20:30.123456789", "2024-01-01 10:20:30.000000001"])
    assert [finding.code for finding in findings] == ["describe.nanoseconds"]
    found = con.execute(typed_select("t", [column], Dialect())).fetchall()
    assert [row[0].microsecond for row in found] == [123456, 0]


def test_what_the_evidence_does_not_explain_has_its_share_and_shape(con: duckdb.DuckDBPyConnection) -> None:
    def text(*values: str) -> tuple[Column, float, tuple[str, ...]]:
        con.execute("CREATE OR REPLACE TABLE raw.t (val VARCHAR)")
        con.executemany("INSERT INTO raw.t VALUES (?)", [[value] for value in values])
        described = describe_text(con, "raw.t", ["val"], Dialect(), table="t")
        return described.columns[0], described.fits[0].share, described.fits[0].others

    column, share, others = text(*map(str, range(59)), "n.d. 7B")
    assert (share, others) == (0.9833, ("n.d. 7B",))
    assert "59 of 60 values (98.3 %)" in column.type.evidence
    assert "`a.a. 9A`" in column.type.evidence
    _, share, others = text(*map(str, range(20)), "007", "012")
    assert (share, others) == (0.9091, ("007", "012"))
    _, share, others = text(*written("%Y-%m-%d"), "2023-02-30")
    assert (share, others) == (0.9756, ("2023-02-30",))
    assert text("1", "2")[1:] == (1.0, ())


@pytest.mark.parametrize(
    ("values", "kind", "text_format"),
    [
        (["true", "false"], "BOOL", ""),
        (["TRUE", "FALSE"], "BOOL", "TRUE|FALSE"),
        (["Y", "N", None], "BOOL", "Y|N"),
        (["yes", "no"], "BOOL", "yes|no"),
        (["Yes"], "BOOL", "Yes|No"),
        (["on", "off"], "BOOL", "on|off"),
        (["J", "N"], "BOOL", "J|N"),
        (["F", "F"], "STRING", ""),
        (["t", "t"], "STRING", ""),
        (["M", "F"], "STRING", ""),
        (['{"a": 1}', "[1, 2]"], "JSON", ""),
        (["{'a': 1}"], "STRING", ""),
        (["POINT(-82.0293 -80.2954)", "LINESTRING(30 10, 10 30, 40 40)"], "GEOGRAPHY", ""),
        (["POLYGON((30 10, 40 40, 20 40, 30 10), (20 30, 35 35, 30 20, 20 30))"], "GEOGRAPHY", ""),
        (["POINT(512000 4649776)"], "STRING", ""),
        (["POINT(-7.5e-06 12.5)"], "GEOGRAPHY", ""),
        (["GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(30 10, 10 30))", "POINT EMPTY"], "GEOGRAPHY", ""),
        (
            [
                "3A==",
                "rT8=",
                "mtIU2A==",
                "qgZzFf0=",
                "0Q==",
                "Jk+mS0/vXdR4uA==",
                "w7ylHCZ2bq9QeJrVN1sG5uJx3Ak6YtE=",
            ],
            "BYTES",
            "base64",
        ),
        (
            [
                "SGVsbG8gV29ybGQ=",
                "VGhlIHF1aWNrIGJyb3duIGZveA==",
                "anVtcHMgb3ZlciAxMyBkb2dz",
                "TG9yZW0gSXBzdW0=",
            ],
            "BYTES",
            "base64",
        ),
        (["/docs/Home42", "/img2/Item17", "/Docs/Page23", "/docs/Item99", "/img2/Home11"], "STRING", ""),
        (
            [
                "1r2NFh4gDWg6+98n",
                "80utcQXKC8yLVtZW",
                "6+IU9e0R/PLiYpZV",
                "0hzNb+Z1PN2QbLU+",
                "uwWIg8H+qrcEMDdK",
            ],
            "BYTES",
            "base64",
        ),
        (["programming1", "architecture", "Organization", "metaphysical", "constructive"], "STRING", ""),
        (["aB3dE5fG7hJ9", "kL2mN4pQ6rS8", "tU1vW3xY5zA7", "bC9dF2gH4jK6", "mN8pR1sT3vX5"], "STRING", ""),
    ],
)
def test_other_forms(
    con: duckdb.DuckDBPyConnection, values: list[str | None], kind: str, text_format: str
) -> None:
    column, _ = describe(con, values)
    assert (str(column.type.value), column.format) == (kind, text_format)


@pytest.mark.parametrize("name", ["active", "is_open", "verified", "activebool", "flag"])
def test_a_letter_alone_is_an_answer_where_the_name_asks(con: duckdb.DuckDBPyConnection, name: str) -> None:
    column, _ = describe(con, ["t", "t"], name=name)
    assert (str(column.type.value), column.format) == ("BOOL", "t|f")


def test_zero_and_one_stay_numbers(con: duckdb.DuckDBPyConnection) -> None:
    column, _ = describe(con, ["0", "1"], name="is_active")
    assert str(column.type.value) == "INT64"


def test_a_constant_number_of_decimals_is_kept_in_the_format(con: duckdb.DuckDBPyConnection) -> None:
    assert describe(con, ["4.90", "12.05", "0.00"])[0].format == "#.00"
    assert describe(con, ["4.9", "12.05"])[0].format == ""


def test_numbers_without_thousands_marks_in_a_file_that_has_them_say_so(
    con: duckdb.DuckDBPyConnection,
) -> None:
    dialect = Dialect(delimiter=";", thousands=",")
    assert describe(con, ["1,204", "33,000,500"], dialect=dialect)[0].format == ""
    assert describe(con, ["1204", "2023"], dialect=dialect)[0].format == "#"


def test_long_json_is_not_judged_by_its_beginning(con: duckdb.DuckDBPyConnection) -> None:
    column, _ = describe(con, ['{"a": 1}', '{"a": "' + "x" * 10_000 + '"}'])
    assert str(column.type.value) == "JSON"


def test_modes_are_nullable_and_say_how_many_values_are_missing(con: duckdb.DuckDBPyConnection) -> None:
    column, _ = describe(con, ["1", None, "3"])
    assert column.mode.value == "NULLABLE"
    assert column.mode.evidence == "1 of 3 rows have no value"


def test_names_cannot_be_sql(con: duckdb.DuckDBPyConnection) -> None:
    name = 'a"; DROP TABLE raw.t; --'
    column, _ = describe(con, ["1", "2"], name=name)
    assert (column.name, str(column.type.value)) == (name, "INT64")


def test_values_that_are_rare_in_a_long_table_are_found(con: duckdb.DuckDBPyConnection) -> None:
    value = literal("2023-01-01")
    con.execute(
        f"CREATE TABLE raw.t AS SELECT CASE WHEN range % 20000 = 7 THEN {value} END AS val FROM range(60000)"
    )
    (column,), *_ = describe_text(con, "raw.t", ["val"], Dialect(), table="t")
    assert str(column.type.value) == "DATE"
