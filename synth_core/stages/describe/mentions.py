"""Where a line of text names somebody, and the same line with that crossed out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from stdnum import iban

from synth_core.model.types import Kind
from synth_core.model.words import WORDS
from synth_core.stages.describe import gazetteers as known
from synth_core.stages.describe.checks import CHECKS
from synth_core.stages.describe.facts import Facts
from synth_core.stages.describe.judge import Subject, judge
from synth_core.stages.describe.translate import fold

_ADDRESS = re.compile(r"[^\s@<>()\"';,:]+@[^\s@<>()\"';,]+\.\w+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_PHONE = re.compile(r"(?<![\w.+])\+\d[\d ().\-/]{6,20}\d(?![\w.])")
_CARD = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])")
_WORD = re.compile(r"[^\W\d_][^\W\d_'’-]*")
_NAMES = 4
_WITHOUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_WORDS = frozenset(WORDS)
_AFTER_PLACES = frozenset({"company", "house", "post", "power", "street"})
"""Family names of fewer than one person in two thousand, and words for what is called after a place."""
_PARTED = re.compile(r"[_.+-]")
_CHECKED = ((_ADDRESS, "email"), (_PHONE, "phone"), (_CARD, "credit_card"))


def crossed_out(text: str) -> str:
    """The text with X, x and 0 in place of its letters and digits."""
    crossed = re.sub(r"[^\W\d_]", lambda found: "X" if found[0].isupper() else "x", text)
    return re.sub(r"\d", "0", crossed)


def is_personal(label: str, value: str) -> bool:
    """What stands behind a label tells who somebody is: `Account holder: Ann Lee`."""
    ((_, personal),) = judge([Subject(label, _facts(value))], "", hide_names=False)
    return personal.value


def without_mentions(text: str) -> str:
    """A line with what names somebody by itself crossed out: e-mail addresses, account, card and telephone numbers,
    and a given name before a family name, both of which are known."""
    for start, end in sorted(_mentions(text), reverse=True):
        text = text[:start] + crossed_out(text[start:end]) + text[end:]
    return text


def name_without_mentions(name: str) -> str:
    """The same of a name that has no blanks, as of a file: `Konto_Ann-Lee`."""
    # What parts words there is part of an address here: both are looked at. Long numbers are moments there.
    for text in (name, name.replace("_", " "), _PARTED.sub(" ", name)):
        for start, end in sorted(_mentions(text, are_cards=False), reverse=True):
            name = name[:start] + crossed_out(name[start:end]) + name[end:]
    return name


def is_full_name(text: str) -> bool:
    """The text is somebody's given name and family name, in either order, and nothing else."""
    words = [found[0] for found in _WORD.finditer(text)]
    if not 2 <= len(words) <= _NAMES or re.search(r"[\d&/@+]", text):
        return False
    first, last = words[0], words[-1]
    if _are_plain(words) or _are_of_a_place(words):
        return False
    return (_is_given(first) and _is_family(last)) or (_is_given(last) and _is_family(first))


def _mentions(text: str, *, are_cards: bool = True) -> Iterator[tuple[int, int]]:
    for pattern, check in _CHECKED if are_cards else _CHECKED[:-1]:
        for found in pattern.finditer(text):
            if CHECKS[check](_facts(found[0])):
                yield found.span()
    for found in _IBAN.finditer(text):
        if iban.is_valid(found[0]):
            yield found.span()
    words = list(_WORD.finditer(text))
    for first, last in pairwise(words):
        between = text[first.end() : last.start()]
        is_name = between == " " and _is_given(first[0]) and _is_family(last[0])
        both = (first[0], last[0])
        if is_name and not _are_plain(both) and not _are_of_a_place(both):
            yield first.start(), last.end()


def _are_plain(words: Sequence[str]) -> bool:
    """They make a price list, also where people are called so."""
    return {*map(fold, words)} <= _WORDS


def _are_of_a_place(words: Sequence[str]) -> bool:
    """They name an organisation or a building: `Trinity House`, after a place that a few people are called like."""
    *called, what = map(fold, words)
    place = " ".join(called)
    return what in _AFTER_PLACES and place in known.cities() and place not in known.frequent_first_names()


def _is_given(word: str) -> bool:
    return word[0].isupper() and not known.first_names().isdisjoint(_spelled(word))


def _is_family(word: str) -> bool:
    return word[0].isupper() and not known.last_names().isdisjoint(_spelled(word))


def _spelled(word: str) -> tuple[str, str]:
    """Folded, and as who has no such letters writes them."""
    return fold(word), fold(word.lower().translate(_WITHOUT))


def _facts(value: str) -> Facts:
    return Facts.of(Kind.STRING, Counter({value: 1}), rows=(value,))
