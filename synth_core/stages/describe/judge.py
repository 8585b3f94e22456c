"""Weighs what names and values say: one meaning for each column, or `unknown`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from synth_core.model.inferred import Inferred
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Kind
from synth_core.stages.describe.catalogue import UNKNOWN, Meaning, Phrase, catalogue, is_personal
from synth_core.stages.describe.check_things import is_numbered
from synth_core.stages.describe.checks import CHECKS
from synth_core.stages.describe.coordinates_beside import weigh_axes
from synth_core.stages.describe.evidence import Vote, against_it, for_it, spoken, wrong_digits
from synth_core.stages.describe.facts import Facts, are_phrases, may_tell_who
from synth_core.stages.describe.names_beside import PARTS, Weighed
from synth_core.stages.describe.naming import (
    HINT,
    complete_names,
    is_about_people,
    is_about_persons,
    name_scores,
    says_nothing,
)
from synth_core.stages.describe.together import weigh_together
from synth_core.stages.describe.tokens import column_words, is_unheard_of, languages_of, table_words, words_of

THRESHOLD = 0.5
"""Below this confidence a meaning is not worth naming."""
_FEW, _SURE, _WEAK = 3, 0.9, 0.8
"""So few different values prove little, unless their form is hardly anything else."""
_OF_TWO = ("category", "gender")
"""What may well have two values."""
_LABELS = 0.6
"""So much less do words of a list that come again and again look like names of people, or of the owners of things."""
_SAID, _NUMBERED = 0.6, 0.5
"""From the one on a name says that values are codes; so much less are those in other groups than telephone numbers
such."""
_MAYBE_PERSONAL = 0.2
"""Above this confidence in a personal meaning a column that nobody knows counts as personal; a name that the values
contradict is believed no more than that."""
_TELLING = 0.45
"""How sure it is that unknown texts that may tell who somebody is are personal or not."""
_CALLED = 0.8
"""How sure a personal meaning must be to count beside another one that is surer."""
_DENIED = 0.16
"""What is left of a plain name that the values contradict."""
_WITHOUT_MEANING = frozenset({Kind.BOOL, Kind.JSON, Kind.GEOGRAPHY, Kind.STRUCT, Kind.RANGE, Kind.INTERVAL})


@dataclass(frozen=True)
class Subject:
    """A column to be judged."""

    name: str
    facts: Facts


def judge(
    columns: Sequence[Subject], table: str, *, hide_names: bool = False, nested: bool = False
) -> list[tuple[Inferred[str], Inferred[bool]]]:
    """Meaning and personal of each column, from names (unless hidden), values and the columns beside it.

    `nested`: the columns are fields, and `table` is the name of what holds them.
    """
    names = [""] * len(columns) if hide_names else [column.name for column in columns]
    people, named = _named(names, "" if hide_names else table, nested)
    weighed = [
        Weighed(
            column.facts,
            _votes(column.facts, scores, nameless=nothing),
            nothing,
            nothing or is_unheard_of(words),
        )
        for column, (scores, nothing, words) in zip(columns, named, strict=True)
    ]
    weigh_axes(weighed, [words for _, _, words in named])
    beside_people = weigh_together(weighed, people=people)
    return [
        _verdict(each.votes, each.facts, beside_people=each.unheard and beside)
        for each, beside in zip(weighed, beside_people, strict=True)
    ]


def _named(
    names: Sequence[str], table: str, nested: bool
) -> tuple[bool, list[tuple[dict[str, float], bool, Phrase]]]:
    """Whether the table is one of people; what the name of each column speaks for, whether it says nothing, and its
    words."""
    languages = languages_of(names, table)
    about = table_words(table, languages)
    short = complete_names(column_words(names, table, languages))
    people, persons = is_about_people(short, about), is_about_persons(short)
    named = []
    for name, words in zip(names, short, strict=True):
        scores: dict[str, float] = {}
        spellings = {words, words_of(name, languages)} if words else set()
        if nested and words:
            # `birth.date`
            spellings.add(words_of(f"{table} {name}", languages))
        for spelling in spellings:
            for meaning, score in name_scores(spelling, about, people=people, persons=persons).items():
                scores[meaning] = max(score, scores.get(meaning, 0.0))
        named.append((scores, says_nothing(words), words))
    return people, named


@lru_cache
def _meanings_of(kind: Kind) -> tuple[tuple[str, Meaning], ...]:
    """Those that columns of this type can have."""
    which = _kind(kind)
    return tuple((name, meaning) for name, meaning in catalogue().items() if which in meaning.kinds)


def _kind(kind: Kind) -> Literal["text", "number", "moment", "bytes"]:
    if kind in NUMERIC_KINDS:
        return "number"
    if kind is Kind.BYTES:
        return "bytes"
    return "moment" if kind in TEMPORAL_KINDS else "text"


def _votes(facts: Facts, named: dict[str, float], *, nameless: bool) -> dict[str, Vote]:
    if facts.kind in _WITHOUT_MEANING:
        return {}
    shares: dict[str, float] = {}

    def share_of(check: str) -> float:
        if check not in shares:
            shares[check] = CHECKS[check](facts)
        return shares[check]

    votes = {}
    for name, meaning in _meanings_of(facts.kind):
        score = named.get(name, 0.0)
        alone, alone_by = 0.0, meaning.check
        if meaning.alone:
            alone = meaning.alone * _ramp(share_of(meaning.check), meaning.full)
        if nameless and meaning.nameless:
            without = meaning.nameless * _ramp(share_of(meaning.nameless_check), meaning.full)
            alone, alone_by = max((alone, alone_by), (without, meaning.nameless_check))
        if not alone and not score:
            continue
        if name == "phone" and not score and named.get("code_pattern", 0.0) > _SAID and is_numbered(facts):
            alone *= _NUMBERED
        if len(facts.distinct) < _FEW and meaning.alone < _SURE and name not in _OF_TWO:
            alone *= _WEAK
        if name in PARTS and _is_closed(facts):
            alone *= _LABELS if facts.has_capitals else _LABELS**2
            alone *= _LABELS if len(facts.distinct) == 1 else 1.0
        believed = _believed(meaning, score, facts, share_of) if score else 0.0
        if name in PARTS and _is_list_of_words(facts) and share_of(meaning.check) < _UNKNOWN_NAMES:
            # A party's family is one of a few words.
            believed *= _UNLIKELY
        if name in _BODIES and not facts.has_capitals and _is_category(facts):
            alone, believed = alone * _LABELS, believed * _UNLIKELY
        if name == "company_name" and 0 < score <= HINT and _is_closed(facts):
            believed *= _LABELS
        confidence = max(alone, believed)
        if alone and believed:
            # Two witnesses; a name that may mean much else adds little.
            confidence = 1 - (1 - alone) * (1 - believed) if score >= 0.8 else min(0.95, confidence + 0.1)
        if confidence > 0.1:
            digits = share_of(meaning.digits) if meaning.digits and facts.distinct else None
            own = alone_by if alone else meaning.check or meaning.named
            votes[name] = Vote(
                name,
                min(confidence, 0.99),
                share_of(own) if own else 0.0,
                by_name=believed > 0.3,
                by_value=alone > 0.3,
                digits=digits,
            )
    _count_countries(votes, len(facts.distinct))
    return votes


def _count_countries(votes: dict[str, Vote], distinct: int) -> None:
    """Many countries, or codes of them, are what a team or a code stands for, whatever the column is called."""
    for country in ("country", "country_code"):
        vote = votes.get(country)
        if vote is None or not vote.by_value or vote.share < _NATIONS or distinct < _MANY_NATIONS:
            continue
        for name in _NAMED_LIKE_COUNTRIES & votes.keys():
            votes[name].confidence *= _UNLESS_NATIONS


_NATIONS, _MANY_NATIONS, _UNLESS_NATIONS = 0.9, 10, 0.6
_NAMED_LIKE_COUNTRIES = frozenset(
    {"organization_name", "code_pattern", "category", "title", "last_name", "region"}
)


def _is_closed(facts: Facts) -> bool:
    """A handful of values, each of them often."""
    return len(facts.values) <= _HANDFUL and facts.values.total() >= _OFTEN * len(facts.values)


def _is_category(facts: Facts) -> bool:
    return len(facts.values) <= _LIST and facts.values.total() >= _OFTEN * len(facts.values)


def _is_list_of_words(facts: Facts) -> bool:
    """Some values, each of them very often."""
    return len(facts.values) <= _LIST and facts.values.total() >= _VERY_OFTEN * len(facts.values)


_HANDFUL, _OFTEN = 5, 4
_BODIES = ("organization_name", "company_name", "artist_or_org_name")
"""What has a name, which begins with a capital: `home team win` is none."""
_LIST, _VERY_OFTEN = 20, 20
_UNKNOWN_NAMES, _UNLIKELY = 0.3, 0.2
"""In a list of words of which so few are names that we know, so much of a name that says so is left."""


def _ramp(share: float, full: float) -> float:
    """Nothing below half of what counts as all, everything from there on."""
    return max(0.0, min(1.0, (share / full - 0.5) / 0.4))


def _believed(meaning: Meaning, score: float, facts: Facts, share_of: Callable[[str], float]) -> float:
    check = meaning.named or meaning.check
    if not facts.distinct:
        return 0.75 * score
    if score <= HINT and meaning.agree and share_of(meaning.agrees or meaning.check) < meaning.agree:
        return 0.2 * score
    share = share_of(check)
    if share < meaning.veto:
        return 0.2 * score
    return score * (0.7 + 0.25 * share)


def _verdict(
    votes: dict[str, Vote], facts: Facts, *, beside_people: bool
) -> tuple[Inferred[str], Inferred[bool]]:
    looked = len(facts.distinct)
    vote = max(votes.values(), key=lambda vote: vote.confidence, default=None)
    most_personal = max((v.confidence for name, v in votes.items() if is_personal(name)), default=0.0)
    if vote is None or vote.confidence < THRESHOLD:
        unsure = vote.confidence if vote else 0.3
        meaning = Inferred[str](
            value=UNKNOWN, confidence=round(1 - unsure, 2), evidence=against_it(vote, looked)
        )
        return meaning, _personal_if_unknown(votes, facts, beside_people=beside_people)
    confidence = round(vote.confidence, 2)
    meaning = Inferred[str](value=vote.meaning, confidence=confidence, evidence=for_it(vote, looked))
    label = spoken(vote.meaning)
    if is_personal(vote.meaning):
        personal = Inferred[bool](
            value=True, confidence=confidence, evidence=f"{label} is personal data{wrong_digits(vote)}"
        )
    elif most_personal >= _CALLED and any(v.by_name for name, v in votes.items() if is_personal(name)):
        told = f"{label} is not personal data, but the name says what is: please look"
        personal = Inferred[bool](value=True, confidence=_TELLING, evidence=told)
    elif vote.told and not vote.by_name and may_tell_who(facts):
        told = f"{label} is not personal data, but only other columns say that it is one: please look"
        personal = Inferred[bool](value=False, confidence=_TELLING, evidence=told)
    else:
        personal = Inferred[bool](
            value=False, confidence=round(1 - most_personal, 2), evidence=f"{label} is not personal data"
        )
    return meaning, personal


def _personal_if_unknown(votes: dict[str, Vote], facts: Facts, *, beside_people: bool) -> Inferred[bool]:
    """Whether a column of which nobody knows the meaning is personal. What is missed would be copied, so it is where a
    personal meaning is the likeliest of few, and where telling texts stand beside what tells who somebody is. Other
    telling texts want a look, and so does what a name calls personal and the values do not."""
    maybe = max(
        (vote for name, vote in votes.items() if is_personal(name)),
        key=lambda vote: vote.confidence,
        default=None,
    )
    most = maybe.confidence if maybe else 0.0
    # A date by itself is hardly ever a birthday; beside a name it often is.
    is_day = facts.kind in TEMPORAL_KINDS or (maybe is not None and maybe.meaning == "date_of_birth")
    if maybe and most > _MAYBE_PERSONAL and (not is_day or maybe.beside):
        evidence = f"perhaps {spoken(maybe.meaning)}: please look"
        return Inferred[bool](value=True, confidence=round(min(most, 0.49), 2), evidence=evidence)
    if may_tell_who(facts, beside_people=beside_people):
        told = "nobody knows what these texts are, and they may tell who somebody is: please look"
        likely = beside_people and not are_phrases(facts)
        return Inferred[bool](value=likely, confidence=_TELLING, evidence=told)
    if maybe and most >= _DENIED:
        told = f"the name may say {spoken(maybe.meaning)}, although the values do not: please look"
        return Inferred[bool](value=False, confidence=_TELLING, evidence=told)
    return Inferred[bool](
        value=False, confidence=round(1 - most, 2), evidence="nothing about it looks personal"
    )
