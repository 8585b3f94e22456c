"""What separates, and what only looks like it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from synth_core.files.names import header_names
from synth_core.stages.look import look
from synth_core.stages.sniff import as_decided, sniff

_SENT = "6,1,P,9.5,1995-03-18T00:00:00.000-08:00,5-LOW,C,0,a b\n"
_SAID = "7,2,F,8,1995-01-25T00:00:00.000-08:00,2-HIGH,C,0,b, c\n"


@pytest.mark.parametrize(
    ("content", "delimiter", "width"),
    [
        ("a\x10b\x10c\n1\x102\x103\n4\x105\x106\n", "\x10", 3),
        ("a→b→c\n" + "1→x y→3\n4→z→6\n5→q→1\n" * 6, "→", 3),
        ("# made\n# by hand\n#\n# not to be changed\nid,name\n1,Ada\n# more\n2,Bo\n", ",", 2),
        ("1, I;\n2, L;\n3, V;\n4, E;\n5, Q;\n", ",", 2),
        ("HH:mm:ss.S\n15:02:37.143\n", ",", 1),
        ("sep=~\nid~name\n1~a,b\n2~c,d\n", "~", 2),
        ("1;Ada Lo;5;6;7;8;x|y|z|u|v|w|q|r|s\n", ";", 7),
        ("Land%Einwohner\nPeru%33715471\nPolen%37561599\n", "%", 2),
        ("street\nNguyenholtet 66\nEvensenspranget 6\nJacobsentunet 7\nRingen 9\n", ",", 1),
        ("active@zip\nja@58629\nnein@56485\nja@11011\n", "@", 2),
        ('"Thailand"@"71800000"\n"Togo"@"9050000"\n', "@", 2),
        ("1+11,2+82\n2+10,3+69\n3+12,5+61\n4+9,9+70\n", "+", 3),
        ("seen\n2021-04-22 07:50:38\n2025-06-30 03:06:28\n2024-02-28 11:49:00\n", ",", 1),
        ("~01~^~Milk, fresh~\n~02~^~Egg~\n~03~^~Rice^Oats~\n", "^", 2),
        ("~01~^~Milk, fresh~^3.5\n~02~^~Egg~^6\n~03~^~Rice^Oats~^\n~04~^~Salt~^1\n", "^", 3),
        ("id   size   kind\n1    2.5    x\n10   33.5   y\n100  4.5    z\n", " ", 3),
        ("381/1/1\n601/9/1\n442/1/10\n630/5/1\n778/1/1\n", "/", 3),
        ("Iallo, Lucio:Bonn::UK\nReagan, April:Rom::Italy\nBrehm, Peter:Bend:OR:USA\n" * 4, ":", 4),
        ("0.0139 #gameinsight\n0.0249 #android\n0.0351 #news\n0.0447 #music\n1.0 #tysrt\n" * 4, " ", 2),
        ("10,32 69 1160\n10,99 82 1607\n12,58 130 1720\n9,64 46 1595\n" * 3, " ", 3),
        (
            "340,87#P. Kovács#Pest\n191,98#K. Vörös#Vác\n422,15#T. Varga#Eger\n526,50#A. Horváth#Pest\n",
            "#",
            3,
        ),
        ("1,2 kg\n2,3 kg\n3,5 kg\n4,7 kg\n", ",", 2),
        ("id,sent\n1,240501:1230\n2,240502:0915\n3,240503:2210\n4,240504:0130\n", ",", 2),
        (
            '428 20210825 "Dr. Kis Andrea" emma@x.example\n303 20120720 "Dr. Szabó Noel" petra@x.example\n',
            " ",
            4,
        ),
        (_SENT + _SAID + _SENT + _SENT + _SAID, ",", 9),
    ],
)
def test_delimiters(tmp_path: Path, content: str, delimiter: str, width: int) -> None:
    path = tmp_path / "file.csv"
    path.write_text(content)
    sniffed = sniff(path)
    assert (sniffed.dialect.value.delimiter, len(sniffed.names)) == (delimiter, width)


def test_blanks_behind_the_delimiter_are_no_part_of_values(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text('ID, SAID\n1, "one, two"\n2, "say ""no"""\n3, \n')
    looked = look(str(path))
    assert looked.sniffed is not None and looked.sniffed.dialect.value.initial_space
    assert [column.name for column in looked.columns] == ["ID", "SAID"]


def test_signs_that_values_begin_with_enclose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "zones.csv"
    zones = [f"{number},1,zone {number}" for number in range(90)]
    zones[40:40] = ["3147,1,T'ai-chung", "1704,1,'Amman", "3157,1,T'ai-nan", "187,1,Syunik'"]
    path.write_text("\n".join(["zone_id,language_id,name", *zones, ""]))
    looked = look(str(path))
    assert looked.sniffed is not None and looked.sniffed.dialect.value.quotechar != "'"
    assert len(looked.columns) == 3


def test_a_quote_behind_a_blank_inside_of_a_text_makes_no_blanks_part_of_the_delimiter(
    tmp_path: Path,
) -> None:
    path = tmp_path / "products.csv"
    rows = "".join(f'{number},thing {number},"for cuts, and such",{number}.5\n' for number in range(1, 30))
    path.write_text('id,name,about,price\n30,saw,"called ""jaws"", ""saw"" and more",3.5\n' + rows)
    looked = look(str(path))
    assert looked.sniffed is not None and not looked.sniffed.dialect.value.initial_space


def test_escapes_without_quotes(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text('id;said\n1;\\"no\\" he said\n2;yes\n3;a\\;b\n')
    assert sniff(path).dialect.value.escapechar == "\\"


def _page(number: int) -> str:
    text = json.dumps({"text": f'<a href="https://x.org/{number}">see</a> it, "now"'})
    return text.replace('"', '""')


@pytest.mark.parametrize("rows", [1, 9])
def test_json_with_quotes_in_its_texts_is_no_escaping(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "pages.csv"
    pages = "".join(f'{number},page {number},"{_page(number)}",2022-05-13\n' for number in range(rows))
    path.write_text(f"id,title,content,created\n{pages}")
    sniffed = sniff(path)
    dialect = sniffed.dialect.value
    assert (dialect.quotechar, dialect.escapechar, dialect.header_rows) == ('"', "", 1)
    assert sniffed.names == ("id", "title", "content", "created")


def test_a_quoted_value_that_goes_on_behind_what_was_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "options.csv"
    rows = "".join(
        f'{number},option {number},"a:1:{{i:{number};s:2:""ok"";}}",yes\n' for number in range(250)
    )
    lines = "\n".join(f'""news"": \\""what is {number}\\"" and {number}' for number in range(400))
    path.write_text(f'id,name,value,autoload\n{rows}900,news,"{lines}",no\n{rows}')
    dialect = sniff(path).dialect.value
    assert (dialect.quotechar, dialect.escapechar) == ('"', "")


@pytest.mark.parametrize("first", ["General,General,Price", "General,,Price"])
def test_titles_of_several_columns_are_a_first_header_row(tmp_path: Path, first: str) -> None:
    path = tmp_path / "file.csv"
    path.write_text(f"{first}\nname,town,amount\nAda,Rome,2.5\nBo,Oslo,3.5\nCy,Lima,7.25\n")
    sniffed = sniff(path)
    assert (sniffed.dialect.value.header_rows, sniffed.names) == (2, ("name", "town", "amount"))


@pytest.mark.parametrize("line", ["EOF", "(2 rows)", "2 records", "End of report"])
def test_a_footer_below_very_few_rows(tmp_path: Path, line: str) -> None:
    path = tmp_path / "file.csv"
    path.write_text(f"id;name;town\n1;Ada;Rome\n2;Bo;Oslo\n{line}\n")
    assert sniff(path).dialect.value.footer == (line,)


@pytest.mark.parametrize("ending", [",", ",\r\nTotal: 3001 rows"])
def test_the_lines_of_a_long_last_value_are_no_footer(tmp_path: Path, ending: str) -> None:
    rows = [f'{i},"a ""short"" text",{i % 9},x' for i in range(3000)]
    last = (
        '3000,"<table>\n' + "".join(f'  <td style=""x: {i}"">word</td>\n' for i in range(60)) + f'",{ending}'
    )
    path = tmp_path / "a.csv"
    path.write_text(
        "\r\n".join(["id,markup,kind,note", *(row * 1 for row in rows * 6), last, ""]), newline=""
    )
    found = sniff(path)
    assert len(found.dialect.value.footer) == ending.count("Total")
    assert found.dialect.value.header_rows == 1


def test_null_tokens_are_no_comments(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("#N/A;x;1\n2;y;2\n3;z;3\n#N/A;q;4\n")
    dialect = sniff(path).dialect.value
    assert (dialect.banner, dialect.footer) == ((), ())


def test_comments_between_rows_leave_the_header_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(
        "# top\nauthor,title,year\nDan,Hyperion,1989\n# a\n# b\n# c\nDoug,Guide,1979\nDoug,Mars,1980\n"
    )
    sniffed = sniff(path)
    assert (sniffed.dialect.value.banner, sniffed.names) == (("# top",), ("author", "title", "year"))


def test_titles_in_one_cell_of_a_row_that_is_else_empty(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(
        ";;Version 3;;\n;;mail: a@b.example;;\nid;name;town;kind;size\n1;Ada;Rome;a;2\n2;Bo;Oslo;b;3\n"
    )
    sniffed = sniff(path)
    assert (sniffed.dialect.value.skip_rows, sniffed.names[:2]) == (2, ("id", "name"))


def test_quotes_above_the_table_only(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text('7,"GREEN BAY",WI\nday,hour,sun,rain\n1,2,3,4\n1,3,3,5\n1,4,4,5\n')
    assert sniff(path).dialect.value.quotechar == '"'


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (
            "name;town;born\nAda;Rome;1960;\nBo;Oslo;1971;\nCy;Rome;1980;\n",
            ("name", "town", "born", "column_4"),
        ),
        ('"size","born","x"\n"1",7,1960,1\n"2",8,1971,2\n"3",7,1980,2\n', ("column_1", "size", "born", "x")),
        ("size,born,kind\nAda,7,1960,x\nBo,8,1971,y\nCy,7,1980,y\n", ("column_1", "size", "born", "kind")),
        (
            "id|name|town\n17|Ada|Rome|2.5\n29|Bo|Oslo|3.5\n31|Cy|Rome|2.5\n",
            ("id", "name", "town", "column_4"),
        ),
    ],
)
def test_a_header_may_lack_the_first_or_the_last_name(
    tmp_path: Path, content: str, names: tuple[str, ...]
) -> None:
    path = tmp_path / "file.csv"
    path.write_text(content)
    looked = look(str(path))
    assert looked.sniffed is not None and looked.sniffed.dialect.value.header_rows == 1
    assert tuple(column.name for column in looked.columns) == names


@pytest.mark.parametrize("title", ["Sales", "Sales;by town", "HEADER;towns;20240131"])
def test_a_title_is_no_header_with_too_few_names(tmp_path: Path, title: str) -> None:
    path = tmp_path / "file.csv"
    path.write_text(f"{title}\n1;Rome;1960;a\n2;Oslo;1971;b\n3;Bonn;1980;a\n")
    dialect = sniff(path).dialect.value
    assert (dialect.skip_rows, dialect.header_rows) == (1, 0)


def test_blanks_at_the_end_of_aligned_lines_are_no_column(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(
        'id    size   name   \n   \n3102  0.32   Q125   \n877   0.22   "S 82" \n96    4.5    T4\n'
    )
    looked = look(str(path))
    assert [column.name for column in looked.columns] == ["id", "size", "name"]


def test_a_row_of_words_alone_is_a_header(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("Matrícula,Cargo,Auxílio,Auxílio Creche,Verbas Rescisórias,Licença\n")
    assert sniff(path).dialect.value.header_rows == 1


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ('"Country","2019","2020","2021"\n"Aruba","54211","55438","56225"\n"Peru","9","4","3"\n', 1),
        ("place,code,1990,2000,2010\nRome,7,12,,13\nOslo,8,1200,7,\nBonn,9,3,4,5\n", 1),
        ("brand,2010,2013,2014\nFiat,7,5,\nSaab,,1,2\n", 1),
        ("Ada,1990,1991,1992\nBo,1987,1991,2003\nCy,1988,1994,1995\n", 0),
        ("7,1990,3,5\n8,1991,4,6\n9,1992,5,7\n", 0),
    ],
)
def test_years_side_by_side_are_names_of_columns(tmp_path: Path, content: str, rows: int) -> None:
    path = tmp_path / "file.csv"
    path.write_text(content)
    assert sniff(path).dialect.value.header_rows == rows


def test_further_files_and_a_person_keep_a_header_that_lacks_a_name(tmp_path: Path) -> None:
    paths = [tmp_path / "1.csv", tmp_path / "2.csv"]
    for path in paths:
        path.write_text("name;town;born\nAda;Rome;1960;\nBo;Oslo;1971;\nCy;Rome;1980;\n")
    sniffed = sniff(paths[0], pattern_files=paths)
    assert (
        sniffed.names == as_decided(paths[0], sniffed.dialect).names == ("name", "town", "born", "column_4")
    )
    assert header_names(("name", "town", "born"), sniffed.names) == sniffed.names
    assert header_names(("town", "born", "column_4"), sniffed.names) == ("town", "born", "column_4")


@pytest.mark.parametrize(
    ("content", "banner", "footer"),
    [
        ("Sensor readings,\nid,name\n1,Ada\n2,Bo\n3,Cy\n", 1, 0),
        ("id,\n1,Ada\n2,Bo\n3,Cy\n", 0, 0),
        ("Title;Payroll 2023/04\nDate;2013-08-22\n\ncar;9900\nvan;14900\njeep;16900\n", 3, 0),
        ("day;a;b\n2018-10-20;0;1\n2018-07-27;0;2\n#ERR;0;3\n", 0, 0),
        ("day;a;b\n2018-10-20;0;1\n2018-07-27;0;2\n# 2 rows;;\n", 0, 1),
        ("size,heat\n0,69\n0,68\n0,67\nSum,204\n", 0, 1),
        ("name,heat\nAda,69\nBo,68\nCy,67\nSum,204\n", 0, 0),
        ("day;in;out;for\n02.01.2025;5;;a\n03.01.2025;;7;b\nSaldo finale;;;12,50\n", 0, 1),
        ("day;in;out;for\n02.01.2025;5;;a\n03.01.2025;;7;b\nFin de liste;;;\n", 0, 1),
        ("day;in;out;for\n02.01.2025;5;;a\n03.01.2025;;7;b\nunknown;3;;c\n", 0, 0),
        ("day;in;out;for\n02.01.2025;5;;a\n03.01.2025;;7;b\nunknown;;;\n", 0, 0),
        ("who;in;out;for\nAda;5;;a\nBo;;7;b\nCy Ray;;;12\n", 0, 0),
        ("RO18WRYX18\nRO17VINL81\nRO13ZCKD68\nEOF\n", 0, 1),
    ],
)
def test_lines_above_and_below(tmp_path: Path, content: str, banner: int, footer: int) -> None:
    path = tmp_path / "file.csv"
    path.write_text(content)
    dialect = sniff(path).dialect.value
    assert (len(dialect.banner), len(dialect.footer)) == (banner, footer)
