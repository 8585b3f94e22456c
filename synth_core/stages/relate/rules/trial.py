"""A way to compute one number from others, to be tried on the rows of a sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from synth_core.model.rule import Rule, RuleKind
from synth_core.stages.relate.rules.sample import Floats, Ints, Seen

NEAR = 1e-9
"""Of the size of the numbers: as near as floating point comes."""
HUNDREDTH = 0.01
_DIGITS = 5
"""A number that all rows have in common has no more digits."""


@dataclass(frozen=True)
class Trial:
    """As a rule, of columns that are places."""

    kind: RuleKind
    places: tuple[int, ...] = ()
    less: int = 0
    """So many of a sum's last places are taken away."""
    share: int | None = None
    sign: int = -1
    """Of the share: -1 is a discount, 1 a surcharge."""
    percent: bool = False
    factor: float | None = None

    @property
    def inputs(self) -> tuple[int, ...]:
        """All places."""
        return self.places if self.share is None else (*self.places, self.share)

    def of(self, places: Sequence[int]) -> Trial:
        """The same of these places."""
        return replace(self, places=tuple(places))

    def with_inputs(self, x: Floats, places: Ints) -> tuple[Floats, Floats]:
        """`compute` of rows `x` and many columns: those of each row of `places`."""
        return self.compute([x[:, column] for column in places.T])

    def compute(self, inputs: Sequence[Floats]) -> tuple[Floats, Floats]:
        """What the rule says, and the size of the numbers that it came from. The last input is the share."""
        if self.kind == "sum":
            made, size = inputs[0], np.abs(inputs[0])
            for place, each in enumerate(inputs[1:], 1):
                made = made + each if place < len(inputs) - self.less else made - each
                size = size + np.abs(each)
            return made, size
        if self.kind == "ratio":
            made = inputs[0] / np.where(inputs[1] == 0, np.nan, inputs[1])
        else:
            columns = inputs if self.share is None else inputs[:-1]
            made = columns[0]
            for each in columns[1:]:
                made = made * each
            if self.share is not None:
                made = made * (1 + self.sign * (inputs[-1] / 100 if self.percent else inputs[-1]))
        if self.factor is not None:
            made = made * self.factor
        return made, np.abs(made)

    def rule(self, target: Seen, seen: Sequence[Seen]) -> Rule:
        """With the names of the columns."""
        names = tuple(seen[place].name for place in self.places)
        share = {} if self.share is None else {_SHARES[self.sign]: seen[self.share].name}
        return Rule(
            kind=self.kind,
            target=target.name,
            columns=names[: len(names) - self.less],
            less=names[len(names) - self.less :],
            percent=self.percent,
            factor=self.factor,
            decimals=target.decimals,
            **share,
        )


_SHARES = {-1: "discount", 1: "surcharge"}


def shortest_between(low: float, high: float) -> float | None:
    """Of the numbers in between, above 0, one with the fewest digits; None where all have many."""
    for digits in range(1, _DIGITS + 1):
        found = float(f"{(low + high) / 2:.{digits}g}")
        if low <= found <= high:
            return found
    return None
