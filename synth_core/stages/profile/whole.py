"""The facts of samples, corrected by what the warehouse says of all rows, or else scaled to the size of the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from synth_core.files.arrow import decimal_size
from synth_core.model.measured import STEPS, ColumnFacts, KeyFacts, LinkFacts, TableFacts
from synth_core.model.profile import ColumnProfile, LinkProfile, Profile, TableProfile, ValueCount
from synth_core.model.project import Project, Table
from synth_core.model.types import NUMERIC_KINDS, BigQueryType, Kind
from synth_core.stages.profile.columns import TOP, Showing
from synth_core.stages.profile.numbers import MICROSECONDS
from synth_core.stages.profile.people import without_people
from synth_core.stages.profile.personal import personal_columns
from synth_core.stages.profile.plain import from_number, plain
from synth_core.stages.profile.quantiles import merged
from synth_core.stages.profile.steps import grid_of
from synth_core.stages.profile.table import showing

_EPOCH = datetime(1970, 1, 1)


def of_all_rows(
    profile: Profile,
    project: Project,
    facts: Mapping[str, TableFacts],
    loaded: Mapping[str, int],
    hidden: Mapping[str, Sequence[str]],
) -> Profile:
    """The profile of whole tables from that of what lies on the workbench: `loaded` rows of each table.

    No count of a sample is left as a count of the table, and nothing with fewer than k rows comes in by `facts`.
    Of columns that may not be read nothing is known: zero rows of them were measured.
    """
    found = profile.model_copy(
        update={
            "tables": tuple(
                _table(
                    each,
                    project,
                    facts.get(each.table),
                    loaded[each.table],
                    set(hidden.get(each.table, ())),
                )
                for each in profile.tables
            ),
            "links": tuple(_link(each, project, facts, loaded) for each in profile.links),
        }
    )
    return without_people(project, found)


def _table(
    profile: TableProfile, project: Project, facts: TableFacts | None, here: int, hidden: set[str]
) -> TableProfile:
    columns = tuple(_unknown(each) if _is_hidden(each, hidden) else each for each in profile.columns)
    table = project.table(profile.table)
    if here >= table.rows:
        return profile.model_copy(update={"columns": columns})
    personal = personal_columns(project)
    linked = {
        column for link in project.accepted_links if link.table == table.name for column in link.columns
    }
    factor = Fraction(table.rows, here) if here else Fraction(1)
    found = []
    for column in columns:
        if _is_hidden(column, hidden):
            found.append(column)
            continue
        name = column.path[0]
        fact = facts.column(name) if facts and len(column.path) == 1 and not column.array_lengths else None
        grown = scaled(column, factor)
        if fact is not None and facts is not None:
            shown = showing(
                table,
                name,
                linked=name in linked,
                personal=(table.name, name) in personal,
                rows=table.rows,
                k=project.k,
            )
            type = table.column(name).type.value
            grown = _corrected(column, grown, fact, facts, type, shown, project.k)
        found.append(grown)
    return profile.model_copy(update={"rows": table.rows, "columns": tuple(found)})


def _is_hidden(column: ColumnProfile, hidden: set[str]) -> bool:
    return any(".".join(column.path[:depth]) in hidden for depth in range(1, len(column.path) + 1))


def _unknown(column: ColumnProfile) -> ColumnProfile:
    return ColumnProfile(name=column.name, path=column.path, rows=0, nulls=0, distinct=0, unique=False)


def scaled(column: ColumnProfile, factor: Fraction) -> ColumnProfile:
    """Counts of a sample as counts of the table. Different values are not scaled, unless all are: of the others nobody
    knows."""
    rows, nulls = round(column.rows * factor), round(column.nulls * factor)
    top = _grown(column.top, factor)
    return column.model_copy(
        update={
            "rows": rows,
            "nulls": nulls,
            "distinct": rows - nulls if column.unique else column.distinct,
            "top": top,
            "top_rows": min(sum(each.count for each in top), rows - nulls),
            "shapes": _grown(column.shapes, factor),
            "forms": _grown(column.forms, factor),
            "array_lengths": _grown(column.array_lengths, factor),
            "sorted": False,
        }
    )


def _grown(counts: Sequence[ValueCount], factor: Fraction) -> tuple[ValueCount, ...]:
    return tuple(each.model_copy(update={"count": round(each.count * factor)}) for each in counts)


def _corrected(
    sample: ColumnProfile,
    grown: ColumnProfile,
    fact: ColumnFacts,
    facts: TableFacts,
    type: BigQueryType,
    shown: Showing,
    k: int,
) -> ColumnProfile:
    filled = sample.rows - sample.nulls
    if filled:
        # Shapes are those of filled values.
        factor = Fraction(fact.filled, filled)
        grown = grown.model_copy(
            update={
                "shapes": _grown(sample.shapes, factor),
                "forms": _grown(sample.forms, factor),
                "top": _grown(sample.top, factor),
            }
        )
    update: dict[str, Any] = {"rows": facts.rows, "nulls": facts.rows - fact.filled}
    update |= _distinct(sample, fact, facts.key((sample.path[0],)))
    if shown.quantiles and (numbers := _quantiles(sample, fact, type.kind, k)):
        decimals, unit = sample.decimals or 0, MICROSECONDS.get(sample.resolution, 1)
        if sample.step:
            grid = grid_of(type.kind, sample.step, from_text(type.kind, sample.quantiles[0]))
            numbers = [grid.near(number) for number in numbers]
        update["quantiles"] = tuple(
            from_number(type.kind, number, decimals=decimals, unit=unit) for number in numbers
        )
    few_enough = shown.most_values is None or update["distinct"] <= shown.most_values
    if not (shown.values and few_enough) or update["unique"]:
        update["top"] = ()
    elif fact.top:
        update["top"] = _top(sample, fact, type, facts.rows, k)
    corrected = grown.model_copy(update=update)
    covered = min(sum(each.count for each in corrected.top), fact.filled)
    return corrected.model_copy(update={"top_rows": covered})


def _distinct(sample: ColumnProfile, fact: ColumnFacts, key: KeyFacts | None) -> dict[str, Any]:
    if key is not None:
        return {"distinct": key.distinct, "unique": key.distinct == key.filled > 0}
    if fact.distinct is None:
        distinct = min(sample.distinct, fact.filled)
        return {"distinct": fact.filled if sample.unique else distinct, "unique": sample.unique}
    # Not counted exactly: an approximate count never says that all are different.
    return {"distinct": min(max(fact.distinct, sample.distinct), fact.filled), "unique": False}


def _quantiles(sample: ColumnProfile, fact: ColumnFacts, kind: Kind, k: int) -> list[Fraction]:
    """Evenly spaced, each a value that k rows have or the mean of k values. The ends are those of the sample, means of
    its k smallest and largest values, unless all rows reach farther."""
    fine = [number(kind, value) for value in fact.quantiles]
    if len(fine) != STEPS * k + 1 or fact.filled < len(fine):
        return []
    first, last = sum(fine[:k], Fraction(0)) / k, sum(fine[-k:], Fraction(0)) / k
    if sample.quantiles:
        first = min(first, from_text(kind, sample.quantiles[0]))
        last = max(last, from_text(kind, sample.quantiles[-1]))
    found = [first]
    for position in range(1, STEPS):
        centre = position * k
        value = fine[centre]
        if not _has_support(fine, centre, fact.filled, k):
            start = min(max(centre - k // 2, 0), len(fine) - k)
            value = sum(fine[start : start + k], Fraction(0)) / k
        found.append(min(max(value, found[-1]), last))
    return [*found, max(last, found[-1])]


def from_text(kind: Kind, text: str) -> Fraction:
    """The number behind a quantile of a profile."""
    if kind in NUMERIC_KINDS:
        return Fraction(text)
    if kind is Kind.DATE:
        return number(kind, date.fromisoformat(text))
    if kind is Kind.TIME:
        return number(kind, time.fromisoformat(text))
    return number(kind, datetime.fromisoformat(text))


def _has_support(fine: Sequence[Fraction], centre: int, filled: int, k: int) -> bool:
    """The value spans so many quantiles that it has k rows even if they are a little off."""
    start = end = centre
    while start > 0 and fine[start - 1] == fine[centre]:
        start -= 1
    while end < len(fine) - 1 and fine[end + 1] == fine[centre]:
        end += 1
    return (end - start) * filled >= 2 * k * (len(fine) - 1)


def _top(
    sample: ColumnProfile, fact: ColumnFacts, type: BigQueryType, rows: int, k: int
) -> tuple[ValueCount, ...]:
    """Frequent values with their counts. Where there are more than were told the counts are approximate: those who
    count with so many counters are wrong by up to one row in so many. So a value must be frequent in the sample, too,
    or have k rows even then."""
    is_all = len(fact.top) <= TOP
    error = rows / len(fact.top)
    known = {each.value for each in sample.top}
    kept = []
    for value, count in fact.top[:TOP]:
        text = _text(type, value)
        if count >= k and (is_all or text in known or count - error >= k):
            kept.append(ValueCount(value=text, count=count))
    return tuple(sorted(kept, key=lambda each: (-each.count, each.value)))


def _text(type: BigQueryType, value: Any) -> str:
    if type.kind in (Kind.NUMERIC, Kind.BIGNUMERIC) and isinstance(value, Decimal):
        precision, scale = decimal_size(type)
        value = value.quantize(Decimal(1).scaleb(-scale)) if precision <= 38 else value
    return plain(value)


def number(kind: Kind, value: Any) -> Fraction:
    """A value as `plain.number_sql` counts it: days for DATE, microseconds for times."""
    if kind in NUMERIC_KINDS:
        return Fraction(value)
    if isinstance(value, datetime):
        local = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        since = local - _EPOCH
        return Fraction(since.days * MICROSECONDS["days"] + since.seconds * 1_000_000 + since.microseconds)
    if isinstance(value, date):
        return Fraction((value - _EPOCH.date()).days)
    if isinstance(value, time):
        seconds = (value.hour * 60 + value.minute) * 60 + value.second
        return Fraction(seconds * 1_000_000 + value.microsecond)
    raise TypeError(f"{value!r} is no number and no time")


def _link(
    profile: LinkProfile, project: Project, facts: Mapping[str, TableFacts], loaded: Mapping[str, int]
) -> LinkProfile:
    child, parent = project.table(profile.table), project.table(profile.ref_table)
    table = facts.get(profile.table)
    link = table.link(profile.columns, profile.ref_table, profile.ref_columns) if table else None
    if link is not None and table is not None:
        return _counted(profile, link, table.rows, project.k)
    if loaded[child.name] >= child.rows and loaded[parent.name] >= parent.rows:
        return profile
    return _guessed(profile, child, parent, loaded)


def _counted(profile: LinkProfile, link: LinkFacts, rows: int, k: int) -> LinkProfile:
    return profile.model_copy(
        update={
            "rows": link.rows,
            "nulls": rows - link.rows,
            "orphans": link.rows - link.rows_in,
            "parents": sum(parents for _, parents in link.children),
            "unique": bool(link.children) and link.children[-1][0] == 1,
            "children": tuple(merged(list(link.children), k)),
            "grouped": False,
        }
    )


def _guessed(profile: LinkProfile, child: Table, parent: Table, loaded: Mapping[str, int]) -> LinkProfile:
    """Samples of both sides hardly meet: of children by parent only the mean is known, and of orphans only where all
    parents are here."""
    factor = Fraction(child.rows, max(1, loaded[child.name]))
    here = Fraction(parent.rows, max(1, loaded[parent.name]))
    rows, parents = round(profile.rows * factor), round(profile.parents * here)
    orphans = round(profile.orphans * factor) if loaded[parent.name] >= parent.rows else 0
    mean = Fraction(rows - orphans, parents) if parents else Fraction(0)
    return profile.model_copy(
        update={
            "rows": rows,
            "nulls": round(profile.nulls * factor),
            "orphans": orphans,
            "parents": parents,
            "children": ((0, round(2 * mean), parents),) if parents else (),
            "grouped": False,
        }
    )
