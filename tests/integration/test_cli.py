"""The command line: what each command prints, as JSON and for people, and how it ends."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from small_shop import Said, Synth, count, database, done, edit, files_below, folder
from typer.main import get_command

import synth_core
from synth_core.cli import main
from synth_core.cli.app import app
from synth_core.cli.output import Bars, Output
from synth_core.cli.plain import jsonable

ROOT = Path(synth_core.__file__).parents[1]
COMMANDS = sorted(get_command(app).commands)  # type: ignore[attr-defined]
COLUMN = {"name", "type", "format", "mode", "meaning", "personal", "confidence", "please_look", "evidence"}
FIT = {"share", "others"}
DIALECT = {
    "delimiter",
    "quotechar",
    "escapechar",
    "initial_space",
    "encoding",
    "compression",
    "skip_rows",
    "header_rows",
    "footer_rows",
    "null_tokens",
    "decimal",
    "thousands",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("shop") / "files")


def test_the_commands_are_those_that_were_promised() -> None:
    promised = "sniff relate init infer rename draft lint preview approve run"
    promised += " cancel resume runs audit quickstart generate functions"
    promised += " versions show diff restore sources doctor cost config import-config"
    promised += " explain eval-prompts members jobs edit attention report compare literals clone"
    promised += " ask prompts rows undo"
    assert sorted(promised.split()) == COMMANDS


def test_functions_are_listed_and_explained(synth: Synth) -> None:
    said = done(synth("functions"))
    for name in ("Synth.choice", "random_number", "Math.sqrt", "fake.first_name"):
        assert f"  {name}  " in said.out
    for name in ("Synth.quantiles", "quantiles"):
        explained = done(synth("functions", name)).out
        assert explained.startswith("Synth.quantiles: Numbers, dates or times")
        assert "decimals: digits after the point" in explained
    fitting = {each["name"] for each in done(synth("functions", "--type", "bool", "--json")).data}
    assert {"Synth.choice", "fake.boolean"} <= fitting and not {"Synth.uuid", "fake.city"} & fitting
    assert done(synth("functions", "FirstName", "--json")).data["example"] == "fake: FirstName"
    unknown = synth("functions", "Synth.chioce")
    assert (unknown.code, unknown.out) == (1, "")
    assert "Did you mean Synth.choice" in unknown.err
    wrong = synth("functions", "--type", "text")
    assert wrong.code == 2 and "INT64" in wrong.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(synth: Synth, command: str) -> None:
    said = done(synth(command, "--help"))
    assert said.err == ""
    assert said.out.startswith(f"Usage: synth {command}")
    assert "--json" in said.out or "Commands:" in said.out
    assert "..." not in done(synth("--help")).out.partition("Commands:")[2], "descriptions fit into a line"
    description = said.out.split("\n\n")[1].strip()
    assert description.endswith(".") and len(description) > 10


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing"],
        ["sniff"],
        ["sniff", "--surprise", "x.csv"],
        ["relate", "x", "--sample-rows", "0"],
        ["relate", "duckdb:"],
        ["quickstart", "duckdb:", "--target", "y"],
        ["init", "p"],
        ["init", "p", "--source", "x", "--target", "bigquery:a"],
        ["init", "p", "--source", "x", "--target", "duckdb:"],
        ["init", "p", "--source", "x", "--target", ""],
        ["approve", "p", "--seed", "-1"],
        ["approve", "p", "--seed", "9223372036854775808"],
        ["preview", "p", "--seed", "9223372036854775808"],
        ["quickstart", "x", "--target", "y", "--seed", "9223372036854775808"],
        ["generate", "missing.yml", "--out", "y", "--seed", "9223372036854775808"],
        ["generate", "missing.yml", "--out", "y", "--format", "xls"],
        ["approve", "p", "--rows", "many"],
        ["approve", "p", "--count", "orders"],
        ["approve", "p", "--count", "orders=1.5"],
        ["approve", "p", "--append", "--replace"],
        ["quickstart", "x"],
        ["quickstart", "x", "--target", "y", "--count", "=5"],
        ["generate", "x.yml"],
    ],
)
def test_a_wrong_call_ends_with_2_and_says_why_on_standard_error(
    synth: Synth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    said = synth(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err
    assert list(tmp_path.iterdir()) == [], "nothing may be written"


# --- sniff ---


def test_sniff_reports_one_entry_a_file(synth: Synth, shop: Path) -> None:
    paths = [shop / name for name in ("customers.csv", "orders.dat.gz", "order_lines.tsv")]
    said = done(synth("sniff", *paths, "--json"))
    assert said.err == ""
    entries = said.data
    assert [entry["file"] for entry in entries] == [str(path) for path in paths]
    for entry in entries:
        assert set(entry) == {"file", "columns", "confidence", *DIALECT}
        assert 0.0 <= entry["confidence"] <= 1.0
        for column in entry["columns"]:
            assert set(column) == COLUMN | FIT
            assert isinstance(column["personal"], bool) and column["evidence"]
            assert 0.0 <= column["confidence"] <= 1.0
    customers, orders, lines = entries
    assert [customers[key] for key in ("delimiter", "quotechar", "encoding", "skip_rows", "header_rows")] == [
        ";", '"', "latin-1", 1, 1,
    ]  # fmt: skip
    assert [column["name"] for column in customers["columns"]] == [
        "customer_id",
        "full_name",
        "city",
        "balance",
    ]
    types = {column["name"]: column["type"] for column in customers["columns"]}
    assert types == {
        "customer_id": "INT64",
        "full_name": "STRING",
        "city": "STRING",
        "balance": "NUMERIC(31, 2)",
    }
    assert (orders["delimiter"], orders["header_rows"], orders["skip_rows"]) == ("|", 0, 0)
    assert [column["name"] for column in orders["columns"]] == [f"column_{n}" for n in range(1, 5)]
    assert orders["columns"][2]["type"] == "DATE"
    assert (lines["delimiter"], lines["footer_rows"], lines["null_tokens"]) == ("\t", 0, [])


def test_sniff_names_what_stands_above_and_below_and_for_null(synth: Synth, tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    rows = "".join(f"{i},{'NULL' if i % 7 == 0 else i * 2},x\n" for i in range(1, 40))
    path.write_text(f"A report\n\nof today\nno,value,kind\n{rows}Total 39\n")
    [entry] = done(synth("sniff", path, "--json")).data
    assert (entry["skip_rows"], entry["header_rows"], entry["footer_rows"]) == (3, 1, 1)
    assert entry["null_tokens"] == ["NULL"]
    assert entry["columns"][1] | {"confidence": 0, "evidence": ""} == {
        "name": "value", "type": "INT64", "mode": "NULLABLE", "meaning": entry["columns"][1]["meaning"],
        "personal": False, "confidence": 0, "evidence": "", "format": "", "please_look": False, "share": 1.0,
        "others": [],
    }  # fmt: skip


def test_sniff_shows_what_speaks_against_a_type_and_marks_guesses(synth: Synth, tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    rows = "".join(f"{i},{'soon' if i == 9 else i},{i % 12 + 1}.{i % 9 + 1}.2023,\n" for i in range(1, 41))
    path.write_text(f"no,count,day,nothing\n{rows}")
    [entry] = done(synth("sniff", path, "--json")).data
    _, count, day, nothing = entry["columns"]
    assert (count["type"], count["share"], count["others"]) == ("STRING", 0.975, ["soon"])
    assert "39 of 40 values (97.5 %)" in count["evidence"] and "soon" not in count["evidence"]
    assert (day["type"], day["format"]) == ("DATE", "%-d.%-m.%Y")
    assert (nothing["please_look"], day["please_look"]) == (True, False)
    assert "20%, please look" in done(synth("sniff", path)).out


def test_sniff_takes_the_name_of_a_file_for_what_its_rows_are(synth: Synth, tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text("id,name\n1,Zerp\n2,Oxu\n3,Brakk\n4,Vint\n")
    [entry] = done(synth("sniff", path, "--json")).data
    assert entry["columns"][1]["meaning"] == "product_name"


def test_sniff_marks_texts_that_may_tell_who_somebody_is(synth: Synth, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    rows = "".join(
        f"{i},{word} Qwandil\n" for i, word in enumerate(["Zerp", "Oxu", "Brakk", "Vint", "Jolp", "Wemm"])
    )
    path.write_text(f"no,zzk\n{rows}")
    [entry] = done(synth("sniff", path, "--json")).data
    assert [column["please_look"] for column in entry["columns"]] == [False, True]
    assert "please look" in done(synth("sniff", path)).out


def test_sniff_says_a_comma_of_files_with_one_column(synth: Synth, tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text("name\nAna\nBo\nCleo\n")
    [entry] = done(synth("sniff", path, "--json")).data
    assert entry["delimiter"] == "," and [column["name"] for column in entry["columns"]] == ["name"]


def test_sniff_of_columnar_files_has_columns_and_no_dialect(synth: Synth, tmp_path: Path) -> None:
    path = tmp_path / "rows.ndjson"
    path.write_text('{"a": 1, "b": {"c": [true]}}\n{"a": 2, "b": {"c": []}}\n')
    [entry] = done(synth("sniff", path, "--json")).data
    assert set(entry) == {"file", "columns", "confidence"}
    assert [(column["name"], column["type"]) for column in entry["columns"]] == [
        ("a", "INT64"),
        ("b", "STRUCT<c ARRAY<BOOL>>"),
    ]


def test_sniff_fails_only_when_no_file_is_readable(synth: Synth, shop: Path, tmp_path: Path) -> None:
    whole = gzip.compress("".join(f"{i},{i * i}\n" for i in range(999)).encode())
    (tmp_path / "cut.csv.gz").write_bytes(whole[: len(whole) // 2])
    good, bad, missing = shop / "order_lines.tsv", tmp_path / "cut.csv.gz", tmp_path / "missing.csv"
    entries = done(synth("sniff", bad, good, missing, "--json")).data
    assert [set(entry) == {"file", "error"} for entry in entries] == [True, False, True]
    assert [entry["file"] for entry in entries] == [str(bad), str(good), str(missing)]
    for entry in (entries[0], entries[2]):
        assert entry["error"].startswith(entry["file"])

    none = synth("sniff", bad, missing, "--json")
    assert none.code == 1
    assert [set(entry) for entry in none.data] == [{"file", "error"}, {"file", "error"}]
    for_people = synth("sniff", bad, missing)
    assert (for_people.code, for_people.out) == (1, "")
    assert "gzip" in for_people.err and "no such file" in for_people.err
    assert for_people.err.count(str(missing)) == 1


def test_sniff_takes_the_tables_of_a_folder(synth: Synth, shop: Path, tmp_path: Path) -> None:
    names = ["customers.csv", "order_lines.tsv", "orders.dat.gz"]
    entries = done(synth("sniff", shop, "--json")).data
    assert [entry["file"] for entry in entries] == [str(shop / name) for name in names]
    assert all(entry["columns"] for entry in entries)
    assert "labels.json: passed over" in done(synth("sniff", shop)).out
    (tmp_path / "empty").mkdir()
    said = synth("sniff", tmp_path / "empty")
    assert (said.code, said.out) == (1, "")
    assert str(tmp_path / "empty") in said.err and "no table to read" in said.err


def test_sniff_tells_people_the_same(synth: Synth, shop: Path) -> None:
    said = done(synth("sniff", shop / "customers.csv"))
    assert said.err == ""
    for text in ("delimiter ';'", "latin-1", "1 line above", "1 header row,", "customer_id", "INT64"):
        assert text in said.out


def test_names_and_values_are_shown_as_they_are(synth: Synth, tmp_path: Path) -> None:
    """Neither markup nor emoji; what could command a terminal is a picture of it."""
    path = tmp_path / "[bold]x :100:.csv"
    rows = "".join(f"{i},:smile: [b]{i % 3},\x1b]0;owned\x07\n" for i in range(40))
    path.write_text("[red]id,:key: name,no\x1b[31mte\n" + rows)
    said = done(synth("sniff", path))
    for text in ("[bold]x :100:.csv", "[red]id", ":key: name", "no␛[31mte"):
        assert text in said.out
    assert "\x1b" not in said.out
    assert [column["name"] for column in done(synth("sniff", path, "--json")).data[0]["columns"]] == [
        "[red]id", ":key: name", "no\x1b[31mte",
    ]  # fmt: skip
    refused = synth("sniff", tmp_path / "[red]:100:\x1b[31m.csv")
    assert "[red]:100:␛[31m.csv" in refused.err and "\x1b" not in refused.err


def test_a_name_that_is_no_text_can_be_named(synth: Synth, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.csv")
    path.write_text("a,b\n1,2\n3,4\n")
    [entry] = done(synth("sniff", path, "--json")).data
    assert entry["file"].endswith("/caf?.csv")
    assert "caf\ufffd.csv" in done(synth("sniff", path)).out


def test_a_grid_has_titles_headers_and_bars_as_they_are(capfd: pytest.CaptureFixture[str]) -> None:
    output = Output(as_json=False)
    output.grid("[red]t :100:", ["[b]c"], [["[i]v\n:key:"], [1234], [True]])
    out = capfd.readouterr().out
    assert [line.strip() for line in out.splitlines()] == [
        "[red]t :100:", "[b]c", "[i]v␊:key:", "1,234", "True",
    ]  # fmt: skip
    output.err = Console(file=StringIO(), force_terminal=True, width=99)
    with Bars(output) as bars:
        bars.generating({"[red]t :100:": 5})
    assert "[red]t :100:" in output.err.file.getvalue()


def test_a_grid_of_very_many_rows_has_them_side_by_side_too(capfd: pytest.CaptureFixture[str]) -> None:
    few, many = ([[f"[i]{i:04}", i % 60, "x" * (i % 3)] for i in range(rows)] for rows in (1000, 2000))
    said = []
    for rows in (few, many):
        Output(as_json=False).grid("t", ["a", "number", "c"], rows, right=["number"])
        said.append([line.rstrip() for line in capfd.readouterr().out.splitlines()])
    assert said[0] == said[1][:1002] and len(said[1]) == 2002


def test_what_json_has_no_form_for_is_text() -> None:
    data = {"a": float("nan"), "b": (float("inf"), -float("inf")), "c": b"\x00\xff", 1: [True, 1, 1.5, None]}
    assert jsonable(data) == {
        "a": "NaN", "b": ["Infinity", "-Infinity"], "c": "AP8=", "1": [True, 1, 1.5, None],
    }  # fmt: skip


# --- relate ---


def test_relate_reports_keys_columns_and_links(synth: Synth, shop: Path) -> None:
    said = done(synth("relate", shop, "--json"))
    assert said.err == ""
    assert set(said.data) == {"tables", "foreign_keys", "nested_links", "rules"}
    found = said.data["tables"]
    assert {name: table["primary_key"] for name, table in found.items()} == {
        "customers": ["customer_id"],
        "order_lines": ["order_id", "line_no"],
        "orders": ["column_1"],
    }
    for table in found.values():
        assert set(table) == {"primary_key", "columns"}
        assert all(set(column) == COLUMN for column in table["columns"])
    modes = {column["name"]: column["mode"] for column in found["customers"]["columns"]}
    assert modes == {
        "customer_id": "REQUIRED",
        "full_name": "NULLABLE",
        "city": "NULLABLE",
        "balance": "NULLABLE",
    }
    keys = {"table", "columns", "ref_table", "ref_columns", "confidence", "please_look", "evidence"}
    assert all(set(link) == keys for link in said.data["foreign_keys"])
    assert ["orders", ["column_2"], "customers", ["customer_id"]] in ends(said)


def ends(said: Said) -> list[list[Any]]:
    """The links without how sure they are."""
    names = ("table", "columns", "ref_table", "ref_columns")
    return [[link[name] for name in names] for link in said.data["foreign_keys"]]


def test_relate_reads_declared_keys_of_a_database(synth: Synth, tmp_path: Path) -> None:
    source = database(tmp_path / "it's a #1 shop.duckdb".replace("#", "no "))
    said = done(synth("relate", source, "--json"))
    assert said.data["tables"]["orders"]["primary_key"] == ["no"]
    assert sorted(ends(said)) == [
        ["orders", ["customer"], "customer", ["id"]],
        ["passport", ["customer"], "customer", ["id"]],
    ]
    assert {link["confidence"] for link in said.data["foreign_keys"]} == {1.0}
    part = done(synth("relate", f"{source}#customer,orders", "--json")).data
    assert sorted(part["tables"]) == ["customer", "orders"]


def test_relate_with_hidden_names_reports_the_real_ones(synth: Synth, tmp_path: Path) -> None:
    place = tmp_path / "files"
    place.mkdir()
    (place / "Park Visits.csv").write_text(
        "Visit ID,park.key\n" + "".join(f"{i},{i % 40 + 700}\n" for i in range(1, 200))
    )
    (place / "parks.csv").write_text(
        "park.key,company\n" + "".join(f"{i + 700},park {i}\n" for i in range(40))
    )
    hidden = done(synth("relate", place, "--hide-names", "--json")).data
    shown = done(synth("relate", place, "--json")).data
    for found in (hidden, shown):
        names = {
            name: [column["name"] for column in table["columns"]] for name, table in found["tables"].items()
        }
        assert names == {"Park Visits": ["Visit ID", "park.key"], "parks": ["park.key", "company"]}
        [link] = found["foreign_keys"]
        assert [link["table"], link["columns"], link["ref_table"], link["ref_columns"]] == [
            "Park Visits", ["park.key"], "parks", ["park.key"],
        ]  # fmt: skip
    meanings = [found["tables"]["parks"]["columns"][1]["meaning"] for found in (shown, hidden)]
    assert meanings[0] == "company_name" != meanings[1]
    assert "name" in shown["foreign_keys"][0]["evidence"]
    assert "name" not in hidden["foreign_keys"][0]["evidence"]
    assert shown["foreign_keys"][0]["confidence"] > hidden["foreign_keys"][0]["confidence"]


def test_relate_looks_at_a_sample_when_asked(synth: Synth, shop: Path) -> None:
    said = done(synth("relate", shop, "--sample-rows", 25, "--json"))
    for table in said.data["tables"].values():
        assert any("25 values" in column["evidence"] for column in table["columns"])
    assert said.data == done(synth("relate", shop, "--sample-rows", 25, "--json")).data


# --- the commands of a project, in their order ---


def test_a_project_from_init_to_audit_as_json(
    synth: Synth, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, target = tmp_path / "home", tmp_path / "target.duckdb"
    monkeypatch.setenv("SYNTH_HOME", str(home))

    for command, hint in (
        ("infer", "There are: none yet"),
        ("draft", "none yet"),
        ("lint", "none yet"),
        ("preview", "none yet"),
        ("approve", "none yet"),
        ("run", "none yet"),
    ):
        said = synth(command, "p", "--json")
        assert (said.code, said.out) == (1, "") and hint in said.err
    assert not home.exists()

    made = done(synth("init", "p", "--source", shop, "--target", f"duckdb:{target}", "--json"))
    assert made.data == {"project": "p", "source": str(shop), "target": f"duckdb:{target}"}
    assert "already" in synth("init", "p", "--source", shop, "--target", f"duckdb:{target}").err
    for command, hint in (
        ("draft", "`synth infer p`"),
        ("lint", "`synth draft p`"),
        ("preview", "`synth draft p`"),
        ("approve", "`synth draft p`"),
        ("run", "`synth approve p`"),
    ):
        said = synth(command, "p")
        assert (said.code, said.out) == (1, "") and hint in said.err

    inferred = done(synth("infer", "p", "--json")).data
    assert [table["name"] for table in inferred["tables"]] == ["customers", "order_lines", "orders"]
    codes = {finding["code"] for finding in inferred["findings"]}
    assert codes == {"source.passed-over", "source.lines-kept"}
    drafted = done(synth("draft", "p", "--json")).data
    assert drafted["recipe"] == (home / "p" / "recipe.yml").read_text()
    assert done(synth("lint", "p", "--json")).data == []
    compiled = done(synth("draft", "p", "--compiled", "--json")).data["compiled"]
    assert (
        "Synth.plan" in compiled and done(synth("draft", "p", "--compiled")).out.strip() == compiled.strip()
    )

    shown = done(synth("preview", "p", "--rows", 3, "--json")).data
    assert {name: len(rows) for name, rows in shown["tables"].items()} == {
        "customers": 3,
        "order_lines": 3,
        "orders": 3,
    }
    assert set(shown["tables"]["orders"][0]) == {f"column_{n}" for n in range(1, 5)}
    assert shown["estimate"]["rows"] == 360 and shown["estimate"]["bytes"] > 1000
    assert {"table", "column", "score", "what", "few_rows"} == set(shown["likeness"][0])
    assert all(each["few_rows"] for each in shown["likeness"])
    few = done(synth("preview", "p", "--rows", 99)).out
    assert "Least like the source" not in few
    assert "can't say how like the source they are. Make more with --rows 100." in few
    some = done(synth("preview", "p", "--rows", 100)).out
    assert "Least like the source" in some and "orders.column_" in some
    assert "can't say how like the source they are: customers.\n" in some, "it has no more than 60"

    plan = done(synth("approve", "p", "--by", "ana", "--rows", 30, "--json")).data
    assert plan["counts"] == {"customers": 30, "order_lines": 30, "orders": 30}
    assert (plan["approved_by"], plan["seed"], plan["mode"], plan["offsets"]) == ("ana", 42, "append", {})
    said = done(synth("run", "p", "--json"))
    run = said.data
    assert said.err == f"synth: run {run['run_id']} has started.\n"
    assert (run["project"], run["state"], run["rows"]) == ("p", "published", 90)
    assert all(check["ok"] for check in run["checks"])
    for file in run["files"]:
        assert Path(file["path"]).stat().st_size == file["bytes"]
        assert count(target, file["table"]) == file["rows"] == 30

    [listed] = done(synth("runs", "--json")).data
    assert listed == run
    audit = done(synth("audit", "--json")).data
    assert [(row["table_name"], row["status"]) for row in audit if row["status"] != "In Progress"] == [
        ("customers", "Completed"),
        ("order_lines", "Completed"),
        ("orders", "Completed"),
    ]
    custom = {
        row["table_name"]: (row["custom_header"], row["delimiter"], row["column_header_flag"])
        for row in audit
    }
    assert custom == {
        "customers": ("HEADER|customers|2024", ";", True),
        "order_lines": (None, "\t", True),
        "orders": (None, "|", False),
    }
    monkeypatch.setattr("synth_core.cli.output._WIDE", 80)
    _, shown_run = done(synth("runs")).out.splitlines()
    assert shown_run.split()[:2] == [run["run_id"], "p"] and "published" in shown_run
    title, _, *events = done(synth("audit")).out.strip().splitlines()
    assert title == f"Run {run['run_id']}, approved by ana"
    assert [event.split()[2:5] for event in events[2:4]] == [
        ["orders", "In", "Progress"],
        ["customers", "Completed", "30"],
    ]


def test_a_recipe_with_errors_is_shown_with_lines(synth: Synth, home: Path, tmp_path: Path) -> None:
    recipe = home / "p" / "recipe.yml"
    edit(recipe, '    name: {fake: "Company"}', '    name: {fake: "Kompany"}\n    extra: 1')
    line = recipe.read_text().splitlines().index('    name: {fake: "Kompany"}') + 1
    said = synth("lint", "p", "--json")
    assert said.code == 1
    assert {(finding["level"], finding["line"]) for finding in said.data} == {
        ("error", line),
        ("error", line + 1),
    }
    for_people = synth("lint", "p")
    assert for_people.code == 1 and "recipe.yml has 2 errors" in for_people.err
    for command in ("approve", "preview"):
        refused = synth(command, "p")
        assert (refused.code, refused.out) == (1, "")
        assert f"recipe.yml:{line}" in refused.err and f"recipe.yml:{line + 1}" in refused.err
        assert "Kompany" in refused.err and "extra" in refused.err
    assert not (home / "p" / "approved.json").exists()


def test_quickstart_keeps_what_it_inferred_when_the_counts_can_not_be_met(
    synth: Synth, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    source, target = f"duckdb:{prepared / 'source.duckdb'}", tmp_path / "target.duckdb"
    said = synth("quickstart", source, "--target", f"duckdb:{target}", "--count", "passport=61", "--json")
    assert (said.code, said.out) == (1, "")
    why, how = said.err.splitlines()
    assert "passport" in why
    assert (
        how
        == "synth: the project source is kept: go on with `synth approve source`, then `synth run source`."
    )
    assert not target.exists() and not (tmp_path / "home" / "runs").exists()
    assert done(synth("lint", "source", "--json")).data == []
    again = synth("quickstart", source, "--target", f"duckdb:{target}", "--count", "passport=61")
    assert again.code == 1 and "`synth approve source-2`" in again.err


def test_quickstart_makes_fewer_rows_where_those_of_the_source_refer_to_nothing(
    synth: Synth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for name, rows in (("stay", 40), ("stay_bill", 44)):
        lines = (f"{100 + i},{i * 7 % 50 + 1}.50" for i in range(rows))
        (tmp_path / "in" / f"{name}.csv").write_text("\n".join(["stay_id,price", *lines, ""]))
    said = synth("quickstart", "in", "--target", f"duckdb:{tmp_path / 'made.duckdb'}")
    assert said.code == 0 and "stay_bill: 40 rows can be made." in said.out
    assert "44 rows can't be dealt to 40 parents with at most 1 each" in said.out
    looked = synth("preview", "in", "--rows", "100")
    assert looked.code == 0 and "stay_bill: 40 rows can be made. stay_bill.stay_id" in looked.out
    [fewer] = synth("preview", "in", "--json").data["fewer"]
    assert (fewer["table"], fewer["rows"]) == ("stay_bill", 40)
    approved = synth("approve", "in", "--append")
    assert approved.code == 0 and "stay_bill: 40 rows can be made. stay_bill.stay_id" in approved.out
    again = synth("approve", "in", "--append", "--json").data
    assert (again["counts"]["stay_bill"], again["fewer"]) == (40, [fewer])
    # Whoever wants just so many, with the call or in the project, is told that they can't be made.
    assert synth("approve", "in", "--count", "stay_bill=44").code == 1
    assert synth("edit", "in", "stay_bill.wanted=43").code == 0
    refused = synth("approve", "in")
    assert refused.code == 1 and "43 rows can't be dealt to 40 parents" in refused.err


def test_quickstart_says_how_to_go_on_when_the_recipe_needs_a_person(
    synth: Synth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    source = database(tmp_path / "source.duckdb", 'CREATE TABLE "a{{b" AS SELECT range AS n FROM range(50)')
    said = synth("quickstart", source, "--target", tmp_path / "out", "--json")
    assert (said.code, said.out) == (1, "")
    assert "recipe.yml:" in said.err
    assert "the project source is kept: mend the recipe until `synth lint source` is content" in said.err


def test_commands_that_are_named_can_be_copied(synth: Synth, home: Path, tmp_path: Path) -> None:
    shutil.move(home / "p", home / "my shop")
    edit(home / "my shop" / "project.yaml", "name: p\n", "name: my shop\n")
    assert "Next: synth preview 'my shop'" in done(synth("lint", "my shop")).out
    assert "Next: synth approve 'my shop'" in done(synth("preview", "my shop", "--rows", 2)).out
    assert "`synth approve 'my shop'`" in synth("run", "my shop").err
    assert "Next: synth run 'my shop'" in done(synth("approve", "my shop")).out


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system that makes no folders")
def test_a_home_that_can_not_be_made(synth: Synth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    monkeypatch.setenv("SYNTH_HOME", "/proc/home")
    said = synth("init", "p", "--source", tmp_path / "t.csv", "--target", tmp_path / "out")
    assert (said.code, said.out) == (1, "")
    assert "p/versions" in said.err and "can't be read or written" in said.err


# --- a process of its own ---


def process(home: Path, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "synth_core", *arguments],
        env={**os.environ, "SYNTH_HOME": str(home)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        **options,
    )


def test_the_module_is_the_command(shop: Path, tmp_path: Path) -> None:
    said = process(tmp_path, "sniff", "--json", str(shop / "orders.dat.gz"), str(tmp_path / "missing"))
    assert (said.returncode, said.stderr) == (0, "")
    assert [sorted(entry)[0] for entry in json.loads(said.stdout)] == ["columns", "error"]
    wrong = process(tmp_path, "run", "nothing")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr == "synth: There is no project called 'nothing'. There are: none yet.\n"


def test_output_that_nobody_reads_to_its_end(shop: Path, tmp_path: Path) -> None:
    """`synth … | head -1` ends without a word on standard error."""
    command = f"{sys.executable} -m synth_core sniff --json {shop}/*.csv {shop}/*.tsv | true"
    said = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert said.stderr == ""


def test_a_fault_of_ours_is_no_traceback(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SYNTH_DEBUG", raising=False)

    def broken(**_: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("synth_core.api.runs", broken)
    assert main(["runs"]) == 1
    out, err = capfd.readouterr()
    assert out == "" and "ZeroDivisionError: by nothing" in err and "Traceback" not in err
    monkeypatch.setenv("SYNTH_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["runs"])


def test_nothing_but_the_project_lies_in_the_home(synth: Synth, home: Path) -> None:
    assert {name.partition("/")[0] for name in files_below(home)} == {".synth-lock", "p"}
