"""Columns that an `ordered` rule ties together: each is made from its neighbour, by the gap between them.

They begin with the column that is there in most rows, and with none that is personal: the dates of the others are
known, and must not come out of an invented date of birth. Gaps are made up where one of the two is personal, or
where there are too few rows: a run checks that the rule holds, so two columns that know nothing of each other won't
do.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import date
from itertools import pairwise
from math import ceil, floor
from types import MappingProxyType
from typing import Any, NamedTuple

from synth_core.model.profile import Profile, RuleProfile
from synth_core.model.project import Table
from synth_core.model.types import NUMERIC_KINDS, Kind, Mode
from synth_core.stages.compare import number_of
from synth_core.stages.draft.choices import with_open_ends
from synth_core.stages.draft.columns import sentence, with_nulls
from synth_core.stages.draft.dates import BIRTH, OLDEST, YOUNGEST, made_up_days, moment_text
from synth_core.stages.draft.keys import profile_of
from synth_core.stages.draft.numbers import number, order_of, plain_step, plain_value
from synth_core.stages.profile.told import open_ends

Made = tuple[Any, str]


class Settled(NamedTuple):
    """What another rule makes of a column: from which ones."""

    inputs: tuple[str, ...]
    looked_up: bool
    """By the value of its one input; else it is computed."""


NOTHING: Mapping[str, Settled] = MappingProxyType({})
_PER_DAY = {"days": 1, "hours": 24, "minutes": 1440, "seconds": 86_400}
_YEAR = 365.25
_MADE_UP = 365
"""The largest gap where none is known: days, or what numbers count."""
_STEPPED = frozenset({Kind.INT64, Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP})


def ordered_columns(
    profile: Profile, table: Table, taken: Container[str], settled: Mapping[str, Settled] = NOTHING
) -> dict[str, Made]:
    """(generator, why) of each column that is made from another one; those of keys and links are `taken`.

    What is `settled`, by other rules, stays, and the others hang on it. An order that what is settled cannot keep comes
    before: the column hangs on its neighbour then.
    """
    settled = dict(settled)
    while True:
        made = _made_in_order(profile, table, taken, settled)
        lost = next((name for name in settled if name in made or _leads_back(name, made, settled)), None)
        if lost is None:
            return {name: generator for name, (generator, _) in made.items()}
        del settled[lost]


def _made_in_order(
    profile: Profile, table: Table, taken: Container[str], settled: Mapping[str, Settled]
) -> dict[str, tuple[Made, str]]:
    """(generator, why) of each column, and the one that it is made from."""
    made: dict[str, tuple[Made, str]] = {}
    tied: set[str] = set()
    rules = [
        rule.value.columns
        for rule in table.rules
        if rule.value.kind == "ordered" and not _is_one_lookup(rule.value.columns, settled)
    ]
    # What is there in most rows can hang on nothing that is there in fewer.
    rules.sort(key=lambda columns: min(_nulls_of(profile, table, name) for name in columns))
    while rules:
        # What an earlier rule has spoken of stays as it is, and the others hang on it.
        columns = next((each for each in rules if tied.intersection(each)), rules[0])
        rules.remove(columns)
        computed = [name for name in columns if name in settled and not settled[name].looked_up]
        fixed = tied.intersection(columns) or {name for name in columns if name in taken} or set(computed[:1])
        made = _Chain(profile, _facts_of(profile, table, columns), table, fixed).made() | made
        tied.update(columns)
    return {name: each for name, each in made.items() if name not in taken}


def _nulls_of(profile: Profile, table: Table, name: str) -> float:
    facts = profile_of(profile.table(table.name), name)
    return facts.nulls / facts.rows if facts and facts.rows else 0.0


def _is_one_lookup(columns: Sequence[str], settled: Mapping[str, Settled]) -> bool:
    """All are looked up by one of them: their values are in order, as those of the source are."""
    roots = set()
    for name in columns:
        while name in settled and settled[name].looked_up:
            (name,) = settled[name].inputs
        roots.add(name)
    return len(roots) == 1 and roots <= set(columns)


def _leads_back(name: str, made: Mapping[str, tuple[Made, str]], settled: Mapping[str, Settled]) -> bool:
    """One of its inputs is made from it."""
    todo, seen = list(settled[name].inputs), set()
    while todo:
        each = todo.pop()
        if each == name:
            return True
        if each not in seen:
            seen.add(each)
            todo += settled[each].inputs if each in settled else ()
            todo += [made[each][1]] if each in made else ()
    return False


def later_parts(profile: Profile, table: Table, parts: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Of a key's columns, which an `ordered` rule ties together: those that come after another one, as parts behind it
    by the gaps of the source, each below what it is behind. As columns on their own they would break the rule, as
    offsets they would not be unique."""
    later: dict[str, dict[str, Any]] = {}
    for rule in table.rules:
        columns = rule.value.columns if rule.value.kind == "ordered" else ()
        inside = [name for name in columns if name in parts]
        kinds = {table.column(name).type.value.kind for name in inside}
        if len(kinds) != 1 or not kinds <= _STEPPED:
            continue
        facts = _facts_of(profile, table, columns)
        for before, column in pairwise(inside):
            if column not in later and column not in _chain_to(later, before):
                gaps = facts.gaps[columns.index(before) : columns.index(column)]
                first = sum(floor(float(each[0])) for each in gaps) if all(gaps) else 0
                last = sum(ceil(float(each[-1])) for each in gaps) if all(gaps) else _MADE_UP
                unit = {"unit": facts.unit} if facts.unit else {}
                later[column] = {"behind": before, "first": max(0, first), "last": max(0, last), **unit}
    return dict(sorted(later.items(), key=lambda each: len(_chain_to(later, each[0]))))


def _chain_to(later: Mapping[str, Mapping[str, Any]], column: str) -> list[str]:
    """The column, what it is behind, what that is behind, and so on."""
    chain = [column]
    while chain[-1] in later:
        chain.append(str(later[chain[-1]]["behind"]))
    return chain


def _facts_of(profile: Profile, table: Table, columns: tuple[str, ...]) -> RuleProfile:
    measured = (each for each in profile.rules if (each.table, each.columns) == (table.name, columns))
    return next(measured, None) or _unmeasured(table, columns)


def _unmeasured(table: Table, columns: tuple[str, ...]) -> RuleProfile:
    """A rule that a person has added since the profile was measured."""
    unit = "" if table.column(columns[0]).type.value.kind in NUMERIC_KINDS else "days"
    return RuleProfile(table=table.name, columns=columns, unit=unit, gaps=((),) * (len(columns) - 1))


class _Chain:
    """The columns of one rule, by their places in it."""

    def __init__(self, profile: Profile, facts: RuleProfile, table: Table, taken: Container[str]) -> None:
        self._facts, self._k = facts, profile.k
        self._columns = [table.column(name) for name in facts.columns]
        self._profiles = [profile_of(profile.table(table.name), name) for name in facts.columns]
        self._nulls = [_nulls_of(profile, table, name) for name in facts.columns]
        places = range(len(self._columns))
        fixed = [place for place in places if facts.columns[place] in taken]
        known = [place for place in places if not self._columns[place].personal.value]
        # What goes with an order, or in the order of the rows, is no gap behind what does not.
        going = {rule.value.target for rule in table.rules if rule.value.kind == "depends"}
        self._start = min(
            fixed or known or places,
            key=lambda place: (self._nulls[place], self._is_open(place), -self._goes(place, going), place),
        )

    def _is_open(self, place: int) -> bool:
        """Some have no end yet, behind which nothing lies."""
        return bool(open_ends(self._profiles[place]))

    def _goes(self, place: int, going: Container[str]) -> int:
        profile = self._profiles[place]
        return (self._columns[place].name in going) + bool(profile and order_of(profile))

    def made(self) -> dict[str, tuple[Made, str]]:
        """All columns but the one to start from, each with its neighbour that it is made from."""
        made: dict[str, tuple[Made, str]] = {}
        for place, column in enumerate(self._columns):
            if place != self._start:
                is_later = place > self._start
                generator, why = self._later(place) if is_later else self._earlier(place)
                neighbour = self._facts.columns[place - 1 if is_later else place + 1]
                made[column.name] = (generator, sentence(column, why, self._nulls[place])), neighbour
        return made

    def _later(self, place: int) -> Made:
        before = self._facts.columns[place - 1]
        gaps, unit, made_up = self._gaps(place - 1)
        return self._offset(place, place - 1, gaps, unit), f"never before {before}{made_up}"

    def _earlier(self, place: int) -> Made:
        after = self._facts.columns[place + 1]
        gaps, unit, made_up = self._gaps(place)
        if made_up and unit and self._nulls[place + 1] > self._nulls[place]:
            # It is there in rows in which the later one is not.
            kind = self._columns[place].type.value.kind
            last = _days_before(self._floor(place + 1), gaps[0])
            days = [
                moment_text(kind, day.isoformat()) for day in self._within(place, self._floor(place), last)
            ]
            made: dict[str, Any] = {"values": days} | ({} if kind is Kind.DATE else {"unit": "days"})
            mode = self._columns[place].mode.value
            nullable = with_nulls({"Synth.quantiles": made}, self._nulls[place], mode)
            return nullable, f"made up, before the earliest {after}"
        back = [-gap for gap in reversed(gaps)]
        return self._offset(place, place + 1, back, unit), f"never after {after}{made_up}"

    def _offset(self, place: int, neighbour: int, gaps: Sequence[float], unit: str) -> Any:
        arguments: dict[str, Any] = {"after": self._facts.columns[neighbour]}
        if unit:
            arguments["unit"] = unit
        arguments["gaps"] = list(gaps)
        profile = self._profiles[place]
        if not unit and profile is not None and profile.decimals is not None and not profile.integral:
            arguments["decimals"] = profile.decimals
        if profile is not None and profile.quantiles:
            # Of what lies ahead when a source is read there is nothing in it yet.
            kind = self._columns[place].type.value.kind
            arguments["limits"] = [plain_value(kind, profile.quantiles[end]) for end in (0, -1)]
            if profile.step:
                arguments["step"] = plain_step(profile)
            elif kind is Kind.INT64 and self._columns[neighbour].type.value.kind is not kind:
                # A whole number, whatever it stands behind.
                arguments["step"] = 1
        elif unit and (years := self._years(place)):
            kind = self._columns[place].type.value.kind
            arguments["limits"] = [moment_text(kind, day.isoformat()) for day in years]
        there = 1.0 - self._nulls[neighbour]
        ahead = self._ahead(place, neighbour, gaps, unit)
        if ahead and self._columns[place].mode.value is Mode.NULLABLE and ahead <= self._nulls[place] / 2:
            arguments["or_null"] = True
            there *= 1.0 - ahead
        # It is null where the neighbour is; the rest of its nulls are its own.
        own = max(0.0, 1.0 - (1.0 - self._nulls[place]) / there) if there else 0.0
        made, _ = with_open_ends(profile, {"Synth.offset": arguments}, "")
        return with_nulls(made, round(own, 6), self._columns[place].mode.value)

    def _ahead(self, place: int, neighbour: int, gaps: Sequence[float], unit: str) -> float:
        """The share of rows in which it lies ahead of the neighbour, and of what the source has at all."""
        ends, starts = (self._profiles[each] for each in (place, neighbour))
        if neighbour > place or ends is None or starts is None or not ends.quantiles or not starts.quantiles:
            return 0.0
        size = 86_400 / _PER_DAY[unit] if unit else 1.0
        last = number_of(ends.quantiles[-1]) - gaps[0] * size
        ahead = sum(number_of(text) > last for text in starts.quantiles) / len(starts.quantiles)
        # The ends are means of k values: with few rows many lie beyond them.
        return ahead if ahead * (ends.rows - ends.nulls) > self._k else 0.0

    def _gaps(self, place: int) -> tuple[list[float], str, str]:
        """The gaps from this place to the next, their unit, and a remark when they are made up."""
        unit, known = self._facts.unit, self._facts.gaps[place]
        if known:
            return [max(0, number(gap)) for gap in known], unit, ""
        remark = "; the gap is made up"
        if not unit:
            return [0, 100], unit, remark
        if place < self._start and (source := self._years(place)):
            return [*self._between(source, place + 1)], "days", remark
        if self._columns[place].meaning.value != BIRTH:
            return [0, 365], "days", remark
        # Of who is 18 or older everything that happens until then lies in the past.
        years = (YOUNGEST, OLDEST - YOUNGEST) if place < self._start else (0, YOUNGEST)
        return [int(each * _YEAR) for each in years], "days", remark

    def _years(self, place: int) -> tuple[date, date] | None:
        """The first and the last day of the source's years, where nothing else is known."""
        profile = self._profiles[place]
        if profile is None or not profile.years:
            return None
        first, last = made_up_days("", profile)
        return date.fromisoformat(first), date.fromisoformat(last)

    def _between(self, years: tuple[date, date], neighbour: int) -> tuple[int, int]:
        """The smallest and the largest gap from days of these years to those of the neighbour: of people who may have
        been 18 or older by then, all were."""
        profile = self._profiles[neighbour]
        known = profile.quantiles if profile else ()
        highest = date.fromisoformat((known or made_up_days("", profile))[-1][:10])
        least, most = ((highest - day).days for day in reversed(years))
        least = min(max(0, least), int(YOUNGEST * _YEAR))
        return least, max(least, most)

    def _floor(self, place: int) -> date:
        """No value of this place, which is not behind the start, is earlier."""
        if place < self._start:
            gaps, unit, _ = self._gaps(place)
            return _days_before(self._floor(place + 1), gaps[-1] / _PER_DAY[unit])
        profile = self._profiles[place]
        known = profile.quantiles if profile else ()
        return date.fromisoformat(
            (known or made_up_days(self._columns[place].meaning.value, profile))[0][:10]
        )

    def _within(self, place: int, first: date, last: date) -> tuple[date, date]:
        """The days in the years of the source; as they are where those end before or begin after."""
        years = self._years(place)
        if years is None:
            return first, last
        lowest, highest = years
        inner = max(first, lowest), min(last, highest)
        return inner if inner[0] <= inner[1] else (first, last)


def _days_before(day: date, days: float) -> date:
    return date.fromordinal(max(1, day.toordinal() - ceil(days)))
