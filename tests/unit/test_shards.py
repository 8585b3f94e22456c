"""How the work of a plan is shared out."""

from __future__ import annotations

from datetime import date

import pytest

from synth_core.engine.shards import CELLS_A_HEAP, balance, pieces_of
from synth_core.model.inferred import Inferred
from synth_core.model.plan import Plan
from synth_core.model.project import Column, Project, SourceKind, Table, TableSource, Target
from synth_core.model.types import INT64, Mode


def plan(**counts: int) -> Plan:
    """Tables of two columns that have nothing to do with each other."""
    columns = tuple(
        Column(
            name=name,
            type=Inferred(value=INT64),
            mode=Inferred(value=Mode.NULLABLE),
            meaning=Inferred(value="unknown"),
            personal=Inferred(value=False),
        )
        for name in ("x", "y")
    )
    source = TableSource(kind=SourceKind.PARQUET, uri="x", full_name="x")
    tables = tuple(
        Table(name=name, source=source, rows=count, wanted=count, columns=columns)
        for name, count in counts.items()
    )
    recipe = "".join(f"- object: {name}\n  fields:\n    x: 1\n    y: 2\n" for name in counts)
    project = Project(name="p", source="x", tables=tables, target=Target(uri="out"))
    return Plan(project=project, recipe=recipe, counts=counts, seed=1, today=date(2024, 1, 1))


@pytest.mark.parametrize(
    ("counts", "bins", "heaps"),
    [
        ({"a": 300, "b": 200}, 2, [{"a", "b"}]),
        ({"a": CELLS_A_HEAP // 2, "b": 10, "c": 9}, 2, [{"a"}, {"b", "c"}]),
        ({"a": CELLS_A_HEAP // 2, "b": 10, "c": 9}, 1, [{"a", "b", "c"}]),
        (dict.fromkeys("abcd", CELLS_A_HEAP // 5), 4, [{"a", "c"}, {"b", "d"}]),
        (dict.fromkeys("abcd", CELLS_A_HEAP), 4, [{"a"}, {"b"}, {"c"}, {"d"}]),
        ({"a": 10 * CELLS_A_HEAP}, 4, [{"a"}]),
    ],
)
def test_a_worker_must_be_worth_its_start(counts: dict[str, int], bins: int, heaps: list[set[str]]) -> None:
    made = plan(**counts)
    pieces = pieces_of(made)
    found = [
        {table for piece in heap for table in pieces[piece]} for heap in balance(made, list(pieces), bins)
    ]
    assert sorted(found, key=min) == heaps
