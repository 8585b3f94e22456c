"""Names of tables and columns as words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from synth_core.stages.describe.lexicon import SPELLED_OUT

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]+|[^\W\d_]+|\d+")
_GLUED = re.compile(
    r"(first|last|middle|given|family|full|user|nick|maiden|company|product|street|city|state|country|zip|postal|phone"
    r"|mobile|email|birth|job|display|business|contact|customer|employee|home|work|post)"
    r"(name|names|code|date|title|address|number|phone|day|id)"
)


@lru_cache(maxsize=50_000)
def words_of(name: str) -> tuple[str, ...]:
    """Lower-case words in the singular, abbreviations spelled out: `custPhoneNbr` → customer, phone, number."""
    found: list[str] = []
    for word in _WORD.findall(name):
        lower = word.lower()
        glued = _GLUED.fullmatch(lower)
        parts = glued.groups() if glued else (lower,)
        for part in parts:
            found += SPELLED_OUT.get(part, SPELLED_OUT.get(singular(part), singular(part))).split()
    return tuple(found)


def singular(word: str) -> str:
    """Good enough for names: `companies` → company, `addresses` → address."""
    if len(word) > 4 and word.endswith("ies") and word not in ("series", "movies", "cookies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if (
        len(word) > 3
        and word.endswith("s")
        and not word.endswith(("ss", "us", "is", "as"))
        and word != "series"
    ):
        return word[:-1]
    return word


def column_words(names: Sequence[str], table: str) -> list[tuple[str, ...]]:
    """The words of each column's name, without a first word that most of a table's columns share or that only
    repeats the table's name (`au_lname` in `authors`, `CustomerCity` in `Customers`)."""
    split = [words_of(name) for name in names]
    firsts = Counter(words[0] for words in split if len(words) > 1)
    shared = {word for word, count in firsts.items() if count >= 3 and count > 0.6 * len(names)}
    about = words_of(table)
    result = []
    for words in split:
        first = words[0] if words else ""
        is_prefix = len(first) >= 2 and any(word.startswith(first) for word in about)
        # The table's own word says what a name is the name of: it stays before `name`.
        if len(words) > 1 and (first in shared or is_prefix) and words[1:] not in (("name",), ("title",)):
            words = words[1:]
        result.append(words)
    return result
