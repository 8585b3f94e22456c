"""Columns that hold names of people, by what stands beside them and how they are written."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from synth_core.model.types import Kind
from synth_core.stages.describe.check_people import PEOPLE, is_job
from synth_core.stages.describe.evidence import Vote, spoken
from synth_core.stages.describe.facts import Facts
from synth_core.stages.describe.gazetteers import last_names
from synth_core.stages.describe.lexicon import BODY, TRADE
from synth_core.stages.describe.translate import fold

PARTS = ("first_name", "last_name")
NAMES = frozenset({*PARTS, "person_name"})
_HUMAN = frozenset({"salutation", "national_id", "date_of_birth"})
"""What only human beings have."""
_BESIDE = 0.2
"""How much likelier a given name is where a family name stands right beside it, and the other way round."""
_MOST_WITHOUT_NAME = 0.94
"""What columns beside it can raise a meaning to of which its own name says nothing."""
LIKELY, UNKNOWN = 0.6, 0.4
"""From the one on a meaning counts for the columns beside it; below the other nobody knows what a column is."""
_BY_FORM, _BY_TABLE, _MOST_BY_FORM = 0.62, 0.54, 0.8
"""How sure it is what is written like names and known to no list, beside known ones and in a table of people; and how
sure anything can make it."""
_KNOWN = 0.1
"""Share of single words that are names we know, where they are to be names of people."""
_WHOLE = 0.5
"""Share of values that are first and family names."""


@dataclass(frozen=True)
class Weighed:
    """A column and what may be said of it."""

    facts: Facts
    votes: dict[str, Vote]
    nameless: bool
    """Its name says nothing at all."""
    unheard: bool
    """No word of it is known, if it has any."""

    @property
    def likeliest(self) -> Vote | None:
        """Of all that may be said."""
        return max(self.votes.values(), key=lambda each: each.confidence, default=None)

    @property
    def is_unknown(self) -> bool:
        """Neither name nor values say much."""
        best = self.likeliest
        return self.nameless and (best is None or best.confidence < UNKNOWN)

    def add(self, meaning: str, confidence: float, beside: str, told: str) -> None:
        """A meaning that only other columns speak for."""
        vote = Vote(meaning, confidence, 0.0, by_name=False, by_value=True, beside=beside, told=told)
        vote.most = _MOST_BY_FORM
        self.votes[meaning] = vote


def raise_vote(vote: Vote, by: float, other: str) -> None:
    """Something beside it makes a meaning likelier, if it is likely at all."""
    if vote.confidence >= 0.25:
        most = vote.most if vote.by_name else max(min(_MOST_WITHOUT_NAME, vote.most), vote.confidence)
        vote.confidence = min(most, vote.confidence + by)
        vote.beside = other


def weigh_names(columns: Sequence[Weighed], *, people: bool) -> None:
    """`people`: the table is one of people."""
    for column in columns:
        _no_firms(column)
        _either(column)
    pairs = list(itertools.pairwise(columns))
    for left, right in pairs:
        _tell_apart(left, right)
    for left, right in pairs:
        _known_by_form(left, right)
    _whole_names(columns)
    likely = [column.likeliest for column in columns]
    # Clothes have a gender, too; they are not born.
    gender = any(vote and vote.meaning == "gender" for vote in likely)
    born = any("date_of_birth" in column.votes for column in columns)
    if people or (gender and born) or any(_is_strong(vote, _HUMAN) for vote in likely):
        _people_by_form(columns)


def _is_strong(vote: Vote | None, meanings: frozenset[str]) -> bool:
    return vote is not None and vote.meaning in meanings and vote.confidence >= LIKELY


def _no_firms(column: Weighed) -> None:
    """The name of a customer is a person's or a firm's: where no value has a word of one, and all may be a person's, it
    is taken for a person's."""
    firm, person = column.votes.get("company_name"), column.votes.get("person_name")
    if firm and person and firm.by_name and person.by_name and firm.confidence > person.confidence:
        texts = column.facts.distinct
        several = _share(_NAMES, texts) > 0.5 if texts else False
        if not several and max(PEOPLE[name](column.facts) for name in PARTS) < _KNOWN:
            # Single words, none of them a name that we know.
            return
        if end_alike(texts):
            return
        if texts and not any(map(is_business, texts)) and _share(_NAME, texts) >= 0.8:
            person.confidence = firm.confidence
            firm.confidence *= 0.8


def end_alike(texts: Sequence[str]) -> bool:
    """Many of the texts end with one word that is no family name, as names of a trade do: `Value Furniture`, `Eastern
    Furniture`."""
    lasts = Counter(fold(text.split()[-1]) for text in texts if " " in text.strip())
    word, count = max(lasts.items(), key=lambda each: each[1], default=("", 0))
    return count >= max(_FEWEST_ALIKE, _ENDS_ALIKE * len(texts)) and word not in last_names()


_FEWEST_ALIKE, _ENDS_ALIKE = 3, 0.15


def _either(column: Weighed) -> None:
    """Single words that may be given names as well as family names are left what the name calls them: names."""
    person, best = column.votes.get("person_name"), column.likeliest
    if person is None or best is None or not person.by_name or best.meaning not in PARTS or best.by_name:
        return
    other = column.votes.get(PARTS[1 - PARTS.index(best.meaning)])
    if other and abs(other.share - best.share) < _ALIKE and person.confidence >= LIKELY:
        person.confidence = max(person.confidence, best.confidence)
        best.confidence = other.confidence = min(other.confidence, 0.8 * person.confidence)


_ALIKE = 0.15
"""Difference of the shares that are known given names and family names."""


def is_business(text: str) -> bool:
    return TRADE.search(text) is not None or BODY.search(text) is not None


def _tell_apart(left: Weighed, right: Weighed) -> None:
    """Two columns of names beside each other: given names and family names, in the order that fits both better. Many a
    name is either, and many a family is called like a place."""
    for name, place in ((left, right), (right, left)):
        _no_place(name, place)
    likely = [column.likeliest for column in (left, right)]
    if not all(vote and vote.meaning in PARTS for vote in likely):
        for vote, beside in zip(likely, (right, left), strict=True):
            other = (
                beside.votes.get(PARTS[1 - PARTS.index(vote.meaning)])
                if vote and vote.meaning in PARTS
                else None
            )
            if vote and other:
                raise_vote(other, _BESIDE, vote.meaning)
        return
    orders = [
        (left.votes.get(first), right.votes.get(second)) for first, second in (PARTS, tuple(reversed(PARTS)))
    ]
    fitting = [(one, other) for one, other in orders if one and other]
    if fitting:
        one, other = max(fitting, key=lambda pair: _fit(pair[0]) + _fit(pair[1]))
        raise_vote(one, _BESIDE, other.meaning)
        raise_vote(other, _BESIDE, one.meaning)


def _no_place(name: Weighed, place: Weighed) -> None:
    first, vote, family = name.likeliest, place.likeliest, place.votes.get("last_name")
    if first is None or vote is None or family is None or first.meaning not in PARTS:
        return
    if vote.meaning == "city" and not vote.by_name and family.share >= vote.share:
        vote.confidence = min(vote.confidence, 0.5 * family.confidence)


def _fit(vote: Vote) -> float:
    return vote.confidence + vote.share


def _known_by_form(left: Weighed, right: Weighed) -> None:
    """A column that nobody knows, right beside given or family names and written like them, is the other one."""
    for known, unknown in ((left, right), (right, left)):
        vote, best = known.likeliest, unknown.likeliest
        if vote is None or vote.meaning not in PARTS or vote.confidence < UNKNOWN or vote.beside in PARTS:
            continue
        other = PARTS[1 - PARTS.index(vote.meaning)]
        # Names that come again and again are words of a list, too.
        is_listed = (
            best is not None and best.meaning == "category" and not best.by_name and other in unknown.votes
        )
        if (unknown.is_unknown or is_listed) and written_like_names(unknown.facts, repeated=is_listed):
            beside = f"there is a {spoken(vote.meaning)} beside it"
            unknown.add(other, _BY_FORM, vote.meaning, f"they are single words with a capital, and {beside}")
            raise_vote(vote, _BESIDE, other)


def _whole_names(columns: Sequence[Weighed]) -> None:
    """What the name calls given names and has family names in it, in a table without others, are whole names."""
    likely = [column.likeliest for column in columns]
    if any(vote and vote.meaning == "last_name" for vote in likely):
        return
    for column, vote in zip(columns, likely, strict=True):
        whole = column.votes.get("person_name")
        if vote and whole and vote.meaning == "first_name" and vote.by_name and whole.share >= _WHOLE:
            whole.confidence, whole.by_value = max(whole.confidence, vote.confidence), True
            vote.confidence = min(vote.confidence, 0.5 * whole.confidence)


def _people_by_form(columns: Sequence[Weighed]) -> None:
    """In a table of people without names that we know, the first column that is written like names holds them."""
    likely = [column.likeliest for column in columns]
    if any(vote and vote.meaning in NAMES and vote.confidence >= UNKNOWN for vote in likely):
        return
    fitting = [column.is_unknown and written_like_names(column.facts, words=_NAME) for column in columns]
    if True not in fitting:
        return
    place = fitting.index(True)
    told = "they are words with a capital in a table of people"
    several = _share(_NAMES, columns[place].facts.distinct) > 0.5
    meanings = (
        ["person_name"]
        if several
        else [*PARTS]
        if fitting[place + 1 : place + 2] == [True]
        else ["first_name"]
    )
    for column, meaning in zip(columns[place:], meanings, strict=False):
        column.add(meaning, _BY_TABLE, "", told)


_SINGLE = re.compile(
    r"(?:(?:al|el|bin|ibn|de|di|da|la|van|von|mac|ter)[- ’'])?[^\W\d_a-z][^\W\d_]+(?:['’ -][^\W\d_]+)?"
)
_NAME = re.compile(r"[^\W\d_a-z][^\W\d_]*\.?(?:['’ -][^\W\d_]+\.?){0,3}(?: \d+)?")
_NAMES = re.compile(r"\S+ .*\S")
_ENOUGH, _FEW_FIRMS = 4, 0.15
"""Different values; share of them that may have a word of a firm in it by chance."""


def written_like_names(facts: Facts, *, words: re.Pattern[str] = _SINGLE, repeated: bool = False) -> bool:
    """Many different words that begin with a capital, none of a firm and hardly one of a profession."""
    different = repeated or len(facts.values) >= 0.6 * facts.values.total()
    if facts.kind is not Kind.STRING or len(facts.distinct) < _ENOUGH or not different:
        return False
    if sum(map(is_job, facts.distinct)) > 0.2 * len(facts.distinct):
        return False
    businesses = sum(map(is_business, facts.distinct))
    return _share(words, facts.distinct) >= 0.8 and businesses < _FEW_FIRMS * len(facts.distinct)


def _share(form: re.Pattern[str], texts: Sequence[str]) -> float:
    return sum(form.fullmatch(text) is not None for text in texts) / len(texts)
