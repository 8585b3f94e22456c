"""Checks of what describes people."""

from __future__ import annotations

import re

from synth_core.model.types import TEMPORAL_KINDS, Kind
from synth_core.stages.describe import gazetteers as known
from synth_core.stages.describe.facts import Check, Facts, share
from synth_core.stages.describe.lexicon import (
    BODY,
    GENDER_PAIRS,
    GENDERS,
    JOB_WORDS,
    LEGAL,
    SALUTATIONS,
    STREET,
    TRADE,
)
from synth_core.stages.describe.translate import fold


def _one_name(text: str) -> bool:
    return len(text) <= 30 and _ONE_NAME.fullmatch(text) is not None


_ONE_NAME = re.compile(r"[^\W\d_][^\d_@/:;()\[\]{}]*")

_NUMBERED = re.compile(r"(?<=[^\W\d_A-Z]{2})\d{1,4}\b")


def _plain(text: str) -> str:
    """Without the numbers that generators put behind names to tell them apart: `Anna12`."""
    return _NUMBERED.sub("", text) if text[:1].isupper() else text


_BETWEEN = re.compile(r"[ .\-]+")
"""What stands between the parts of a name."""


def _parts_of_name(text: str) -> list[str]:
    return [part for part in _BETWEEN.split(fold(text)) if len(part) > 1]


def _is_first_name(text: str) -> bool:
    """A given name; with several, the first counts."""
    text = _plain(text)
    if not _one_name(text) or (text.isupper() and len(text) <= 3):
        return False
    if "." in text and re.search(r"\w\.\w", text):
        return False
    if fold(text) in known.first_names():
        return True
    if _BETWEEN.search(text) is None:
        return False
    parts = _parts_of_name(text)
    return 2 <= len(parts) <= 3 and all(part in known.first_names() for part in parts)


_PARTICLES = re.compile(
    r"^(?:van der|van den|van|von der|von|de la|de los|del|della|de|da|dos|du|di|la|le|el|al|o'|mc|mac|st\.?) ?",
    re.I,
)


def _is_last_name(text: str) -> bool:
    text = _plain(text)
    if not _one_name(text) or (text.isupper() and len(text) <= 3):
        return False
    lower = fold(text)
    if text[0].isupper() and _ENDING.fullmatch(lower):
        return True
    if lower in known.last_names() or _PARTICLES.sub("", lower, count=1) in known.last_names():
        return True
    if " " not in lower and "-" not in lower:
        return False
    parts = [part for part in re.split("[ -]", lower) if part]
    return len(parts) == 2 and all(part in known.last_names() for part in parts)


_ENDING = re.compile(
    r"[^\W\d_]{2,}(?:sk[iya]|ck[ia]|wicz|czyk|ovi[cć]|evi[cć]|ov[aá]|enko|sson|sdottir|oglu|escu|opoulos|idis|shvili"
    r"|adze|ian|yan|[aeo]v|mann|stein|inen|[aeio]ez)"
)
"""What family names end with in languages that make them of other words."""


def _is_salutation(text: str) -> bool:
    return text.casefold().rstrip(".") in SALUTATIONS


def _is_person(text: str) -> bool:
    """A given name and a family name, in either order, with a title or initials or without."""
    text = _plain(_BESIDE_NAME.sub("", text)).replace("_", " ")
    return _are_names(text) and LEGAL.search(text) is None


_BESIDE_NAME = re.compile(r"\s*\([^)]*\)?|[\"“”]")
"""What is no part of a name."""
_NO_NAME = re.compile(r"[\d@/:;&]")
_SMALL_WORDS = SALUTATIONS | {"jr", "ii", "iii"}
"""Words beside names."""


def _are_names(text: str) -> bool:
    if len(text) > 60 or _NO_NAME.search(text):
        return False
    last_first = re.fullmatch(r"([^,]+), *([^,]+)", text) if "," in text else None
    words = (f"{last_first[2]} {last_first[1]}" if last_first else text).split()
    if 2 <= len(words) <= 5 and _ADDRESSED.fullmatch(words[0]) and all(word[0].isupper() for word in words):
        return True
    words = [word.strip(".,").casefold() for word in words if word.casefold().strip(".,") not in _SMALL_WORDS]
    long = [fold(word) for word in words if len(word) > 1]
    if not 2 <= len(words) <= 5 or not long:
        return False
    if words[-1] in known.job_heads():
        return False
    # Before a comma stands the family name, whether we know it or not.
    enough = _is_known_last(long[-1]) or len(words) == 2 or last_first is not None
    if (_is_known_first(long[0]) and enough) or (_is_known_last(long[-1]) and len(words[0]) == 1):
        return True
    # In much of the world, and in lists of any country, the family comes first.
    return len(long) > 1 and _is_known_last(long[0]) and _is_known_first(long[-1])


def _is_known_first(word: str) -> bool:
    return word in known.first_names() or word.partition("-")[0] in known.first_names()


def _is_known_last(word: str) -> bool:
    return word in known.last_names() or word.partition("-")[0] in known.last_names()


_ADDRESSED = re.compile(r"(?:Mrs?|Ms|Mx|Dra?|Profa?|Sra?|Srta|Mme|Mlle)\.|Mrs?|Ms|Miss|Dr|Prof|Herr|Frau")
"""Before words with capitals a form of address makes them a name, whether we know it or not."""


def _is_people(text: str) -> bool:
    """One person, or several in a list."""
    if _is_person(text):
        return True
    parts = [part.strip() for part in re.split(r"[,;|/]| (?:and|und|et|y|&) ", text) if part.strip()]
    return len(parts) >= 2 and sum(map(_is_person, parts)) >= 0.5 * len(parts)


def _people(facts: Facts) -> float:
    """People; but things that letters tell apart (`Halle A`, `Halle B`) are none."""
    if not any(map(_APART.search, facts.distinct)):
        # One word is no whole name.
        return 0.0
    lettered = [text.split() for text in facts.distinct if _LETTERED.fullmatch(text)]
    if len(lettered) > len(facts.distinct) / 2 and 2 * len({words[0] for words in lettered}) <= len(lettered):
        return 0.0
    return share(_is_people)(facts)


_APART = re.compile(r"[\s_,]")
_LETTERED = re.compile(r"\S+ [A-Z]")
_LIKE_NAMES, _HEADS, _TAILS, _ALIKE = 0.85, 0.5, 0.3, 5
"""Share of values that are written like that, of which so many begin and end with different words; different values."""
_HALF, _MORE = 0.45, 1.6
"""Share of values with a word that is known to be a name, and how much more of them are names."""


def _likely_person(facts: Facts) -> float:
    """Names, most of which no list knows: in many a word is that of a given name or a family, in hardly any one of a
    firm, a place or a profession, and hardly two begin alike."""
    texts = facts.distinct
    if len(texts) < _ALIKE or 2 * len(facts.values) < facts.values.total():
        return 0.0
    if share(_has_capitals)(facts) < _LIKE_NAMES:
        return 0.0
    heads, tails = ({text.split()[place] for text in texts} for place in (0, -1))
    things = share(lambda text: _OF_THINGS.search(text) is not None or is_job(text))(facts)
    if len(heads) < _HEADS * len(texts) or len(tails) < _TAILS * len(texts) or things > 0.1:
        return 0.0
    named = share(_has_name)(facts)
    return min(1.0, _MORE * named) if named >= _HALF else 0.0


_MOST_WORDS, _SMALL = 6, 4
"""Words of a name, and letters of one that joins the others."""


def _has_capitals(text: str) -> bool:
    """Two words or more that begin with a capital, small ones between them, and no digits."""
    words = text.split()
    if not 2 <= len(words) <= _MOST_WORDS or not all(word[0].isalpha() for word in words):
        return False
    ends = words[0][0].islower() or words[-1][0].islower()
    small = any(word[0].islower() and len(word) > _SMALL for word in words)
    return not ends and not small and re.search(r"[\d@/:;()\[\]]", text) is None


_OF_THINGS = re.compile(f"{TRADE.pattern}|{BODY.pattern}|{STREET.pattern}", re.IGNORECASE)


def _has_name(text: str) -> bool:
    words = [fold(word.strip(".,'’")) for word in text.split()]
    return any(len(word) > 1 and (_is_known_first(word) or _is_known_last(word)) for word in words)


def _named_person(facts: Facts) -> float:
    """People, under a name that says so: words with capitals, and some names that are known."""
    people = _people(facts)
    words = share(
        lambda text: (
            re.fullmatch(r"[^\W\d_].*[^\W\d_.)\]].*", text) is not None and not re.search(r"\d{3}|@", text)
        )
    )(facts)
    return max(people, min(words, 0.55 + people))


def is_job(text: str) -> bool:
    """A profession or post: its last word, or that before a comma, is one of those they end with."""
    if len(text) > 60 or text.count(" ") > 6 or _NO_JOB.search(text):
        return False
    lower = text.casefold()
    words = _WORD.findall(lower.partition(",")[0])
    ends = bool(words) and (words[-1] in known.job_heads() or words[-1] in JOB_WORDS)
    return ends or lower in known.jobs()


_NO_JOB, _WORD = re.compile(r"\d{3}|@"), re.compile(r"[^\W\d_]+")


def _job_named(facts: Facts) -> float:
    """Labels under a name that says so; but `Mr.` and `Dr.` are no professions."""
    if share(_is_salutation)(facts) > 0.3:
        return 0.0
    labels = share(lambda text: re.search(r"[^\W\d_]{2}", text) is not None and len(text) <= 80)(facts)
    return max(share(is_job)(facts), 0.5 * labels)


_AGES_APART = 8
"""Years between the oldest and the youngest of people, at least: students are hardly further apart."""


def _birth(facts: Facts) -> float:
    """Dates between 1850 and today's schoolchildren, spread over some years."""
    if not facts.has_digits:
        return 0.0
    is_days = facts.kind in TEMPORAL_KINDS or (facts.kind is Kind.STRING and _day(facts) >= 0.9)
    if not is_days or len(facts.distinct) < 5:
        return 0.0
    years = [int(match[0]) for text in facts.distinct if (match := re.search(r"(?:18|19|20)\d\d", text))]
    if len(years) < 0.9 * len(facts.distinct):
        return 0.0
    return (
        1.0
        if min(years) >= 1850
        and sorted(years)[len(years) // 2] <= 2005
        and max(years) - min(years) >= _AGES_APART
        else 0.0
    )


_DAY = re.compile(
    r"\d{1,4}[-/. ]+(?:\d{1,2}|[^\W\d_]{3,9})[-/. ,]+\d{1,4}.*|(?:18|19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d"
    r"|\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d"
)
"""A day in whatever order; eight digits begin with the year, six with the year or the day."""


def _day(facts: Facts) -> float:
    """Dates, also as texts or digits: only worth something under a name that says so."""
    if facts.kind in (Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP):
        return 1.0
    return share(lambda text: _DAY.fullmatch(text) is not None)(facts)


def _gender(facts: Facts) -> float:
    found = {text.casefold() for text in facts.distinct}
    return 1.0 if found <= GENDERS and any(pair <= found for pair in GENDER_PAIRS) else 0.0


PEOPLE: dict[str, Check] = {
    "first_name": share(_is_first_name),
    "last_name": share(_is_last_name),
    "person": _people,
    "person_likely": _likely_person,
    "any_name": share(lambda text: _is_people(text) or _is_first_name(text)),
    "person_named": _named_person,
    "one_name": share(lambda text: _one_name(_plain(text))),
    "salutation": share(_is_salutation),
    "gender": _gender,
    "gender_named": share(lambda text: text.casefold() in GENDERS),
    "birth": _birth,
    "day": _day,
    "job_named": _job_named,
    "job": share(is_job),
}
