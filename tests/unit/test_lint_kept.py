"""Linting what the project wants kept: links, ordered columns, and nothing of the people in the source."""

from __future__ import annotations

import pytest
from lint_helpers import findings, found, project_of

from synth_core.model.findings import Level

PARENTS = """- object: p
  fields: {id: {Synth.sequence: 1}, nr: {Synth.pattern: {shapes: AAA, unique: true}}}
- object: q
  fields: {id: {Synth.reference: {table: p, column: id, unique: true}}}
- object: c
  fields:
"""
COLUMNS = {"id": "INT64", "nr": "STRING"}


def links(generator: str, *others: str, to: str = "p") -> list[tuple[str, int | None, int | None]]:
    """What is found about the link of c.x, which stands in line 9."""
    fields = {"x": "INT64", **{other.partition(":")[0]: "STRING" for other in others if other[0] != "_"}}
    project = project_of({"p": COLUMNS, "q": {"id": "INT64"}, "c": fields}, links=(("c", "x", to, "id"),))
    text = PARENTS + f"    x: {generator}\n" + "".join(f"    {other}\n" for other in others)
    return [each for each in found(text, project) if each[0] == "link"]


Y = "y: {Synth.reference: {table: p, column: nr}}"


@pytest.mark.parametrize(
    ("generator", "others"),
    [
        ("{Synth.reference: {table: p, column: id}}", ()),
        ("{Synth.reference: {table: q, column: id}}", ()),
        ("{Synth.nullable: {nulls: 5%, value: {Synth.parent: {link: y, column: id}}}}", (Y,)),
        ("{Synth.parent: {link: y, column: id}}", (Y,)),
        ("{Synth.part: y}", ("__key: {Synth.combination: {parts: {y: {table: p, column: id}}}}",)),
        ("{Synth.sequence: 1}", ()),
        ("~", ()),
    ],
)  # fmt: skip
def test_links_that_are_kept_are_clean(generator: str, others: tuple[str, ...]) -> None:
    assert links(generator, *others) == []


@pytest.mark.parametrize(
    "generator",
    [
        "${{ random_number(min=1, max=10) }}",
        "{random_number: {min: 1, max: 10}}",
        "{Synth.quantiles: [1, 10]}",
        "{Synth.sequence: 2}",
        "5",
        "{random_reference: p}",
    ],
)
def test_links_left_to_chance_are_a_warning_at_the_column(generator: str) -> None:
    assert links(generator) == [("link", 9, 5)]


def test_a_reference_to_another_column_keeps_no_link() -> None:
    assert links("{Synth.reference: {table: p, column: nr}}") == [("link", 9, 5)]
    also = "{Synth.reference: {table: p, column: id, also: [{table: q, columns: {id: id}}]}}"
    assert links(also, to="q") == []
    assert links("{Synth.reference: {table: p, column: id}}", to="q") == [("link", 9, 5)]


@pytest.mark.parametrize(
    ("generator", "is_kept"),
    [
        ("{Synth.offset: {after: a, unit: days, gaps: [1]}}", True),
        ("{Synth.nullable: {nulls: 5%, value: {Synth.offset: {after: a, unit: days, gaps: [1]}}}}", True),
        ('{Synth.quantiles: ["2024-01-01", "2024-02-01"]}', False),
        ("{date_between: {start_date: 2024-01-01, end_date: today}}", False),
    ],
)
def test_columns_that_never_decrease_are_kept_or_it_is_a_warning(generator: str, is_kept: bool) -> None:
    project = project_of({"t": {"a": "DATE", "b": "DATE"}}, rules={"t": ("a", "b")})
    text = f'- object: t\n  fields:\n    a: {{Synth.quantiles: ["2024-01-01"]}}\n    b: {generator}\n'
    assert found(text, project) == ([] if is_kept else [("rule", 6, 5)])


@pytest.mark.parametrize(("gaps", "lines"), [("[-9000, -6000]", []), ("[-9000, 1]", [3 + 3])])
def test_the_earlier_column_may_be_made_from_the_later_one(gaps: str, lines: list[int]) -> None:
    """As birth dates are, that must not be taken from the source."""
    project = project_of({"t": {"born": "DATE", "hired": "DATE"}}, rules={"t": ("born", "hired")})
    text = '- object: t\n  fields:\n    hired: {Synth.quantiles: ["2024-01-01", "2024-02-01"]}\n'
    text += f"    born: {{Synth.offset: {{after: hired, unit: days, gaps: {gaps}}}}}\n"
    assert [line for code, line, _ in found(text, project) if code == "rule"] == [line - 1 for line in lines]


@pytest.mark.parametrize(
    ("part", "is_kept"),
    [
        ("{behind: a, first: 0, last: 9, unit: days}", True),
        ("{behind: a, first: -1, last: 9, unit: days}", False),
        ('{first: "2024-01-01", last: "2024-02-01"}', False),
    ],
)
def test_parts_of_a_key_that_never_decrease(part: str, is_kept: bool) -> None:
    project = project_of({"t": {"a": "DATE", "b": "DATE"}}, {"t": ("a", "b")}, rules={"t": ("a", "b")})
    parts = f'a: {{first: "2024-01-01", last: "2024-03-01"}}, b: {part}'
    text = f"- object: t\n  fields:\n    __key: {{Synth.combination: {{parts: {{{parts}}}}}}}\n"
    text += "    a: {Synth.part: a}\n    b: {Synth.part: b}\n"
    assert [code for code, _, _ in found(text, project)] == ([] if is_kept else ["rule"])


# --- what may be copied ---

PERSON = project_of({"t": {"name": "STRING", "other": "STRING"}}, personal=("name",))


def literals(generator: str, column: str = "name") -> list[tuple[Level, int | None]]:
    other = "other" if column == "name" else "name"
    text = f"- object: t\n  fields:\n    {column}: {generator}\n    {other}: {{fake: Name}}\n"
    return [
        (each.level, each.column_number)
        for each in findings(text, PERSON)
        if each.code == "recipe.personal-literal"
    ]


@pytest.mark.parametrize(
    ("generator", "level"),
    [
        ("{Synth.choice: [Ada Lovelace, Alan Turing]}", Level.ERROR),
        ("{Synth.choice: {Ada Lovelace: 1, Alan Turing: 2}}", Level.ERROR),
        ("{random_choice: [Ada Lovelace, Alan Turing]}", Level.ERROR),
        ("{random_choice: {Ada Lovelace: 1, Alan Turing: 2}}", Level.ERROR),
        ("{if: [{choice: {when: '${{ true }}', pick: Ada Lovelace}}, {choice: {pick: Alan Turing}}]}", Level.ERROR),
        ("{Synth.nullable: {nulls: 5%, value: {Synth.choice: [Ada Lovelace, Alan Turing]}}}", Level.ERROR),
        ("{fake.random_element: {elements: [Ada Lovelace, Alan Turing]}}", Level.ERROR),
        ("Ada Lovelace", Level.WARNING),
        ("'0170 1234567'", Level.WARNING),
        ("{Synth.pattern: L\\ovel\\\\ace99}", Level.WARNING),
        ("{fake: Name}", None),
        ("{Synth.pattern: '+99 999 9999'}", None),
        ("{Synth.pattern: aaaa@aaa.aa}", None),
        ("{Synth.choice: [f, m]}", None),
        ("{Synth.choice: ['true', 'false']}", None),
        ("${{ fake.first_name ~ '@example.com' }}", None),
        ("{Synth.words: 3}", None),
        ("~", None),
    ],
)  # fmt: skip
def test_texts_in_a_personal_column_are_found(generator: str, level: Level | None) -> None:
    assert [each for each, _ in literals(generator)] == ([level] if level else [])
    assert literals(generator, "other") == []


@pytest.mark.parametrize(
    ("generator", "column"),
    [
        ("{Synth.choice: [somebody, Ada Lovelace]}", 32),
        ("{random_choice: {Ada Lovelace: 1}}", 23),
        ("Ada Lovelace", 6),
        ("' Ada Lovelace '", 6),
        ("${{ 'Ada Lovelace' }}", 6),
        ("{Synth.struct: {a: Ada Lovelace}}", 25),
        ("{Synth.pattern: \\Ad\\a Lovel\\ace}", 22),
        ("{fake: Name}", None),
    ],
)
def test_values_of_the_source_are_found_in_any_column(generator: str, column: int | None) -> None:
    text = f"- object: t\n  fields:\n    x: {generator}\n"
    seen = found(text, None, source_values={"Ada Lovelace"})
    assert [each for each in seen if each[0] == "copied"] == (
        [] if column is None else [("copied", 5, column + 2)]
    )


def test_source_values_can_be_anything_that_knows_in() -> None:
    class Long:
        def __contains__(self, text: object) -> bool:
            return isinstance(text, str) and len(text) > 10

    text = "- object: t\n  fields:\n    x: {Synth.choice: [short, something long]}\n"
    assert [code for code, _, _ in found(text, None, source_values=Long())] == ["copied"]
