"""The catalogue against the interpreter: every example runs, and makes what its declaration says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
import yaml

from synth_core.engine.interpreter import Job, Rows, run_jobs
from synth_core.model.types import STRING, BigQueryType, Field, Kind, Mode
from synth_core.recipe.catalogue import CATALOGUE, Declaration
from synth_core.recipe.catalogue.plugins import PLUGINS
from synth_core.recipe.compile import compile_recipe
from synth_core.recipe.files import data_files
from synth_core.recipe.functions.samples import ORDERED, SAMPLES
from synth_core.recipe.vetting import vet

ROWS = 12
FILES = {"people.csv": "name,city\nAda,London\nAlan,Bletchley\n", "terms.txt": "terms"}
HEAD = "- snowfakery_version: 3\n" + "".join(f"- plugin: {plugin.path}\n" for plugin in PLUGINS.values())
TABLES = ("customers", "orders", "t")


def key_of(kind: Kind, name: str) -> str:
    """Fields of which the last has values of the type, and other tables can refer to it."""
    values = ", ".join(f'"{each}"' for each in SAMPLES.get(kind, ("a", "b")))
    parts = f"{{year: {{values: [{values}]}}, n: {{first: 1, last: 99}}}}"
    return (
        f"    __key: {{Synth.combination: {{parts: {parts}}}}}\n    {name}: {{Synth.part: {{part: year}}}}\n"
    )


def recipe_of(kind: Kind, generators: Iterable[tuple[str, str]]) -> str:
    """A recipe with these fields, and what the examples refer to, made so that what follows from it is of the type."""
    first = SAMPLES[kind][0] if kind in ORDERED else "1"
    moment = first if kind in (Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP) else "2024-01-31"
    fields = "".join(f"    {name}: {generator}\n" for name, generator in generators)
    return f"""{HEAD}- object: customers
  count: 20
  fields:
{key_of(kind, "id")}- object: orders
  count: 20
  fields:
{key_of(kind, "line_no")}- object: t
  count: {ROWS}
  fields:
{key_of(kind, "own_key")}    order_id: {{Synth.reference: {{table: orders, column: line_no}}}}
    country: {{Synth.choice: [DE, US]}}
    buyer: {{Synth.choice: [Ann Lee, Bo Ray]}}
    ordered_on: {{Synth.sequence: {{start: "{moment}"}}}}
    first_count: {{Synth.sequence: {{start: "{first if kind in ORDERED and kind is not Kind.DATE else 1}"}}}}
{fields}"""


def declared_for(kind: Kind) -> dict[str, Declaration]:
    """Field → function: all that can fill the type, and among texts those that make whatever they are told."""
    return {
        f"f{number}": each
        for number, each in enumerate(CATALOGUE.values())
        if (kind is Kind.STRING if not each.fills else kind in each.fills)
    }


def type_of(kind: Kind, generator: str) -> BigQueryType:
    if kind is Kind.STRUCT:
        call = yaml.safe_load(generator)
        while not isinstance(next(iter(call.values())), str) and "Synth.struct" not in call:
            # The generator is the last of what a function is given.
            call = [
                {"": ""},
                *(each for each in next(iter(call.values())).values() if isinstance(each, dict)),
            ][-1]
        names = list(call.get("Synth.struct", ("name", "city")))
        return BigQueryType(kind=kind, fields=tuple(Field(name=name, type=STRING) for name in names))
    return BigQueryType(kind=kind, element=Kind.DATE if kind is Kind.RANGE else None)


def job_of(kind: Kind) -> Job:
    declared = declared_for(kind)
    generators = {name: each.generator(kind) for name, each in declared.items()}
    text = recipe_of(kind, generators.items())
    counts = dict.fromkeys(TABLES, 20) | {"t": ROWS}
    compiled = compile_recipe(text, counts, seed=5, today=date(2026, 1, 1), files=FILES)
    fields = tuple(
        Field(
            name=name,
            type=type_of(kind, generator),
            mode=Mode.REPEATED if declared[name].name == "Synth.array" else Mode.NULLABLE,
        )
        for name, generator in generators.items()
    )
    shown = compiled.columns["t"]
    columns = {**compiled.columns, "t": {alias: name for alias, name in shown.items() if name in generators}}
    return Job(
        compiled=compiled.__class__(compiled.text, compiled.tables, columns),
        seed="5",
        today=date(2026, 1, 1),
        cells=100_000,
        fields={"t": fields},
        files=data_files(compiled.text, FILES),
    )


@pytest.fixture(scope="module")
def made() -> dict[Kind, list[dict[str, list[Any]]]]:
    """Type → field → values, twice, from one child process: each value was cast to the type on its way."""
    jobs = [job_of(kind) for kind in Kind for _ in range(2)]
    found: dict[Kind, list[dict[str, list[Any]]]] = {kind: [] for kind in Kind}
    kinds = [kind for kind in Kind for _ in range(2)]
    for event in run_jobs(jobs):
        if isinstance(event, Rows):
            if event.table == "t":
                found[kinds[0]].append(event.batch.to_pydict())
        else:
            kinds.pop(0)
    return found


@pytest.mark.parametrize("kind", Kind)
def test_every_example_vets_without_findings(kind: Kind) -> None:
    generators = {name: each.generator(kind) for name, each in declared_for(kind).items()}
    assert vet(recipe_of(kind, generators.items()), FILES) == []


def test_every_example_makes_the_types_that_its_function_fills(
    made: dict[Kind, list[dict[str, list[Any]]]],
) -> None:
    for kind, (values, _) in made.items():
        for name, declared in declared_for(kind).items():
            assert len(values[name]) == ROWS
            assert any(each is not None for each in values[name]), f"{declared.name} makes no {kind}"


def test_the_same_seed_makes_the_same_values(made: dict[Kind, list[dict[str, list[Any]]]]) -> None:
    for one, other in made.values():
        assert one == other


def test_what_never_repeats_does_not(made: dict[Kind, list[dict[str, list[Any]]]]) -> None:
    for kind, (values, _) in made.items():
        for name, declared in declared_for(kind).items():
            is_asked = declared.unique == "can" and "unique: true" in declared.example_for(kind)
            if declared.fills and (declared.unique == "always" or is_asked):
                assert len(set(values[name])) == ROWS, f"{declared.name} repeats a {kind}"
