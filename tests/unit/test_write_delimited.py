"""Delimited files: read back by Python's csv module, and byte by byte."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from drawing import drawn
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from synth_core.engine.cast import Caster
from synth_core.errors import TargetError
from synth_core.files.write import Written, open_writer
from synth_core.model.dialect import Dialect, Encoding
from synth_core.model.inferred import Inferred
from synth_core.model.project import Column, SourceKind
from synth_core.model.type_text import parse_ddl_columns

BOM = {"utf-8-sig": b"\xef\xbb\xbf", "utf-16": b"\xff\xfe"}
CODEC = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}


def columns(ddl: str, **formats: str) -> tuple[Column, ...]:
    return tuple(
        Column(
            name=field.name,
            type=Inferred(value=field.type),
            mode=Inferred(value=field.mode),
            meaning=Inferred(value="unknown"),
            personal=Inferred(value=False),
            format=formats.get(field.name, ""),
        )
        for field in parse_ddl_columns(ddl)
    )


def write(
    path: Path, made_of: tuple[Column, ...], rows: list[tuple[Any, ...]], dialect: Dialect, batch: int = 1000
) -> Written:
    caster = Caster("t", [column.field for column in made_of])
    with open_writer(path, SourceKind.DELIMITED, made_of, dialect) as writer:
        for start in range(0, len(rows), batch):
            named = [dict(zip(caster.schema.names, row, strict=True)) for row in rows[start : start + batch]]
            writer.write(caster.batch(named))
        return writer.close()


def text(
    tmp_path: Path, ddl: str, rows: list[tuple[Any, ...]], formats: dict[str, str] | None = None, **how: Any
) -> str:
    """The whole file, decoded."""
    dialect = Dialect(**how)
    write(tmp_path / "a", columns(ddl, **formats or {}), rows, dialect)
    data = (tmp_path / "a").read_bytes()
    return data.decode(CODEC.get(dialect.encoding, dialect.encoding))


# --- independent reader -------------------------------------------------------------------------------------

LETTERS = st.text(
    st.one_of(st.sampled_from("ab \"'\\,;|\t\r\n#?éß€0"), st.characters(exclude_categories=["Cs", "Cc"])),
    max_size=8,
)
TEXTS = st.one_of(
    LETTERS, st.sampled_from(["\r", "a\nb", "\r\n", '"', "it's", "\\", "^", "a,b", "NULL", "", " "])
)


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    delimiter = draw(st.sampled_from([",", ";", "|", "\t", "¦", "~", " "]))
    quotechar = draw(st.sampled_from(['"', "'"]))
    header_rows = draw(st.integers(0, 2))
    return Dialect(
        delimiter=delimiter,
        quotechar=quotechar,
        escapechar=draw(st.sampled_from(["", "\\", "^"])),
        quoting=draw(st.sampled_from(["minimal", "all", "nonnumeric", "none"])),
        encoding=draw(st.sampled_from(get_args(Encoding))),
        line_end=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        final_line_end=draw(st.booleans()),
        banner=draw(st.sampled_from([(), ("HEADER 1",), ("Größe", "", 'a "b')])),
        header_rows=header_rows,
        header_prefix=(("Kunde", "Größe", ""),) if header_rows == 2 else (),
        footer=draw(st.sampled_from([(), ("TRAILER 3", "end")])),
        null_tokens=draw(st.sampled_from([(), ("NULL",), ("NA", "n/a"), ("\\N",)])),
        quoted_empty_is_empty=draw(st.booleans()),
        compression=draw(st.sampled_from(["", "gzip"])),
    )  # fmt: skip


def physical(data: bytes, dialect: Dialect) -> str:
    """The text between banner and footer, both checked."""
    if dialect.compression:
        data = gzip.decompress(data)
    mark = BOM.get(dialect.encoding, b"")
    assert data.startswith(mark)
    content = data[len(mark) :].decode(CODEC.get(dialect.encoding, dialect.encoding))
    end = dialect.line_end
    above = "".join(line + end for line in dialect.banner)
    below = end.join(dialect.footer) + (end if dialect.final_line_end else "")
    if not dialect.final_line_end and content == above.removesuffix(end):
        return ""
    assert content.startswith(above)
    content = content[len(above) :]
    if dialect.footer:
        assert content.endswith(below)
        content = content[: -len(below)]
    return content


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=drawn(200))
@given(
    dialects(),
    st.lists(
        st.tuples(st.integers(0, 99), st.one_of(st.none(), TEXTS), st.one_of(st.none(), TEXTS)), max_size=5
    ),
)
def test_another_reader_sees_the_same_cells(
    tmp_path: Path, dialect: Dialect, rows: list[tuple[Any, ...]]
) -> None:
    """Cells as Python's csv module reads them; what the encoding can't hold is not asked for."""
    codec = CODEC.get(dialect.encoding, dialect.encoding)
    strings = [cell for row in rows for cell in row[1:] if cell is not None]
    assume("".join(strings).encode(codec, "replace").decode(codec) == "".join(strings))
    hard = set("\r\n" + dialect.delimiter)
    if dialect.quoting == "none" and not dialect.escapechar:
        assume(not any(hard & set(cell) for cell in strings))
    made_of = columns("id INT64, a STRING, `Größe` STRING")
    written = write(tmp_path / "a", made_of, rows, dialect)
    data = (tmp_path / "a").read_bytes()
    content = physical(data, dialect)
    reader = csv.reader(
        io.StringIO(content, newline=""),
        delimiter=dialect.delimiter,
        quotechar=dialect.quotechar,
        escapechar=dialect.escapechar or None,
        doublequote=not dialect.escapechar,
        quoting=csv.QUOTE_NONE if dialect.quoting == "none" else csv.QUOTE_MINIMAL,
        # Strictly, this reader refuses an escaped carriage return at the very end.
        strict=dialect.quoting != "none",
    )
    null = next(iter(dialect.null_tokens), "")
    if dialect.escapechar and null.startswith(dialect.escapechar):
        null = null[1:]  # as this reader takes it
    header: list[list[str]] = []
    if dialect.header_rows:
        header = [*map(list, dialect.header_prefix), ["id", "a", "Größe"]]
    assert list(reader) == header + [
        [str(n), *(null if c is None else c for c in cells)] for n, *cells in rows
    ]
    assert (written.rows, written.bytes, written.replaced) == (len(rows), len(data), 0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=drawn(60))
@given(
    dialects(),
    st.lists(st.tuples(st.integers(-(10**28), 10**28), TEXTS, TEXTS), max_size=6),
    st.integers(1, 6),
)
def test_batches_do_not_show(
    tmp_path: Path, dialect: Dialect, rows: list[tuple[Any, ...]], batch: int
) -> None:
    made_of = columns("id NUMERIC, a STRING, b STRING")
    whole = write(tmp_path / "a", made_of, rows, dialect)
    split = write(tmp_path / "b", made_of, rows, dialect, batch)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert whole == split


# --- quoting and nulls --------------------------------------------------------------------------------------

NULLS = [(1, None), (None, ""), (2, "NULL"), (3, "x")]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, "1,\n,\n2,NULL\n3,x\n"),
        ({"quoted_empty_is_empty": True}, '1,\n,""\n2,NULL\n3,x\n'),
        ({"null_tokens": ("NULL",)}, "1,NULL\nNULL,\n2,NULL\n3,x\n"),
        ({"null_tokens": ("NULL", "-"), "quoted_empty_is_empty": True}, '1,NULL\nNULL,""\n2,"NULL"\n3,x\n'),
        ({"quoting": "all"}, '"1",""\n"",""\n"2","NULL"\n"3","x"\n'),
        ({"quoting": "all", "null_tokens": ("NULL",)}, '"1","NULL"\n"NULL",""\n"2","NULL"\n"3","x"\n'),
        (
            {"quoting": "all", "null_tokens": ("NULL",), "quoted_empty_is_empty": True},
            '"1",NULL\nNULL,""\n"2","NULL"\n"3","x"\n',
        ),
        (
            {"quoting": "all", "null_tokens": ("\\N",), "escapechar": "\\"},
            '"1",\\N\n\\N,""\n"2","NULL"\n"3","x"\n',
        ),
        ({"quoting": "nonnumeric"}, '1,\n,\n2,"NULL"\n3,"x"\n'),
        ({"quoting": "nonnumeric", "quoted_empty_is_empty": True}, '1,\n,""\n2,"NULL"\n3,"x"\n'),
        ({"quoting": "none", "null_tokens": ("NULL",)}, "1,NULL\nNULL,\n2,NULL\n3,x\n"),
    ],
)  # fmt: skip
def test_nulls_and_empty_texts(tmp_path: Path, how: dict[str, Any], expected: str) -> None:
    assert text(tmp_path, "a INT64, b STRING", NULLS, header_rows=0, **how) == expected


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, 'a\nx\n""\n""\n'),
        ({"null_tokens": ("NA",)}, 'a\nx\nNA\n""\n'),
        # Told apart, an empty line is the only way to say NULL.
        ({"quoted_empty_is_empty": True}, 'a\nx\n\n""\n'),
        ({"quoting": "nonnumeric"}, '"a"\n"x"\n""\n""\n'),
        ({"quoting": "none"}, "a\nx\n\n\n"),
        # A blank last line needs its end even here.
        ({"quoting": "none", "final_line_end": False}, "a\nx\n\n\n"),
        ({"final_line_end": False}, 'a\nx\n""\n""'),
    ],
)
def test_one_column(tmp_path: Path, how: dict[str, Any], expected: str) -> None:
    assert text(tmp_path, "a STRING", [("x",), (None,), ("",)], **how) == expected


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, '"a,b"|"say ""hi"""|x\\y\n'.replace("|", ",")),
        ({"escapechar": "\\"}, '"a,b","say \\"hi\\"","x\\\\y"\n'),
        ({"escapechar": '"'}, '"a,b","say ""hi""",x\\y\n'),
        ({"quotechar": "'"}, "'a,b',say \"hi\",x\\y\n"),
        ({"quotechar": ""}, 'a b,say "hi",x\\y\n'),
        ({"quoting": "none"}, 'a b,say "hi",x\\y\n'),
        ({"quoting": "none", "escapechar": "\\"}, 'a\\,b,say "hi",x\\\\y\n'),
        ({"quoting": "none", "delimiter": " "}, 'a,b say_"hi" x\\y\n'),
        ({"delimiter": "|"}, 'a,b|"say ""hi"""|x\\y\n'),
    ],
)
def test_quotes_and_escapes(tmp_path: Path, how: dict[str, Any], expected: str) -> None:
    row = ("a,b", 'say "hi"', "x\\y")
    assert text(tmp_path, "a STRING, b STRING, c STRING", [row], header_rows=0, **how) == expected


def test_what_could_not_be_written_is_counted(tmp_path: Path) -> None:
    made_of = columns("a STRING, b STRING")
    dialect = Dialect(quoting="none", header_rows=0)
    written = write(tmp_path / "a", made_of, [("a,b\r\n", "c\0d"), ("x", None)], dialect)
    assert (tmp_path / "a").read_text() == "a b  ,c d\nx,\n"
    assert written.replaced == 4


def test_characters_that_the_encoding_lacks(tmp_path: Path) -> None:
    made_of = columns("`ł` STRING, b STRING")
    dialect = Dialect(encoding="cp1252", banner=("漢 x",), footer=("ŝ",))
    # U+FF0C becomes a comma, which then needs its quotes.
    written = write(tmp_path / "a", made_of, [("café €", "Dvořák"), ("a\uff0cb", "\u2460")], dialect)
    assert (tmp_path / "a").read_bytes().decode("cp1252") == '? x\n?,b\ncafé €,Dvorák\n"a,b",1\ns\n'
    assert written.replaced == 6


def test_an_empty_table(tmp_path: Path) -> None:
    assert text(tmp_path, "a INT64, b STRING", []) == "a,b\n"
    assert text(tmp_path, "a INT64, b STRING", [], final_line_end=False) == "a,b"
    assert text(tmp_path, "a INT64, b STRING", [], header_rows=0) == ""


def test_header_rows(tmp_path: Path) -> None:
    how: dict[str, Any] = {"header_rows": 2, "header_prefix": (("Kunde", "", ""),), "quoting": "all"}
    assert text(tmp_path, "a INT64, `b,c` STRING", [(1, "x")], **how) == '"Kunde","",""\n"a","b,c"\n"1","x"\n'
    with pytest.raises(TargetError, match="2 header rows, but cells for 0"):
        text(tmp_path, "a INT64", [], header_rows=2)


# --- values -------------------------------------------------------------------------------------------------


def cell(tmp_path: Path, type: str, value: Any, format: str = "", **how: Any) -> str:
    how = {"delimiter": "|", "header_rows": 0, "final_line_end": False, **how}
    return text(tmp_path, f"x {type}, y INT64", [(value, None)], {"x": format}, **how).removesuffix("|")


MOMENT = datetime(2024, 3, 9, 5, 6, 7, 80_000)


@pytest.mark.parametrize(
    ("type", "value", "format", "expected"),
    [
        ("INT64", -(2**63), "", "-9223372036854775808"),
        ("NUMERIC", Decimal("1.50"), "", "1.5"),
        ("NUMERIC", 100, "", "100"),
        ("NUMERIC", Decimal("0.000000001"), "", "0.000000001"),
        ("NUMERIC(10, 2)", Decimal("-1.5"), "", "-1.50"),
        ("NUMERIC(10, 0)", 10, "", "10"),
        ("BIGNUMERIC(60, 30)", Decimal("1e-30"), "", "0." + "0" * 29 + "1"),
        ("FLOAT64", 100.0, "", "100.0"),
        ("FLOAT64", 0.1, "", "0.1"),
        ("FLOAT64", 1e300, "", "1e+300"),
        ("FLOAT64", float("nan"), "", "nan"),
        ("FLOAT64", float("-inf"), "", "-inf"),
        ("NUMERIC(10, 2)", -5, "$#", "$-5.00"),
        ("FLOAT64", 12.5, "# %", "12.5 %"),
        ("BOOL", True, "", "true"),
        ("BOOL", False, "Y|N", "N"),
        ("STRING", " ä ", "", " ä "),
        ("BYTES", b"\xff\x00a", "", "/wBh"),
        ("BYTES", b"\xff\x00a", "base64", "/wBh"),
        ("BYTES", b"\xff\x00a", "hex", "ff0061"),
        ("DATE", date(2024, 3, 9), "", "2024-03-09"),
        ("DATE", date(1, 3, 9), "%d.%m.%Y", "09.03.0001"),
        ("DATE", date(2024, 3, 9), "%-d/%-m/%y", "9/3/24"),
        ("DATE", date(2024, 3, 9), "%d. %B %Y (%a) %%", "09. March 2024 (Sat) %"),
        ("DATETIME", MOMENT, "", "2024-03-09 05:06:07.080000"),
        ("DATETIME", MOMENT.replace(microsecond=0), "", "2024-03-09 05:06:07"),
        ("DATETIME", MOMENT, "%Y-%m-%dT%H:%M:%S.%f", "2024-03-09T05:06:07.080000"),
        ("DATETIME", MOMENT, "%-I:%M:%S %p", "5:06:07 AM"),
        ("DATETIME", datetime(1, 1, 1, 0, 0, 0, 1), "%Y %f", "0001 000001"),
        ("TIMESTAMP", MOMENT, "", "2024-03-09 05:06:07.080000+00:00"),
        ("TIMESTAMP", MOMENT.replace(tzinfo=UTC), "%d.%m.%Y %H:%M:%S%z", "09.03.2024 05:06:07+0000"),
        ("TIMESTAMP", MOMENT, "%H:%M %Z", "05:06 UTC"),
        ("TIME", time(5, 6, 7), "", "05:06:07"),
        ("TIME", time(5, 6, 7, 8), "", "05:06:07.000008"),
        ("TIME", time(17, 6, 7), "%I.%M %p", "05.06 PM"),
        ("JSON", {"a": "b"}, "", '"{""a"":""b""}"'),
        ("INTERVAL", "-1-2 3 -4:5:6.5", "", "-1-2 3 -4:5:6.500000"),
        ("RANGE<DATE>", {"start": date(2024, 3, 9)}, "", "[2024-03-09, UNBOUNDED)"),
        ("NUMERIC", Decimal("4.9"), "#.00", "4.90"),
        ("NUMERIC", Decimal("4"), "$#.00", "$4.00"),
        ("NUMERIC", Decimal("-4.125"), "#.00", "-4.125"),
        ("FLOAT64", 12.0, "#.0", "12.0"),
        ("FLOAT64", 0.5, "#.000", "0.500"),
    ],
)
def test_values_as_text(tmp_path: Path, type: str, value: Any, format: str, expected: str) -> None:
    assert cell(tmp_path, type, value, format) == expected


@pytest.mark.parametrize(
    "type", ["INT64", "FLOAT64", "BOOL", "BYTES", "DATE", "TIMESTAMP", "INTERVAL", "RANGE<DATE>"]
)
def test_null_of_every_type(tmp_path: Path, type: str) -> None:
    assert cell(tmp_path, type, None, null_tokens=("-",)) == "-|-"


@pytest.mark.parametrize(
    ("type", "value", "format", "expected"),
    [
        ("NUMERIC(12, 2)", Decimal("1234567.5"), "", "1.234.567,50"),
        ("NUMERIC(12, 2)", Decimal("-123456"), "", "-123.456,00"),
        ("FLOAT64", 1234.5, "# €", "1.234,5 €"),
        ("INT64", -1234567, "", "-1.234.567"),
        ("INT64", 123, "", "123"),
        ("INT64", 1234567, "#", "1234567"),
        ("FLOAT64", 1e-7, "", "1e-7"),
    ],
)
def test_decimal_comma_and_thousands(
    tmp_path: Path, type: str, value: Any, format: str, expected: str
) -> None:
    assert cell(tmp_path, type, value, format, decimal=",", thousands=".") == expected
    quoted = cell(tmp_path, type, value, format, decimal=",", thousands=".", delimiter=",").removesuffix(",")
    assert quoted == (f'"{expected}"' if "," in expected else expected)


@pytest.mark.parametrize(
    ("type", "format", "message"),
    [
        ("INT64", "EUR", "column 'x': the format 'EUR' is not known for INT64"),
        ("BOOL", "Y", "the format 'Y' is not known for BOOL"),
        ("BYTES", "octal", "the format 'octal' is not known for BYTES"),
        ("STRING", "#", "the format '#' is not known for STRING"),
        ("DATE", "%Q", "the directive %Q"),
        ("DATETIME", "%H%z", "%z and %Z only for a TIMESTAMP"),
        ("DATE", "YYYY", "the format 'YYYY' has no directive"),
        ("STRUCT<a INT64>", "", "column 'x' is nested"),
        ("ARRAY<INT64>", "", "column 'x' is nested"),
    ],
)
def test_what_a_delimited_file_refuses(tmp_path: Path, type: str, format: str, message: str) -> None:
    with pytest.raises(TargetError, match=message):
        cell(tmp_path, type, None, format)
    assert not list(tmp_path.iterdir())
