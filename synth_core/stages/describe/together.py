"""What the columns of one table say about each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from synth_core.stages.describe.addresses_beside import weigh_addresses
from synth_core.stages.describe.coordinates_beside import weigh_coordinates
from synth_core.stages.describe.evidence import Vote
from synth_core.stages.describe.facts import Facts
from synth_core.stages.describe.kinds_beside import weigh_kinds
from synth_core.stages.describe.logins_beside import weigh_logins
from synth_core.stages.describe.mailboxes import weigh_mailboxes
from synth_core.stages.describe.names_beside import LIKELY, Weighed, raise_vote, weigh_names
from synth_core.stages.describe.numbers_beside import weigh_numbers

_ADDRESS = frozenset({"street_address", "city", "region", "postal_code", "country", "country_code"})
_PERSON = frozenset(
    {"first_name", "last_name", "email", "phone", "job_title", "salutation", "gender", "date_of_birth"}
)
_WHO = frozenset({"first_name", "last_name", "person_name", "email", "phone", "salutation", "date_of_birth"})
_TOGETHER = (_ADDRESS, _PERSON)


def weigh_together(columns: Sequence[Weighed], *, people: bool) -> list[bool]:
    """Make likelier what the other columns of the table bear out; `people`: its rows are people. Returns for each
    column whether something that tells who somebody is stands right beside it, in a table without whole names."""
    weigh_mailboxes([(column.facts, column.votes) for column in columns])
    weigh_addresses(columns)
    weigh_coordinates(columns)
    weigh_names(columns, people=people)
    if not people:
        weigh_kinds(columns)
    _first_days(columns)
    _bear_out(columns, _strong(columns))
    _doubt_few_codes(columns)
    weigh_numbers(columns, people=people)
    weigh_logins(columns, people=people)
    strong = _strong(columns)
    if "person_name" in strong:
        return [False] * len(columns)
    return [
        not _WHO.isdisjoint([*strong[max(0, number - 1) : number], *strong[number + 1 : number + 2]])
        for number in range(len(columns))
    ]


def _strong(columns: Sequence[Weighed]) -> list[str]:
    """Of each column the likeliest meaning, or nothing where none is likely."""
    best = [column.likeliest for column in columns]
    return [vote.meaning if vote and vote.confidence >= LIKELY else "" for vote in best]


def _bear_out(columns: Sequence[Weighed], strong: Sequence[str]) -> None:
    """Parts of an address stand together, and so do facts about a person: each makes the others likelier."""
    counts = Counter(strong)
    in_order = [name for name in counts if name]
    raised: list[tuple[Vote, float, str]] = []
    for number, column in enumerate(columns):
        for group in _TOGETHER:
            for name in group & column.votes.keys():
                # A whole name speaks for a birthday beside it, but hardly for half a name.
                bearing = group | {"person_name"} if name == "date_of_birth" else group
                others = [
                    other
                    for other in in_order
                    if other in bearing and other != name and counts[other] > (strong[number] == other)
                ]
                if others:
                    by = 0.06 * min(3, len(others))
                    if name == "date_of_birth" and not _HUMAN.isdisjoint(others):
                        by += _OF_HUMANS
                    raised.append((column.votes[name], by, others[0]))
    for each, by, other in raised:
        raise_vote(each, by, other)


_HUMAN, _OF_HUMANS = frozenset({"gender", "salutation"}), 0.08
"""What only human beings have, as they have a day of birth, and how much more that says."""
_UNLIKELY = 0.15


def _first_days(columns: Sequence[Weighed]) -> None:
    """Of several columns that may be birthdays, by their values alone, only the earliest is: one is born before
    anything else happens."""
    days = [
        (_first_year(column.facts), column.votes["date_of_birth"])
        for column in columns
        if "date_of_birth" in column.votes and not column.votes["date_of_birth"].by_name
    ]
    for year, vote in days:
        if year > min(first for first, _ in days):
            vote.confidence = min(vote.confidence, _UNLIKELY)


def _first_year(facts: Facts) -> int:
    found = (re.search(r"(?:18|19|20)\d\d", text) for text in facts.distinct)
    return min((int(year[0]) for year in found if year), default=0)


def _doubt_few_codes(columns: Sequence[Weighed]) -> None:
    """More than a third of all pairs of letters are codes of countries: where neither a name nor another column says
    so, a few of these may well be ranks."""
    for column in columns:
        vote = column.votes.get("country_code")
        if vote and not (vote.by_name or vote.beside) and len(column.facts.distinct) < _TELLING_CODES:
            vote.confidence *= _BY_CHANCE


_TELLING_CODES, _BY_CHANCE = 5, 0.6
