"""Single questions about a dialect, each on a file that shows just that."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth_core.errors import RowsError, SourceError
from synth_core.model.dialect import Dialect
from synth_core.stages.look import look
from synth_core.stages.sniff import Sniffed, sniff


def _sniff(folder: Path, content: str | bytes) -> Sniffed:
    path = folder / "file.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return sniff(path)


def _dialect(folder: Path, content: str | bytes) -> Dialect:
    return _sniff(folder, content).dialect.value


@pytest.mark.parametrize(
    ("content", "tokens"),
    [
        ("id,score\n1,2.5\n2,NA\n3,1.5\n4,NA\n", ("NA",)),
        ("id,score\n1,2.5\n2,-\n3,1.5\n", ("-",)),
        ("id,score\n1,2.5\n2,?\n3,1.5\n", ("?",)),
        ("id,score\n1,2.5\n2,.\n3,1.5\n", (".",)),
        ("id,day\n1,2024-01-05\n2,0000-00-00\n3,2024-02-01\n", ("0000-00-00",)),
        ("id,said\n1,why\n2,?\n3,so\n", ()),
        ("id,name\n1,\\N\n2,Ada\n3,Bo\n", ("\\N",)),
        ("id,score,name\n1,NULL,x\n2,3,NULL\n3,N/A,NULL\n", ("NULL", "N/A")),
        ("id,country\n1,NA\n2,DE\n3,FR\n4,US\n5,ZA\n", ()),  # Namibia
        ("id,name\n1,None\n2,Ada\n3,Bo\n", ()),
        ("id,name,town\n1,NA,Rome\n2,Ada,NA\n3,Bo,Lima\n4,Cy,Oslo\n", ("NA",)),
        ("id,active,since\n1,NA,\n2,Y,1990\n3,N,\n4,NA,1991\n5,NA,\n", ()),  # empty is its NULL
        ("id,active\n1,NA\n2,Y\n3,N\n4,Y\n5,N\n6,Y\n", ("NA",)),
        ("id,code\n1,-\n2,A7\n3,B12\n4,C1\n", ("-",)),
        ('id,paid\n1, -   \n2," 1,200.50 "\n3, 3.50 \n', (" -   ",)),
        ("id,day\n1,20240105\n2,00000000\n3,20240201\n", ("00000000",)),
        ("id,code\n1,40240105\n2,00000000\n3,00240201\n", ()),
        ("id,rate\n1,0.25\n2,:\n3,0.5\n", (":",)),
        ("id,rate\n1,0.25\n2,#DIV/0!\n3,0.5\n", ("#DIV/0!",)),
        ("id,da\n1,WAHR\n2,-\n3,FALSCH\n", ("-",)),
        ("id,x\n1,-\n2,0.5\n3,inf\n4,nan\n5,-1.25\n", ("-", "nan")),
        ("id,kind\n1,cat\n2,-\n3,lizard\n4,snake\n", ("-",)),
        ("id,kind,size\n1,cat,\n2,-,7\n3,lizard,\n", ()),  # empty is its NULL
        ("id,name\n1,None\n2,Ada\n3,Bo\n4,None\n5,Cy\n", ("None",)),
        ("id,strand,gene\n1,+,x\n2,-,yy\n3,-,z\n4,+,w\n", ()),
        ("id,name\n1,Ada\n2,null\n3,Bo\n", ("null",)),
        ("id,from,to\n1,NA,DE\n2,DE,FR\n3,FR,NA\n4,US,ZA\n5,ZA,US\n", ()),
    ],
)
def test_null_tokens_only_where_they_stand_for_null(
    tmp_path: Path, content: str, tokens: tuple[str, ...]
) -> None:
    assert _dialect(tmp_path, content).null_tokens == tokens


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        ("id,score,note\n1,NULL,\n2,2.5,x\n3,1.5,\n", (None, None, "")),
        ("id,score,note\n1,NULL,\n2,NULL,NULL\n3,NULL,\n", (None, None, "")),
        ("id,score,note\n1,\\N,a\n2,2.5,x\n3,1.5,y\n", (None, None, None)),
        ("id,score,note\n1,NULL,N/A\n2,2.5,x\n3,NULL,N/A\n4,NULL,y\n", (None, None, "N/A")),
        ("id,score,note\n1,,\n2,2.5,x\n3,1.5,\n", (None, None, None)),
        ('id,score,note\n1,NULL,""\n2,2.5,x\n3,1.5,\n', (None, None, "")),  # "" is no NULL there
    ],
)
def test_each_column_keeps_its_own_way_to_write_null(
    tmp_path: Path, content: str, texts: tuple[str | None, ...]
) -> None:
    assert _sniff(tmp_path, content).null_texts == texts


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("power range\n", " "),
        # Without a header that says so these may be three numbers in a row.
        ("", ","),
    ],
)
def test_two_decimals_side_by_side_are_separated_by_the_blank_between(
    tmp_path: Path, header: str, delimiter: str
) -> None:
    lines = "".join(f"{40 + i * 37 % 200},{i % 2 * 5} {10 + i * 13 % 9},{i % 3}\n" for i in range(60))
    assert _dialect(tmp_path, header + lines).delimiter == delimiter


@pytest.mark.parametrize("quoting", ["all", "texts", "where it must be"])
def test_backticks_quote_as_other_marks_do(tmp_path: Path, quoting: str) -> None:
    rows = [(str(i), f"{i * 7 % 30},5", f"so; and on {i}" if i % 3 else "plain", "x`y") for i in range(40)]

    def cell(value: str, number: int) -> str:
        must = ";" in value or "`" in value
        is_quoted = must or quoting == "all" or (quoting == "texts" and number > 1)
        return f"`{value.replace('`', '``')}`" if is_quoted else value

    table = [("id", "price", "note", "sign"), *rows]
    lines = [";".join(cell(value, number) for number, value in enumerate(row)) for row in table]
    dialect = _dialect(tmp_path, "\n".join(lines) + "\n")
    assert (dialect.delimiter, dialect.quotechar) == (";", "`")


@pytest.mark.parametrize(
    ("content", "decimal", "thousands"),
    [
        ("id;price\n1;2,5\n2;13,75\n3;100,00\n", ",", ""),
        ("id;price\n1;1.234,50\n2;13,75\n3;2.345.100,00\n", ",", "."),
        ('id,price\n1,"1,234.50"\n2,13.75\n3,"2,345,100.00"\n', ".", ","),
        ("id;price\n1;1.234\n2;13.755\n3;0.100\n", ".", ""),
        ("no;price\n10.0001;2,5\n20.0002;13,75\n10.0003;100,00\n", ",", ""),
        ("id;people\n1;1 234 567\n2;345\n3;12 000\n", ".", " "),
        ('id,people\n1,"1,234"\n2,"999"\n3,"12,000"\n', ".", ","),
        ("id,version,text\n1,7,a\n2,8,b\n", ".", ""),
        ('id,people\n1,"1,23,456"\n2,540\n3,"12,000"\n', ".", ","),
        ('id,change\n1,"−1,234"\n2,540\n3,"12,000"\n', ".", ","),
    ],
)
def test_marks_in_numbers(tmp_path: Path, content: str, decimal: str, thousands: str) -> None:
    dialect = _dialect(tmp_path, content)
    assert (dialect.decimal, dialect.thousands) == (decimal, thousands)


@pytest.mark.parametrize(
    ("content", "quoting", "apart"),
    [
        ('a,b\n1,"x, y"\n2,z\n', "minimal", False),
        ('"a","b"\n"1","x"\n"2","z"\n', "all", False),
        ('"a","b"\n1,"x"\n2,"z"\n3,""\n', "nonnumeric", False),
        ('a,b\n1,\n2,""\n3,q\n', "minimal", True),
        ("a,b\n1,5\n2,6\n", "minimal", False),
    ],
)
def test_quoting_style(tmp_path: Path, content: str, quoting: str, apart: bool) -> None:
    dialect = _dialect(tmp_path, content)
    assert (dialect.quoting, dialect.quoted_empty_is_empty) == (quoting, apart)
    assert dialect.quotechar == '"'


def test_quotes_that_are_data(tmp_path: Path) -> None:
    dialect = _dialect(tmp_path, 'id;size\n1;5" wide\n2;7" wide\n3;9" wide\n')
    assert (dialect.quotechar, dialect.quoting) == ("", "none")


def test_quotes_that_begin_far_behind_the_head(tmp_path: Path) -> None:
    plain = "".join(f"{i},Town {i},US,{i * 7}\n" for i in range(30_000))
    quoted = "".join(f'{i},"Town {i}, X.",US,{i * 7}\n' for i in range(30_000))
    assert _dialect(tmp_path, "id,town,country,people\n" + plain + quoted).quotechar == '"'
    inches = "".join(f'{i},{i}" pipe,US,{i * 7}\n' for i in range(30_000))
    assert _dialect(tmp_path, "id,part,country,stock\n" + plain + inches).quotechar == ""


def test_single_quotes_and_escapes(tmp_path: Path) -> None:
    assert _dialect(tmp_path, "id;name\n1;'O''Hara; Ann'\n2;'Bo'\n").quotechar == "'"
    dialect = _dialect(tmp_path, 'id,said\n1,"he said \\"no\\", twice"\n2,"nothing"\n')
    assert (dialect.quotechar, dialect.escapechar) == ('"', "\\")


def test_newlines_inside_quotes(tmp_path: Path) -> None:
    sniffed = _sniff(tmp_path, 'id,note\n1,"first\nsecond, line\n"\n2,"a\nb"\n')
    assert (sniffed.dialect.value.delimiter, sniffed.names) == (",", ("id", "note"))


def test_one_column(tmp_path: Path) -> None:
    sniffed = _sniff(tmp_path, "visited_at\n2020-01-01 10:00:00\n2020-01-02 11:00:00\n")
    assert (sniffed.dialect.value.delimiter, sniffed.names) == (",", ("visited_at",))


def test_lists_inside_cells(tmp_path: Path) -> None:
    assert _sniff(tmp_path, "col1,col2\n1;2;3,4;5;6\na;b;c,d;e;f\n").names == ("col1", "col2")


def test_names_are_exactly_those_of_the_file(tmp_path: Path) -> None:
    sniffed = _sniff(tmp_path, "\ufeffOrder ID,park.key, Total ,\n1,a,2.5,x\n2,b,3.5,y\n")
    assert sniffed.names == ("Order ID", "park.key", " Total ", "column_4")
    assert [finding.code for finding in sniffed.findings] == ["source.unnamed-column"]
    assert sniffed.dialect.value.encoding == "utf-8-sig"


def test_two_header_rows(tmp_path: Path) -> None:
    sniffed = _sniff(tmp_path, "EMPLOYEE|START\nEMPLOYEE_ID|START_DATE\n102|2011-01-13\n101|2007-09-21\n")
    assert sniffed.dialect.value.header_rows == 2
    assert sniffed.dialect.value.header_prefix == (("EMPLOYEE", "START"),)
    assert sniffed.names == ("EMPLOYEE_ID", "START_DATE")


def test_excel_style_title_rows(tmp_path: Path) -> None:
    dialect = _dialect(tmp_path, "Sales of 2023,,,\n,,,\nregion,units,price,total\nN,1,2.5,2.5\nS,2,3.5,7\n")
    assert dialect.skip_rows == 2


def test_headerless_names(tmp_path: Path) -> None:
    assert _sniff(tmp_path, "1;2020-01-01;x\n2;2020-01-02;y\n").names == ("column_1", "column_2", "column_3")


_TOWNS = "Ajax;Amsterdam\nBenfica;Lisboa\nCelta;Vigo\nSturm;Graz\nLech;Poznań\nLyon;Lyon\nRapid;Wien\nVitesse;Arnhem\n"


@pytest.mark.parametrize(
    "names",
    [
        "Nombre;Ciudad",
        "Verein;Wohnort",
        "Nom;Commune",
        "Nazwa;Miasto",
        "Organisation;Town",
        "Club;Municipality",
    ],
)
def test_all_text_has_a_header_if_its_first_row_holds_names(tmp_path: Path, names: str) -> None:
    assert _sniff(tmp_path, f"{names}\n{_TOWNS}").names == tuple(names.split(";"))


@pytest.mark.parametrize("first", ["Arsenal;London", "#N/A;Paris", "President;Buenos Aires"])
def test_all_text_without_names_has_no_header(tmp_path: Path, first: str) -> None:
    assert _sniff(tmp_path, f"{first}\n{_TOWNS}").names == ("column_1", "column_2")


def test_a_cut_row_is_no_footer(tmp_path: Path) -> None:
    assert _dialect(tmp_path, "id,name,city,zip\n1,abc,Rome,12\n2,def,Oslo,33\n3,x").footer == ()


def test_header_without_rows(tmp_path: Path) -> None:
    sniffed = _sniff(tmp_path, "id,name,city\n")
    assert sniffed.names == ("id", "name", "city")
    assert [finding.code for finding in sniffed.findings] == ["source.no-rows"]


def test_evidence_is_a_sentence(tmp_path: Path) -> None:
    answer = _sniff(tmp_path, "# made\nid;name\n" + "".join(f"{n};x\n" for n in range(50))).dialect
    assert "100 % of the rows" in answer.evidence and "';'" in answer.evidence
    assert answer.confidence > 0.9


def test_final_line_end(tmp_path: Path) -> None:
    assert not _dialect(tmp_path, "a,b\n1,2\n3,4").final_line_end
    assert _dialect(tmp_path, "a,b\r1,2\r3,4\r").line_end == "\r"


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252"),
        ("utf-8", "utf-8"),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, expected: str) -> None:
    sniffed = _sniff(tmp_path, "id;näme\n1;„ü“ – €5\n2;é\n".encode(encoding))
    assert (sniffed.dialect.value.encoding, sniffed.names) == (expected, ("id", "näme"))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_of_scripts_without_nul_bytes(tmp_path: Path, encoding: str) -> None:
    content = "編號,名稱,城市\n一,二三四,臺北市\n五,六七八,高雄市\n"
    assert _dialect(tmp_path, content.encode(encoding)).encoding == encoding


def test_encoding_that_shows_late(tmp_path: Path) -> None:
    content = b"id,name\n" + b"1,plain\n" * 200_000 + b"2,caf\xe9\n" + b"3,plain\n" * 100_000
    assert _dialect(tmp_path, content).encoding == "latin-1"


def test_files_of_one_table(tmp_path: Path) -> None:
    first, second, third = (tmp_path / f"{name}.csv" for name in "abc")
    first.write_text("id,score\n1,2\n2,3\n")
    second.write_text("id,score\n3,NA\n4,5\n", encoding="latin-1")
    third.write_text("score,id\n1,2\n")
    assert sniff(first, pattern_files=[first, second]).dialect.value.null_tokens == ("NA",)
    with pytest.raises(SourceError, match=r"c\.csv: its header is not that of .*a\.csv"):
        sniff(first, pattern_files=[first, third])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty: 0 bytes"),
        (b"\n \n\n", "only blank lines"),
        (b"a,b\n1,\x00\n", "line 2: there are NUL bytes"),
        (b"\x89PNG\r\n\x1a\n----", "PNG image"),
        (b"PK\x03\x04----", "zip archive"),
        (b"%PDF-1.7\n", "PDF document"),
        (b"\x1f\x8b\x08\x00\x00\x00", "gzip data is broken"),
        (b"x" * 9_000_000, "line 1: the line is longer"),
    ],
)
def test_what_can_not_be_read(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        _sniff(tmp_path, content)


def test_names_that_occur_twice_get_numbers(tmp_path: Path) -> None:
    sniffed = _sniff(tmp_path, "a,b,A,a_2,a\n1,x,3,y,5\n2,z,4,w,6\n")
    assert sniffed.names == ("a", "b", "A_3", "a_2", "a_4")
    assert sniffed.dialect.value.header_cells == ("a", "b", "A", "a_2", "a")
    assert [(each.code, each.line) for each in sniffed.findings] == [("source.duplicate-names", 1)]
    described = look(str(tmp_path / "file.csv"))
    assert [column.name for column in described.columns] == list(sniffed.names)


def test_a_row_that_does_not_fit_leaves_the_dialect(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("id;name\n1;x\n2;y\n3;z;zz\n4;q\n")
    with pytest.raises(RowsError, match=r"file\.csv, line 4: the row has 3 values") as caught:
        look(str(path))
    assert (caught.value.dialect.delimiter, caught.value.dialect.header_rows) == (";", 1)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        sniff(tmp_path / "nowhere.csv")


def test_twenty_thousand_columns(tmp_path: Path) -> None:
    lines = [",".join(f"c{n}" for n in range(20_000)), *(",".join(["7"] * 20_000) for _ in range(3))]
    assert len(_sniff(tmp_path, "\n".join(lines)).names) == 20_000


def test_the_lines_of_a_last_value_are_no_footer(tmp_path: Path) -> None:
    """Of a long file only the end is looked at."""
    path = tmp_path / "long.csv"
    rows = "".join(f'{number},{number * 7},"note of {number}"\n' for number in range(20_000))
    path.write_text(f'id,amount,note\n{rows}20000,1,"said\nso"\n')
    assert sniff(path).dialect.value.footer == ()
    path.write_text(f'id,amount,note\n{rows}20000,1,"said\nso"\nTotal: 20001\n')
    assert sniff(path).dialect.value.footer == ("Total: 20001",)
