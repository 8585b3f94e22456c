"""Digits that belong to people, in a table that says who they are: telephone numbers, and the numbers of states."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from synth_core.model.types import Kind
from synth_core.stages.describe.check_ids import is_phone
from synth_core.stages.describe.evidence import spoken
from synth_core.stages.describe.facts import Facts
from synth_core.stages.describe.names_beside import NAMES, Weighed

_TRUNK = re.compile(r"0[1-9]\d{7,9}")
"""With the zero of trunk lines."""
_DIGITS = tuple(map(re.compile, (r"[2-9]\d{9}", r"[5679]\d{8}")))
"""Without it: as in the Americas, in India and in Italy; in Iberia, Poland and Sri Lanka."""
_CALLED = NAMES | {"email", "phone", "street_address", "company_name", "organization_name"}
_HUMAN = NAMES | {"email", "phone", "date_of_birth", "gender", "street_address"}
_REACHED = frozenset({"email", "phone", "date_of_birth", "street_address"})
"""What actors and authors hardly have in a table of their works."""
_SAID = 0.5
"""How sure what says who it is must be."""
_TELEPHONE, _PERSONAL = 0.56, 0.52
"""How sure telephone numbers and other numbers of people are."""
_FEW, _ENOUGH = 3, 5
"""Different numbers: with the zero of trunk lines, and without."""
_LONG, _LESS = re.compile(r"\d{9,18}"), re.compile(r"\d{7,16}")
_FIRSTS, _SPREAD = 4, 1000
"""Digits that numbers which nobody counted begin with, at least; how much further apart they are than counted ones."""


def weigh_numbers(columns: Sequence[Weighed], *, people: bool) -> None:
    """Digits, hardly any twice and hardly one following another, that nobody knows; `people`: the rows are people."""
    likely = [column.likeliest for column in columns]
    found = [vote.meaning if vote and vote.confidence >= _SAID else "" for vote in likely]
    called = next((each for each in found if each in _CALLED), "")
    # An author alone makes no table of people.
    several = len(_HUMAN.intersection(found)) > 1
    human = next((each for each in found if several and each in _HUMAN), "")
    # What comes first is a number of the row.
    for column in columns[1:]:
        if not column.is_unknown or not _is_scattered(column.facts):
            continue
        if called and _may_be_called(column.facts, _FEW if human else _ENOUGH):
            told = f"they have the form of telephone numbers, and there is a {spoken(called)} in the table"
            column.add("phone", _TELEPHONE, called, told)
        elif human and _may_tell_apart(column.facts, people or not _REACHED.isdisjoint(found)):
            told = f"they are long numbers that nobody has twice, and there is a {spoken(human)} in the table"
            column.add("national_id", _PERSONAL, human, told)


def _is_scattered(facts: Facts) -> bool:
    if facts.kind not in (Kind.STRING, Kind.INT64, Kind.NUMERIC) or len(facts.distinct) < _FEW:
        return False
    if len(facts.values) < 0.8 * facts.values.total():
        return False
    numbers = sorted(int(text) for text in facts.distinct if text.isdecimal())
    return sum(after - before == 1 for before, after in itertools.pairwise(numbers)) < 0.5 * len(
        facts.distinct
    )


def _may_be_called(facts: Facts, enough: int) -> bool:
    texts = facts.distinct
    if sum(_TRUNK.fullmatch(text) is not None or is_phone(text) for text in texts) >= 0.9 * len(texts):
        return True
    most = max(sum(form.fullmatch(text) is not None for text in texts) for form in _DIGITS)
    return len(texts) >= enough and most >= 0.9 * len(texts)


def _may_tell_apart(facts: Facts, are_people: bool) -> bool:
    """Long numbers of one length that begin with many digits, or of several and far from each other."""
    texts = facts.distinct
    if len(texts) < _ENOUGH - 1:
        return False
    if len({len(text) for text in texts}) == 1:
        return all(map(_LONG.fullmatch, texts)) and len({text[0] for text in texts}) >= _FIRSTS
    if (
        not are_people
        or not all(map(_LESS.fullmatch, texts))
        or sum(len(text) > 7 for text in texts) < 0.7 * len(texts)
    ):
        return False
    numbers = sorted(map(int, texts))
    middle = numbers[len(numbers) // 4 : -len(numbers) // 4 or None]
    return middle[-1] - middle[0] > _SPREAD * len(numbers)
