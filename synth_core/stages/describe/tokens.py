"""Names of tables and columns as English words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache

from synth_core.stages.describe.entries import vocabulary
from synth_core.stages.describe.lexicon import SPELLED_OUT, TABLE_NOISE
from synth_core.stages.describe.translate import fold, foreign_words, spoken, told_in_english

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]+|[^\W\d_]+|\d+")
_GLUED = re.compile(
    r"(first|last|middle|given|family|full|user|nick|maiden|company|product|street|city|state|country|zip|postal|phone"
    r"|mobile|email|birth|job|display|business|contact|customer|employee|home|work|post|unit|list|item|order)"
    r"(name|names|code|date|title|address|number|phone|day|id|price|place)"
)
_HEAD = re.compile(
    r"(\w{3,}|cc|ip|tz|pw)(no|num|nbr|nm|id|cd|dt|amt|amount|addr|name|code|date|url|desc|type|price|rate|total)"
)
"""What ends names of columns, right behind a word that is known: `mobileno`, `taxamt`, `netamount`."""
_TAIL = re.compile(r"(\w{3,})(amt|qty|status)")
"""What ends no other word: whatever stands before it, `linenetamt` is an amount."""
_LEAST = re.compile(r"(max|min|avg|total|tot|sum|std|net|gross)(\w{4,})")
"""What begins names of figures, right before a word that is known: `maxrent`."""
_PLAIN_LONG = frozenset({"name", "nm", "desc", "description", "text", "title", "form"})
"""Before these `long` is no longitude."""
_SHORTEST_PART = 4
_LONGEST_NAME = 4
"""Words of a name of which it is told that it is one."""
_ENDINGS = frozenset({"ship"})
"""What looks like a word but only ends others: `membership`."""


@lru_cache(maxsize=50_000)
def words_of(name: str, beside: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Lower-case words in the singular, abbreviations spelled out: `custPhoneNbr` → customer, phone, number.

    Other languages are told in English: `geb_datum` → birth, date. `beside` are languages of the other names.
    """
    parts = _split(name)
    if not beside and all(map(_is_known, parts)):
        # `part_categories`: the plural is French, too.
        return _spelled(parts)
    return _spelled(told_in_english(parts, beside) or parts)


def phrase_of(text: str) -> tuple[str, ...]:
    """The words of an English phrase as `words_of` would have them."""
    return _spelled(_split(text))


def _split(name: str) -> tuple[str, ...]:
    if name.isupper() and not name.isascii():
        # Where all are capitals, none begins a word: `FØDSELSDATO`.
        name = name.lower()
    return tuple(word.lower() for word in _WORD.findall(name.replace("%", " percent ")))


def _spelled(parts: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for place, part in enumerate(parts):
        if part == "long" and _PLAIN_LONG.intersection(parts[place + 1 : place + 2]):
            found.append(part)
            continue
        for word in _unglued(part):
            found += SPELLED_OUT.get(word, SPELLED_OUT.get(singular(word), singular(word))).split()
    # `CountryCode_code`
    return tuple(word for place, word in enumerate(found) if place == 0 or word != found[place - 1])


@lru_cache(maxsize=50_000)
def _unglued(word: str) -> tuple[str, ...]:
    """`birthdate` → birth, date: a word that is not known itself, made of words that are."""
    glued = _GLUED.fullmatch(word)
    if glued:
        return glued.groups()
    if _is_known(word):
        return (word,)
    least = _LEAST.fullmatch(word)
    if least and _is_known(least[2]):
        return least.groups()
    head = _HEAD.fullmatch(word)
    if head and _is_known(head[1]) and head[1] not in _ENDINGS:
        return head.groups()
    if tail := _TAIL.fullmatch(word):
        return tail.groups()
    if len(word) < 2 * _SHORTEST_PART:
        return (word,)
    for cut in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
        first, last = word[:cut], word[cut:]
        if _is_known(first) and last not in _ENDINGS:
            if both := _GLUED.fullmatch(last):
                return (first, *both.groups())
            if _is_known(last):
                return (first, last)
    of = re.fullmatch(r"(\w{4,})of(\w{4,})", word)
    if of and _is_known(of[1]) and _is_known(of[2]):
        return (of[1], "of", of[2])
    return (word,)


def _is_known(word: str) -> bool:
    known = vocabulary()
    return word in known or word in SPELLED_OUT or singular(word) in known


def may_name(text: str) -> bool:
    """Every word of it is one that names of columns are made of, in any of the languages known here; letters and
    small words alone make none (`#N/A`)."""
    words = _split(text)
    return (
        len(words) <= _LONGEST_NAME
        and max(map(len, words), default=0) > 2
        and all(_is_known(word) or fold(word) in foreign_words() for word in words)
    )


def is_unheard_of(words: Sequence[str]) -> bool:
    """No language known here has any of the words."""
    return not any(
        not word.isdigit() and (_is_known(word) or fold(word) in foreign_words()) for word in words
    )


_LATIN = re.compile(r"(?:stat|camp|vir|bon|cens|syllab)uses")


def singular(word: str) -> str:
    """Good enough for names: `companies` → company, `addresses` → address."""
    if len(word) > 4 and word.endswith("ies") and word not in ("series", "movies", "cookies"):
        return word[:-3] + "y"
    if len(word) > 4 and (word.endswith(("sses", "shes", "ches", "xes", "zes")) or _LATIN.fullmatch(word)):
        return word[:-2]
    if (
        len(word) > 3
        and word.endswith("s")
        and not word.endswith(("ss", "us", "is", "as"))
        and word != "series"
    ):
        return word[:-1]
    return word


def table_words(table: str, beside: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """What the rows of a table are, without words that only say that it is a table: `dim_customer_master`."""
    words = words_of(table, beside)
    if words[-2:] == ("user", "name"):
        # In several languages users and what they log in with are one word.
        words = words[:-1]
    while len(words) > 1 and (words[-1] in TABLE_NOISE or words[-1].isdigit()):
        words = words[:-1]
    return words


_SHORTEST_PREFIX = 2


def _without_prefix(names: Sequence[str]) -> Sequence[str]:
    """`sbtxprice`, `sbtxdate`: without the letters that most of a table's names begin with, where known words
    remain."""
    plain = [name for name in names if name.isalpha() and name in (name.lower(), name.upper())]
    plain = [name for name in plain if not _is_read(name.lower())]
    if len(plain) < max(_ENOUGH, 0.6 * len(names)):
        return names
    length = next(
        (
            size
            for size in range(min(map(len, plain)) - 1, 0, -1)
            if len({name[:size] for name in plain}) == 1
        ),
        0,
    )
    for size in range(length, _SHORTEST_PREFIX - 1, -1):
        rests = [name[size:] for name in plain]
        if sum(_is_read(rest.lower()) for rest in rests) >= 0.6 * len(plain):
            return [name[size:] if name in plain else name for name in names]
    return names


_ENOUGH = 3
"""Names that begin alike."""


def _is_read(word: str) -> bool:
    return all(map(_is_known, _unglued(word)))


def languages_of(names: Sequence[str], table: str) -> frozenset[str]:
    """The languages that a table's names are in, beside English."""
    split = [_split(name) for name in (*names, table)]
    return spoken([words for words in split if not all(map(_is_known, words))])


def _shared_firsts(names: Sequence[Sequence[str]]) -> set[str]:
    """The first word of most names of several words."""
    firsts = Counter(words[0] for words in names if len(words) > 1)
    return {word for word, count in firsts.items() if count >= 3 and count > 0.6 * len(names)}


def _foreign_rest(name: str, begin: Collection[str], table: str) -> str:
    """`cli_fecha_nac` without what most names begin with, or the table's does: told in English that would stand behind
    the rest."""
    first, *rest = _split(name) or ("",)
    is_of_table = (
        len(first) >= _SHORTEST_BEGINNING and not _is_known(first) and fold(table).startswith(fold(first))
    )
    if not rest or not (first in begin or is_of_table) or (all(map(_is_known, rest)) and not is_of_table):
        return name
    return "_".join(rest)


_SHORTEST_BEGINNING = 3


def column_words(
    names: Sequence[str], table: str, beside: frozenset[str] = frozenset()
) -> list[tuple[str, ...]]:
    """The words of each column's name, without a first word that most of a table's columns share or that only
    repeats the table's name (`au_lname` in `authors`, `CustomerCity` in `Customers`)."""
    plain = _without_prefix(names)
    begin = _shared_firsts([_split(name) for name in plain])
    split = [words_of(_foreign_rest(name, begin, table), beside) for name in plain]
    shared = _shared_firsts(split)
    about = words_of(table, beside)
    result = []
    for words in split:
        first = words[0] if words else ""
        if about and about[0][:1] == first[:1] and not _is_read(first) and _is_read(first[1:]):
            # `ename` in `emp`, `Plocation` in `Project`
            words = (*words_of(first[1:]), *words[1:])
            first = words[0]
        is_prefix = len(first) >= 2 and any(word.startswith(first) for word in about)
        # The table's own word says what a name is the name of: it stays before `name`.
        if len(words) > 1 and (first in shared or is_prefix) and words[1:] not in (("name",), ("title",)):
            words = words[1:]
        result.append(words)
    return result
