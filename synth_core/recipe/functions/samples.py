"""Values of each type, for examples."""

from __future__ import annotations

from synth_core.model.types import Kind

SAMPLES: dict[Kind, tuple[str, str]] = {
    Kind.INT64: ("1", "2"),
    Kind.NUMERIC: ("9.50", "12.00"),
    Kind.BIGNUMERIC: ("9.50", "12.00"),
    Kind.FLOAT64: ("0.25", "0.5"),
    Kind.BOOL: ("false", "true"),
    Kind.STRING: ("pro", "retail"),
    Kind.BYTES: ("off", "on"),
    Kind.DATE: ("2024-01-31", "2024-02-29"),
    Kind.DATETIME: ("2024-01-31 08:00:00", "2024-02-29 17:30:00"),
    Kind.TIMESTAMP: ("2024-01-31 08:00:00+00:00", "2024-02-29 17:30:00+00:00"),
    Kind.TIME: ("08:00:00", "17:30:00"),
    Kind.GEOGRAPHY: ("POINT(13.4 52.5)", "POINT(2.35 48.86)"),
    Kind.JSON: ("[]", "[1, 2]"),
    Kind.INTERVAL: ("0-0 1 0:0:0", "0-0 2 0:0:0"),
}
"""Two of each, as text, the lower one first."""
ORDERED = (Kind.INT64, Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64, Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP)
"""Types with a first, a last and steps between them."""


def choice_of(kind: Kind) -> str:
    """The YAML of a generator that makes this type."""
    if kind is Kind.STRUCT:
        return "{Synth.struct: {city: {fake: City}}}"
    if kind is Kind.RANGE:
        return '{Synth.struct: {start: "2024-01-31", end: "2024-02-29"}}'
    one, other = SAMPLES[kind]
    return f'{{Synth.choice: ["{one}", "{other}"]}}'
