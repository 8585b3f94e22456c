"""Random edits of recipes that our rules drafted from real tables, and the rows that an edited one makes."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from drawing import drawn
from hypothesis import given, settings
from hypothesis import strategies as st
from random_edits import check, edits
from small_shop import database, folder

import synth_core
from synth_core.recipe.edit.author import remove_object, rename_field, rename_table, set_count, set_generator
from synth_core.stages.generate import generate
from synth_core.stages.lint import lint


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Recipes of a folder of messy files and of a database."""
    place = tmp_path_factory.mktemp("drafted")
    sources = {"files": str(folder(place / "files")), "database": database(place / "shop.duckdb")}
    recipes = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNTH_HOME", str(place / "home"))
        for name, source in sources.items():
            synth_core.init(name, source, str(place / "out"))
            synth_core.infer(name)
            stored, _ = synth_core.draft(name)
            recipes[name] = stored.recipe or ""
    return recipes


@pytest.mark.parametrize("name", ["files", "database"])
@settings(max_examples=drawn(50))
@given(data=st.data())
def test_random_edits_of_drafts(drafted: dict[str, str], name: str, data: st.DataObject) -> None:
    check(drafted[name], data.draw(edits(drafted[name])))


def test_rows_of_an_edited_recipe_still_fit_each_other(drafted: dict[str, str], tmp_path: Path) -> None:
    recipe = drafted["database"]
    recipe = rename_table(recipe, "customer", "the clients")
    recipe = rename_field(recipe, "the clients", "id", "client no")
    recipe = rename_field(recipe, "orders", "customer", "of")
    recipe = set_count(set_count(recipe, "orders", 40), "the clients", 7)
    recipe = set_generator(recipe, "the clients", "city", {"Synth.choice": {"Ulm": 1}})
    recipe = remove_object(recipe, "passport")
    assert lint(recipe, None) == []
    generate(recipe, tmp_path, seed=1, today=date(2026, 1, 1))
    with (tmp_path / "the clients.csv").open() as clients, (tmp_path / "orders.csv").open() as orders:
        known = list(csv.DictReader(clients))
        made = list(csv.DictReader(orders))
    assert len(known) == 7 and len(made) == 40
    assert {row["city"] for row in known} == {"Ulm"}
    assert {row["of"] for row in made} <= {row["client no"] for row in known}
