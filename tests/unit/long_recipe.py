"""A long recipe with its project, for measuring the linter: tables that refer to each other, all sorts of columns."""

from __future__ import annotations

from synth_core.model.inferred import Inferred
from synth_core.model.project import Column, Link, Project, SourceKind, Table, TableSource, Target
from synth_core.model.types import BigQueryType, Mode
from synth_core.recipe.compile import PLUGIN_PATH
from synth_core.recipe.notation import FieldText, ObjectText, recipe_text

DATES = [f"{year}-{month:02}-01" for year in (2023, 2024) for month in range(1, 13)] + ["2025-01-01"]
SORTS: dict[str, tuple[str, object]] = {
    "status": ("STRING", {"Synth.choice": dict.fromkeys(["open", "done", "late", "paid", "lost", "back"], "10%")}),
    "first_name": ("STRING", {"fake": "FirstName"}),
    "amount": ("NUMERIC", {"Synth.quantiles": {"values": [n * 1.25 for n in range(33)], "decimals": 2}}),
    "day": ("DATE", {"Synth.quantiles": {"values": DATES}}),
    "left": ("DATE", {"Synth.nullable": {"nulls": "8%", "value": {"Synth.offset": {
        "after": "day", "unit": "days", "gaps": [0, 0, 1, 2, 3, 5, 9]}}}}),
    "code": ("STRING", {"Synth.pattern": {"shapes": {"AA-9999": "80%", "A-9999": "15%", "AAA": "5%"}}}),
    "note": ("STRING", {"Synth.nullable": {"nulls": "60%", "value": {"Synth.words": {"count": [2, 5, 9]}}}}),
    "paid": ("BOOL", {"Synth.choice": {"true": "66%", "false": "34%"}}),
    "label": ("STRING", "${{ code ~ ' ' ~ status }}"),
}  # fmt: skip


def long_recipe(tables: int = 10, lines: int = 2_000) -> tuple[str, Project]:
    """A recipe of at least so many lines, which lints clean, and its project."""
    columns: list[dict[str, str]] = [{"id": "INT64!"} for _ in range(tables)]
    fields: list[list[FieldText]] = [
        [FieldText("id", {"Synth.sequence": {"start": 1000}}, "INT64 REQUIRED, primary key: numbered")]
        for _ in range(tables)
    ]
    for index in range(1, tables):
        columns[index]["parent"] = "INT64"
        spread = {str(count): "8%" for count in range(12)}
        generator = {"Synth.reference": {"table": f"t{index - 1}", "column": "id", "children": spread}}
        fields[index].append(FieldText("parent", generator, f"INT64, refers to t{index - 1}"))
    for number, name in ((number, name) for number in range(1, 1_000) for name in SORTS):
        if (text := _text(fields)).count("\n") >= lines:
            break
        kind, generator = SORTS[name]
        for index in range(tables):
            columns[index][f"{name}_{number}"] = kind
            made = FieldText(f"{name}_{number}", _numbered(generator, number), f"{kind}, made so")
            fields[index].append(made)
    return text, _project(columns)


def _numbered(generator: object, number: int) -> object:
    """The generator with the names of the same round's columns."""
    if isinstance(generator, dict):
        return {name: _numbered(value, number) for name, value in generator.items()}
    if generator == "day":
        return f"day_{number}"
    if isinstance(generator, str) and "${{" in generator:
        return generator.replace("code", f"code_{number}").replace("status", f"status_{number}")
    return generator


def _text(fields: list[list[FieldText]]) -> str:
    objects = [ObjectText(f"t{index}", 1000, ["made for a test"], each) for index, each in enumerate(fields)]
    return recipe_text(["A long recipe"], PLUGIN_PATH, objects)


def _project(columns: list[dict[str, str]]) -> Project:
    tables = tuple(
        Table(
            name=f"t{index}",
            source=TableSource(kind=SourceKind.DELIMITED, uri="data", full_name=f"t{index}"),
            rows=1000,
            wanted=1000,
            columns=tuple(
                Column(
                    name=name,
                    type=Inferred[BigQueryType](value=BigQueryType.model_validate(kind.rstrip("!"))),
                    mode=Inferred[Mode](value=Mode.REQUIRED if kind.endswith("!") else Mode.NULLABLE),
                    meaning=Inferred[str](value="unknown"),
                    personal=Inferred[bool](value=False),
                )
                for name, kind in each.items()
            ),
            primary_key=Inferred[tuple[str, ...]](value=("id",)),
        )
        for index, each in enumerate(columns)
    )
    links = tuple(
        Link(
            table=f"t{index}", columns=("parent",), ref_table=f"t{index - 1}", ref_columns=("id",),
            accepted=Inferred[bool](value=True),
        )
        for index in range(1, len(tables))
    )  # fmt: skip
    return Project(name="long", source="data", tables=tables, links=links, target=Target(uri="out"))
