"""A running balance is seen, and it is said that a draft does not keep it."""

from __future__ import annotations

import duckdb
import pytest
from typed_tables import add_table, project

from synth_core.stages.draft import draft
from synth_core.stages.profile import profile

ROWS = """SELECT *, sum(amount) OVER (ORDER BY i) AS balance, CASE WHEN amount > 0 THEN amount END AS paid_in,
    CASE WHEN amount < 0 THEN -amount END AS paid_out
    FROM (SELECT i, ((i * 7919) % 9000 - 5000)::DECIMAL(9, 2) / 100 AS amount FROM range(90) r(i))"""


@pytest.mark.parametrize(
    ("query", "amounts"),
    [
        (f"SELECT i, amount, balance FROM ({ROWS}) ORDER BY i", ("amount",)),
        (f"SELECT i, amount, balance FROM ({ROWS}) ORDER BY i DESC", ("amount",)),
        (f"SELECT i, paid_in, paid_out, balance FROM ({ROWS}) ORDER BY i", ("paid_in", "paid_out")),
        (f"SELECT i, amount, balance FROM ({ROWS}) ORDER BY i % 7, i", None),
        (f"SELECT i, amount, 0.0::DECIMAL(9, 2) AS balance FROM ({ROWS}) ORDER BY i", None),
    ],
    ids=["oldest first", "newest first", "in and out apart", "in no order", "always the same"],
)
def test_a_running_balance_is_told(query: str, amounts: tuple[str, ...] | None) -> None:
    with duckdb.connect() as con:
        con.execute("SET threads = 1")
        source = project(add_table(con, "t", query))
        facts = profile(con, source)
        found = draft(source, facts).findings
    assert [(each.column, each.amounts) for each in facts.table("t").balances] == (
        [("balance", amounts)] if amounts else []
    )
    assert [(each.code, each.column) for each in found] == (
        [("draft.running-balance", "balance")] if amounts else []
    )
