"""Whether a model can be believed: it is asked about things of which measurement is sure, too, and not told which."""

from __future__ import annotations

from dataclasses import dataclass

FILL = 0.75
"""With so many of the sure ones right it may say what measurement leaves open."""
OVERRULE = 0.9
"""With so many, and enough of them, it may overrule what was measured with less confidence than `SURE`."""
_FEWEST_TO_FILL = 3
_FEWEST_TO_OVERRULE = 5


@dataclass(frozen=True)
class Trust:
    """How many of the sure ones a model was asked about and answered, and how many of those as they were measured."""

    asked: int
    right: int

    @property
    def share(self) -> float:
        """Of those asked."""
        return self.right / self.asked if self.asked else 0.0

    @property
    def may_fill(self) -> bool:
        """With few sure ones there is little that speaks against it."""
        return self.asked < _FEWEST_TO_FILL or self.share >= FILL

    @property
    def may_overrule(self) -> bool:
        """It has shown that it knows."""
        return self.asked >= _FEWEST_TO_OVERRULE and self.share >= OVERRULE
