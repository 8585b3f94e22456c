"""Why a column means what it does, in sentences that never quote a value."""

from __future__ import annotations

from dataclasses import dataclass

from synth_core.stages.describe.catalogue import catalogue

_WEIGHED = frozenset({"company", "free_text", "category", "postal"})
"""Checks that give more than the share of values that pass."""


@dataclass
class Vote:
    """How sure one meaning of a column is, and what speaks for it."""

    meaning: str
    confidence: float
    share: float
    """Share of values that pass the meaning's own check, which needs no name."""
    by_name: bool
    by_value: bool
    digits: float | None = None
    """Share of values whose check digits hold; None where the meaning has none."""
    beside: str = ""
    """A meaning beside it that makes this one likelier; empty: none did."""
    told: str = ""
    """What other columns say for it, in words, where that is what it is believed for."""
    most: float = 0.99
    """How sure other columns can make it."""


def spoken(meaning: str) -> str:
    """As a person says it: `postal code`."""
    return meaning.replace("_", " ")


def for_it(vote: Vote, looked: int) -> str:
    """What speaks for a meaning. `looked`: how many different values were looked at."""
    name = f"the name says {spoken(vote.meaning)}"
    values = _values(vote, looked)
    if vote.by_name and vote.by_value:
        return f"{name}, and {values}"
    if vote.told:
        return f"{name}, and {vote.told}" if vote.by_name else vote.told
    if vote.by_name:
        told = f"{name}, and the values do not speak against it" if looked else f"{name}; there are no values"
        return f"{told}{wrong_digits(vote)}"
    beside = f", and there is a {spoken(vote.beside)} beside it" if vote.beside else ""
    return f"{values}{beside}"


def against_it(vote: Vote | None, looked: int) -> str:
    """Why nothing is believed, not even what is likeliest."""
    if vote is None or vote.confidence < 0.2:
        return "neither name nor values say what it is"
    if vote.by_name:
        return f"the name may say {spoken(vote.meaning)}, but {_values(vote, looked, only=True)}"
    return f"perhaps {spoken(vote.meaning)}, but {_values(vote, looked, only=True)}"


def _values(vote: Vote, looked: int, *, only: bool = False) -> str:
    looks = catalogue()[vote.meaning].looks
    if catalogue()[vote.meaning].check in _WEIGHED and looked > 1:
        # More than counted is what speaks for it.
        part = "many" if vote.share >= 0.5 else "some"
        return f"{'only ' if only else ''}{part} of {looked:,} different values {looks}"
    count = round(vote.share * looked)
    number = "all" if count == looked > 1 and not only else f"{'only ' if only else ''}{count:,} of"
    return f"{number} {looked:,} different values {looks}"


def wrong_digits(vote: Vote) -> str:
    """What a name and a shape are believed in spite of: made-up and masked numbers are personal like real ones."""
    if vote.digits is None or vote.digits >= 0.5 or not vote.by_name:
        return ""
    return f", although check digits hold in only {vote.digits:.0%} of them"
