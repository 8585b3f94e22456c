"""Words of names in other languages, told in English: `translations.yaml` says which."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from synth_core.stages.describe.entries import read_yaml, vocabulary

Phrase = tuple[str, ...]
_LONGEST = 4
"""Words of a phrase."""
_JOINTS = ("", "s", "n", "en", "es", "e")
"""Letters between the parts of a compound: `Rechnung-s-betrag`."""
_LONG = 9
"""A word of more letters is known with one letter left out."""
_SHORTEST = 4
"""Letters that an unknown first part of a compound must have."""
_GLUED = 7
"""Letters of a phrase that is known without its blanks."""
_HEAD = 3
"""Letters that the head of a name must have, where another word is written right behind it."""
_NUMBER = "nr"
"""What a compound may end with beside longer words."""


@dataclass(frozen=True, eq=False)
class Language:
    """What its words mean in English."""

    head_first: bool
    small: frozenset[str]
    sure: dict[Phrase, Phrase]
    maybe: dict[Phrase, Phrase]


def fold(word: str) -> str:
    """In small letters without accents."""
    lower = word.casefold()
    if lower.isascii():
        return lower
    lower = lower.replace("ß", "ss").replace("ø", "o").replace("ł", "l").replace("æ", "ae").replace("đ", "d")
    return "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))


@lru_cache
def languages() -> dict[str, Language]:
    """All languages, by their code."""
    return {
        code: Language(
            bool(entry.get("head_first")),
            frozenset(map(str, entry.get("small", ()))),
            _phrases(entry["sure"]),
            _phrases(entry.get("maybe", {})),
        )
        for code, entry in read_yaml("translations.yaml").items()
    }


@lru_cache
def foreign_words() -> frozenset[str]:
    """What phrases of all languages are made of, folded, and the small words that join them."""
    found: set[str] = set()
    for language in languages().values():
        found |= language.small
        found.update(word for phrase in (*language.sure, *language.maybe) for word in phrase)
    return frozenset(found)


def _phrases(entries: dict[str, list[str]]) -> dict[Phrase, Phrase]:
    found = {
        tuple(map(fold, foreign.split())): tuple(english.split())
        for english, all_of in entries.items()
        for foreign in all_of
    }
    # `THELOAI`, `codigopostal`: in names the blanks are often left out.
    glued = {("".join(phrase),): english for phrase, english in found.items() if len(phrase) > 1}
    return {phrase: english for phrase, english in glued.items() if len(phrase[0]) >= _GLUED} | found


def spoken(names: Iterable[Sequence[str]]) -> frozenset[str]:
    """The languages of a table, by the words of all its names: those with most words that are surely theirs."""
    split = [words for words in (tuple(map(fold, words)) for words in names) if _may_be_known(words)]
    counts = {
        code: sum(_told(words, language, language.sure)[1] > 0 for words in split)
        for code, language in languages().items()
    }
    most = max(counts.values())
    return frozenset(code for code, count in counts.items() if count == most) if most else frozenset()


def told_in_english(words: Sequence[str], beside: frozenset[str] = frozenset()) -> Phrase | None:
    """The words in English, in English order; None where no language knows any of them.

    `beside`: languages that other names of the table are in; they decide between languages and about words that mean
    different things.
    """
    folded = tuple(map(fold, words))
    if not _may_be_known(folded):
        return None
    best: tuple[int, Phrase] | None = None
    for code, language in languages().items():
        known = {**language.sure, **language.maybe} if code in beside else language.sure
        told, count = _told(folded, language, known)
        weight = 2 * count + (code in beside)
        if count and (best is None or weight > best[0]):
            best = (weight, told)
    return best[1] if best else None


def _may_be_known(words: Phrase) -> bool:
    """Of most words it is plain that no language knows them; asking each would take its time for names by thousands."""
    return any(
        word in _beginnings()
        or word.rstrip("s") in _beginnings()
        or len(word) >= 2 * _SHORTEST
        or word.endswith(_NUMBER)
        for word in words
    )


@lru_cache
def _beginnings() -> frozenset[str]:
    """First words of all phrases of all languages."""
    return frozenset(
        phrase[0]
        for language in languages().values()
        for phrase in (*language.sure, *language.maybe)
        if phrase
    )


def _told(words: Phrase, language: Language, known: dict[Phrase, Phrase]) -> tuple[Phrase, int]:
    """The words in English and how many of them the language knows."""
    words = tuple(word for word in words if word not in language.small)
    parts: list[Phrase] = []
    count = place = 0
    while place < len(words):
        for size in range(min(_LONGEST, len(words) - place), 0, -1):
            english = known.get(words[place : place + size])
            if english is None and size == 1:
                english = _plural(words[place], known)
            if english is None and size == 1:
                put_together = _head_and_rest if language.head_first else _compound
                english = put_together(words[place], known)
            if english is None and size == 1:
                english = _misspelt(language).get(words[place])
            if english is not None:
                parts.append(english)
                count += size
                break
        else:
            size = 1
            parts.append(words[place : place + 1])
        place += size
    if language.head_first and count:
        parts.reverse()
    return tuple(word for part in parts for word in part), count


@lru_cache
def _misspelt(language: Language) -> dict[str, Phrase]:
    """Long words of a language with a letter left out inside: `nacimento`."""
    return {
        word[:place] + word[place + 1 :]: english
        for (word, *more), english in language.sure.items()
        if not more and len(word) > _LONG
        for place in range(1, len(word) - 1)
    }


def _plural(word: str, known: dict[Phrase, Phrase]) -> Phrase | None:
    """`usuarios`, `profesores`: what tables are called."""
    endings = [len(ending) for ending in ("s", "es") if word.endswith(ending)]
    stems = [word[:-length] for length in endings if len(word) - length >= _SHORTEST]
    return next((known[(stem,)] for stem in stems if (stem,) in known), None)


def _head_and_rest(word: str, known: dict[Phrase, Phrase]) -> Phrase | None:
    """`datanascimento`: birth date, `nomclient`: client name, `ntelefone`: phone number. Both parts must be known: what
    begins like a word is often another one."""
    for cut in range(_HEAD, len(word) - _SHORTEST + 1):
        head, rest = known.get((word[:cut],)), known.get((word[cut:],))
        if rest is None and len(word) - cut > _SHORTEST and word[cut:] in vocabulary():
            rest = (word[cut:],)
        if head is not None and rest is not None:
            return rest + head
    if word.startswith("n") and len(word) > _GLUED and (word[1:],) in known:
        return (*known[(word[1:],)], "number")
    return None


def _compound(word: str, known: dict[Phrase, Phrase]) -> Phrase | None:
    """`kundenfarbe`: customer color. The last part must be known, the first may be anything that is long enough."""
    if word.endswith(_NUMBER) and (word[: -len(_NUMBER)],) in known:
        return (*known[(word[: -len(_NUMBER)],)], "number")
    for cut in range(_SHORTEST, len(word) - _SHORTEST + 1):
        is_name = word[cut:] == "name"
        last = ("name",) if is_name else known.get((word[cut:],))
        if last is None:
            continue
        for joint in _JOINTS:
            if word[:cut].endswith(joint):
                first = known.get((word[: cut - len(joint)],))
                if first is not None:
                    return first + last
        if not is_name:
            return (word[:cut], *last)
    return None
