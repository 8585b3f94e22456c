"""Names cut into words by what else the schema is called: `custid`, `salespersonquota`; and what all columns share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from synth_core.stages.relate.lexicon import (
    DERIVING,
    GREEK,
    ID_WORDS,
    PERIOD_WORDS,
    PERSON_ROLES,
    PLACE_ROLES,
    SPLIT_OFF,
    TABLE_NOISE,
    singular,
)
from synth_core.stages.relate.phrases import likeness, words

_AFTER_INITIAL = frozenset(("id", "no", "nr", "num", "number", "code", "key"))
_FORM = 0.85
"""So alike are two forms of one word."""
_TABLES = 4
"""In fewer tables a shared first word is no prefix."""


def subject_words(table: str) -> tuple[str, ...]:
    """What a table's name says that it holds."""
    parts = tuple(_without_table(word) for word in words(table))
    kept = tuple(word for word in parts if word not in TABLE_NOISE and not word.isdigit())
    return kept or parts or (table.lower(),)


def _without_table(word: str) -> str:
    """`tblcustomer` is one of customers."""
    return word.removeprefix("tbl") if len(word) > len("tbl") + 2 else word


def subjects_of(
    tables: Iterable[str], columns: Collection[tuple[str, ...]] = ()
) -> tuple[dict[str, tuple[str, ...]], str]:
    """What each table's name says that it holds, without a word that all of them begin or end with, as `oc_product`
    does; and the word that they begin with, which says nothing in the name of a column, either. `columns`: the words of
    the names of all columns."""
    found = {table: subject_words(table) for table in tables}
    plain = {table: words(table) for table in found}
    # A `passenger_list` beside the passengers is no other name for them.
    found = {
        table: plain[table] or subject
        if any(subject == plain[other] != plain[table] for other in found)
        or _is_said(plain[table], subject, columns)
        else subject
        for table, subject in found.items()
    }
    first = _shared_first(found.values(), least=_TABLES)
    found = {t: parts[1:] if len(parts) > 1 and parts[0] == first else parts for t, parts in found.items()}
    last = _shared_first((parts[::-1] for parts in found.values()), least=_TABLES)
    found = {t: parts[:-1] if len(parts) > 1 and parts[-1] == last else parts for t, parts in found.items()}
    return found, first


def _is_said(plain: tuple[str, ...], subject: tuple[str, ...], columns: Collection[tuple[str, ...]]) -> bool:
    """Some column is called after all of a table's name: where there is a `data_group_id`, the table of `data_groups`
    is none of groups."""
    if plain == subject:
        return False
    ends = {plain[-size:] for size in range(2, len(plain) + 1)} - {
        subject[-size:] for size in range(len(subject) + 1)
    }
    return any((*end, word) in columns for end in ends for word in ("id", "key", "code", "no"))


def _shared_first(phrases: Iterable[tuple[str, ...]], *, least: int) -> str:
    """The first word of nearly all of so many phrases or more, or nothing."""
    split = list(phrases)
    firsts = Counter(parts[0] for parts in split if len(parts) > 1)
    common, count = firsts.most_common(1)[0] if firsts else ("", 0)
    return common if len(split) >= least and count >= 0.9 * len(split) else ""


def without_prefix(
    names: Iterable[str], subject: Sequence[str], vocabulary: Iterable[str], first: str = ""
) -> dict[str, tuple[str, ...]]:
    """The words of each column of a table, without a word that all of them begin with, and without the `first` word
    that all tables begin with."""
    known = set(vocabulary)
    split = {name: tuple(p for word in words(name) for p in _cut(word, known)) for name in names}
    split = {
        name: parts[1:] if len(parts) > 1 and parts[0] == first else parts for name, parts in split.items()
    }
    common = _shared_first(split.values(), least=3)
    # `comp_name` of a company says whose name it is.
    shared = common != "" and max(likeness(common, word) for word in subject) < _FORM
    return {
        name: parts[1:] if shared and len(parts) > 1 and parts[0] == common else parts or (name.lower(),)
        for name, parts in split.items()
    }


def _cut(word: str, vocabulary: set[str]) -> tuple[str, ...]:
    """`custid` → cust, id where a table is called so; and what is written together: `fromcurrencycode` → from,
    currency, code."""
    if word[1:] in _AFTER_INITIAL and word not in vocabulary | PERIOD_WORDS:
        # One letter stands for a table that begins with it: `uid` of users, `dnumber` of departments.
        return (word[0], word[1:]) if any(v.startswith(word[0]) for v in vocabulary) else (word,)
    for suffix in SPLIT_OFF:
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) >= 3:
            parts = _unglued(stem, vocabulary)
            is_known = stem in PERSON_ROLES or any(
                v.startswith(stem) or v == singular(stem) for v in vocabulary
            )
            if len(parts) > 1 or is_known:
                return (*parts, suffix)
    for role in PLACE_ROLES:
        # `startort` and `zielflughafen`, where there are places (Orte) and airports (Flughaefen).
        rest = word.removeprefix(role)
        if (
            len(role) >= 4
            and 3 <= len(rest) < len(word)
            and any(likeness(rest, v) >= _FORM for v in vocabulary)
        ):
            return (role, rest)
    return _unglued(word, vocabulary)


def cut_all(subject: Sequence[str], vocabulary: set[str]) -> tuple[str, ...]:
    """The words of a table's name, cut where words of the schema are written together."""
    return tuple(part for word in subject for part in _unglued(word, vocabulary))


def _unglued(word: str, vocabulary: set[str]) -> tuple[str, ...]:
    """A word that begins or ends with a word of the schema is cut there: `salespersonquota` → salesperson, quota."""
    at = max((v for v in vocabulary if _is_glued(word, v)), key=lambda v: (len(v), v), default="")
    if not at:
        return (word,)
    if word.startswith(at):
        return (at, *_unglued(singular(word[len(at) :]), vocabulary))
    return (*_unglued(word[: -len(at)], vocabulary), at)


def _is_glued(word: str, part: str) -> bool:
    return (
        len(part) >= 4
        and (len(word) >= len(part) + 3 or word.removesuffix(part) in _GLUED)
        and (word.endswith(part) or (word.startswith(part) and not _derives(word[len(part) :])))
        and part not in ID_WORDS
    )


_GLUED = ("to", "by", "id")
"""Words of two letters that are written before another: `idcliente`, `addto`."""


def _derives(ending: str) -> bool:
    """What makes a new word of the one before it and is none itself."""
    return ending in DERIVING or ending.endswith(GREEK)
