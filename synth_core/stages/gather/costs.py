"""What reading the sources' warehouses costs: found out, and said, before anything is billed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from synth_core.errors import SourceError
from synth_core.model.cost import Cost, price_text, size_text
from synth_core.ports import Warehouse
from synth_core.stages.gather.named import NamedTable

SAMPLE_ROWS = 100_000
"""Rows read of a warehouse's table that is not read whole, unless settings say otherwise."""


def estimated(
    chosen: Iterable[tuple[Warehouse, NamedTable]], rows: int, progress: Callable[[str], None]
) -> list[Cost]:
    """The costs of each table; those that are billed are told."""
    costs = []
    for warehouse, table in chosen:
        cost = warehouse.estimate(table.table, rows).model_copy(update={"table": table.name})
        if cost.queries:
            progress(f"{table.name}: {cost}")
        costs.append(cost)
    return costs


def check_total(costs: Iterable[Cost], limit: int) -> None:
    """Raise SourceError where all tables together are more than the limit. Nothing was billed until then."""
    costs = list(costs)
    total = sum(cost.bytes for cost in costs)
    if total > limit:
        largest = sorted(costs, key=lambda cost: -cost.bytes)[:3]
        raise SourceError(
            f"Reading the tables takes {size_text(total)} ({price_text(sum(cost.dollars for cost in costs))}), more "
            f"than the limit of {size_text(limit)}; nothing was read. Most is for "
            f"{', '.join(f'{cost.table} ({size_text(cost.bytes)})' for cost in largest)}.",
            hint="Raise `max_bytes_billed`, or take fewer tables.",
        )
