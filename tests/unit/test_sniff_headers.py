"""Headers of several rows, with remarks, with a name too few, and lines between the rows that are none."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest

from synth_core.errors import SourceError
from synth_core.files.arrow import arrow_schema
from synth_core.files.read import check_castable, load_text, typed_select
from synth_core.files.write import open_writer
from synth_core.model.dialect import Dialect
from synth_core.model.project import SourceKind
from synth_core.stages.look import look
from synth_core.stages.sniff import sniff

_SUMS = "".join(f"{day}.05.2024;{day}.5;{day * 7}.25;x{day}\n" for day in range(10, 20))
_CLIMATE = "".join(f"2024-05-{day},{day}.5,{day * 7}.25,{day * 3}\n" for day in range(10, 20))
_STEPS = "".join(f"A{n},{n}.25,{n}.50,{n}.75\n" for n in range(10, 20))


@pytest.mark.parametrize(
    ("content", "above", "rows", "names"),
    [
        # Titles of several columns, each row further down says more.
        (
            "day;Sales;;Clerk\n;gross;net;\n;EUR;EUR;\n" + _SUMS,
            0,
            3,
            ("day", "Sales gross EUR", "Sales net EUR", "Clerk"),
        ),
        # Names, units and how each was measured, as loggers write them.
        (
            "at,air,wall,wind\nTS,degC,degC,m/s\n,Avg,Avg,Max\n" + _CLIMATE,
            0,
            3,
            ("at", "air", "wall", "wind"),
        ),
        ("at,air,wall,wind\nUTC,°C,K,m/s\n" + _CLIMATE, 0, 2, ("at", "air", "wall", "wind")),
        # Remarks between names and data.
        (
            "Weather of the town\nat,air,wall,wind\nClosed days are left out.\n" + _CLIMATE,
            1,
            2,
            ("at", "air", "wall", "wind"),
        ),
        # With the sign of a comment in front, below comments.
        ("# made by hand\n#at,air,wall,wind\n" + _CLIMATE, 1, 1, ("#at", "air", "wall", "wind")),
        ("# made by hand\n#\n# 7,2,3,4\n" + _CLIMATE, 3, 0, ("column_1", "column_2", "column_3", "column_4")),
        # Numbers of questions above their answers.
        (
            "id,100022,100025,10011\nid1,TRUE,TRUE,FALSE\nid2,TRUE,FALSE,TRUE\nid3,FALSE,TRUE,TRUE\n",
            0,
            1,
            ("id", "100022", "100025", "10011"),
        ),
        # Numbers that are names: distances above times.
        ("name,60,100,200\n" + _STEPS, 0, 1, ("name", "60", "100", "200")),
        # Columns without anything, as a spreadsheet leaves them.
        (
            "at,air,,,,,\n" + "".join(f"2024-05-{n},{n}.5,,,,,\n" for n in range(10, 20)),
            0,
            1,
            ("at", "air", "column_3", "column_4", "column_5", "column_6", "column_7"),
        ),
        # R writes a header for all columns but that of the rows' names.
        ('"x"\n"RDA1",820.1\n"RDA2",399.2\n"RDA3",102.5\n', 0, 1, ("column_1", "x")),
        # Many lines above, blank ones among them.
        (
            "Settings\n" + "- gain: 5\n\n" * 20 + "\nenergy\tcount\n" + "9.5\t7\n9.6\t8\n9.7\t9\n" * 20,
            42,
            1,
            ("energy", "count"),
        ),
        # Signs of comments before each name, and a delimiter at the end.
        (
            "# made\n#at;#air;#wall;\n" + _CLIMATE.replace(",", ";"),
            1,
            1,
            ("#at", "#air", "#wall", "column_4"),
        ),
        # More comments than are looked at for rows, with another mark in them.
        (
            "".join(f"##contig=<ID={n},length=7>\n" for n in range(400))
            + "#at\tair\n2024-05-01\t7\n2024-05-02\t9\n",
            400,
            1,
            ("#at", "air"),
        ),
        # Settings of two cells, more of them than rows.
        (
            "".join(f"setting {n};{'on' * (n % 3)};\n" for n in range(12))
            + "\nat;air;wall;wind;sun;rain;\n"
            + "".join(f"2024-05-{n};{n}.5;{n}.2;{n};{n * 2};x{n};\n" for n in range(10, 20)),
            13,
            1,
            ("at", "air", "wall", "wind", "sun", "rain", "column_7"),
        ),
        # Only the first column, which numbers the rows, has no name.
        (
            ",at [m/s]\n" + "".join(f"2024-05-{n},{n}.5\n" for n in range(10, 20)),
            0,
            1,
            ("column_1", "at [m/s]"),
        ),
        (
            "1000,2000,3000\n" + "".join(f"{n % 5},{n % 7},{n}\n" for n in range(30)),
            0,
            1,
            ("1000", "2000", "3000"),
        ),
        # Titles of one cell above rows of which two are filled, and group titles.
        (
            "Fares;;;\n18.01.2019;;;\nAudit;Audit;Dates;Values\nfare;route;target;zone\n"
            + "".join(f"{n};;{n + 7};\n" for n in range(20, 30)),
            2,
            2,
            ("fare", "route", "target", "zone"),
        ),
        # Titles with a delimiter in them above names in quotes.
        (
            "Table 3: Damage, 2023\n'rental','damage'\n" + "".join(f"'{n}','{n % 3}'\n" for n in range(9)),
            1,
            1,
            ("rental", "damage"),
        ),
        (
            "'rental','damage'\n'tent, old','none, new'\n'boat','hole'\n'car','dent'\n",
            0,
            1,
            ("rental", "damage"),
        ),
        # A name between dashes is none.
        ("-- Tubs --,Finish,Price\nBathe,oak,7.50\nBain,fir,8.50\n", 0, 1, ("-- Tubs --", "Finish", "Price")),
        # A title in the first of two cells, and a row without anything.
        ("Prices of 2024;\n;\nTube;CHF 2.50\nWire;CHF 17.00\nNut;CHF 0.15\n", 2, 0, ("column_1", "column_2")),
    ],
)
def test_header_and_what_stands_around_it(
    tmp_path: Path, content: str, above: int, rows: int, names: tuple[str, ...]
) -> None:
    path = tmp_path / "file.csv"
    path.write_text(content)
    found = sniff(path)
    dialect = found.dialect.value
    assert (dialect.skip_rows, dialect.header_rows, found.names) == (above, rows, names)


def test_a_row_too_long_is_no_line_above(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("2024-05-01,Ada,7,9,x\n2024-05-02,Bo,8,8\n2024-05-03,Cy,5,7\n")
    found = sniff(path)
    assert found.dialect.value.skip_rows == 0
    with duckdb.connect() as con, pytest.raises(SourceError, match="line 1: the row has 5 values"):
        load_text(con, [path], found.dialect.value, found.names, "t")


def test_rows_of_words_of_two_lengths_are_no_lines_above(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    rows = [f"w{n};a;b{';c' * (n < 6)}" for n in range(20)]
    path.write_text("\n".join(["name;kind;word;place", *rows, ""]))
    assert sniff(path).dialect.value.skip_rows == 0


def test_values_between_comma_and_tab_are_split_at_the_comma(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("Line Name, Value\n" + "".join(f"{n}-0\tS({n}),\t2.2{n}\n" for n in range(10, 20)))
    assert sniff(path).dialect.value.delimiter == ","


def test_values_that_end_in_a_tab_are_split_at_the_comma(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(
        "at,shop,order\n" + "".join(f"2024-05-{n} 10:00:00\t,shop {n},{n}001\t\n" for n in range(10, 20))
    )
    assert sniff(path).dialect.value.delimiter == ","


def written_back(path: Path, into: Path) -> str:
    """The file as it is written after it was read by what was found out."""
    looked = look(str(path))
    assert looked.sniffed is not None
    dialect, columns = looked.sniffed.dialect.value, looked.columns
    with duckdb.connect() as con:
        load_text(con, [path], dialect, looked.sniffed.names, "t")
        check_castable(con, "t", columns, dialect, path.name)
        rows = con.sql(typed_select("t", columns, dialect)).to_arrow_table()
    schema = arrow_schema(column.field for column in columns)
    with open_writer(into, SourceKind.DELIMITED, columns, dialect) as writer:
        for batch in rows.cast(schema).to_batches():
            writer.write(batch)
    return into.read_text()


@pytest.mark.parametrize(
    "content",
    [
        '"x","y"\n'
        + "".join(f'"r{n}",{n}.5,{n}.25\n' for n in range(10, 20)),  # R: no name for the first column
        "at,air,\n" + "".join(f"2024-05-{n},{n}.5,a{n}\n" for n in range(10, 20)),  # an empty name
        "at,air,wall,wind\nTS,degC,degC,m/s\n,Avg,Avg,Max\n" + _CLIMATE,
        "day;Sales;;Clerk\n;gross;net;\n" + _SUMS,
        "at,air,wall,wind\nClosed days are left out.\n" + _CLIMATE,
        "# made by hand\n#at,air,wall,wind\n" + _CLIMATE,
    ],
)
def test_the_header_is_written_as_the_source_has_it(tmp_path: Path, content: str) -> None:
    path = tmp_path / "file.csv"
    path.write_text(content)
    assert written_back(path, tmp_path / "out.csv") == content


def test_comments_between_rows_are_no_rows(tmp_path: Path) -> None:
    rows = [f'{n},"said, ""{n}""","one\n# two"\n' for n in range(20)]
    path = tmp_path / "file.csv"
    path.write_text("# made\nid,text,more\n" + "".join(rows[:9]) + '# a "note, to 5\n#\n' + "".join(rows[9:]))
    assert sniff(path).dialect.value.comment == "#"
    assert written_back(path, tmp_path / "out.csv") == "# made\nid,text,more\n" + "".join(rows)


@pytest.mark.parametrize(
    ("delimiter", "sign"),
    [(",", "//"), (",", "--"), (";", "%"), ("\t", ";"), (",", "'"), (",", "#"), ("|", "//")],
)
def test_comments_begin_with_other_signs_too(tmp_path: Path, delimiter: str, sign: str) -> None:
    rows = [delimiter.join((f"{n}", f'"it{delimiter} {sign} {n}"', f"{n}.5\n")) for n in range(20)]
    head = delimiter.join(("id", "text", "more\n"))
    path = tmp_path / "file.csv"
    said = f"{sign} a note{delimiter} to 5\n", f"{sign}\n", f"{sign}{sign[0] * 9}\n"
    path.write_text(head + "".join([*rows[:9], said[0], *rows[9:12], *said[1:], *rows[12:]]))
    found = sniff(path)
    assert found.dialect.value.comment == sign
    assert any(each.code == "source.comments" and sign in each.message for each in found.findings)
    assert written_back(path, tmp_path / "out.csv") == head + "".join(rows)


@pytest.mark.parametrize(
    ("delimiter", "quote", "first"),
    [
        (",", '"', "--"),  # NULL, some programs write
        (",", '"', "'s-Hertogenbosch"),
        (",", '"', "%"),
        (";", '"', ""),
        (",", "'", "'x'"),
        (",", '"', "//cdn.example.com/a"),
    ],
)
def test_values_that_begin_with_a_sign_of_comments_are_values(
    tmp_path: Path, delimiter: str, quote: str, first: str
) -> None:
    path = tmp_path / "file.csv"
    rows = [
        delimiter.join((first if n % 4 == 2 else f"w{n}", f"{quote}v{n}{quote}", f"{n}")) for n in range(20)
    ]
    path.write_text("\n".join(rows) + "\n")
    found = sniff(path)
    assert found.dialect.value.comment == ""
    with duckdb.connect() as con:
        assert load_text(con, [path], found.dialect.value, found.names, "t") == 20


def test_a_sign_that_rows_begin_with_is_none_of_comments() -> None:
    for other in ({"delimiter": ";"}, {"quotechar": ";"}):
        with pytest.raises(ValueError, match="rows begin with ; themselves"):
            Dialect.model_validate({"comment": ";", **other})


def test_rows_may_begin_with_that_sign(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("tag,n\n" + "".join(f"{'#' * (n % 3 == 0)}t{n},{n}\n" for n in range(20)))
    found = sniff(path)
    assert found.dialect.value.comment == ""
    with duckdb.connect() as con:
        assert load_text(con, [path], found.dialect.value, found.names, "t") == 20


@pytest.mark.parametrize("sign", ["#", "--", "%"])
def test_comments_that_no_sample_showed_are_said_to_be_such(tmp_path: Path, sign: str) -> None:
    path = tmp_path / "file.csv"
    path.write_text(f"id,n\n1,2\n{sign} x\n3,4\n")
    with duckdb.connect() as con, pytest.raises(SourceError, match="line 3") as raised:
        load_text(con, [path], Dialect(), ("id", "n"), "t")
    assert f"`comment: '{sign}'`" in raised.value.hint


def test_rows_of_nothing_but_escaped_nulls_are_rows(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("7 a\n\\N \\N\n8 b\n")
    dialect = Dialect(delimiter=" ", initial_space=True, escapechar="\\", null_tokens=("\\N",), header_rows=0)
    with duckdb.connect() as con:
        assert load_text(con, [path], dialect, ("n", "x"), "t") == 3
        assert con.execute('SELECT * FROM raw."t"').fetchall() == [("7", "a"), (None, None), ("8", "b")]


@pytest.mark.parametrize(
    ("cells", "header"),
    [
        ([f"text {i}" for i in range(1000)], 1),
        ([f"item_{i}" for i in range(1, 6)], 1),
        (["ab1", "cd2", "ef3", "gh4", "ij5"], 0),
    ],
)
def test_one_word_with_running_numbers_names_columns(tmp_path: Path, cells: list[str], header: int) -> None:
    rng = random.Random(4)
    words = ("stone", "house beta", "north", "delta", "paper small")
    rows = [[rng.choice(words) for _ in cells] for _ in range(30)]
    if not header:
        rows = [[f"{rng.choice('abcd')}{rng.choice('efgh')}{rng.randrange(9)}" for _ in cells] for _ in rows]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(",".join(row) for row in [cells, *rows]) + "\n")
    assert sniff(path).dialect.value.header_rows == header


def test_a_first_row_that_a_column_without_repeats_has_again_is_a_header(tmp_path: Path) -> None:
    """`ID` is the code of Indonesia, too."""
    codes = ["AE", "AF", "AL", "AM", "AO", "AR", "AT", "AU", "BE", "BG", "BR", "CA", "CH", "CL", "CN", "CO", "CZ",
             "DE", "DK", "EE", "EG", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "ID", "IE", "IN", "IS"]  # fmt: skip
    rows = [
        f"{code},{['Land', 'United Lands', 'Northern Isles'][n % 3]} {code.title()}"
        for n, code in enumerate(codes)
    ]
    path = tmp_path / "countries.csv"
    path.write_text("\n".join(["ID,Name", *rows]) + "\n")
    assert sniff(path).dialect.value.header_rows == 1
