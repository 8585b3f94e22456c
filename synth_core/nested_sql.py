"""SQL that reaches fields inside of STRUCTs and ARRAYs, for DuckDB and for BigQuery."""

from __future__ import annotations

from collections.abc import Sequence

from synth_core.model.types import Field, Mode
from synth_core.rule_sql import Quote, Speech


def inner_values(
    fields: Sequence[Field], path: Sequence[str], source: str, quote: Quote, speech: Speech
) -> tuple[str, str]:
    """What stands behind FROM so that each row is one value of the field, and the expression of that value. `source` is
    the table, called `c`."""
    value = "c"
    for depth, name in enumerate(path):
        field = next(each for each in fields if each.name == name)
        value = f"{value}.{quote(name)}"
        if field.mode is Mode.REPEATED:
            # DuckDB calls the column of elements, BigQuery the element itself.
            called = f"e{depth}" if speech == "bigquery" else f"u{depth}(e{depth})"
            source, value = f"{source}, UNNEST({value}) AS {called}", f"e{depth}"
        fields = field.type.fields
    return source, value
