"""Linting: how the functions of a recipe fit each other, and how the recipe fits the project."""

from __future__ import annotations

from typing import Any

import pytest
from lint_helpers import HEAD, project_of

from synth_core.model.findings import Finding, Level, errors
from synth_core.model.inferred import Inferred
from synth_core.model.project import Link, Project
from synth_core.stages.lint import lint


def found(text: str, project: Project | None = None, **more: Any) -> list[tuple[str, int | None]]:
    return [(each.code.removeprefix("recipe."), each.line) for each in lint(HEAD + text, project, **more)]


def one_column(generator: str, type: str, **more: str) -> list[tuple[str, int | None]]:
    """Findings on a table with one column, which stands in line 5."""
    return found(f"- object: t\n  fields:\n    c: {generator}\n", project_of({"t": {"c": type}}), **more)


# --- by itself ---

PARENTS = "- object: p\n  fields: {id: {Synth.sequence: 1}, t: {Synth.choice: [a]}, name: {fake: Name}}\n"


def child(*fields: str) -> list[tuple[str, int | None]]:
    """Findings on a child of p; its first field stands in line 7."""
    return found(PARENTS + "- object: c\n  fields:\n" + "".join(f"    {field}\n" for field in fields))


LINK = "p: {Synth.reference: {table: p, column: id}}"
BEHIND = "q: {Synth.reference: {table: p, column: id, after: p, gaps: [1]}}"
COMBO = "__key: {Synth.combination: {parts: {x: {values: [1, 2]}, y: {table: p, column: id}}}}"


@pytest.mark.parametrize(
    "fields",
    [
        (LINK, "n: {Synth.parent: {link: p, column: t}}", "no_: {Synth.position: p}"),
        (COMBO, "x: {Synth.part: x}", "y: {Synth.part: y}", "z: {Synth.part: {part: y, column: t}}"),
        ("__key: {Synth.combination: {within: p, parts: {x: {first: 1, last: 3}}}}", LINK),
        ("id: {Synth.sequence: 1}", "up: {Synth.reference: {table: c, column: id, nulls: 5%}}"),
        ("t: {Synth.choice: [a]}", "p: {Synth.reference: {table: p, column: id, match: {t: t}}}"),
        ("a: {Synth.sequence: 1}", "b: {Synth.offset: {after: a, gaps: [1]}}"),
        ("b: {Synth.offset: {after: a, gaps: [1]}}", "a: {Synth.sequence: 1}"),
        (LINK, "n: {Synth.nullable: {nulls: 5%, value: {Synth.position: p}}}"),
        (LINK, BEHIND),
        ("o: {Synth.sequence: 1}", "p: {Synth.reference: {table: p, column: id, each: o}}"),
        (
            "id: {Synth.sequence: 1}",
            "up: {Synth.reference: {table: c, column: id, nulls: 5%}}",
            "depth: {Synth.parent: {link: up, column: depth}}",
        ),
    ],
)
def test_functions_that_fit_are_clean(fields: tuple[str, ...]) -> None:
    assert child(*fields) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (("p: {Synth.reference: {table: q, column: id}}",), [("unknown-table", 7)]),
        (("p: {Synth.reference: {table: p, column: ix}}",), [("unknown-column", 7)]),
        (("p: {Synth.reference: {table: p, column: name}}",), [("not-keyed", 7)]),
        (("p: {Synth.reference: {table: p, column: t}}",), [("not-keyed", 7)]),
        (("p: {Synth.reference: {table: p, column: id, match: {name: q}}}", "q: 1"), [("not-keyed", 7)] * 2),
        (("p: {Synth.reference: {table: p, column: id, match: {t: q}}}",), [("unknown-column", 7)]),
        (
            ("p: {Synth.reference: {table: p, column: id, also: [{table: q, columns: {id: id}}]}}",),
            [("unknown-table", 7)],
        ),
        ((LINK, "n: {Synth.parent: {link: q, column: t}}"), [("unknown-column", 8)]),
        ((LINK, "n: {Synth.parent: {link: p, column: tt}}"), [("unknown-column", 8)]),
        ((LINK, "n: {Synth.parent: {link: p, column: name}}"), [("not-keyed", 8)]),
        (("q: 1", "n: {Synth.position: q}"), [("no-reference", 8)]),
        (("n: {Synth.position: q}",), [("unknown-column", 7)]),
        (
            (
                "id: {Synth.sequence: 1}",
                "up: {Synth.reference: {table: c, column: id}}",
                "n: {Synth.position: up}",
            ),
            [("no-reference", 9)],
        ),
        ((BEHIND,), [("unknown-column", 7)]),
        (("p: 1", BEHIND), [("no-reference", 8)]),
        (
            (
                LINK,
                "q: {Synth.reference: {table: c, column: id, after: p, gaps: [1]}}",
                "id: {Synth.sequence: 1}",
            ),
            [("no-reference", 8)],
        ),
        ((LINK, BEHIND, "n: {Synth.position: q}"), [("no-reference", 9)]),
        (("p: {Synth.reference: {table: p, column: id, each: o}}",), [("unknown-column", 7)]),
        (("o: 1", "p: {Synth.reference: {table: p, column: id, each: o}}"), [("not-keyed", 8)]),
        (("x: {Synth.part: x}",), [("no-combination", 7)]),
        ((COMBO, "x: {Synth.part: z}"), [("no-combination", 8)]),
        ((COMBO, "x: {Synth.part: {of: __keys, part: x}}"), [("no-combination", 8)]),
        (
            ("__key: {Synth.combination: {within: x, parts: {x: {values: [1]}}}}", "x: 1"),
            [("no-reference", 7)],
        ),
        (("__key: {Synth.combination: {parts: {x: {table: p, column: name}}}}",), [("not-keyed", 7)]),
        (
            ("b: {Synth.offset: {after: a, gaps: [1]}}", "a: {random_number: {min: 1, max: 2}}"),
            [("order", 7)],
        ),
        (("b: {Synth.offset: {after: aa, gaps: [1]}}", "a: 1"), [("unknown-column", 7)]),
        ((f"n: {{Synth.nullable: {{nulls: 5%, value: {{{LINK[4:-2]}}}}}}}}}",), [("nested-key", 7)]),
        (
            ("b: {Synth.offset: {after: a, gaps: [1]}}", "a: {Synth.offset: {after: b, gaps: [1]}}"),
            [("circle", 7), ("order", 7)],
        ),
        (
            (
                "id: {Synth.sequence: 1}",
                "up: {Synth.reference: {table: c, column: id}}",
                "depth: {Synth.parent: {link: up, column: depth}}",
            ),
            [("circle", 9)],
        ),
    ],
)
def test_functions_that_lead_nowhere_are_found_at_their_line(
    fields: tuple[str, ...], expected: list[tuple[str, int]]
) -> None:
    assert child(*fields) == expected


def test_a_circle_between_two_tables_is_no_circle_of_fields() -> None:
    text = (
        "- object: a\n  fields: {id: {Synth.sequence: 1}, b: {Synth.reference: {table: b, column: id}}}\n"
        "- object: b\n  fields: {id: {Synth.sequence: 1}, a: {Synth.reference: {table: a, column: id}}}\n"
    )
    assert found(text) == []


def test_a_wrong_function_is_reported_once() -> None:
    text = """- object: p
  fields:
    id: {Synth.sequence: {stat: 1}}
- object: c
  fields: {p: {Synth.reference: {table: p, column: id}}}
"""
    assert found(text) == [("arguments", 5)]


# --- against the project ---


def test_a_recipe_that_fits_is_clean() -> None:
    project = project_of({"t": {"id": "INT64!", "Order ID": "STRING"}, "u": {"x": "DATE"}}, {"t": ("id",)})
    text = """- object: t
  fields:
    id: {Synth.sequence: 1}
    __helper: 5
    "Order ID": {Synth.pattern: AAA-99}
- object: u
  fields: {x: {Synth.quantiles: ["2024-01-01", "2024-12-31"]}}
"""
    assert found(text, project) == []


def test_tables_and_columns_that_do_not_match_are_found_with_the_nearest_name() -> None:
    project = project_of(
        {"orders": {"id": "INT64!", "note": "STRING", "__x": "STRING"}, "lines": {"x": "INT64"}}
    )
    text = """- object: ordres
  fields: {id: 1}
- object: orders
  fields:
    note_: text
    __hidden: 1
"""
    findings = lint(HEAD + text, project)
    assert [(each.code, each.line, each.level.value) for each in findings] == [
        ("recipe.unknown-object", 3, "error"),
        ("recipe.missing-column", 5, "warning"),
        ("recipe.missing-column", 5, "error"),
        ("recipe.missing-column", 5, "warning"),
        ("recipe.surplus-column", 7, "error"),
        # It would stand behind the last line.
        ("recipe.missing-object", 8, "error"),
    ]
    assert findings[0].hint == "Did you mean `orders`?"
    assert findings[4].hint == "Did you mean `note`?"
    assert (findings[5].table, findings[4].table, findings[4].column) == ("lines", "orders", "note_")


@pytest.mark.parametrize(
    ("type", "generator"),
    [
        ("INT64", "{Synth.sequence: 5}"),
        ("INT64", "{Synth.quantiles: [1, 2, 9]}"),
        ("INT64", '{Synth.quantiles: {values: ["1.5", "9.5"], decimals: 0}}'),
        ("INT64", '{Synth.choice: {"1": 5, "2": 6}}'),
        ("INT64", "{Synth.pattern: '999'}"),
        ("INT64", "{random_choice: {'1': 5, '2': 5}}"),
        ("INT64", "{random_choice: [1, '2', {random_number: {min: 1, max: 3}}]}"),
        ("INT64", "'017'"),
        ("INT64", "${{ 'x' }}"),
        ("INT64", "{fake: Year}"),
        ("INT64", "{fake.pyint: {min_value: 1}}"),
        ("INT64", "~"),
        ("NUMERIC(10, 2)", "'12.34'"),
        ("NUMERIC", "{Synth.offset: {after: c, gaps: [1]}}"),
        ("BOOL", '{Synth.choice: {"true": 5, "false": 6}}'),
        ("BOOL", "{random_choice: {true: 5, false: 6}}"),
        ("BOOL", "{fake: Boolean}"),
        ("STRING(3)", "{Synth.pattern: AAA}"),
        ("STRING", "{random_number: {min: 1, max: 3}}"),
        ("DATE", "{fake.date_of_birth: {minimum_age: 18}}"),
        ("DATE", "{date_between: {start_date: 2020-01-01, end_date: today}}"),
        ("DATE", "2024-01-31"),
        ("DATETIME", '{Synth.quantiles: ["2024-01-01 00:00:00", "2024-12-31 00:00:00"]}'),
        ("TIMESTAMP", '{Synth.quantiles: ["2024-01-01 00:00:00+00:00", "2024-12-31 00:00:00+00:00"]}'),
        ("TIME", '{Synth.quantiles: ["08:00:00", "17:00:00"]}'),
        ("BYTES", "{Synth.bytes: 16}"),
        ("GEOGRAPHY", "{Synth.point: {}}"),
        ("JSON", "{Synth.json: {value: {Synth.struct: {a: 1}}}}"),
        ("JSON", "{Synth.struct: {a: 1}}"),
        ("JSON", "{Synth.array: {length: 2, of: 1}}"),
        ("INTERVAL", "'0-0 0 0:0:0'"),
        ("RANGE<DATE>", "{Synth.struct: {start: '2024-01-01', end: '2024-12-31'}}"),
        ("STRUCT<a INT64, b STRING>", "{Synth.struct: {a: {Synth.sequence: 1}, b: {fake: City}}}"),
        ("STRUCT<a INT64>", "{Synth.nullable: {nulls: 5%, value: {Synth.struct: {fields: {a: 1}}}}}"),
        ("INT64*", "{Synth.array: {length: [0, 3], of: {Synth.sequence: 1}}}"),
        ("INT64*", "~"),
        ("STRUCT<a INT64>*", "{Synth.array: {length: 1, of: {Synth.struct: {a: 1}}}}"),
        ("STRING", "{if: [{choice: {when: '${{ true }}', pick: a}}, {choice: {pick: {fake: City}}}]}"),
        ("INT64", "{Synth.nullable: {nulls: 5%, value: {Synth.sequence: 1}}}"),
    ],
)  # fmt: skip
def test_generators_that_fill_their_type_are_clean(type: str, generator: str) -> None:
    assert [each for each in one_column(generator, type) if each[0] not in ("circle", "order")] == []


@pytest.mark.parametrize(
    ("type", "generator"),
    [
        ("INT64", "text"),
        ("INT64", "1.5"),
        ("INT64", "'99999999999999999999'"),
        ("INT64", "{fake: City}"),
        ("INT64", "{fake.city: }"),
        ("INT64", "{Synth.words: 3}"),
        ("INT64", "{Synth.uuid: {}}"),
        ("INT64", "{Synth.pattern: A9}"),
        ("INT64", "{Synth.choice: {a: 1, '2': 1}}"),
        ("INT64", "{Synth.quantiles: [1.5, 9]}"),
        ("INT64", '{Synth.quantiles: ["2024-01-01", "2024-12-31"]}'),
        ("INT64", '{Synth.sequence: "2024-01-01"}'),
        ("INT64", "{date: 2024-01-01}"),
        ("INT64", "{Synth.bytes: 3}"),
        ("INT64", "{Synth.nullable: {nulls: 5%, value: {fake: City}}}"),
        ("INT64", "{random_choice: {red: 1}}"),
        ("INT64", "{random_choice: [1, red]}"),
        ("INT64", "{random_choice: [{choice: {probability: 5, pick: red}}]}"),
        ("INT64", "{if: [{choice: {pick: red}}]}"),
        ("INT64", "{Synth.array: {length: 1, of: 1}}"),
        ("INT64", "{Synth.struct: {a: 1}}"),
        ("NUMERIC(4, 2)", "'12345'"),
        ("BOOL", "{Synth.choice: {J: 1, N: 1}}"),
        ("BOOL", "maybe"),
        ("STRING(3)", "{Synth.pattern: AAAA}"),
        ("STRING(3)", "text"),
        ("DATE", "{Synth.quantiles: [1, 2]}"),
        ("DATE", "'31.12.2024'"),
        ("DATE", "{random_number: {min: 1, max: 3}}"),
        ("DATE", "{fake: Name}"),
        ("TIME", '{Synth.quantiles: ["2024-01-01", "2024-12-31"]}'),
        ("STRUCT<a INT64>", "{Synth.struct: {a: {fake: City}}}"),
        ("STRUCT<a INT64>", "{fake: City}"),
        ("STRUCT<a INT64>*", "{Synth.struct: {a: 1}}"),
        ("STRUCT<a INT64>*", "{Synth.array: {length: 1, of: {Synth.struct: {a: x}}}}"),
        ("INT64*", "5"),
        ("INT64*", "{random_number: {min: 1, max: 3}}"),
        ("INT64*", "{Synth.sequence: 1}"),
    ],
)  # fmt: skip
def test_generators_that_can_not_fill_their_type_are_found(type: str, generator: str) -> None:
    codes = one_column(generator, type)
    assert codes and set(codes) == {("type", 5)}


def test_fields_of_a_struct_are_compared_by_name() -> None:
    assert one_column("{Synth.struct: {a: 1, bb: 2}}", "STRUCT<a INT64, b INT64>") == [
        ("missing-column", 5),
        ("surplus-column", 5),
    ]


NULLS = [
    "{Synth.nullable: {nulls: 5%, value: 1}}",
    "~",
    "",
    "{Synth.reference: {table: t, column: k, nulls: 1%}}",
    "{Synth.offset: {after: n, gaps: [1]}}",
    "{Synth.parent: {link: up, column: k}}",
    "{random_choice: [1, ~]}",
    "{random_choice: [{choice: {probability: 5, pick: ~}}, {choice: {probability: 5, pick: 1}}]}",
    "{if: [{choice: {when: '${{ true }}', pick: ~}}, {choice: {pick: 1}}]}",
]
FULL = [
    "{Synth.nullable: {nulls: 0, value: 1}}",
    "1",
    "{Synth.reference: {table: t, column: k}}",
    "{Synth.offset: {after: k, gaps: [1]}}",
    "{random_choice: [1, 2]}",
]


@pytest.mark.parametrize(
    ("generator", "is_null"), [*((each, True) for each in NULLS), *((each, False) for each in FULL)]
)
@pytest.mark.parametrize("as_key", [True, False])
def test_nulls_in_required_columns_and_keys_are_found(generator: str, is_null: bool, as_key: bool) -> None:
    text = f"""- object: t
  fields:
    k: {{Synth.sequence: 1}}
    n: {{Synth.nullable: {{nulls: 5%, value: {{Synth.sequence: 1}}}}}}
    up: {{Synth.reference: {{table: t, column: k, nulls: 5%}}}}
    c: {generator}
"""
    columns = {"k": "INT64", "n": "INT64", "up": "INT64", "c": "INT64" if as_key else "INT64!"}
    project = project_of({"t": columns}, {"t": ("k", "c")} if as_key else None)
    assert (("null", 8) in found(text, project)) == is_null


def key_findings(keys: tuple[str, ...], fields: str) -> list[tuple[str, int | None]]:
    text = f"""- object: p
  fields: {{id: {{Synth.sequence: 1}}, no: {{Synth.sequence: 7}}}}
- object: q
  fields: {{p: {{Synth.reference: {{table: p, column: id}}}}, n: {{Synth.position: p}}}}
- object: t
  fields:
{fields}"""
    names = [line.strip().partition(":")[0] for line in fields.splitlines()]
    columns = {name: "STRING" for name in names if not name.startswith("__")}
    project = project_of(
        {"t": columns, "p": {"id": "INT64", "no": "INT64"}, "q": {"p": "INT64", "n": "INT64"}}, {"t": keys}
    )
    return [each for each in found(text, project) if each[0] == "key"]


PAIRS = """    __key: {Synth.combination: {parts: {x: {values: [1]}, y: {table: p, column: id}}}}
    a: {Synth.part: x}
"""
WITHIN = """    a: {Synth.reference: {table: p, column: id}}
    __key: {Synth.combination: {within: a, parts: {y: {table: p, column: id}}}}
    b: {Synth.part: y}
"""
POSITION = "    a: {Synth.reference: {table: p, column: id}}\n    b: {Synth.position: a}\n"
ONE_TO_ONE = "    a: {Synth.reference: {table: q, column: p, unique: true}}\n"


@pytest.mark.parametrize(
    ("keys", "fields", "unique"),
    [
        (("a",), "    a: {Synth.sequence: 1}\n", True),
        (("a",), "    a: {Synth.pattern: {shapes: AAAA, unique: true}}\n", True),
        (("a",), "    a: {Synth.pattern: AAAA}\n", False),
        (("a",), "    a: {Synth.uuid: {}}\n", True),
        (("a",), "    a: ${{id}}\n", True),
        (("a",), "    a: {fake: Name}\n", False),
        (("a", "b"), "    a: {fake: Name}\n    b: {Synth.sequence: 1}\n", True),
        (("a",), "    a: {Synth.reference: {table: p, column: id, unique: true}}\n", True),
        (("a",), "    a: {Synth.reference: {table: p, column: id}}\n", False),
        (("a",), ONE_TO_ONE, False),
        (("a", "b"), ONE_TO_ONE + "    b: {Synth.parent: {link: a, column: n}}\n", True),
        (("a", "b"), POSITION, True),
        (("b",), POSITION, False),
        (("a", "b"), PAIRS + "    b: {Synth.part: y}\n", True),
        (("a", "b"), PAIRS + "    b: {fake: Name}\n", False),
        (("a", "b"), WITHIN, True),
        (("b",), WITHIN, False),
    ],
)
def test_keys_that_nothing_makes_unique_are_a_warning(
    keys: tuple[str, ...], fields: str, unique: bool
) -> None:
    assert bool(key_findings(keys, fields)) != unique


def parent_findings(fields: str, columns: tuple[str, ...], accepted: bool = True) -> list[Finding]:
    """Findings on a link to these columns of p, whose primary key is `id`."""
    own = {f"x{index}": "STRING" for index in range(len(columns))}
    project = project_of({"p": {"id": "INT64", "a": "STRING", "b": "STRING"}, "c": own}, {"p": ("id",)})
    link = Link(
        table="c", columns=tuple(own), ref_table="p", ref_columns=columns, accepted=Inferred(value=accepted)
    )
    text = HEAD + f"- object: p\n  fields:\n    id: {{Synth.sequence: 1}}\n{fields}\n- object: c\n"
    findings = lint(text, project.model_copy(update={"links": (link,)}))
    return [each for each in findings if each.code == "recipe.parent-not-unique"]


@pytest.mark.parametrize(
    ("fields", "columns", "level"),
    [
        ("    a: {fake: Name}\n    b: x", ("id",), None),
        ("    a: {fake: Name}\n    b: x", ("a",), Level.ERROR),
        ("    a: {fake: Name}\n    b: x", ("a", "id"), None),
        ("    a: {fake: Name}\n    b: x", ("a", "b"), Level.ERROR),
        ("    a: {Synth.pattern: AAA}\n    b: x", ("a",), Level.ERROR),
        ("    a: {Synth.pattern: {shapes: AAAA, unique: true}}\n    b: x", ("a",), None),
        ("    a: {Synth.pattern: {shapes: AAAA, unique: true}}\n    b: x", ("a", "b"), None),
        # Only the rows can show what a formula makes: they are checked when they are loaded.
        ("    a: ${{ 'n' ~ child_index }}\n    b: x", ("a",), Level.WARNING),
        ("    a: ${{ 'n' ~ child_index }}\n    b: x", ("b",), Level.ERROR),
        ("    b: x", ("a",), None),  # a missing column has a finding of its own
    ],
)
def test_what_a_link_refers_to_must_be_made_unique(
    fields: str, columns: tuple[str, ...], level: Level | None
) -> None:
    findings = parent_findings(fields, columns)
    assert [each.level for each in findings] == ([level] if level else [])
    for each in findings:
        ends = f"c({', '.join(f'x{i}' for i in range(len(columns)))}) → p({', '.join(columns)})"
        assert ends in each.message and f"p.{columns[0]}" in each.message and each.line
        assert "unique: true" in each.hint and "primary key (id)" in each.hint and "reject" in each.hint
    assert parent_findings(fields, columns, accepted=False) == []


def test_a_table_file_that_the_recipe_does_not_name_is_a_warning() -> None:
    findings = lint(HEAD + "- object: t\n", None, files={"tables/x.csv": "a,b"})
    assert [(each.code, each.level) for each in findings] == [("recipe.unused-file", Level.WARNING)]


def test_what_vetting_finds_is_in_it_and_broken_recipes_do_not_crash() -> None:
    project = project_of({"t": {"c": "INT64"}})
    for text in (
        "",
        "{",
        "- 1",
        "- {object: t, fields: [1]}",
        "- {object: [t]}",
        "- {object: t, fields: {c: {a: 1, b: 2}}}",
    ):
        assert errors(lint(text, project))


@pytest.mark.parametrize(
    ("type", "generator", "expected"),
    [
        ("STRING(9)", "{Synth.words: {count: 3, max_length: 9}}", []),
        ("STRING(9)", "{Synth.words: {count: 3, max_length: 10}}", [("type", Level.ERROR)]),
        ("STRING(9)", "{Synth.words: 3}", [("type", Level.ERROR)]),
        ("STRING(36)", "{Synth.uuid: {}}", []),
        ("STRING(35)", "{Synth.uuid: {}}", [("type", Level.ERROR)]),
        ("BYTES(4)", "{Synth.bytes: [1, 4]}", []),
        ("BYTES(4)", "{Synth.bytes: [1, 5]}", [("type", Level.ERROR)]),
        ("STRING(30)", "{fake: Name}", []),
        ("STRING(10)", "{fake: Name}", [("length", Level.WARNING)]),
        ("STRING(2)", "{fake: CountryCode}", []),
    ],
)
def test_texts_must_fit_their_length(type: str, generator: str, expected: list[tuple[str, Level]]) -> None:
    text = f"{HEAD}- object: t\n  fields:\n    c: {generator}\n"
    findings = lint(text, project_of({"t": {"c": type}}))
    assert [(each.code.removeprefix("recipe."), each.level) for each in findings] == expected


@pytest.mark.parametrize(
    ("field", "code", "column"),
    [
        ("x: {Synth.reference: {table: q, column: id}}", "unknown-table", 34),
        ("x: {Synth.reference: {table: p, column: no_}}", "unknown-column", 45),
        ("x: {Synth.reference: {table: p, column: id, match: {t: y}}}", "unknown-column", 60),
        ("x: {Synth.position: y}", "unknown-column", 25),
        ("x: {Synth.part: y}", "no-combination", 21),
        (
            "x: {Synth.nullable: {nulls: 5%, value: {Synth.offset: {after: y, gaps: [1]}}}}",
            "unknown-column",
            67,
        ),
        ("x: {random_choice: [1, {Synth.position: y}]}", "unknown-column", 45),
        ("x: {random_choice: [1, {Synth.reference: {table: p, column: id}}]}", "nested-key", 46),
        ("x: {random_reference: c}", "order", 27),
        ("x: {random_reference: later}", "order", 27),
        ("x: '${{ later.a }}'", "order", 8),
        ("x: '${{ v }}'", "order", 8),
    ],
)
def test_the_place_is_that_of_the_argument(field: str, code: str, column: int) -> None:
    text = (
        HEAD
        + PARENTS
        + f"- object: c\n  fields:\n    {field}\n- object: later\n  fields: {{a: 1}}\n- var: v\n  value: 1\n"
    )
    found = [(each.code, each.line, each.column_number) for each in lint(text, None)]
    assert found == [(f"recipe.{code}", 7, column)]


def test_what_was_made_before_can_be_used_and_the_rest_can_be_referred_to() -> None:
    text = """- var: v
  value: 1
- object: a
  nickname: first
  fields: {x: "${{ v }}", up: {reference: b}}
  friends:
    - object: f
      fields: {x: "${{ a.x }}", y: {random_reference: first}}
- object: b
  fields: {x: "${{ a.x }}${{ f.x }}", n: {object: c, fields: {z: 1}}, y: "${{ c.z }}", self: {reference: b}}
"""
    assert found(text) == []
