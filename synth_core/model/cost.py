"""What something will cost, before it happens."""

from __future__ import annotations

from synth_core.model.base import Frozen


class Cost(Frozen):
    """What reading a table takes. All zero where it is free."""

    table: str
    bytes: int
    """Bytes that will be billed."""
    dollars: float
    queries: int
    """Billed queries."""
    how: str
    """In words: "all rows by the free listing", "a sample of 100,000 rows and one query of all rows"."""
