"""What the writer writes in a dialect, our own reader reads back and the sniffer recognises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import duckdb
import pytest
from drawing import drawn
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from synth_core.engine.cast import Caster
from synth_core.files.read import check_castable, load_text, typed_select
from synth_core.files.write import open_writer
from synth_core.model.dialect import Dialect, Encoding
from synth_core.model.inferred import Inferred
from synth_core.model.project import Column, SourceKind
from synth_core.model.type_text import parse_ddl_columns
from synth_core.stages.sniff.sniff import sniff

PROPERTY = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=drawn(60)
)
PYTHON_CODEC = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}


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


def write(path: Path, made_of: tuple[Column, ...], rows: list[Any], dialect: Dialect) -> int:
    """Characters that were replaced."""
    caster = Caster("t", [column.field for column in made_of])
    with open_writer(path, SourceKind.DELIMITED, made_of, dialect) as writer:
        writer.write(caster.batch([dict(zip(caster.schema.names, row, strict=True)) for row in rows]))
        return writer.close().replaced


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def load(
    con: duckdb.DuckDBPyConnection, path: Path, made_of: tuple[Column, ...], dialect: Dialect
) -> list[Any]:
    """The rows of text, as our own reader sees them."""
    load_text(con, [path], dialect, [column.name for column in made_of], "t")
    return con.execute("FROM raw.t").fetchall()


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    header_rows = draw(st.integers(0, 2))
    delimiter = draw(st.sampled_from([",", ";", "|", "\t", "¦", "~", ":", " "]))
    initial_space = draw(st.booleans())
    is_aligned = initial_space and delimiter == " "
    styles = ["minimal", "all", "nonnumeric", *["none"] * (not is_aligned)]
    return Dialect(
        delimiter=delimiter,
        quotechar=draw(st.sampled_from(['"', "'", "´"])),
        escapechar=draw(st.sampled_from(["", "", "\\", "^"])),
        initial_space=initial_space,
        quoting=draw(st.sampled_from(styles)),
        encoding=draw(st.sampled_from(get_args(Encoding))),
        line_end=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        final_line_end=draw(st.booleans()),
        banner=draw(st.sampled_from([(), ("HEADER 1",), ("Größe", "", 'a "b')])),
        header_rows=header_rows,
        header_prefix=(("Kunde", "Größe"),) if header_rows == 2 else (),
        footer=draw(st.sampled_from([(), ("TRAILER 3", "end")])),
        null_tokens=draw(st.sampled_from([(), ("NULL",), ("NA", "n/a"), ("\\N",)])),
        quoted_empty_is_empty=draw(st.booleans()) and not is_aligned,
        compression=draw(st.sampled_from(["", "gzip"])),
    )


def as_read(cell: str | None, dialect: Dialect) -> str | None:
    """Where the dialect can't tell it from NULL, a text is NULL."""
    apart = dialect.quoted_empty_is_empty and dialect.quoting != "none"
    return None if cell is None or (not apart and cell in ("", *dialect.null_tokens)) else cell


def nulls_of(dialect: Dialect) -> list[str | None]:
    """What a column of the dialect can write for NULL."""
    return [None, "", *dialect.null_tokens]


TEXTS = st.text(
    st.one_of(st.sampled_from("ab \"'\\,;|\t\r\n#?éß€0^´¦"), st.characters(exclude_categories=["Cs", "Cc"])),
    max_size=8,
)
CELLS = st.one_of(st.none(), TEXTS, st.sampled_from(["NULL", "NA", "\\N", "", " "]))


@PROPERTY
@given(dialects(), st.lists(st.tuples(CELLS, CELLS), max_size=6), st.data())
def test_texts_read_back(
    con: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    dialect: Dialect,
    rows: list[tuple[str | None, ...]],
    data: st.DataObject,
) -> None:
    codec = PYTHON_CODEC.get(dialect.encoding, dialect.encoding)
    texts = "".join(cell for row in rows for cell in row if cell)
    marks = dialect.delimiter + dialect.quotechar
    assume((texts + marks).encode(codec, "replace").decode(codec) == texts + marks)
    if dialect.quoting == "none" and not dialect.escapechar:
        assume(not set("\r\n" + dialect.delimiter) & set(texts))
        assume(not dialect.initial_space or not any(cell and cell[0] == " " for row in rows for cell in row))
    first, second = columns("a STRING, `Größe` STRING")
    made_of = (first, second.model_copy(update={"null_text": data.draw(st.sampled_from(nulls_of(dialect)))}))
    assert write(tmp_path / "a", made_of, rows, dialect) == 0
    assert load(con, tmp_path / "a", made_of, dialect) == [
        tuple(as_read(cell, dialect) for cell in row) for row in rows
    ]


@pytest.mark.parametrize(
    "how",
    [
        {"line_end": "\r\n", "footer": ("TRAILER 3", "end")},
        {"quoting": "all", "quoted_empty_is_empty": True, "final_line_end": False},
        {"escapechar": "\\", "null_tokens": ("\\N",), "final_line_end": False},
    ],
)
def test_ends_of_files_read_back(con: duckdb.DuckDBPyConnection, tmp_path: Path, how: dict[str, Any]) -> None:
    for made_of in (columns("a STRING"), columns("a STRING, b STRING")):
        rows = [("x", "y")[: len(made_of)], ("z", None)[-len(made_of) :]]
        write(tmp_path / "a", made_of, rows, Dialect(**how))
        assert load(con, tmp_path / "a", made_of, Dialect(**how)) == rows


@PROPERTY
@given(dialects(), st.lists(st.one_of(st.none(), st.sampled_from(["", "x", "a b", "NULL"])), max_size=6))
@example(
    Dialect(escapechar="\\", line_end="\r", final_line_end=False, header_rows=0, null_tokens=("\\N",)),
    [None, None],
)
def test_one_column_reads_back(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, dialect: Dialect, cells: list[str | None]
) -> None:
    codec = PYTHON_CODEC.get(dialect.encoding, dialect.encoding)
    marks = dialect.delimiter + dialect.quotechar
    assume(marks.encode(codec, "replace").decode(codec) == marks and dialect.delimiter != " ")
    made_of = columns("a STRING")
    write(tmp_path / "a", made_of, [(cell,) for cell in cells], dialect)
    assert load(con, tmp_path / "a", made_of, dialect) == [(as_read(cell, dialect),) for cell in cells]


@PROPERTY
@given(
    dialects(),
    st.sampled_from([(".", ""), (",", ""), (",", "."), (".", ","), (".", "'"), (",", " ")]),
    st.sampled_from(["%d.%m.%Y", "%-m/%-d/%Y", "%Y%m%d", ""]),
    st.lists(
        st.tuples(
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.none() | st.decimals(-(10**8), 10**8, places=2),
            st.none() | st.floats(allow_nan=False),
            st.none() | st.booleans(),
            st.none() | st.dates(date(1000, 1, 1)),
            st.none() | st.datetimes(datetime(1000, 1, 1)),
            st.none() | st.datetimes(datetime(1000, 1, 1), timezones=st.just(UTC)),
            st.none() | st.times(),
            st.none() | st.binary(max_size=4),
        ),
        max_size=5,
    ),
)
def test_typed_values_read_back(
    con: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    dialect: Dialect,
    marks: tuple[str, str],
    day: str,
    rows: list[Any],
) -> None:
    characters = dialect.delimiter + dialect.quotechar
    codec = PYTHON_CODEC.get(dialect.encoding, dialect.encoding)
    assume(characters.encode(codec, "replace").decode(codec) == characters)
    # Without quotes and escapes a mark within numbers can't be the delimiter.
    assume(dialect.quoting != "none" or dialect.escapechar or dialect.delimiter not in f"{marks}: ")
    dialect = dialect.model_copy(
        update={"decimal": marks[0], "thousands": marks[1], "header_rows": 0, "header_prefix": ()}
    )
    made_of = columns(
        "i INT64, n NUMERIC(12, 2), f FLOAT64, b BOOL, d DATE, dt DATETIME, ts TIMESTAMP, t TIME, x BYTES",
        n="€ #",
        b="Ja|Nein",
        d=day,
        x="hex",
    )
    assume("€".encode(codec, "replace").decode(codec) == "€")
    # Empty bytes are an empty text, which not every dialect tells from NULL.
    rows = [(*row[:-1], row[-1] or None) for row in rows]
    assert write(tmp_path / "a", made_of, rows, dialect) == 0
    load(con, tmp_path / "a", made_of, dialect)
    check_castable(con, "t", made_of, dialect, "a")
    con.execute(f"CREATE OR REPLACE TABLE typed AS {typed_select('t', made_of, dialect)}")
    # Seconds since 1970 need no time zone to be compared.
    found = con.execute("SELECT * REPLACE (epoch_us(ts) AS ts) FROM typed").fetchall()
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert found == [
        (*row[:6], None if row[6] is None else (row[6] - epoch) // timedelta(microseconds=1), *row[7:])
        for row in rows
    ]


NAMES = [
    "Müller",
    "Smith",
    "O’Hara",
    "García",
    "Lopez, Ana",
    'the "Boss"',
    "Dupont",
    "Rossi",
    "Silva",
    "Novak",
]
REALISTIC = [
    (
        100 + n,
        f"{NAMES[n % 10]} {n}",
        None if n % 9 == 4 else Decimal(n * 317 % 10_000) / 100,
        date(2024, 1, 1) + timedelta(days=n * 3),
        n % 3 == 0,
        "in stock" if n % 4 else "sold out; more to come",
    )
    for n in range(120)
]


@pytest.mark.parametrize("header_rows", [0, 1])
@pytest.mark.parametrize("banner", [(), ("HEADER 20240131 CUSTOMERS",), ("Report of customers", "")])
@pytest.mark.parametrize(
    "how",
    [
        {"delimiter": ","},
        {"delimiter": ";", "decimal": ",", "encoding": "cp1252", "line_end": "\r\n"},
        {"delimiter": "|", "quoting": "none", "final_line_end": False},
        {"delimiter": "\t", "encoding": "utf-16", "quoting": "all"},
        {"delimiter": ",", "encoding": "utf-8-sig", "quoting": "nonnumeric", "null_tokens": ("NULL",)},
        {"delimiter": "~", "encoding": "utf-16-le", "compression": "gzip"},
    ],
)
def test_the_sniffer_recognises_a_realistic_table(
    tmp_path: Path, how: dict[str, Any], banner: tuple[str, ...], header_rows: int
) -> None:
    dialect = Dialect(banner=banner, header_rows=header_rows, **how)
    made_of = columns(
        "customer_id INT64, name STRING, balance NUMERIC(8, 2), since DATE, active BOOL, note STRING"
    )
    write(tmp_path / "customers.csv", made_of, REALISTIC, dialect)
    sniffed = sniff(tmp_path / "customers.csv")
    found = sniffed.dialect.value
    for part in ("delimiter", "banner", "header_rows", "encoding", "line_end", "compression", "decimal"):
        assert getattr(found, part) == getattr(dialect, part), part
    assert (found.null_tokens, found.final_line_end) == (dialect.null_tokens, dialect.final_line_end)
    if dialect.quoting != "none":
        assert (found.quoting, found.quotechar) == (dialect.quoting, '"')
    if header_rows:
        assert sniffed.names == tuple(column.name for column in made_of)
    # Written once more as it was sniffed, it is the same file.
    if dialect.quoting != "none":
        again = tuple(
            column.model_copy(update={"name": name})
            for column, name in zip(made_of, sniffed.names, strict=True)
        )
        write(tmp_path / "again.csv", again, REALISTIC, found)
        assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "customers.csv").read_bytes()
