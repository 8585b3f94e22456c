"""How convincing one possible link is, from names and from values, and the sentence that says why."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from synth_core.model.types import Kind
from synth_core.stages.relate.inclusion import Inclusion
from synth_core.stages.relate.stats import ColumnStats, as_float

TOLERATED = 0.95
"""So many of the child's values must occur in the parent, unless a table is only a sample."""
ROLE = 0.7
"""Names that agree so well by a role (manager, parent) are worth as much as a shared name."""


_PLAIN = 0.85
"""Names that agree so well mean the key even if they are words for measures."""
_ALONE = 1.5
"""Without names a key that fits alone is a link more often than its odds say."""
_TEXTS = 3.5
"""Of texts beside names: those that all occur in a key, and nearly all of it, are a link whatever it is called."""
_EXCEPTIONS = 1.5
"""What tells against one key being part of another that some of its values are not there."""
_SPACED = 1.2
"""Texts with blanks, such as names of people: what more than a few of them in a key are worth."""
_SOME = 0.8
_LONG = 24
"""Texts so long in the mean and without blanks, as UUIDs and hashes are, occur nowhere by accident."""
_DIVIDED = 4.0
"""Several tables have the rows of another among them."""
_COUNTED = 4.0
"""Two keys that count the rows of their tables seem to be one where the shorter table's ends."""
_DENSE, _SHORTER, _ENOUGH = 0.75, 0.9, 10
_LIKELY_ACCIDENT, _NEARLY_ALL, _MANY_KEYS = 0.1, 0.8, 40
_MOST = 0.88
"""Of links without names, and of those that another key fits as well, nine in ten are right, and not more."""


@dataclass(frozen=True)
class Possible:
    """A column that may refer to a key."""

    child: ColumnStats
    parent: ColumnStats
    inclusion: Inclusion
    agreement: float | None
    """Of the names, 0 to 1; None where names are ignored."""
    identifies: bool
    """The child's name says that it identifies something."""
    measures: bool
    """The child's name says that it counts or measures."""
    counts: bool
    """It begins with how many or how much: `count_teams`."""
    parent_is_key: bool
    """The parent's column is its table's primary key, not just unique."""
    child_is_key: bool
    is_own_name: bool
    """The child is the key of its table and called after it, so that it hardly stands for another thing."""
    partial: bool
    """The parent's table may be a sample, so that values are missing in it."""
    others: float = 0.0
    """Odds of the other keys that fit the child, together."""
    contested: bool = False
    """Another key is nearly as likely."""
    is_extension: bool = False
    """The child's table is called after the parent's and more, or its key after the parent's table."""
    rest: tuple[str, ...] = ()
    """Tables that have the parent's other rows, by their keys, where the child's has some of them."""
    is_unexplained: bool = False
    """The child's name says that it identifies something, and fits no table: names are ignored, but there are some."""
    hierarchy: float = 0.0
    """Within one table, without names: how much the values look like rows that stand below each other."""
    basis: str = ""
    """Of what the inclusion was counted, where not all rows of both tables lie here."""

    @property
    def is_self(self) -> bool:
        """Within one table."""
        return self.child.table == self.parent.table

    @property
    def confidence(self) -> float:
        """How likely it is, 0 to 1. A column refers to one key at most: where values alone speak, each key that fits
        takes from the others."""
        odds = self.odds
        if self.agreement is None:
            odds *= _ALONE / (1 + self.others)
        return odds / (1 + odds)

    @property
    def said(self) -> float:
        """How sure we say that we are."""
        is_open = self.contested or self.agreement is None or bool(self.rest) or not self.parent.is_unique
        return round(min(self.confidence, _MOST) if is_open else self.confidence, 3)

    @property
    def alone(self) -> float:
        """How sure we would be if no other key fitted: whichever the column means, this one looks like a key."""
        return self.odds / (1 + self.odds)

    @property
    def odds(self) -> float:
        """Of this key on its own, as if there were no other."""
        names = self.agreement
        score = -3.3 if names is None else -3.4
        if names is not None:
            score += 5.0 * names + (0.7 if self.identifies else 0.0)
            score -= 2.5 if self.counts or (self.measures and names < _PLAIN) else 0.0
        is_telling = self.child.group == "text" and self.parent_is_key
        score += _values(self) * (6.5 if names is None else _TEXTS if is_telling else 3.0)
        score += _surprise(self)
        score -= _dangling(self)
        score -= 0.0 if not self.is_own_name else 3.0 if self.parent_is_key else 5.0
        score -= 0.0 if self.parent_is_key else 1.0
        score -= 0.8 if self.is_self and (names or 0.0) < ROLE else 0.0
        score += self.hierarchy + (_DIVIDED if self.rest else -self._one_to_one())
        score -= _COUNTED if self._counts_its_rows else 0.0
        if self.child.group == "time" or Kind.FLOAT64 is self.parent.type.kind:
            score -= 1.5
        if self.is_unexplained and self._may_be_any_numbers:
            # What it identifies may well be in none of the tables.
            score -= 2.0
        if names is None and self.child.group == "number" and not self.partial and self.inclusion.share < 1.0:
            # Numbers that count from 1 run past the end of a key that is not theirs.
            score -= 1.5
        return exp(score)

    @property
    def _may_be_any_numbers(self) -> bool:
        """Numbers that the key may well have by accident: those of a sample, or small ones. Not where the child has
        nearly all keys of many."""
        if self.child.group != "number" or self.partial:
            return self.child.group == "number"
        found, keys = self.inclusion.distinct_in, self.parent.distinct
        has_many = keys >= _MANY_KEYS and found >= _NEARLY_ALL * keys
        return not has_many and _accident(self) > _LIKELY_ACCIDENT

    @property
    def _counts_its_rows(self) -> bool:
        """The child numbers its rows, 1, 2, 3 and so on, and ends before the parent does, and no name says that the
        rows are the parent's first ones."""
        child, parent = self.child, self.parent
        if self.rest or self.is_extension or self.agreement is None or self.partial or not child.is_unique:
            return False
        if child.group != "number" or child.rows < _ENOUGH or as_float(child.low) not in (0.0, 1.0):
            return False
        ends_before = as_float(child.high) < _SHORTER * as_float(parent.high)
        return ends_before and min(child.density, parent.density) >= _DENSE

    def _one_to_one(self) -> float:
        """Penalty where every child has a parent of its own, as two keys that count from 1 also seem to."""
        if self.child_is_key:
            if self.agreement is None:
                return 1.0 if self.child.group == "text" else 2.5
            # Rows of a part are rows of the whole, without exception.
            exceptions = 0.0 if self.partial or self.inclusion.share >= 1.0 else _EXCEPTIONS
            return exceptions + (1.0 if self.agreement >= 0.9 else 2.5)
        if self.child.rows <= 20 or self.child.distinct < 0.9 * self.child.filled:
            return 0.0
        # A second identifier beside the key often has the key's values: it is no link to other rows.
        if self.is_self and (self.agreement or 0.0) < ROLE:
            return 2.5
        return 0.3 if (self.agreement or 0.0) >= 0.6 else 1.0

    @property
    def sentence(self) -> str:
        """The evidence for people."""
        child, parent = f"{self.child.table}.{self.child.name}", f"{self.parent.table}.{self.parent.name}"
        missing = self.inclusion.distinct - self.inclusion.distinct_in
        share = f"{100 * self.inclusion.row_share:.1f}".removesuffix(".0")
        if missing and share == "100":
            share = "99.9"
        text = f"{share} % of {child} occur in {parent}"
        if missing:
            text += f"; {missing:,} value{'s do' if missing > 1 else ' does'} not"
            text += ", which may be left out of a sample" if self.partial else ""
        if twice := self.parent.filled - self.parent.distinct:
            text += f"; in {self.parent.table} {twice:,} of its rows {'repeat' if twice > 1 else 'repeats'} a value"
        if self.agreement is not None and self.agreement >= 0.6:
            text += "; the names agree"
        if self.rest:
            text += f"; the others in {' and '.join(self.rest)}"
        return f"{text}; {self.basis}" if self.basis else text


def _values(link: Possible) -> float:
    """0 to 1: how unlikely it is that the child's values lie in the parent's key by accident."""
    child, parent, found = link.child, link.parent, link.inclusion
    if found.distinct_in == 0:
        return 0.0
    used = found.distinct_in / max(1, parent.distinct)
    if child.group == "text" or parent.group == "text":
        enough = min(1.0, found.distinct_in / 4)
        telling = 1.0 if max(child.length, parent.length) >= 3 else 0.75
        return found.share * enough * telling * (0.75 + 0.25 * min(1.0, 2 * used))
    if child.group == "time":
        return 0.6 * found.share
    accident = _accident(link)
    fit = _range_fit(child, parent)
    dense = 0.15 + 0.55 * fit * used**0.5 if child.distinct > 2 else 0.05
    return found.share * (accident * dense + (1 - accident) * (0.7 + 0.3 * fit))


def _surprise(link: Possible) -> float:
    """More for many values that nothing but a link explains: identifiers that are long, or thin in their range."""
    child, found = link.child, link.inclusion
    if link.partial and found.distinct_in >= 5 and child.length >= 12 and child.spaced < 0.1:
        return 2.5
    if child.length >= _LONG and child.spaced == 0 and found.distinct_in >= 3 and found.share >= _SOME:
        return 2.5
    if found.share < 0.99 or found.distinct_in < 10:
        return 0.0
    if child.group == "text" and child.spaced >= 0.1:
        # Without names they count in full already.
        return 0.0 if link.agreement is None else _SPACED
    if child.group == "text":
        return 2.5 if child.length >= 12 else 1.0 if child.length >= 3 and found.distinct_in >= 20 else 0.0
    if child.group == "number" and _accident(link) < 0.001:
        return 1.0
    return 0.0


def _accident(link: Possible) -> float:
    """The chance that any whole numbers of this range would be found in the key as often."""
    density = _density(link)
    if link.inclusion.share < min(1.0, density + 0.05):
        return 1.0
    return density ** min(link.child.distinct, 300 if link.inclusion.around is not None else 30)


def _density(link: Possible) -> float:
    """Share of the whole numbers in the child's range that the parent has."""
    span = as_float(link.child.high) - as_float(link.child.low) + 1
    if (
        link.inclusion.around is None
        or link.parent.group != "number"
        or link.child.group != "number"
        or link.partial
    ):
        return link.parent.density
    return min(1.0, link.inclusion.around / span)


def _range_fit(child: ColumnStats, parent: ColumnStats) -> float:
    """Share of the parent's range that the child's range covers."""
    low, high = as_float(parent.low), as_float(parent.high)
    if high <= low:
        return 0.0
    inside = min(high, as_float(child.high)) - max(low, as_float(child.low))
    return max(0.0, min(1.0, inside / (high - low)))


def _dangling(link: Possible) -> float:
    """Penalty for values that the parent does not have."""
    share = link.inclusion.share
    if link.partial and link.agreement is None:
        return 5.0 * (1.0 - share)
    if link.partial:
        return 0.0 if share > 0 else 0.6 if _look_alike(link.child, link.parent) else 4.0
    if share >= 1.0:
        return 0.0
    if share >= TOLERATED:
        return 0.3
    return 1.0 + 6.0 * (TOLERATED - max(share, link.inclusion.row_share - 0.1))


def _look_alike(child: ColumnStats, parent: ColumnStats) -> bool:
    """Without a shared value: both could still be samples of the same values."""
    if child.group != parent.group:
        return False
    if child.group == "text":
        short, long = sorted((child.length, parent.length))
        return long <= 1.3 * short + 1 and abs(child.spaced - parent.spaced) < 0.3
    low, high = as_float(parent.low), as_float(parent.high)
    # The ends of a sample are not those of the table.
    beyond = 0.05 * (high - low)
    return as_float(child.high) >= low - beyond and as_float(child.low) <= high + beyond
