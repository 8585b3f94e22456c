"""Lines above and below a table tell nobody's name."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from synth_core import api
from synth_core.model.dialect import Dialect
from synth_core.stages.describe.mentions import crossed_out, name_without_mentions, without_mentions
from synth_core.stages.gather.around import without_persons
from synth_core.stages.gather.find import find

GIVEN, FAMILY = (
    ("Ann", "Maria", "Peter", "Jane", "Paul"),
    ("Lee", "Meyer", "Lopez", "Brown", "Rossi", "Novak", "Zyxqu"),
)
ROWS = "".join(f"{2000 + i};{GIVEN[i % 5]} {FAMILY[i % 7]};{i % 7},50\n" for i in range(40))


@pytest.mark.parametrize(
    ("line", "crossed"),
    [
        ("Report for Jane Miller, printed 2024-05-01", "Report for Xxxx Xxxxxx, printed 2024-05-01"),
        ("Questions: ann.lee@firm.com or +49 89 1234567", "Questions: xxx.xxx@xxxx.xxx or +00 00 0000000"),
        ("Account DE89370400440532013000 EUR", "Account XX00000000000000000000 EUR"),
        ("Card 4111 1111 1111 1111", "Card 0000 0000 0000 0000"),
        ("Monthly Sales by Region", "Monthly Sales by Region"),
        ("Berlin Airport, 2024", "Berlin Airport, 2024"),
        ("Paid to Trinity House, London", "Paid to Trinity House, London"),
        ("Clipped from the Washington Post", "Clipped from the Washington Post"),
        ("Gregory House, M.D., and Tyrone Brown", "Xxxxxxx Xxxxx, M.D., and Xxxxxx Xxxxx"),
        ("Rebecca Hall and Charlotte Church", "Xxxxxxx Xxxx and Xxxxxxxxx Xxxxxx"),
        ("HEADER 20240501 000120", "HEADER 20240501 000120"),
        ("Batch 4111-1111, 12.50 EUR", "Batch 4111-1111, 12.50 EUR"),
    ],
)
def test_what_names_somebody_by_itself_is_crossed_out(line: str, crossed: str) -> None:
    assert without_mentions(line) == crossed
    assert len(crossed) == len(line)


def test_letters_of_any_script_and_digits_are_crossed_out() -> None:
    assert crossed_out("Åsa Øst-25 ж") == "Xxx Xxx-00 x"


@pytest.mark.parametrize(
    ("line", "crossed"),
    [
        ("Account holder: Zyx Qwrt", "Account holder: Xxx Xxxx"),
        ('"Kontoinhaber:";"Zyx Qwrt"', '"Kontoinhaber:";"Xxx Xxxx"'),
        ('"IBAN";"DE89370400440532013000";""', '"IBAN";"XX00000000000000000000";""'),
        ("Printed at: 10:15", "Printed at: 10:15"),
        ("id;full_name;city;balance", "id;full_name;city;balance"),
        ("Department;Finance", "Department;Finance"),
        ("Total;{rows as 9};{sum of column 3 as 9,99}", "Total;{rows as 9};{sum of column 3 as 9,99}"),
        (";;", ";;"),
    ],
)
def test_what_stands_behind_a_label_is_judged_by_it(line: str, crossed: str) -> None:
    found = without_persons(Dialect(delimiter=";", banner=(line,), footer=(line,)))
    assert found.banner == found.footer == (crossed,)


def test_neither_the_project_nor_files_have_what_a_personal_column_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "visits.csv"
    source.write_text(f"Clinic report\nSeen last;jane zyxqu\n\nnumber;patient;paid\n{ROWS}")
    api.init("clinic", source=str(source), target="duckdb:clinic.duckdb")
    api.infer("clinic")
    text = (tmp_path / "projects" / "clinic" / "project.yaml").read_text()
    assert yaml.safe_load(text)["tables"][0]["dialect"]["value"]["banner"] == [
        "Clinic report",
        "Seen last;xxxx xxxxx",
        "",
    ]
    assert "jane zyxqu" not in text
    # Another way to read it takes the lines from the file anew; then nobody looks at the columns.
    assert without_persons(Dialect(delimiter=";", banner=("Patient;Jane Brown",))).banner == (
        "Patient;Xxxx Xxxxx",
    )


@pytest.mark.parametrize(
    ("name", "crossed"),
    [
        ("Umsaetze_DE44500105175407324931_2024", "Umsaetze_XX00000000000000000000_2024"),
        ("Export-Jane-Brown-2024", "Export-Xxxx-Xxxxx-2024"),
        ("Timesheet_Peter_Novak", "Timesheet_Xxxxx_Xxxxx"),
        ("mails_of_ann.lee@example.org", "xxxxx_xx_xxx.xxx@xxxxxxx.xxx"),
        ("Product_Price_List_2024-03-01", "Product_Price_List_2024-03-01"),
        ("runs-2015-06-22-18-53-45", "runs-2015-06-22-18-53-45"),
    ],
)
def test_what_names_somebody_in_the_name_of_a_file_is_crossed_out(name: str, crossed: str) -> None:
    assert name_without_mentions(name) == crossed


def test_tables_are_not_called_by_whose_files_they_are(tmp_path: Path) -> None:
    for name in ("Konto_Ann_Lee.csv", "Konto_Jan_Roe.csv", "Konto_Ann_Ray.csv"):
        (tmp_path / name).write_text("a,b\n1,2\n")
    found = find([str(tmp_path)])
    assert [name for name, _ in found.tables] == ["Konto_Xxx_Xxx", "Konto_Xxx_Xxx_2", "Konto_Xxx_Xxx_3"]
    assert {each.code for each in found.findings} == {"source.telling-name"}
