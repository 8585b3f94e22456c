"""Delimited files become tables of text: every value exactly, in order, or an error that names the line."""

from __future__ import annotations

import csv
import gzip
import io
import random
from pathlib import Path
from typing import Any

import duckdb
import pytest

from synth_core.errors import SourceError
from synth_core.files.read import load_text
from synth_core.files.rows import Marks, split_lines, split_rows
from synth_core.model.dialect import Dialect


def _load(
    con: duckdb.DuckDBPyConnection, folder: Path, content: str | bytes, names: list[str], **dialect: Any
) -> list[tuple[str | None, ...]]:
    path = folder / "file.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    rows = load_text(con, [path], Dialect(**dialect), names, 'my "table"')
    found = con.execute('SELECT * FROM raw."my ""table"""').fetchall()
    assert rows == len(found)
    assert [column[0] for column in con.description or []] == names
    return found


def test_null_and_empty(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    content = 'a,b,c\n1,"",\n2,NULL,"NULL"\n'
    tokens = ("NULL",)
    assert _load(con, tmp_path, content, ["a", "b", "c"], null_tokens=tokens) == [
        ("1", None, None),
        ("2", None, None),
    ]
    apart = _load(con, tmp_path, content, ["a", "b", "c"], null_tokens=tokens, quoted_empty_is_empty=True)
    assert apart == [("1", "", None), ("2", None, "NULL")]


def test_values_survive_exactly(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    values = [
        " lead",
        "trail ",
        "a\nb",
        "a\r\nb",
        "a\rb",
        'q"q',
        '"',
        "x,y",
        "\t",
        "ü€𝄞",
        "\u2028",
        "5\x1f6",
        "-",
    ]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
        [["v", "w"], *([v, "z"] for v in values)]
    )
    assert _load(con, tmp_path, out.getvalue(), ["v", "w"]) == [(value, "z") for value in values]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, encoding: str, line_end: str
) -> None:
    content = line_end.join(["naïve;b", "é;1", "ß;2", ""])
    found = _load(
        con,
        tmp_path,
        content.encode(encoding),
        ["naïve", "b"],
        delimiter=";",
        encoding=encoding,
        line_end=line_end,
    )
    assert found == [("é", "1"), ("ß", "2")]


def test_mixed_line_ends_and_blank_lines(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert _load(con, tmp_path, "a,b\r\n1,2\n\n3,4\r5,6", ["a", "b"]) == [("1", "2"), ("3", "4"), ("5", "6")]
    assert _load(con, tmp_path, "a\n1\n\n2\n", ["a"]) == [("1",), (None,), ("2",)]


def test_banner_header_and_footer_are_cut(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    content = '# made\n\n"first\nname",b\n1,2\n3,"x\ny"\n\nTotal 2\n'
    found = _load(con, tmp_path, content, ["first\nname", "b"], banner=("# made", ""), footer=("", "Total 2"))
    assert found == [("1", "2"), ("3", "x\ny")]
    two = _load(con, tmp_path, "A,B\na,b\n1,2\n", ["a", "b"], header_rows=2, header_prefix=(("A", "B"),))
    assert two == [("1", "2")]
    assert _load(con, tmp_path, "1,2\n", ["x", "y"], header_rows=0) == [("1", "2")]


def test_long_footer_over_many_chunks(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    content = "a,b\n" + "".join(f"{n},{'x' * 50}\n" for n in range(60_000)) + "Total,1\nend\n"
    found = _load(con, tmp_path, content, ["a", "b"], footer=("Total,1", "end"))
    assert [row[0] for row in found] == [str(n) for n in range(60_000)]


def test_odd_delimiters_quotes_and_escapes(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rare = _load(con, tmp_path, "a§b\n«x§y««§z\x1f«§\x1e\n", ["a", "b"], delimiter="§", quotechar="«")
    assert rare == [("x§y«§z\x1f", "\x1e")]
    control = _load(con, tmp_path, "a\x01b\n'x\x01''y'\x01\n", ["a", "b"], delimiter="\x01", quotechar="'")
    assert control == [("x\x01'y", None)]
    escaped = _load(
        con,
        tmp_path,
        'a\tb\nx\\\ty\t\\N\n"say \\"hi\\""\tz\\\nz\n',
        ["a", "b"],
        delimiter="\t",
        escapechar="\\",
        null_tokens=("\\N",),
    )
    assert escaped == [("x\ty", None), ('say "hi"', "z\nz")]
    plain = _load(con, tmp_path, 'a,b\n"x,y"\n', ["a", "b"], quotechar="", quoting="none")
    assert plain == [('"x', 'y"')]


def test_files_of_one_table(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in ("a.csv", "b.csv.gz", "c.csv"))
    first.write_text("id,name\n1,Ada\n")
    second.write_bytes(gzip.compress(b"id,name\n2,Bo\n"))
    third.write_text("name,id\nCy,3\n")
    assert load_text(con, [first, second], Dialect(), ["id", "name"], "t") == 2
    assert con.execute("SELECT id FROM raw.t").fetchall() == [("1",), ("2",)]
    with pytest.raises(SourceError, match=r"c\.csv, line 1: .* column 1 is 'name' instead of 'id'"):
        load_text(con, [first, third], Dialect(), ["id", "name"], "u")
    assert not con.execute("SELECT * FROM information_schema.tables WHERE table_name = 'u'").fetchall()


def test_a_data_row_is_never_taken_for_a_footer(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("id,n\n1,2\n3,blue\n")
    with pytest.raises(SourceError, match="the last lines are no footer"):
        load_text(con, [path], Dialect(footer=("Total,99",)), ["id", "n"], "t")


def test_names_can_not_be_sql(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    names = ['a"; DROP TABLE raw.x; --', "sélect", "park.key", " ", "a'b"]
    content = io.StringIO()
    csv.writer(content, lineterminator="\n").writerows([["1", "2", "3", "4", "5"]])
    assert _load(con, tmp_path, content.getvalue(), names, header_rows=0) == [("1", "2", "3", "4", "5")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("#\n\na,b\n1,2\n\n3\n", "line 6: the row has 1 value, the header has 2"),
        ('#\n\na,b\n1,"x\ny"\n1,2,\n', "line 6: the row has 3 values, the header has 2"),
        ('#\n\na,b\n1,"x"y\n', 'line 4: text stands behind the closing "'),
        ('#\n\na,b\n1,2\n3,"x\n4,5\n', 'line 5: a value is opened by " and never closed'),
        (b"#\n\na,b\n1,2\n3,caf\xe9\n", "line 5: the bytes e9 are no utf-8"),
        (b"#\n\na,b\n1,\x00\n", "line 4: there are NUL"),
        ("#\n\na,c\n1,2\n", "line 3: the header is not the expected one: column 2 is 'c' instead of 'b'"),
        ("#\n", "the file ends within its first 2 lines"),
    ],
)
def test_errors_name_the_physical_line(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, content: str | bytes, message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        _load(con, tmp_path, content, ["a", "b"], banner=("#", ""))


def test_truncated_gzip(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    packed = gzip.compress(b"a,b\n" + random.Random(1).randbytes(90000).hex().encode() + b",2\n")
    with pytest.raises(SourceError, match="gzip data is broken"):
        _load(con, tmp_path, packed[: len(packed) // 2], ["a", "b"], compression="gzip")


def test_endless_line(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="line 2: the line is longer than 16 million characters"):
        _load(con, tmp_path, b"a,b\n" + b"x" * 40_000_000 + b",1\n", ["a", "b"])


def test_quote_in_the_middle_of_a_value_is_text(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert _load(con, tmp_path, 'a,b\n5" wide,1\n"x",2\n', ["a", "b"]) == [('5" wide', "1"), ("x", "2")]


def test_duplicate_names(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="equal but for their case: a, A"):
        _load(con, tmp_path, "a,A\n1,2\n", ["a", "A"])


def test_header_only(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert _load(con, tmp_path, "a,b\n", ["a", "b"]) == []


def test_exact_rows_agree_with_pythons_csv_module() -> None:
    rng = random.Random(7)
    for _ in range(4000):
        text = "".join(rng.choice('ab,",\n\r" ') for _ in range(rng.randint(1, 30)))
        rows = list(split_rows(split_lines(text), Marks(",")))
        if not any(row.problem for row in rows):
            expected = [row or [""] for row in csv.reader(io.StringIO(text, newline=""))]
            assert [row.cells for row in rows] == expected, text


def test_both_readers_agree(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rng = random.Random(3)
    for _ in range(150):
        rows = [["".join(rng.choices('a ",\n\r', k=rng.randint(0, 5))) for _ in range(3)] for _ in range(5)]
        out = io.StringIO()
        csv.writer(out, lineterminator=rng.choice(["\n", "\r\n"]), quoting=csv.QUOTE_ALL).writerows(rows)
        found = _load(
            con, tmp_path, out.getvalue(), ["a", "b", "c"], header_rows=0, quoted_empty_is_empty=True
        )
        assert [list(row) for row in found] == rows


class _Statements:
    """A connection that keeps what it is told."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con, self.told = con, list[str]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)

    def execute(self, query: str, *values: Any) -> Any:
        self.told.append(query)
        return self._con.execute(query, *values)


def test_long_rows_are_not_put_in_a_few_at_a_time(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Arrow gives what fits into a block of 16 MB; for thousands of columns a statement takes long to understand."""
    path = tmp_path / "a.csv"
    with path.open("w") as file:
        for row in range(40):
            file.write(",".join(f"{row}{'x' * 500_000}" for _ in range(2)) + "\n")
    statements = _Statements(con)
    assert load_text(statements, [path], Dialect(header_rows=0), ("a", "b"), "t") == 40  # type: ignore[arg-type]
    assert sum(query.startswith("INSERT") for query in statements.told) == 1
    assert [int(a[:2].rstrip("x")) for (a,) in con.execute("SELECT a FROM raw.t").fetchall()] == list(
        range(40)
    )
