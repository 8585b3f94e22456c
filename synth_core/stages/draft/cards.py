"""Credit card numbers: valid ones, as long as those of the source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synth_core.model.profile import ValueCount
from synth_core.recipe.notation import percent

CARDS = "made up, with a valid check digit and as many digits as in the source"
_BY_LENGTH = {
    12: ("maestro",),
    13: ("visa13",),
    14: ("diners",),
    15: ("amex",),
    16: ("visa16", "mastercard"),
    19: ("visa19",),
}


def card_numbers(shapes: Sequence[ValueCount]) -> dict[str, Any] | None:
    """A generator of numbers with the lengths of these shapes; None where they are more than plain digits, or of
    a length that no card has."""
    rows = {kind: 0.0 for kinds in _BY_LENGTH.values() for kind in kinds}
    for shape in shapes:
        kinds = _BY_LENGTH.get(len(shape.value), ())
        if not kinds or set(shape.value) != {"9"}:
            return None
        for kind in kinds:
            rows[kind] += shape.count / len(kinds)
    weights = {kind: count / sum(rows.values()) for kind, count in rows.items() if count}
    if len(weights) == 1:
        return _made(*weights)
    choices = [
        {"choice": {"probability": percent(share), "pick": _made(kind)}} for kind, share in weights.items()
    ]
    return {"random_choice": choices}


def _made(kind: str) -> dict[str, Any]:
    return {"fake.credit_card_number": {"card_type": kind}}
