"""SQL that counts the rows that keep a rule and those that break it, for DuckDB and for BigQuery.

Both have the same comparisons; of how a date is taken apart each has words of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from synth_core.model.rule import Rule, Unit
from synth_core.model.types import NUMERIC_KINDS, Kind

Speech = Literal["duckdb", "bigquery"]
Quote = Callable[[str], str]

MOSTLY = 10
"""A value that has a column filled in fewer than one row in so many goes without it."""
_NEAR = "1e-9"
"""Of the size of the numbers: as near as floating point comes."""
_SECONDS: Mapping[Unit, int] = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_FIELDS = {
    "year": ("year", "YEAR"),
    "quarter": ("quarter", "QUARTER"),
    "month": ("month", "MONTH"),
    "week": ("week", "ISOWEEK"),
    "day": ("day", "DAY"),
    "day of year": ("doy", "DAYOFYEAR"),
    "hour": ("hour", "HOUR"),
    "minute": ("minute", "MINUTE"),
}
_FORMS = {
    "month name": "%B",
    "short month name": "%b",
    "weekday name": "%A",
    "short weekday name": "%a",
    "year and month": "%Y-%m",
    "short month and year": "%b %Y",
    "month and year": "%B %Y",
}


@dataclass(frozen=True)
class RuleSql:
    """Conditions on one row; `kinds` has the type of each column of the rule."""

    rule: Rule
    kinds: Mapping[str, Kind]
    quote: Quote
    speech: Speech

    @property
    def filled(self) -> str:
        """The rule says something of the row."""
        if self.rule.kind == "joint nulls":
            return "TRUE"
        if self.rule.kind == "filled":
            return f"{self.quote(self.rule.columns[0])} IS NOT NULL"
        usable = [f"{self.quote(name)} IS NOT NULL" for name in self.rule.all_columns]
        if self.speech == "duckdb":
            usable += [
                f"isfinite({self.quote(name)})"
                for name in self.rule.all_columns
                if self.kinds[name] in (Kind.FLOAT64, Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP)
            ]
        if self.rule.kind == "ratio":
            usable.append(f"{self.quote(self.rule.columns[1])} <> 0")
        return " AND ".join(usable)

    @property
    def broken(self) -> str:
        """The row, in which all columns are filled, breaks the rule. ValueError for a rule about many rows."""
        rule, values = self.rule, [self.quote(name) for name in self.rule.columns]
        if rule.kind == "ordered":
            pairs = zip(rule.columns, rule.columns[1:], strict=False)
            return " OR ".join(" > ".join(self._comparable(*pair)) for pair in pairs)
        if rule.kind == "joint nulls":
            return " OR ".join(f"({value} IS NULL) <> ({values[0]} IS NULL)" for value in values[1:])
        if rule.kind == "equal":
            return " <> ".join(self._comparable(rule.target, rule.columns[0]))
        if rule.kind == "part":
            return self._other_part()
        if rule.is_of_groups:
            raise ValueError(f"the rule `{rule.kind}` is about many rows")
        return self._other_number()

    def counts(self, source: str, filters: Sequence[str] = ()) -> str:
        """A SELECT with (rows that the rule says something of, rows that break it), of rows that pass the filters."""
        if self.rule.kind == "depends":
            known = ", ".join(
                f"{self.quote(name)} AS k{place}" for place, name in enumerate(self.rule.columns)
            )
            keys = ", ".join(f"k{place}" for place in range(len(self.rule.columns)))
            where = " AND ".join((*filters, self.filled))
            return (
                f"SELECT COALESCE(SUM(n), 0) AS n, COALESCE(SUM(n - most), 0) AS bad FROM (SELECT SUM(n) AS n,"
                f" MAX(n) AS most FROM (SELECT {keys}, v, COUNT(*) AS n FROM (SELECT {known},"
                f" {self.quote(self.rule.target)} AS v FROM {source} WHERE {where}) AS a"
                f" GROUP BY {keys}, v) AS b GROUP BY {keys}) AS c"
            )
        if self.rule.kind == "filled":
            where = " AND ".join((*filters, self.filled))
            return (
                f"SELECT COALESCE(SUM(n), 0) AS n, COALESCE(SUM(CASE WHEN {self.without} THEN f END), 0) AS bad FROM"
                f" ({self.by_value(source, where)}) AS b"
            )
        if self.rule.kind == "once":
            where = " AND ".join((*filters, self.filled))
            return (
                f"SELECT COALESCE(SUM(n), 0) AS n, COALESCE(SUM(n - 1), 0) AS bad FROM (SELECT k, COUNT(*) AS n FROM"
                f" (SELECT {self.quote(self.rule.columns[0])} AS k FROM {source} WHERE {where}) AS a GROUP BY k) AS b"
            )
        where = f" WHERE {' AND '.join(filters)}" if filters else ""
        return f"SELECT {self.count_filled} AS n, {self.count_broken} AS bad FROM {source}{where}"

    without = f"{MOSTLY} * f < n"
    """Of a value: it goes without the target."""

    def by_value(self, source: str, where: str) -> str:
        """Of `filled`, a SELECT: for each value of the column `n` rows, in `f` of which the target is filled."""
        column, target = self.quote(self.rule.columns[0]), self.quote(self.rule.target)
        return (
            f"SELECT k, COUNT(*) AS n, COUNT(v) AS f FROM (SELECT {column} AS k, {target} AS v FROM {source}"
            f" WHERE {where}) AS a GROUP BY k"
        )

    @property
    def count_filled(self) -> str:
        """An aggregate: rows that the rule says something of."""
        return f"COUNT(CASE WHEN {self.filled} THEN 1 END)"

    @property
    def count_broken(self) -> str:
        """An aggregate: rows that break it."""
        return f"COUNT(CASE WHEN {self.breaks} THEN 1 END)"

    @property
    def breaks(self) -> str:
        """Whether a row breaks the rule; not TRUE where the rule says nothing of it."""
        if self.rule.kind == "ordered":
            # Two neighbours may be in disorder where a third one is null.
            return self.broken
        # CASE, because what is not filled may not be computed.
        return f"CASE WHEN {self.filled} THEN {self.broken} END"

    def _comparable(self, name: str, other: str) -> tuple[str, str]:
        kinds = {self.kinds[name], self.kinds[other]}
        one, two = self.quote(name), self.quote(other)
        if len(kinds) == 1 or kinds <= NUMERIC_KINDS:
            return one, two
        if kinds <= {Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP}:
            return f"CAST({one} AS DATETIME)", f"CAST({two} AS DATETIME)"
        return self._text(one), self._text(two)

    def _text(self, value: str) -> str:
        return f"CAST({value} AS {'VARCHAR' if self.speech == 'duckdb' else 'STRING'})"

    def _float(self, value: str) -> str:
        return f"CAST({value} AS {'DOUBLE' if self.speech == 'duckdb' else 'FLOAT64'})"

    def _other_number(self) -> str:
        rule = self.rule
        values = [self._float(self.quote(name)) for name in rule.columns]
        sizes = [f"ABS({value})" for value in values]
        times = f" * {rule.factor!r}" if rule.factor is not None else ""
        if rule.kind == "sum":
            less = [self._float(self.quote(name)) for name in rule.less]
            expression = " + ".join(values) + "".join(f" - {value}" for value in less)
            size = " + ".join([*sizes, *(f"ABS({value})" for value in less)])
        elif rule.kind == "product":
            factors = [*values]
            if rule.share:
                share = self._float(self.quote(rule.share)) + (" / 100" if rule.percent else "")
                factors.append(f"(1 {'-' if rule.discount else '+'} {share})")
            expression = " * ".join(factors) + times
            size = f"ABS({expression})"
        elif rule.kind == "ratio":
            expression = f"{values[0]} / NULLIF({values[1]}, 0){times}"
            size = f"ABS({expression})"
        elif self.kinds[rule.columns[0]] in NUMERIC_KINDS:
            expression, size = " - ".join(values), " + ".join(sizes)
        else:
            expression, size = self._elapsed(), "1"
        half = f"{0.5 * 10.0**-rule.decimals * 1.000001!r}" if rule.decimals is not None else "0"
        target = self._float(self.quote(rule.target))
        return f"ABS({target} - ({expression})) > {half} + {_NEAR} * ({size})"

    def _elapsed(self) -> str:
        """From the second column to the first, in the rule's unit."""
        rule = self.rule
        end, start = (self.quote(name) for name in rule.columns)
        unit = rule.unit or "days"
        if unit == "days" and Kind.DATE in {self.kinds[name] for name in rule.columns}:
            end, start = f"CAST({end} AS DATE)", f"CAST({start} AS DATE)"
            if self.speech == "duckdb":
                return self._float(f"date_diff('day', {start}, {end})")
            return self._float(f"DATE_DIFF({end}, {start}, DAY)")
        if self.speech == "duckdb":
            micros = f"(epoch_us({end}) - epoch_us({start}))"
        else:
            kind = "TIMESTAMP" if self.kinds[rule.columns[0]] is Kind.TIMESTAMP else "DATETIME"
            micros = f"{kind}_DIFF({end}, {start}, MICROSECOND)"
        return f"{self._float(micros)} / {1_000_000 * _SECONDS[unit]}"

    def _other_part(self) -> str:
        rule = self.rule
        assert rule.part is not None
        target, value = self.quote(rule.target), self.quote(rule.columns[0])
        if self.kinds[rule.columns[0]] is Kind.TIMESTAMP and self.speech == "duckdb":
            value = f"({value} AT TIME ZONE 'UTC')"
        if rule.part in _FIELDS:
            word = _FIELDS[rule.part][self.speech == "bigquery"]
            return f"{target} <> EXTRACT({word} FROM {value})"
        if rule.part == "date":
            return f"CAST({target} AS DATE) <> CAST({value} AS DATE)"
        if rule.part in ("year and quarter", "quarter and year"):
            text = "VARCHAR" if self.speech == "duckdb" else "STRING"
            quarter = f"CAST(EXTRACT(QUARTER FROM {value}) AS {text})"
            if rule.part == "quarter and year":
                return f"{target} <> CONCAT('Q', {quarter}, {self._form(value, ' %Y')})"
            return f"{target} <> CONCAT({self._form(value, '%Y-Q')}, {quarter})"
        if rule.part in _FORMS:
            return f"{target} <> {self._form(value, _FORMS[rule.part])}"
        return f"{target} <> {self._weekday(value)}"

    def _form(self, value: str, form: str) -> str:
        if self.speech == "duckdb":
            return f"strftime({value}, '{form}')"
        return f"FORMAT_DATE('{form}', DATE({value}))"

    def _weekday(self, value: str) -> str:
        if self.speech == "duckdb":
            sunday, monday = f"dayofweek({value})", f"isodow({value})"
        else:
            sunday = f"(EXTRACT(DAYOFWEEK FROM {value}) - 1)"
            monday = f"(MOD(EXTRACT(DAYOFWEEK FROM {value}) + 5, 7) + 1)"
        return {
            "weekday": monday,
            "weekday from 0": f"({monday} - 1)",
            "weekday from Sunday": f"({sunday} + 1)",
            "weekday from Sunday 0": sunday,
        }[self.rule.part or "weekday"]
