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

    def __str__(self) -> str:
        if not self.queries:
            return self.how
        return f"{self.how}: {size_text(self.bytes)}, {price_text(self.dollars)}"


def size_text(bytes: int) -> str:
    """Bytes for people: `12.3 GiB`."""
    size, unit = float(bytes), "B"
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if size < 1024 or unit == "TiB":
            break
        size /= 1024
    return f"{size:,.0f} {unit}" if unit == "B" else f"{size:,.1f} {unit}"


def price_text(dollars: float) -> str:
    """Dollars for people; what is less than a cent is said to be so."""
    return "under $0.01" if 0 < dollars < 0.01 else f"${dollars:,.2f}"
