"""Words of tables in the form that columns have them in, where that is not told by an `s`: `ordini` and `ordine`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

_PLURALS = {
    "Italian": "i-o i-e e-a i-a i-io chi-co ghi-go che-ca ghe-ga y-ia",
    "Portuguese": "oe-ao ae-ao ais-al eis-el ois-ol n-m e-",
    "Spanish": "e- ce-z",
    "French": "aux-al x-",
    "German": "en- er- e- n- innen-in",
    "Dutch": "en- n- sen-s nen-n len-l ten-t pen-p ken-k gen-g",
    "Scandinavian": "er- ar- or-a ur- e-",
    "Slavic": "y- i- e- y-a i-a e-a y-o a-o a-e i-e ci-t cy-k cy-ca y-ia ia-y ow- ove-",
    "Romanian": "i- e- uri- e-a",
    "Hungarian": "k- ok- ek- ak-",
    "Turkish": "lar- ler-",
    "Finnish": "t- et-",
}
"""How words end where there are many and where there is one, as `phrases.words` leaves them: without an `s`, and with
a `y` for `ie`. In the order in which they are tried; a language is that of all tables, if it is that of any."""
_STEM, _WORD = 3, 4
"""Letters that both forms have in common, and those of the shorter one, at least."""
_SHARE, _WORDS = 0.2, 2
"""So many of the words of all tables, or more, must be explained: else they are alike by accident."""


def forms_of(tables: Collection[tuple[str, ...]], columns: Collection[str]) -> dict[str, str]:
    """Words of names of tables, with the form in which names of columns have them, of the language that explains the
    most; empty where none explains enough. A form by which another table goes is left to that: `players` hold no
    `plays`."""
    words = {word for subject in tables for word in subject}
    others = set(columns) - {subject[0] for subject in tables if len(subject) == 1}
    found = [{word: one for word in words for one in _ones(word, pairs) if one in others} for pairs in _PAIRS]
    best: Mapping[str, str] = max(found, key=len)
    return dict(best) if len(best) >= max(_WORDS, _SHARE * len(words)) else {}


def _ones(word: str, pairs: Collection[tuple[str, str]]) -> Iterator[str]:
    for many, one in pairs:
        stem = word.removesuffix(many)
        if stem != word and len(stem) >= _STEM and len(stem + one) >= _WORD:
            yield stem + one


_PAIRS = [
    [(many, one) for many, _, one in (pair.partition("-") for pair in pairs.split())]
    for pairs in _PLURALS.values()
]
