"""Included recipes and datasets on their way: from the recipe's folder into the plan and into the child process."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from small_shop import Synth, done, files_below, query

import synth_core
from synth_core.errors import ProjectError
from synth_core.execution.state import RunStore
from synth_core.model.plan import ApprovedPlan
from synth_core.wiring import open_store

pytestmark = pytest.mark.usefixtures("in_this_process")

PLUGINS = "- plugin: snowfakery.standard_plugins.datasets.Dataset\n"
HEAD = f"- snowfakery_version: 3\n{PLUGINS}- plugin: synth_core.recipe.plugin.Synth\n"
TOWNS = "town,country\nBern,Switzerland\nOslo,Norway\n"


def generated(synth: Synth, recipe: Path, out: Path) -> dict[str, list[dict[str, str]]]:
    made = done(synth("generate", recipe, "--out", out, "--json")).data
    return {each["table"]: list(csv.DictReader(Path(each["path"]).read_text().splitlines())) for each in made}


def test_a_recipe_reads_what_lies_in_its_folder(
    synth: Synth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "shop"
    (folder / "tables").mkdir(parents=True)
    (folder / "tables" / "towns.csv").write_bytes(b"\xef\xbb\xbf" + TOWNS.replace("\n", "\r\n").encode())
    (folder / "parts.yml").write_text(
        "- object: Country\n  count: 2\n  fields:\n    __row: {Dataset.iterate: {dataset: tables/towns.csv}}\n"
        "    name: ${{ __row.country }}\n"
    )
    recipe = folder / "shop.yml"
    recipe.write_text(
        f"- snowfakery_version: 3\n- include_file: parts.yml\n{PLUGINS}- object: Town\n  count: 3\n  fields:\n"
        "    __row: {Dataset.iterate: {dataset: tables/towns.csv}}\n    name: ${{ __row.town }}\n"
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    rows = generated(synth, recipe, tmp_path / "out")
    assert [row["name"] for row in rows["Town"]] == ["Bern", "Oslo", "Bern"]
    assert [row["name"] for row in rows["Country"]] == ["Switzerland", "Norway"]


@pytest.mark.parametrize(
    ("statements", "place", "named"),
    [
        ("- include_file: link.yml\n", ":1:17", "link.yml can't be read"),
        ("- include_file: ../secret.yml\n", ":1:17", "no plain name"),
        (
            "- object: t\n  fields: {a: {Dataset.iterate: {dataset: link.csv}}}\n",
            ":2:",
            "link.csv has to lie in",
        ),
        ("- object: t\n  fields: {a: {Dataset.iterate: {dataset: missing.csv}}}\n", ":2:", "missing.csv"),
        ("- object: t\n  fields: {a: {File.file_data: {file: recipe.yml}}}\n", ":2:", "plain name"),
        ("- include_file: broken.yml\n", "broken.yml:2:11", "can't contain '/'"),
    ],
)
def test_nothing_outside_of_its_folder_is_read(
    synth: Synth, tmp_path: Path, statements: str, place: str, named: str
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (tmp_path / "secret.yml").write_text("- object: secret\n")
    (tmp_path / "secret.csv").write_text(TOWNS)
    (folder / "link.yml").symlink_to(tmp_path / "secret.yml")
    (folder / "link.csv").symlink_to("../secret.csv")
    (folder / "broken.yml").write_text("- macro: m\n- object: a/b\n")
    recipe = folder / "shop.yml"
    recipe.write_text(
        f"{statements}- snowfakery_version: 3\n{PLUGINS}- plugin: snowfakery.standard_plugins.file.File\n"
    )
    said = synth("generate", recipe, "--out", tmp_path / "out", "--json")
    assert (said.code, said.out) == (1, "")
    assert place in said.err and named in said.err
    assert not (tmp_path / "out").exists()


RECIPE = f"""{HEAD}- include_file: customers.yml
- object: orders
  fields:
    "no": {{Synth.sequence: {{start: 1000}}}}
    customer: {{Synth.reference: {{table: customer, column: id}}}}
    day: {{Synth.quantiles: {{values: ["2024-01-01", "2024-03-30"]}}}}
- object: passport
  fields:
    customer: {{Synth.reference: {{table: customer, column: id, unique: true}}}}
    number: {{Synth.pattern: P999999}}
"""
CUSTOMERS = """- object: customer
  fields:
    id: {Synth.sequence: }
    name: {Synth.pattern: Aaaa}
    __town: {Dataset.iterate: {dataset: tables/towns.csv}}
    city: ${{ __town.town }}
"""


@pytest.fixture
def with_files(home: Path) -> Path:
    """The folder of the project `p`, whose recipe includes another one that reads a dataset."""
    project = home / "p"
    (project / "tables").mkdir(exist_ok=True)
    (project / "recipe.yml").write_text(RECIPE)
    (project / "customers.yml").write_text(CUSTOMERS)
    (project / "tables" / "towns.csv").write_text(TOWNS)
    (project / "notes.txt").write_text("not for recipes")
    return project


def test_a_run_makes_what_included_recipes_and_datasets_say(
    synth: Synth, with_files: Path, target: Path
) -> None:
    assert done(synth("lint", "p", "--json")).data == []
    shown = done(synth("preview", "p", "--json", "--rows", 3)).data
    assert [row["city"] for row in shown["tables"]["customer"]] == ["Bern", "Oslo", "Bern"]
    done(synth("approve", "p"))
    made = done(synth("run", "p", "--json")).data
    assert query(target, "SELECT city, count(*) FROM customer GROUP BY 1 ORDER BY 1") == [
        ("Bern", 30),
        ("Oslo", 30),
    ]
    assert query(target, "SELECT count(*) FROM orders WHERE customer NOT IN (SELECT id FROM customer)") == [
        (0,)
    ]
    plan = RunStore(open_store(with_files.parent)).plan(made["run_id"]).plan
    assert plan.files == {"customers.yml": CUSTOMERS} and plan.tables == {"towns.csv": TOWNS}
    compiled = done(synth("draft", "p", "--compiled")).out
    assert "include_file" not in compiled and "tables/towns.csv" in compiled


@pytest.mark.parametrize("file", ["customers.yml", "tables/towns.csv"])
def test_an_edit_of_an_included_file_asks_for_another_approval(
    synth: Synth, with_files: Path, file: str
) -> None:
    approved = synth_core.approve("p")
    assert approved.is_intact
    path = with_files / file
    path.write_text(path.read_text().replace("Bern", "Köln").replace("Aaaa", "Aaaaa"))
    said = synth("run", "p")
    assert said.code == 1 and "changed after it was approved" in said.err
    other = synth_core.approve("p")
    assert other.fingerprint != approved.fingerprint
    stored = json.loads((with_files / "approved.json").read_text())
    stored["plan"]["files"]["customers.yml"] += "# edited\n"
    assert not ApprovedPlan.model_validate(stored).is_intact


def test_an_edit_of_another_file_does_not(synth: Synth, with_files: Path, tmp_path: Path) -> None:
    synth_core.approve("p")
    (with_files / "notes.txt").write_text("still not")
    made = done(synth("run", "p", "--json")).data
    towns = (tmp_path / "out" / "output" / made["run_id"] / "customer").iterdir()
    assert b"Bern" in next(towns).read_bytes()


def test_a_link_out_of_the_project_is_refused(synth: Synth, with_files: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text(TOWNS)
    towns = with_files / "tables" / "towns.csv"
    towns.unlink()
    towns.symlink_to(tmp_path / "secret.csv")
    with pytest.raises(ProjectError, match=r"towns\.csv is a link that leads out of its folder"):
        synth_core.open("p")
    towns.unlink()
    (with_files / "tables" / "real.csv").write_text(TOWNS)
    towns.symlink_to("real.csv")
    assert synth_core.open("p").recipe_files["tables/towns.csv"] == TOWNS


def test_what_is_wrong_in_an_included_file_is_found_there(synth: Synth, with_files: Path) -> None:
    path = with_files / "customers.yml"
    path.write_text(CUSTOMERS.replace("__town.town", "__town.twon").replace("Aaaa}", "Aaaa}\n    surname: x"))
    found = {(each["file"], each["line"], each["code"]) for each in synth("lint", "p", "--json").data}
    assert {
        ("customers.yml", 7, "recipe.unknown-name"),
        ("customers.yml", 5, "recipe.surplus-column"),
    } <= found
    path.unlink()
    found = {(each["file"], each["line"], each["code"]) for each in synth("lint", "p", "--json").data}
    assert ("recipe.yml", 4, "recipe.include") in found
    assert sorted(files_below(with_files.parent / "runs")) == []
