"""How a target says which batch of synthetic rows it holds."""

from __future__ import annotations

import re

_LINE = re.compile(r"\n?^Synthetic, batch .*$", re.MULTILINE)


def with_batch(description: str, batch: str) -> str:
    """A table's description with the batch in a last line of its own; that of an earlier batch goes."""
    return "\n".join(filter(None, (without_batch(description), f"Synthetic, batch {batch}")))


def without_batch(description: str) -> str:
    """What somebody else wrote of the table."""
    return _LINE.sub("", description).strip()
