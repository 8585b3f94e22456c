"""Mistakes planted in the draft of the example shop are found at their line and column, and their fixes mend them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from planted import MISTAKES, Mistake, Planted, Recipe

import synth_core
from synth_core.history.stored import StoredProject
from synth_core.model.findings import Finding, errors
from synth_core.recipe.edit import apply_edits
from synth_core.stages.lint import lint

SHOP = Path(__file__).parents[2] / "examples" / "shop"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoredProject]:
    place = tmp_path_factory.mktemp("shop")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNTH_HOME", str(place / "home"))
        synth_core.init("shop", str(SHOP), str(place / "out"))
        synth_core.infer("shop")
        stored, _ = synth_core.draft("shop")
        yield stored


def findings_on(text: str, stored: StoredProject, planted: Planted) -> list[Finding]:
    return lint(text, stored.project, profile=stored.profile, **planted.more)


def kinds(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(each.code, each.message) for each in findings}


def test_the_draft_is_clean_for_the_linter_and_for_snowfakery(shop: StoredProject) -> None:
    assert synth_core.lint("shop") == []


def test_there_are_enough_mistakes() -> None:
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES) >= 50
    assert len({mistake.code for mistake in MISTAKES}) >= 25
    assert sum(mistake.fix for mistake in MISTAKES) >= 40


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_it_is_found_where_it_stands_and_mended(mistake: Mistake, shop: StoredProject) -> None:
    assert shop.recipe is not None
    planted = mistake.plant(Recipe(shop.recipe, shop.project))
    before = findings_on(planted.text, shop, planted)
    places = [(each.line, each.column_number) for each in before if each.code == mistake.code]
    assert (planted.line, planted.column) in places
    found = next(
        each
        for each in before
        if (each.code, each.line, each.column_number) == (mistake.code, planted.line, planted.column)
    )
    assert found.message and found.file == "recipe.yml"
    assert mistake.fix <= (found.fix is not None)
    if found.fix is None:
        return
    after = findings_on(apply_edits(planted.text, found.fix.edits), shop, planted)
    assert (found.code, found.message) not in kinds(after)
    if mistake.fix:
        assert after == []
    elif mistake.code != "recipe.yaml":
        assert kinds(errors(after)) <= kinds(errors(before))
