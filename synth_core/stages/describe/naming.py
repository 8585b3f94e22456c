"""What the name of a column says about its meaning, 0 to 1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from synth_core.stages.describe.catalogue import Meaning, Phrase, catalogue
from synth_core.stages.describe.lexicon import NAME_NOISE, NEUTRAL, NO_AMOUNT, PERIOD_WORDS

_FIRST = frozenset({("first", "name"), ("given", "name"), ("forename",)})
_LAST = frozenset({("last", "name"), ("family", "name")})
_OF = frozenset({"of", "by", "since", "per", "until"})
"""What stands before these words is what a thing is."""
HINT, _AMONG_PEOPLE = 0.75, 0.97
"""Scores of names that may also mean something else, and of those that mean it among people."""
_HUMAN = ("date_of_birth", "gender", "salutation")
_THINGS = ("company_name", "organization_name", "place_name", "product_name", "country", "region", "city")
"""What has a full and a short name, as people have."""
_BY_TABLE = frozenset({("code",), ("iso", "code"), ("iso",), ("abbreviation",), ("rate",)})
"""What says nothing without the thing that it is of."""
_COUNTERS = frozenset(
    {"c", "col", "column", "f", "field", "v", "var", "variable", "val", "value", "x", "attr", "attribute"}
)


def is_about_people(words: Sequence[Phrase], table: Phrase) -> bool:
    """A table of people: it says so, or its columns hold first and last names."""
    subjects = {phrase[-1] for phrase in catalogue()["person_name"].subjects}
    if subjects.intersection(table[-1:]):
        return True
    personal = {phrase for meaning in ("first_name", "last_name") for phrase in catalogue()[meaning].names}
    return any(word in personal for word in words) or is_about_persons(words)


def is_about_persons(words: Sequence[Phrase]) -> bool:
    """What only human beings have, no firm: a day of birth, a gender, a form of address."""
    human = {phrase for meaning in _HUMAN for phrase in catalogue()[meaning].names}
    return any(word in human for word in words)


def says_nothing(words: Phrase) -> bool:
    """A name that only counts columns: `c3`, `col_12`, `field7`."""
    return all(word in _COUNTERS or word.isdigit() for word in words)


def complete_names(words: list[Phrase]) -> list[Phrase]:
    """A bare `name` beside family names is a first name, beside first names a family name."""
    has_first, has_last = (bool(forms.intersection(words)) for forms in (_FIRST, _LAST))
    if has_first == has_last:
        return words
    return [("first" if has_last else "last", "name") if each == ("name",) else each for each in words]


def name_scores(words: Phrase, table: Phrase, *, people: bool, persons: bool = False) -> dict[str, float]:
    """How much the name speaks for each meaning; meanings for which it says nothing are left out. `table` are the
    words of the table's name; it is about `people`, or about no firms for sure (`persons`)."""
    scores = {}
    # In a table of countries, `code` and `code2` are those of a country.
    plain = tuple(word for word in words if not word.isdigit())
    of_table = (*table[-1:], *plain) if plain in _BY_TABLE else ()
    for name, meaning in _mentioned(words, table, of_table):
        score = max(
            _best(words, meaning.names),
            0.97 * _best(of_table, meaning.names) if of_table else 0.0,
            HINT * _best(words, meaning.hints),
            _AMONG_PEOPLE * _in_people(words, table, name, meaning)
            if people and (persons or name != "person_name")
            else 0.0,
            0.0 if persons and name == "company_name" else _by_subject(words, table, meaning),
            _anywhere(words, meaning),
            HINT if name == "person_name" and _tells_by_whom(words) else 0.0,
        )
        if score:
            scores[name] = score
    if not people and "person_name" in scores and NAME_NOISE.issuperset(set(words) - {"name"}):
        # The full name of an airline is no person's.
        things = [_by_subject(words, table, catalogue()[name]) for name in _THINGS]
        if max(things) > _by_subject(words, table, catalogue()["person_name"]):
            scores["person_name"] *= 0.7
    if 1.0 in scores.values():
        # The head of state is no state, and an email address no address.
        scores = {
            name: 0.7 * score if HINT < score < _AMONG_PEOPLE else score for name, score in scores.items()
        }
    if people:
        taken = {
            name
            for name, meaning in _mentioned(words, table, of_table)
            if _best(words, meaning.in_people) > 0.9 and (persons or name != "person_name")
        }
        # Among people a `title` is first of all a post; that of a work would be odd.
        scores = {
            name: score if name in taken or not taken else 0.8 * score for name, score in scores.items()
        }
    return scores


def _in_people(words: Phrase, table: Phrase, name: str, meaning: Meaning) -> float:
    """A `name` among people is a person's, unless it says whose else: `organization 1 name`."""
    beside = {word for word in words[:-1] if not word.isdigit()} - NEUTRAL - NAME_NOISE - set(table)
    if (
        name == "person_name"
        and any(_by_subject(words, (), other) > 0.8 for each, other in catalogue().items() if each != name)
        and beside
    ):
        return 0.0
    return _best(words, meaning.in_people)


def _mentioned(words: Phrase, table: Phrase, of_table: Phrase) -> Iterable[tuple[str, Meaning]]:
    """The meanings for which a name can speak at all: the words of most say nothing about most meanings."""
    if "name" in words or words == table or "description" in words:
        # Of what it is the name, the table may say.
        return catalogue().items()
    found = dict.fromkeys(name for word in (*words, *of_table) for name in _by_word().get(word, ()))
    if _tells_by_whom(words):
        found["person_name"] = None
    return [(name, catalogue()[name]) for name in found]


@lru_cache
def _by_word() -> dict[str, tuple[str, ...]]:
    """The meanings in whose phrases a word stands."""
    found: dict[str, dict[str, None]] = {}
    for name, meaning in catalogue().items():
        for phrase in (*meaning.names, *meaning.hints, *meaning.in_people, *meaning.anywhere):
            for word in phrase:
                found.setdefault(word, {})[name] = None
    return {word: tuple(names) for word, names in found.items()}


def _best(words: Phrase, phrases: Sequence[Phrase]) -> float:
    known = set(words)
    return max((_match(words, phrase) for phrase in phrases if known.issuperset(phrase)), default=0.0)


@lru_cache(maxsize=200_000)
def _match(words: Phrase, phrase: Phrase) -> float:
    """All of the name, its end (more words before narrow it down), or its beginning before words that add nothing."""
    core = words
    while len(core) > 1 and core[-1].isdigit():
        core = core[:-1]
    size = len(phrase)
    if core == phrase:
        return 1.0
    longer = min(0.03 * size, 0.09)
    if core[-size:] == phrase:
        # Days since the last donation are no donation.
        return 0.0 if _OF.intersection(core[1:-size]) else 0.88 + longer
    for start in range(len(core) - size):
        rest = core[start + size :]
        if core[start : start + size] == phrase and all(word in NEUTRAL or word.isdigit() for word in rest):
            return (0.8 if start else 0.85) + longer
    return 0.0


def _tells_by_whom(words: Phrase) -> bool:
    """Who did something, `classified by`; but what a thing is sorted or caused by is nobody."""
    return len(words) > 1 and words[-1] == "by" and words[-2].endswith("ed") and words[-2] not in _BY_WHAT


_BY_WHAT = frozenset({
    "sorted", "ordered", "grouped", "followed", "caused", "powered", "sponsored", "replaced", "divided", "multiplied",
    "weighted",
})  # fmt: skip


def _anywhere(words: Phrase, meaning: Meaning) -> float:
    """A word that counts wherever it stands, unless the name is that of a count, a date, a kind …"""
    end = next((place for place, word in enumerate(words) if place and word in _OF), len(words))
    said = {word for word in words[:end] if (word,) in meaning.anywhere}
    if not said or ((NO_AMOUNT - said).intersection(words) and not PERIOD_WORDS.intersection(words)):
        return 0.0
    return 0.8


def _by_subject(words: Phrase, table: Phrase, meaning: Meaning) -> float:
    """`product_name`, or `name` in a table of products."""
    if not meaning.subjects:
        return 0.0
    if "name" not in words:
        # `party` in `parties`; what describes a kind is what it is called.
        is_name = words == table or (words[:1] == ("description",) and meaning.check == "category")
        if not is_name or not NAME_NOISE.issuperset(words[1:] if words != table else ()):
            return 0.0
        words = ("name",)
    rest = tuple(word for word in words if word != "name" and word not in NAME_NOISE and not word.isdigit())
    score = 0.9
    if len(rest) == 1 and (
        spelled := next((w for w in table if len(rest[0]) >= 2 and w.startswith(rest[0])), None)
    ):
        rest = (spelled,)
    if not rest:
        rest, score = table, 0.86
    # A travel agency is no agency.
    return max(
        (
            score + 0.02 * (len(subject) - 1)
            for subject in meaning.subjects
            if rest[-len(subject) :] == subject
        ),
        default=0.0,
    )
