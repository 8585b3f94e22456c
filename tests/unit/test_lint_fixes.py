"""Fixes of findings: what each writes, and how they are applied."""

from __future__ import annotations

from functools import partial

import pytest
from lint_helpers import HEAD, findings, mended, project_of

from synth_core.errors import UsageError
from synth_core.model.findings import Fix, TextEdit, errors
from synth_core.recipe.edit import apply_edits
from synth_core.stages.lint import apply_chosen, apply_safe, lint
from synth_core.stages.lint.fix import is_better


def field(generator: str, *more: str) -> str:
    """A recipe with a table t whose field f has the generator, and more fields."""
    return (
        f"- object: t\n  fields:\n    f:{generator if generator[:1] == chr(10) else f' {generator}'}\n"
        + "".join(f"    {each}\n" for each in more)
    )


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        # names
        ("unknown-key", "- objct: t\n", "- object: t\n"),
        ("unknown-key", "- object: t\n  cuont: 3\n", "- object: t\n  count: 3\n"),
        ("unknown-function", field("{Synth.choic: [a]}"), field("{Synth.choice: [a]}")),
        ("unknown-function", field("{random_nubmer: {min: 1, max: 2}}"), field("{random_number: {min: 1, max: 2}}")),
        ("unknown-provider", field("{fake: 'FristName'}"), field("{fake: 'FirstName'}")),
        ("unknown-provider", field("{fake.frist_name: }"), field("{fake.first_name: }")),
        ("unknown-provider", field("${{ fake.frist_name }}!"), field("${{ fake.first_name }}!")),
        ("arguments", field("{Synth.quantiles: {valeus: [1], values: [1]}}"), None),
        ("arguments", field("{fake.pyint: {min_vaule: 1}}"), field("{fake.pyint: {min_value: 1}}")),
        ("arguments", field("{date: {yaer: 2024, month: 1, day: 1}}"), field("{date: {year: 2024, month: 1, day: 1}}")),
        ("arguments", field("'${{ date(yaer=2024, month=1, day=1) }}'"), field("'${{ date(year=2024, month=1, day=1) }}'")),
        ("unknown-name", field("x", "g: ${{ fo ~ '-' }}").replace("f: x", "foo: x"), field("x", "g: ${{ foo ~ '-' }}").replace("f: x", "foo: x")),
        ("unknown-filter", field("${{ 'a' | uper }}"), field("${{ 'a' | upper }}")),
        ("unknown-macro", "- macro: abc\n- object: t\n  include: abd\n", "- macro: abc\n- object: t\n  include: abc\n"),
        ("unknown-table", "- object: people\n" + field("{reference: poeple}"), "- object: people\n" + field("{reference: people}")),
        ("unknown-column", field("{Synth.sequence: 1}", "up: {Synth.reference: {table: t, column: ff, nulls: 5%}}"),
            field("{Synth.sequence: 1}", "up: {Synth.reference: {table: t, column: f, nulls: 5%}}")),
        # braces
        ("braces", field("${child_index}"), field("${{ child_index }}")),
        ("braces", field("'a {{child_index}} b'"), field("'a ${{ child_index }} b'")),
        ("braces", field("'${{ child_index }'"), field("'${{ child_index }}'")),
        ("braces", field("'${{ child_index '"), field("'${{ child_index }}'")),
        ("braces", field("'${{ child_index }}}}'"), field("'${{ child_index }}'")),
        ("braces", field("<<child_index>>"), field("${{ child_index }}")),
        ("braces", field("${ nothing here }"), None),
        # what YAML reads otherwise
        ("yaml-boolean", field("Yes"), field('"Yes"')),
        ("yaml-boolean", field("{Synth.choice: {No: 1, x: 2}}"), field('{Synth.choice: {"No": 1, x: 2}}')),
        ("misread", field("017"), field('"017"')),
        ("misread", field("{Synth.choice: {1.10: 1, x: 2}}"), field('{Synth.choice: {"1.10": 1, x: 2}}')),
        ("tag", field("="), field('"="')),
        # order and places
        ("order", field("${{ g }}", "g: 1", "h: 2"), "- object: t\n  fields:\n    g: 1\n    f: ${{ g }}\n    h: 2\n"),
        ("order", field("${{ h }}", "g: ${{ f }}", "h: 2"), "- object: t\n  fields:\n    h: 2\n    f: ${{ h }}\n    g: ${{ f }}\n"),
        ("order", field("${{ h }}", "g: ${{ f }}", "h: ${{ g }}").replace("h: ${{ g }}", "h: ${{ g }}"), None),
        ("order", field("{Synth.offset: {after: g, gaps: [1]}}", "g: 1"),
            "- object: t\n  fields:\n    g: 1\n    f: {Synth.offset: {after: g, gaps: [1]}}\n"),
        ("order", field("{random_reference: u}") + "- object: u\n  count: 3\n", "- object: u\n  count: 3\n" + field("{random_reference: u}")),
        ("order", field("${{ u.x }}") + "- object: u\n  fields: {x: 1}\n", "- object: u\n  fields: {x: 1}\n" + field("${{ u.x }}")),
        ("order", field("${{ v }}") + "- var: v\n  value: 3\n", "- var: v\n  value: 3\n" + field("${{ v }}")),
        ("order", field("{random_reference: t}"), None),
        ("duplicate-key", field("1", "f: 2", "g: 3"), field("1", "g: 3")),
        # values
        ("count", "- object: t\n  count: 1,000\n", "- object: t\n  count: 1000\n"),
        ("count", "- object: t\n  count: many\n", None),
        ("arguments", field("{random_number: {min: 1, max: '5'}}"), field("{random_number: {min: 1, max: 5}}")),
        ("arguments", field("{random_number: {min: 9, max: 5}}"), field("{random_number: {min: 5, max: 9}}")),
        ("arguments", field("{Synth.quantiles: {values: [3, 1, 2]}}"), field("{Synth.quantiles: {values: [1, 2, 3]}}")),
        ("arguments", field('{Synth.quantiles: ["2024-02-01", "2024-01-01"]}'), field('{Synth.quantiles: ["2024-01-01", "2024-02-01"]}')),
        ("arguments", field("{Synth.quantiles: [2, a]}"), None),
        ("arguments", field("{Synth.nullable: {nulls: 5, value: 1}}"), field("{Synth.nullable: {nulls: 5%, value: 1}}")),
        ("arguments", field("{Synth.nullable: {nulls: 500, value: 1}}"), None),
        # references
        ("nested-key", field("{Synth.sequence: 1}", "up: {Synth.nullable: {nulls: 5%, value: {Synth.reference: {table: t, column: f}}}}"),
            field("{Synth.sequence: 1}", 'up:\n      Synth.reference: {table: "t", column: "f", nulls: 5%}')),
        ("not-keyed", field("{fake: City}", "up: {Synth.reference: {table: t, column: f, nulls: 5%}}"),
            field("\n      Synth.sequence: {start: 1}", "up: {Synth.reference: {table: t, column: f, nulls: 5%}}")),
    ],
)  # fmt: skip
def test_what_a_fix_writes(code: str, before: str, after: str | None) -> None:
    if after is None:
        assert not [each for each in findings(before) if each.code == f"recipe.{code}" and each.fix]
        return
    assert mended(before, code) == after
    assert errors(findings(after)) == []


def test_missing_lines_at_the_top_are_added_where_they_belong() -> None:
    body = "- object: t\n  fields: {id: {Synth.sequence: {}}}\n"
    [version, plugin] = lint(body, None)
    assert (version.code, plugin.code) == ("recipe.version", "recipe.plugin")
    assert version.fix and plugin.fix
    first = apply_edits(body, version.fix.edits)
    assert first == f"- snowfakery_version: 3\n{body}"
    [plugin] = lint(first, None)
    assert plugin.fix
    done = apply_edits(first, plugin.fix.edits)
    assert done.splitlines()[1] == '- plugin: "synth_core.recipe.plugin.Synth"'
    assert lint(done, None) == []


PROJECT = project_of(
    {
        "people": {"id": "INT64!", "name": "STRING", "age": "INT64", "code": "STRING(4)"},
        "visits": {"id": "INT64!", "person": "INT64", "day": "DATE"},
    },
    {"people": ("id",), "visits": ("id",)},
    links=(("visits", "person", "people", "id"),),
    personal=("name",),
    rows=100,
)
PEOPLE = """# who comes
- object: people
  count: 100
  fields:
    id: {Synth.sequence: 1}
    # as they say
    name: {fake: Name}
    age: {random_number: {min: 1, max: 99}}
    code: {Synth.pattern: {shapes: A99, unique: true}}
"""
VISITS = """
# when they come
- object: visits
  count: 100
  fields:
    id: {Synth.sequence: 1}
    person: {Synth.reference: {table: people, column: id}}
    day: {date_between: {start_date: 2024-01-01, end_date: 2024-12-31}}
"""


def test_the_recipe_of_these_tests_is_clean() -> None:
    assert findings(PEOPLE + VISITS, PROJECT) == []


@pytest.mark.parametrize(
    ("code", "old", "new", "after"),
    [
        ("missing-column", "    age: {random_number: {min: 1, max: 99}}\n", "", '    # INT64: too few values in the source to take any from it\n    age:\n      Synth.quantiles: {values: [0, 100]}\n'),
        ("surplus-column", "{fake: Name}\n", "{fake: Name}\n    extra: 5\n    twice: ${{ extra * 2 }}\n", None),
        ("surplus-column", "    age:", "    aeg:", "    age:"),
        ("unknown-object", "- object: people", "- object: poeple", "- object: people"),
        ("count-unused", "count: 100\n  fields:\n    id: {Synth.sequence: 1}\n    #", "count: 7\n  fields:\n    id: {Synth.sequence: 1}\n    #", None),
        ("type", "{random_number: {min: 1, max: 99}}", "{Synth.quantiles: {values: [1.5, 2.5]}}", "{Synth.quantiles: {values: [1.5, 2.5], decimals: 0}}"),
        ("type", "{random_number: {min: 1, max: 99}}", "{Synth.quantiles: [1.5, 2.5]}", "{Synth.quantiles: {values: [1.5, 2.5], decimals: 0}}"),
        ("type", " {random_number: {min: 1, max: 99}}", " {fake: City}", "\n      Synth.quantiles: {values: [0, 100]}"),
        ("type", "{Synth.pattern: {shapes: A99, unique: true}}", "{Synth.words: 3}", '{Synth.words: {count: 3, max_length: 4}}'),
        ("type", "{Synth.pattern: {shapes: A99, unique: true}}", "{Synth.words: {count: 3, max_length: 9}}", "{Synth.words: {count: 3, max_length: 4}}"),
        ("null", "id: {Synth.sequence: 1}\n    #", "id: {Synth.nullable: {nulls: 5%, value: {Synth.sequence: 1}}}\n    #", "id: {Synth.sequence: 1}\n    #"),
        ("null", "id: {Synth.sequence: 1}\n    #", "id: ~\n    #", None),
        ("capacity", "shapes: A99, unique", "shapes: '9', unique", 'shapes: {"9": 1.0, "999": 1.0}, unique'),
        ("personal-literal", "{fake: Name}", "{Synth.choice: [Ada Lovelace, Alan Turing]}", None),
        ("link", " {Synth.reference: {table: people, column: id}}", " ${{ random_number(min=1, max=9) }}", '\n      Synth.reference: {table: "people", column: "id"}'),
        ("key", "id: {Synth.sequence: 1}\n    #", "id: {random_number: {min: 1, max: 999}}\n    #", "id:\n      Synth.sequence: {start: 1, step: 1}\n    #"),
    ],
)  # fmt: skip
def test_fixes_that_know_the_project(code: str, old: str, new: str, after: str | None) -> None:
    whole = PEOPLE + VISITS
    broken = whole.replace(old, new, 1)
    assert broken != whole
    before = findings(broken, PROJECT)
    [finding] = [each for each in before if each.code == f"recipe.{code}"][:1]
    assert finding.fix is not None
    fixed = apply_edits(HEAD + broken, finding.fix.edits).removeprefix(HEAD)
    if after is not None:
        assert fixed == whole.replace(old, after, 1)
    assert is_better(finding, before, lint(HEAD + fixed, PROJECT))
    kept = [line for line in broken.splitlines() if line.lstrip().startswith("#")]
    assert all(line in fixed.splitlines() for line in kept), "comments stay"


def test_a_hidden_field_takes_along_what_names_it() -> None:
    broken = PEOPLE.replace("{fake: Name}\n", "{fake: Name}\n    half: 5\n", 1).replace(
        "{random_number: {min: 1, max: 99}}", "${{ half * 2 }}"
    )
    fixed = apply_safe(HEAD + broken + VISITS, partial(lint, project=PROJECT))
    assert "    __half: 5\n" in fixed.text and "${{ __half * 2 }}" in fixed.text
    assert fixed.left == []


def test_a_table_gets_its_name_everywhere() -> None:
    broken = (
        (PEOPLE + VISITS)
        .replace("object: people", "object: poeple")
        .replace("table: people", "table: poeple")
    )
    fixed = apply_safe(HEAD + broken, partial(lint, project=PROJECT))
    assert fixed.text == HEAD + PEOPLE + VISITS
    assert [each.code for each in fixed.done] == ["recipe.unknown-object"]


def test_a_missing_table_is_added_whole_and_in_its_place() -> None:
    fixed = apply_safe(HEAD + PEOPLE, partial(lint, project=PROJECT))
    assert fixed.left == [] and fixed.text.startswith(HEAD + PEOPLE)
    assert '- object: "visits"\n  count: 100\n' in fixed.text
    assert "refers to people" in fixed.text
    # Its references need the other one, which is added first.
    both = apply_safe(HEAD, partial(lint, project=PROJECT))
    assert [each.table for each in both.done] == ["people", "visits"] and both.left == []


def test_all_safe_fixes_are_applied_and_no_others() -> None:
    broken = PEOPLE.replace("fake: Name", "fake: Naame").replace("max: 99", "max: '99'") + VISITS
    broken = broken.replace("count: 100", "count: 7", 1)
    fixed = apply_safe(HEAD + broken, partial(lint, project=PROJECT))
    assert fixed.text == HEAD + (PEOPLE + VISITS).replace("count: 100", "count: 7", 1)
    assert [each.code for each in fixed.done] == ["recipe.unknown-provider", "recipe.arguments"]
    assert [each.code for each in fixed.left] == ["recipe.count-unused"]
    assert fixed.left[0].fix is not None and not fixed.left[0].fix.safe


def test_fixes_are_applied_one_by_one_where_somebody_chose_them() -> None:
    broken = HEAD + PEOPLE.replace("count: 100", "count: 7") + VISITS.replace("count: 100", "count: 8")
    lint_it = partial(lint, project=PROJECT)
    one = apply_chosen(broken, lint_it, ["count-unused:5"])
    assert one.text == HEAD + PEOPLE + VISITS.replace("count: 100", "count: 8")
    both = apply_chosen(broken, lint_it, ["recipe.count-unused:15:10", "count-unused:5"])
    assert both.text == HEAD + PEOPLE + VISITS and both.left == []


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("count-unused", "not of the form"),
        ("count-unused:6", "no finding count-unused:6"),
        ("null:5", "no finding null:5"),
        ("count:5:9", "several findings|no finding"),
        ("duplicate-key:7", "several findings duplicate-key:7.*duplicate-key:7:15, duplicate-key:7:21"),
        ("unknown-name:6", "no fix for unknown-name:6"),
    ],
)
def test_a_place_where_nothing_can_be_fixed_is_said(place: str, message: str) -> None:
    text = HEAD + "- object: t\n  count: 3\n  fields:\n    f: ${{ qqqq }}\n    g: {a: 1, a: 1, a: 1}\n"
    with pytest.raises(UsageError, match=message):
        apply_chosen(text, partial(lint, project=None), [place])


def test_a_fix_that_makes_it_worse_is_left_out() -> None:
    text = HEAD + "- object: t\n  fields: {f: ${{ fake.frist_name }}}\n".replace(
        "{f: ${{ fake.frist_name }}}", "{f: {fake: FristName}}"
    )

    def misled(recipe: str) -> list[object]:
        """The linter with a fix that breaks the recipe."""
        edit = TextEdit(start_line=3, start_column=1, end_line=3, end_column=3, text="[")
        return [
            each.model_copy(update={"fix": Fix(title="Break it", edits=(edit,), safe=True)})
            for each in lint(recipe, None)
        ]

    fixed = apply_safe(text, misled)  # type: ignore[arg-type]
    assert fixed.text == text and fixed.done == () and len(fixed.left) == 1


def test_what_an_alias_repeats_is_not_changed() -> None:
    shared = "- object: t\n  fields:\n    f: &a {fake: FristName}\n    g: *a\n"
    assert [(each.column, each.fix) for each in findings(shared)] == [("f", None), ("g", None)]


INCLUDING = "- include_file: common.yml\n"
COMMON = {"common.yml": PEOPLE.replace("object: people", "object: poeple")}


def test_nothing_is_written_into_an_included_recipe() -> None:
    """The object stands in another file, so it can't be renamed; what stands in the recipe itself can be mended."""
    text = HEAD + INCLUDING + VISITS.replace("table: people", "table: poeple").replace("day:", "dya:")
    left = {each.code: each for each in lint(text, PROJECT, files=COMMON) if each.fix is not None}
    assert "recipe.unknown-object" not in left
    assert set(left) == {"recipe.surplus-column", "recipe.missing-object", "recipe.missing-column"}
    hidden = left["recipe.surplus-column"].fix
    assert hidden is not None
    assert apply_edits(text, hidden.edits) == text.replace("dya:", "day:")


def test_a_name_that_an_included_recipe_uses_stays() -> None:
    common = {
        "common.yml": "- object: people\n  fields: {id: {Synth.sequence: 1}, name: '${{ visist.id }}'}\n"
    }
    text = HEAD + VISITS.replace("visits", "visist") + INCLUDING
    [finding] = [each for each in lint(text, PROJECT, files=common) if each.code == "recipe.unknown-object"]
    assert finding.fix is None


def test_a_fix_that_needs_another_one_first_is_tried_again() -> None:
    project = project_of(
        {"a": {"id": "INT64!", "z": "INT64"}, "z": {"id": "INT64!"}},
        {"a": ("id",), "z": ("id",)},
        links=(("a", "z", "z", "id"),),
    )
    fixed = apply_safe(HEAD, partial(lint, project=project))
    assert [each.table for each in fixed.done] == ["z", "a"] and fixed.left == []
