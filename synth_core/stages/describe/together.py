"""What the columns of one table say about each other."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence

from synth_core.model.types import Kind
from synth_core.stages.describe.checks import CHECKS
from synth_core.stages.describe.evidence import Vote, spoken
from synth_core.stages.describe.facts import Facts
from synth_core.stages.describe.mailboxes import weigh_accounts, weigh_mailboxes
from synth_core.stages.describe.names_beside import LIKELY, NAMES, Weighed, raise_vote, weigh_names

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
    weigh_names(columns, people=people)
    _first_days(columns)
    _bear_out(columns, _strong(columns))
    _telephones(columns)
    _accounts(columns)
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
                    raised.append((column.votes[name], 0.06 * min(3, len(others)), others[0]))
    for each, by, other in raised:
        raise_vote(each, by, other)


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


_DIGITS = tuple(map(re.compile, (r"0[1-9]\d{7,9}", r"[6-9]\d{9}", r"[2-9]\d{2}[2-9]\d{6}", r"[5679]\d{8}")))
"""With the zero of trunk lines, and as numbers go in India, in North America, and in Iberia and Poland."""
_AMONG_WHO, _SAID = 0.56, 0.5
"""How sure they are; and how sure names must be."""
_ENOUGH = 5
"""Different numbers."""


def _telephones(columns: Sequence[Weighed]) -> None:
    """Bare digits in the form of telephone numbers, hardly one twice and hardly one following another: in a table that
    names people, and has no other telephone number, they are theirs."""
    likely = [column.likeliest for column in columns]
    found = [vote.meaning for vote in likely if vote and vote.confidence >= _SAID]
    name = next((each for each in found if each in NAMES), "")
    if not name or "phone" in found:
        return
    # What comes first is a number of the row.
    for column in columns[1:]:
        if column.is_unknown and _may_be_called(column.facts):
            told = f"they have the form of telephone numbers, and there is a {spoken(name)} in the table"
            column.add("phone", _AMONG_WHO, name, told)
            return


def _may_be_called(facts: Facts) -> bool:
    texts = facts.distinct
    if facts.kind not in (Kind.STRING, Kind.INT64) or len(texts) < _ENOUGH:
        return False
    if len(facts.values) < 0.8 * facts.values.total():
        return False
    if max(sum(form.fullmatch(text) is not None for text in texts) for form in _DIGITS) < 0.9 * len(texts):
        return False
    numbers = sorted(int(text) for text in texts if text.isdecimal())
    steps = [after - before for before, after in itertools.pairwise(numbers)]
    return sum(step == 1 for step in steps) < 0.5 * len(steps)


_ACCOUNT = 0.68


def _accounts(columns: Sequence[Weighed]) -> None:
    """Words such as people log in with, in a table that says who they are; values alone may as well be codes."""
    strong = _strong(columns)
    who = next((each for each in strong if each in NAMES or each == "email"), "")
    if not who or "username" in strong:
        return
    open_ones = [column for column in columns if column.nameless and _is_open(column)]
    names = [column.facts for column, meaning in zip(columns, strong, strict=True) if meaning in NAMES]
    weigh_accounts([(column.facts, column.votes) for column in open_ones], names)
    if "username" in _strong(open_ones):
        return
    for column in open_ones:
        if CHECKS["account"](column.facts) >= 0.8:
            told = f"they are written like names to log in with, and there is a {spoken(who)} in the table"
            column.add("username", _ACCOUNT, who, told)
            return


def _is_open(column: Weighed) -> bool:
    best = column.likeliest
    return best is None or best.confidence < LIKELY or best.meaning == "code_pattern"
