"""Names as words, and how alike words and phrases are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from unicodedata import combining, normalize

from synth_core.stages.relate.lexicon import DERIVING, singular


@lru_cache(maxsize=50_000)
def words(name: str) -> tuple[str, ...]:
    """A name as lower-case words in the singular: `BillToAddressIDs` → bill, to, address, id."""
    name = "".join(c for c in normalize("NFKD", name) if not combining(c))
    name = re.sub(r"IDs(?![a-z])", "_id_", name)
    name = re.sub(r"(?<=[a-z])(ID|FK|PK)(?=[a-z])", r"_\1_", name)
    pieces = [word for piece in re.findall(r"\d+|[^\W\d_]+", name) for word in _humps(piece)]
    return tuple(singular(word.lower()) for word in pieces)


@lru_cache(maxsize=50_000)
def is_plural(name: str) -> bool:
    """The last word of a name is written in the plural: `AutomaticResponses`, `cares_for_students`."""
    pieces = [word for piece in re.findall(r"[^\W\d_]+", name) for word in _humps(piece)]
    last = pieces[-1].lower() if pieces else ""
    return last.endswith("s") and singular(last) != last


def _humps(piece: str) -> list[str]:
    """Letters cut where camel case begins a word: HTTPServer → HTTP, Server."""
    starts = [
        i
        for i in range(1, len(piece))
        if piece[i].isupper() and (not piece[i - 1].isupper() or piece[i + 1 : i + 2].islower())
    ]
    return [piece[a:b] for a, b in zip([0, *starts], [*starts, len(piece)], strict=True)]


@lru_cache(maxsize=50_000)
def is_silent(name: str) -> bool:
    """A name that only counts (`column_1`, `c0`, `field 3`), as a file without a header gets it."""
    return re.fullmatch(r"(?i:[a-z]|col|column|field|var|attr|unnamed)[ _:.-]*\d+", name.strip()) is not None


@lru_cache(maxsize=50_000)
def likeness(a: str, b: str) -> float:
    """1 for equal words, less for an abbreviation (cust, dept, au), 0 for others."""
    if a == b or _without_umlauts(a) == _without_umlauts(b):
        return 1.0
    short, long = sorted((a, b), key=len)
    if len(short) < 2 or short[0] != long[0] or short.isdigit():
        return 0.0
    if long.startswith(short):
        if long[len(short) :] in DERIVING:
            # An addressee is no address.
            return 0.0
        return 0.85 if len(short) >= 3 else 0.65
    if 3 <= len(short) <= 5 and short[-1] == long[-1] and _is_subsequence(short, long):
        return 0.7
    return 0.0


def _without_umlauts(word: str) -> str:
    """As the singular often is: `flughaefen` → flughafen."""
    return re.sub("([aou])e", r"\1", word)


def _is_subsequence(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)


def phrase_likeness(a: Sequence[str], b: Sequence[str]) -> float:
    """Likeness of two phrases of the same number of words; also when one writes them together."""
    if not a or not b:
        return 0.0
    if "".join(a) == "".join(b):
        return 1.0
    if len(a) != len(b):
        return 0.0
    return min(likeness(x, y) for x, y in zip(a, b, strict=True))
