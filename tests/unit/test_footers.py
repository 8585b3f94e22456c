"""Footers are true of the rows that they stand below: counts and totals are made anew."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from synth_core.errors import TargetError
from synth_core.files.arrow import arrow_schema
from synth_core.files.footer import form_of, formatted
from synth_core.files.read import load_text
from synth_core.files.write_delimited import DelimitedFormat
from synth_core.model.dialect import Dialect
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.project import Column, columns_of
from synth_core.model.types import BigQueryType, Field, Kind
from synth_core.stages.gather.totals import counted_anew

GERMAN = Dialect(delimiter=";", decimal=",", thousands=".")


def explained(
    rows: Sequence[str], footer: str, tmp_path: Path, dialect: Dialect = GERMAN, files: int = 1
) -> str:
    """The footer as it is kept of files with these rows below a header of three columns."""
    dialect = dialect.model_copy(update={"footer": (footer,)})
    mark = dialect.delimiter
    paths = [tmp_path / f"{number}.csv" for number in range(files)]
    for path in paths:
        path.write_text("\n".join([f"id{mark}text{mark}amount", *rows, footer, ""]))
    con = duckdb.connect()
    names = ["id", "text", "amount"]
    load_text(con, paths, dialect, names, "t")
    [line] = counted_anew(con, paths, Inferred(value=dialect), names, "t").value.footer
    con.close()
    return line


@pytest.mark.parametrize(
    ("above", "kept"),
    [
        ("120 Zeilen, Summe 14.520,50", "{rows as 999} Zeilen, Summe {sum of column 2 as 99.999,99}"),
        ("Auszug 120 vom 31.12.2024", "Auszug {rows as 999} vom 31.12.2024"),
        ("Tel. 121, Seite 1, 60 Tage", "Tel. 121, Seite 1, 60 Tage"),
        ("{rows as 9} {sum of column 77 as 9}", "(rows as 9) (sum of column 77 as 9)"),
        ("Kontostand vom 31.12.2024: 4.812,55 EUR", "Kontostand vom 31.12.2024: 0.000,00 EUR"),
        ("Opening balance 2024-01-31: $1,250 (2)", "Opening balance 2024-01-31: $0,000 (2)"),
        ("Endsaldo 240,50 EUR", "Endsaldo {last of column 2 as 999,99} EUR"),
        ("Version 2.50 Seite 3", "Version 2.50 Seite 3"),
        ("im Mittel 121,00", "im Mittel {mean of column 2 as 999,99}"),
    ],
)
def test_counts_and_sums_above_the_rows_are_made_anew(tmp_path: Path, above: str, kept: str) -> None:
    dialect = GERMAN.model_copy(update={"banner": (above,)})
    path = tmp_path / "0.csv"
    rows = [f"{number};{number * 2}{',50' * (number == 120)}" for number in range(1, 121)]
    path.write_text("\n".join([above, "id;amount", *rows, ""]))
    with duckdb.connect() as con:
        load_text(con, [path], dialect, ["id", "amount"], "t")
        found = counted_anew(con, [path], Inferred(value=dialect), ["id", "amount"], "t").value.banner
    assert found == (kept,)


def test_a_few_rows_are_counted_above_only_where_the_line_says_so(tmp_path: Path) -> None:
    path = tmp_path / "0.csv"
    dialect = Dialect(banner=("Sheet 2", "Records: 2"))
    path.write_text("Sheet 2\nRecords: 2\nid,n\n1,5\n2,6\n")
    with duckdb.connect() as con:
        load_text(con, [path], dialect, ["id", "n"], "t")
        found = counted_anew(con, [path], Inferred(value=dialect), ["id", "n"], "t").value.banner
    assert found == ("Sheet 2", "Records: {rows as 9}")


ROWS = ["1;a;1.000,50", "2;b;20,00", "3;c;-4,25"]


@pytest.mark.parametrize(
    ("footer", "kept"),
    [
        ("Summe;;1.016,25", "Summe;;{sum of column 3 as 9.999,99}"),
        ("von 1 bis 3;;", "von {lowest of column 1 as 9} bis {highest of column 1 as 9};;"),
        ("3 Zeilen", "{rows as 9} Zeilen"),
        ("TRAILER|000003|1.016,25", "TRAILER|{rows as 000009}|{sum of column 3 as 9.999,99}"),
        ("TRAILER|000005", "TRAILER|{rows+2 as 000009}"),
        ('"Summe; alles";;"1.016,25"', '"Summe; alles";;"{sum of column 3 as 9.999,99}"'),
        ("Mittel;;338,75", "Mittel;;{mean of column 3 as 999,99}"),
        ("im Mittel 338,75 je Satz", "im Mittel {mean of column 3 as 999,99} je Satz"),
        ("Mittel;;338,76", "Mittel;;000,00"),
        ("Stand 31.12.2024, Seite 7", "Stand 31.12.2024, Seite 7"),
        ("Ende", "Ende"),
    ],
)
def test_what_the_numbers_of_a_footer_are(tmp_path: Path, footer: str, kept: str) -> None:
    assert explained(ROWS, footer, tmp_path) == kept


@pytest.mark.parametrize(
    ("footer", "kept"),
    [
        ("Total,b,7.50", "Total,b,{sum of column 3 as 9.99}"),
        ("Total,7.50", "Total,{sum of column 3 as 9.99}"),
        ("1,3,7.5", "{lowest of column 1 as 9},{rows as 9},{sum of column 3 as 9.9}"),
        ("Total,b,7." + "0" * 60, "Total,b,0." + "0" * 60),
        ("Total,b," + "9" * 60, "Total,b," + "0" * 60),
        ("on 2024-12-31,at 10:30,v1.25", "on 2024-12-31,at 10:30,v1.25"),
    ],
)
def test_numbers_behind_a_comma_and_numbers_of_any_length(tmp_path: Path, footer: str, kept: str) -> None:
    assert explained(["1,a,1.5", "2,b,2.5", "3,c,3.5"], footer, tmp_path, Dialect()) == kept


def test_each_file_of_a_table_has_its_own_footer(tmp_path: Path) -> None:
    assert explained(ROWS, "Summe;;1.016,25", tmp_path, files=2) == "Summe;;{sum of column 3 as 9.999,99}"


def test_what_a_person_decided_stays(tmp_path: Path) -> None:
    decided = Inferred(value=Dialect(footer=("Total,12",)), origin=Origin.HUMAN)
    assert counted_anew(duckdb.connect(), [tmp_path / "not read"], decided, ["a"], "t") is decided


@pytest.mark.parametrize(
    ("number", "form", "value", "written"),
    [
        ("0042", "0009", 7, "0007"),
        ("0042", "0009", 123456, "123456"),
        ("1.234,50", "9.999,99", Decimal("-9876543.215"), "-9.876.543,22"),
        ("234,5", "999,9", Decimal("1234"), "1234,0"),
        ("+5", "+9", 12, "+12"),
        ("0", "9", 0, "0"),
        ("0,50", "9,99", Decimal("12.345"), "12,35"),
    ],
)
def test_a_number_keeps_its_form(number: str, form: str, value: Decimal | int, written: str) -> None:
    assert form_of(number) == form
    assert formatted(value, form, GERMAN) == written


def column(name: str, kind: Kind) -> Column:
    return columns_of([Field(name=name, type=BigQueryType(kind=kind))])[0]


def written(
    columns: Sequence[Column], footer: str, *batches: Sequence[Sequence[object]], **other: object
) -> str:
    stream = io.BytesIO()
    dialect = GERMAN.model_copy(update={"footer": (footer,), "header_rows": 0, **other})
    form = DelimitedFormat(stream, columns, dialect)
    schema = arrow_schema(each.field for each in columns)
    for batch in batches:
        form.write(
            pa.record_batch(
                [pa.array(values, type) for values, type in zip(batch, schema.types, strict=True)], schema
            )
        )
    form.finish()
    return stream.getvalue().decode()


def test_totals_are_those_of_all_rows_that_were_written() -> None:
    columns = [column("id", Kind.INT64), column("amount", Kind.NUMERIC)]
    text = written(
        columns,
        "{rows+1 as 0009};{sum of column 2 as 9.999,99};{lowest of column 1 as 9}-{highest of column 1 as 9}",
        [[5, 2**62], [Decimal("1000.10"), None]],
        [[2**62], [Decimal("0.15")]],
    )
    assert text.splitlines()[-1] == f"0004;1.000,25;5-{2**62}"


def test_lines_above_say_what_the_rows_below_them_are() -> None:
    columns = [column("id", Kind.INT64), column("amount", Kind.FLOAT64)]
    text = written(
        columns,
        "{mean of column 2 as 9,9}",
        [[5, 6], [1.5, None]],
        [[7], [4.5]],
        banner=("{rows as 9} Zeilen", "", "{sum of column 2 as 9,99}"),
        header_rows=1,
        final_line_end=False,
    )
    assert text == "3 Zeilen\n\n6,00\nid;amount\n5;1,5\n6;\n7;4,5\n3,0"


def test_the_first_and_the_last_value_are_those_of_the_rows() -> None:
    text = written(
        [column("balance", Kind.NUMERIC)],
        "{first of column 1 as 9,99} {last of column 1 as 9,99}",
        [[None, Decimal("7.10"), Decimal(2)]],
        [[Decimal("3.5"), None]],
    )
    assert text.splitlines()[-1] == "7,10 3,50"


def test_a_sum_of_whole_numbers_does_not_run_over() -> None:
    text = written([column("id", Kind.INT64)], "{sum of column 1 as 9}", [[2**62] * 3])
    assert text.splitlines()[-1] == str(3 * 2**62)


def test_totals_of_floating_point_leave_out_what_is_no_number() -> None:
    values = [[1.5, float("nan"), float("inf"), None, 1e308]]
    text = written(
        [column("x", Kind.FLOAT64)], "{lowest of column 1 as 9,9} {highest of column 1 as 9,99}", values
    )
    lowest, highest = text.splitlines()[-1].split()
    assert lowest == "1,5" and highest.endswith(",00") and len(highest.replace(".", "")) == 312
    text = written([column("x", Kind.FLOAT64)], "{sum of column 1 as 9}", [[1e308, 1e308]])
    assert text.splitlines()[-1] == "0"


def test_totals_of_no_rows_are_nought() -> None:
    columns = [column("id", Kind.INT64), column("amount", Kind.FLOAT64)]
    assert written(columns, "{rows as 9} {sum of column 2 as 9,99}") == "0 0,00\n"


@pytest.mark.parametrize(
    ("place", "message"), [(2, "column 'name' is no number"), (3, "there is no column 3")]
)
def test_a_total_of_what_is_no_number_is_refused(place: int, message: str) -> None:
    columns = [column("id", Kind.INT64), column("name", Kind.STRING)]
    with pytest.raises(TargetError, match=message):
        written(columns, f"{{sum of column {place} as 9}}")
