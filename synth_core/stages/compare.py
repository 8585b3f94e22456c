"""How like the source the synthetic rows are, column by column, from the k-anonymous facts of both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

from synth_core.model.base import Frozen
from synth_core.model.profile import ColumnProfile, Profile, ValueCount
from synth_core.stages.profile.told import is_told_by_values

FEW_ROWS = 100
"""Below that a score says more about chance than about the recipe: a share measured on n rows is off by up to 1/√n
(at two standard deviations), a tenth at 100."""


class Likeness(Frozen):
    """How like a column is: 1 is the same distribution, 0 is nothing in common. `what` says what was compared."""

    table: str
    column: str
    score: float
    what: str
    few_rows: bool
    """There are too few synthetic rows for the score to say anything."""


def compare(source: Profile, synthetic: Profile) -> list[Likeness]:
    """A score for each column for which the facts of both sides can be compared, worst first."""
    found: list[Likeness] = []
    made = {table.table: table for table in synthetic.tables}
    for table in source.tables:
        if table.table not in made or not made[table.table].rows:
            continue
        others = {column.path: column for column in made[table.table].columns}
        for column in table.columns:
            other = others.get(column.path)
            if other is not None and column.rows and other.rows:
                score, what = _score(column, other, max(source.k, synthetic.k))
                found.append(
                    Likeness(
                        table=table.table,
                        column=column.name,
                        score=round(score, 3),
                        what=what,
                        few_rows=made[table.table].rows < FEW_ROWS,
                    )
                )
    return sorted(found, key=lambda each: (each.score, each.table, each.column))


def _score(source: ColumnProfile, made: ColumnProfile, k: int) -> tuple[float, str]:
    nulls = 1.0 - abs(source.nulls / source.rows - made.nulls / made.rows)
    if is_told_by_values(source):
        return nulls * _overlap(source, made, source.top, made.top, k), "frequent values and nulls"
    if source.quantiles and made.quantiles:
        return nulls * _near(source.quantiles, made.quantiles), "spread and nulls"
    if source.shapes and made.shapes:
        return nulls * _overlap(source, made, source.shapes, made.shapes, k), "shapes and nulls"
    return nulls, "nulls"


def _overlap(
    one: ColumnProfile, other: ColumnProfile, left: Sequence[ValueCount], right: Sequence[ValueCount], k: int
) -> float:
    """1 minus the total variation distance. What one side does not show may be there in fewer than k rows."""
    shown, others = ({each.value: each.count for each in side} for side in (left, right))
    counts = [_with_hidden(one, shown, others, k), _with_hidden(other, others, shown, k)]
    shares = [{value: count / (sum(side.values()) or 1) for value, count in side.items()} for side in counts]
    return sum(min(share, shares[1].get(value, 0.0)) for value, share in shares[0].items())


def _with_hidden(
    profile: ColumnProfile, shown: Mapping[str, int], others: Mapping[str, int], k: int
) -> Mapping[str, int]:
    """The counts of one side, and of the other side's values as many rows as may be hidden here."""
    rest = profile.rows - profile.nulls - sum(shown.values())
    scale = sum(shown.values()) / (sum(others.values()) or 1)
    hidden = {}
    for value, count in others.items():
        if value not in shown:
            hidden[value] = max(0, min(k - 1, round(count * scale), rest))
            rest -= hidden[value]
    return {**shown, **hidden}


def _near(one: Sequence[str], other: Sequence[str]) -> float:
    """1 minus the mean distance of the quantiles, in units of the source's range between its inner ends; what is
    farther apart than that has nothing in common."""
    left, right = [number_of(text) for text in one], [number_of(text) for text in other]
    width = (left[-2] - left[1]) or (left[-1] - left[0]) or abs(left[0]) or 1.0
    steps = 32
    gaps = [abs(_at(left, step / steps) - _at(right, step / steps)) / width for step in range(1, steps)]
    return 1.0 - sum(min(gap, 1.0) for gap in gaps) / len(gaps)


def _at(values: Sequence[float], share: float) -> float:
    position = share * (len(values) - 1)
    index = min(int(position), len(values) - 2) if len(values) > 1 else 0
    following = values[min(index + 1, len(values) - 1)]
    return values[index] + (following - values[index]) * (position - index)


def number_of(text: str) -> float:
    """A quantile of a profile as a number: dates and times in seconds, days counted from year 1, moments from 1970."""
    try:
        return float(text)
    except ValueError:
        pass
    if ":" in text and "-" not in text:
        clock = time.fromisoformat(text)
        return clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond / 1e6
    if len(text) == 10:
        return float(date.fromisoformat(text).toordinal() * 86400)
    return datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=UTC).timestamp()
