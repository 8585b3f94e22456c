"""`synth lint`: what it shows, what it mends, and Snowfakery's own validator behind it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from small_shop import Synth, done, edit

import synth_core
from synth_core.adapters.folder import FolderStore
from synth_core.projects import Projects
from synth_core.stages.approve import approve, make_plan

pytestmark = pytest.mark.usefixtures("in_this_process")


@pytest.fixture
def recipe(home: Path) -> Path:
    return home / "p" / "recipe.yml"


def line_of(recipe: Path, text: str) -> int:
    [line] = [n for n, line in enumerate(recipe.read_text().splitlines(), start=1) if text in line]
    return line


def test_findings_stand_by_table_with_place_code_hint_and_fix(synth: Synth, recipe: Path) -> None:
    edit(recipe, '    name: {fake: "Company"}', '    name: {fake: "Compnay"}\n    extra: 1')
    edit(recipe, "  count: 150\n", "  count: 7\n")
    said = synth("lint", "p")
    assert said.code == 1
    first, count = line_of(recipe, "Compnay"), line_of(recipe, "count: 7")
    lines = [line.rstrip() for line in said.out.splitlines()]
    assert lines[0] == "table customer"
    assert lines[1] == f"  {first}:18  error    there is no provider 'Compnay' here.  [unknown-provider]"
    assert lines[2].strip() == "Did you mean `Company`?"
    assert lines[3].strip() == "fix: Write `Company` (--fix)"
    assert "table orders" in lines
    assert any(f"{count}:10  warning" in line and line.endswith("[count-unused]") for line in lines)
    assert f"fix: Write 150 (--apply count-unused:{count})" in said.out
    assert "2 findings can be mended at once: synth lint p --fix" in said.out
    assert "recipe.yml has 2 errors" in said.err


def test_json_has_every_field_with_the_edits_of_fixes(synth: Synth, recipe: Path) -> None:
    edit(recipe, '    name: {fake: "Company"}', '    name: {fake: "Compnay"}')
    [finding] = synth("lint", "p", "--json").data
    line = line_of(recipe, "Compnay")
    assert {key: finding[key] for key in ("level", "code", "line", "column_number", "table", "column")} == {
        "level": "error", "code": "recipe.unknown-provider", "line": line, "column_number": 18,
        "table": "customer", "column": "name",
    }  # fmt: skip
    edits = [
        {"start_line": line, "start_column": 18, "end_line": line, "end_column": 27, "text": '"Company"'}
    ]
    assert finding["fix"] == {"title": "Write `Company`", "edits": edits, "safe": True}


def test_fix_mends_what_is_safe_and_saves_the_recipe(synth: Synth, recipe: Path) -> None:
    good = recipe.read_text()
    edit(recipe, '    name: {fake: "Company"}', '    name: {fake: "Compnay"}\n    extra: 1')
    edit(recipe, "  count: 150\n", "  count: 7\n")
    said = done(synth("lint", "p", "--fix"))
    assert "fixed recipe.yml:" in said.out and "Write `Company`" in said.out
    left = good.replace("  count: 150\n", "  count: 7\n")
    assert recipe.read_text() == left.replace('"Company"}\n', '"Company"}\n    __extra: 1\n')
    again = done(synth("lint", "p", "--fix", "--json")).data
    assert again["fixed"] == [] and [each["code"] for each in again["findings"]] == ["recipe.count-unused"]


def test_other_fixes_are_applied_only_where_asked_for(synth: Synth, recipe: Path) -> None:
    good = recipe.read_text()
    edit(recipe, "  count: 150\n", "  count: 7\n")
    changed = recipe.read_text()
    done(synth("lint", "p", "--fix"))
    assert recipe.read_text() == changed
    said = synth("lint", "p", "--apply", "count-unused:1")
    assert (said.code, said.out) == (2, "") and "no finding count-unused:1" in said.err
    data = done(synth("lint", "p", "--apply", f"count-unused:{line_of(recipe, 'count: 7')}", "--json")).data
    assert [each["code"] for each in data["fixed"]] == ["recipe.count-unused"] and data["findings"] == []
    assert recipe.read_text() == good


def test_a_recipe_that_is_no_yaml_is_mended_too(synth: Synth, recipe: Path) -> None:
    good = recipe.read_text()
    edit(recipe, '{fake: "Company"}', '{fake: "Company"')
    said = synth("lint", "p")
    assert said.code == 1 and "this `{` is never closed" in said.out
    done(synth("lint", "p", "--fix"))
    assert recipe.read_text() == good


# --- Snowfakery's validator ---


def test_the_validator_finds_what_only_the_values_tell(synth: Synth, recipe: Path) -> None:
    edit(recipe, '    name: {fake: "Company"}', '    name: {fake: "Company"}\n    __more: ${{ name + 1 }}')
    [finding] = done(synth("lint", "p", "--json")).data
    assert (finding["code"], finding["level"]) == ("recipe.snowfakery", "warning")
    assert (finding["line"], finding["table"], finding["column"]) == (
        line_of(recipe, "__more"), "customer", "__more",
    )  # fmt: skip
    assert "can only concatenate" in finding["message"]


def test_the_validator_knows_what_our_functions_make(synth: Synth, recipe: Path) -> None:
    """Without their values it takes them for texts, and every sum for an error."""
    fields = """
    __sum: ${{ id + 1 }}
    __half: ${{ (id / 2) | round(1) }}
    __day: {Synth.quantiles: ["2024-01-01", "2024-03-01"]}
    __year: ${{ __day.year }}
    __later: ${{ __day + relativedelta(days=3) }}
    __maybe: {Synth.nullable: {nulls: 50%, value: {random_number: {min: 1, max: 5}}}}
    __more: ${{ __maybe + 1 }}
    __each: {Synth.per: {each: id, value: {random_number: {min: 1, max: 5}}}}
    __twice: ${{ __each * 2 }}
    __behind: {Synth.offset: {after: id, gaps: [1, 2]}}
    __compared: ${{ __behind > id }}
    __since: {date_between: {start_date: 2024-01-01, end_date: today}}
    __days: ${{ (today - __since).days }}
    __struct: {Synth.struct: {x: {random_number: {min: 1, max: 5}}}}
"""
    edit(recipe, '    name: {fake: "Company"}\n', '    name: {fake: "Company"}' + fields)
    assert done(synth("lint", "p", "--json")).data == []


def test_what_it_is_sure_of_keeps_a_plan_from_being_approved_or_run(
    synth: Synth, home: Path, recipe: Path
) -> None:
    edit(recipe, '    name: {fake: "Company"}', "    name: {fake.pystr: {min_chars: 9, max_chars: 1}}")
    line = line_of(recipe, "min_chars")
    [finding] = synth("lint", "p", "--json").data
    assert (finding["level"], finding["line"]) == ("error", line)
    said = synth("approve", "p")
    assert said.code == 1 and f"recipe.yml:{line}:5" in said.err and "Snowfakery's validator" in said.err
    # A plan that was approved otherwise is not run either.
    stored = synth_core.open("p")
    plan = make_plan(
        stored.project, stored.recipe or "", {"customer": 3}, seed=1, today=date(2024, 1, 1), mode="append"
    )
    store = Projects(FolderStore(home), author="somebody", clock=lambda: datetime.now(UTC))
    store.approve(store.load("p"), approve(plan, by="somebody", at=datetime.now(UTC)))
    said = synth("run", "p")
    assert said.code == 1 and f"recipe.yml:{line}:5" in said.err
    assert not (home / "runs").exists()
