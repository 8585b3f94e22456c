"""A column as the checks see it, and how checks are made from tests of single values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from synth_core.model.types import Kind

LOOKED_AT = 200
"""Distinct values of a column that are checked, the most frequent ones first."""
_ALTOGETHER = 60_000
"""Of a table of very many columns fewer of each, so that it does not take minutes."""
_FEWEST = 5
_TELLING = re.compile(r"\w")
_DIGIT = re.compile(r"\d")
_WHOLE = re.compile(r"\d{6,}\.0")


@dataclass(frozen=True)
class Facts:
    """A column as far as its meaning can be read from it."""

    kind: Kind
    values: Counter[str]
    """Sampled values as text with their counts."""
    distinct: tuple[str, ...]
    """At most LOOKED_AT of them."""
    rows: tuple[str | None, ...] = ()
    """Of some rows, the same for all columns of a table."""

    @classmethod
    def of(
        cls, kind: Kind, values: Counter[str], *, columns: int = 1, rows: tuple[str | None, ...] = ()
    ) -> Facts:
        """Take the values that are looked at, as one of so many columns; empty texts and placeholders such as `-` say
        nothing."""
        most = max(_FEWEST, min(LOOKED_AT, _ALTOGETHER // columns))
        telling = (text for text, _ in values.most_common() if _TELLING.search(text))
        useful = list(islice(telling, most))
        if useful and all(_WHOLE.fullmatch(text) for text in useful):
            # Some tool kept telephone numbers and the like as floating point numbers.
            useful = [text.removesuffix(".0") for text in useful]
        return cls(kind, values, tuple(useful), rows[:most])

    @cached_property
    def signs(self) -> frozenset[str]:
        """All characters of the values that are looked at."""
        return frozenset().union(*self.distinct)

    @cached_property
    def has_capitals(self) -> bool:
        """Most values begin with a capital, or with a letter of a writing that has none."""
        first = [text[0] for text in self.distinct if text[0].isalpha()]
        return 2 * sum(not letter.islower() for letter in first) >= len(first)

    @cached_property
    def has_digits(self) -> bool:
        """Some value has one."""
        return any(map(_DIGIT.search, self.distinct))


Check = Callable[[Facts], float]
Test = Callable[[str], bool]


def share(test: Test, *, needs: str = "", digits: bool = False) -> Check:
    """The share of values that pass the test. Those that do have one of the characters `needs`, or a digit: a column
    without any is not looked at value by value."""

    def check(facts: Facts) -> float:
        if not facts.distinct:
            return 0.0
        if (needs or digits) and facts.signs.isdisjoint(needs) and not (digits and facts.has_digits):
            return 0.0
        return sum(map(test, facts.distinct)) / len(facts.distinct)

    return check


def matches(pattern: str, flags: re.RegexFlag = re.NOFLAG, *, needs: str = "") -> Check:
    """The share of values that match in full, which all have one of the characters `needs`."""
    compiled = re.compile(pattern, flags)
    return share(lambda text: compiled.fullmatch(text) is not None, needs=needs)


def among(words: Callable[[], frozenset[str]]) -> Check:
    """The share of values that are in the list, in whatever case."""
    return share(lambda text: text.casefold() in words())


def words_in(text: str) -> list[str]:
    """The words of a text."""
    return re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text)


_MANY, _SOME, _OFTEN = 5, 3, 3
"""Fewer different texts, or such that come as often on average, are states of things rather than names."""


def may_tell_who(facts: Facts, *, beside_people: bool = False) -> bool:
    """Many different texts with words in them: names, addresses and remarks are such, labels, codes and amounts not.
    Beside what tells who somebody is some are enough."""
    if facts.kind is not Kind.STRING or len(facts.distinct) < (_SOME if beside_people else _MANY):
        return False
    if facts.values.total() >= _OFTEN * len(facts.values):
        return False
    return share(lambda text: _WORD.search(text) is not None)(facts) >= 0.5


_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{3,}(?![^\W_])")


def are_phrases(facts: Facts) -> bool:
    """Most begin with a capital and go on in small letters: `Broken hard drive`. Names do not."""
    return share(_is_phrase)(facts) >= 0.5


def _is_phrase(text: str) -> bool:
    first, *others = words_in(text) or [""]
    return bool(others) and first[:1].isupper() and others[-1].islower() and len(others[-1]) > 2
