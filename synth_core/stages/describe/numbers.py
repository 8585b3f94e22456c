"""Numbers: whole, decimal or floating, judged by how every single value is written.

DuckDB sorts each value of a column into a class (how it is written, how many digits it has before and after
the point); the few classes and their counts then decide exactly, without a second look at the rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from synth_core.files.arrow import PLAIN_DECIMALS
from synth_core.files.sql import literal, quote
from synth_core.model.dialect import Dialect
from synth_core.model.types import BigQueryType, Kind
from synth_core.stages.describe.candidates import TypeFound, confidence_of, text_type

# How a value is written. A class is one of these × 1,000,000 + digits before the point × 1,000 + digits after.
OTHER, WHOLE, BEYOND, DECIMAL, LONG, EXPONENT, CODE, PADDED, PLUS, SPECIAL = range(10)
_UNIT = 1_000_000
_EXACT_DIGITS = 17
"""A FLOAT64 keeps so many significant digits; a decimal with more must stay exact."""
_MAX_DIGITS = 38


class _Marks:
    """Patterns of numbers in one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        group, point = re.escape(dialect.thousands), re.escape(dialect.decimal)
        grouped = rf"|[1-9]\d{{0,2}}(?:{group}\d{{3}})+" if group else ""
        self.whole = rf"-?(?:0|[1-9]\d*{grouped})"
        self.decimal = rf"-?(?:(?:0|[1-9]\d*{grouped}){point}\d*|{point}\d+)"
        self.exponent = rf"-?(?:\d+{point}\d*|{point}\d+)[eE][+-]?\d+|-?\d+[eE][+-]\d+"
        self.code = r"\d+[eE]\d+"
        self.padded = rf"-?0\d[\d{group}]*(?:{point}\d*)?"
        self.plus = rf"\+\d[\d{group}]*(?:{point}\d*)?"
        self.special = "(?i:-?inf|-?infinity|nan)"


def number_pattern(dialect: Dialect) -> re.Pattern[str]:
    """What `number_class` takes for a number of some sort."""
    marks = _Marks(dialect)
    return re.compile(
        "|".join(
            (marks.decimal, marks.exponent, marks.code, marks.padded, marks.plus, marks.whole, marks.special)
        )
    )


def number_class(name: str, dialect: Dialect) -> str:
    """SQL: the class of a value of the column as an integer; NULL for NULL.

    Trimming takes longer than matching, so only a text that matches nothing is looked at again without blanks.
    """
    text = quote(name)
    return f"""CASE
        WHEN {text} IS NULL THEN NULL
        {_cases(text, dialect)}
        WHEN {text} <> trim({text}) THEN CASE {_cases(f"trim({text})", dialect)} ELSE {OTHER} END
        ELSE {OTHER} END"""


def _cases(text: str, dialect: Dialect) -> str:
    marks, point = _Marks(dialect), literal(dialect.decimal)
    # Without groups of three, lengths and positions are enough: they are far cheaper than taking texts apart.
    plain = f"replace({text}, {literal(dialect.thousands)}, '')" if dialect.thousands else text
    sign = f"starts_with({text}, '-')::INTEGER"
    length = f"(length({plain}) - {sign})"
    before = f"(strpos({plain}, {point}) - 1 - {sign})"
    after = f"(length({plain}) - strpos({plain}, {point}))"
    significant = f"length(ltrim(replace({plain}, {point}, ''), '-0'))"

    def matches(pattern: str) -> str:
        return f"regexp_full_match({text}, {literal(pattern)})"

    return f"""
        WHEN {matches(marks.whole)} THEN least({length}, 999) * 1000 + {_UNIT} *
            CASE WHEN {length} < 19 OR TRY_CAST({plain} AS BIGINT) IS NOT NULL THEN {WHOLE} ELSE {BEYOND} END
        WHEN {matches(marks.decimal)} THEN least({before}, 999) * 1000 + least({after}, 999) + {_UNIT} *
            CASE WHEN {length} > {_EXACT_DIGITS} AND {significant} > {_EXACT_DIGITS} THEN {LONG} ELSE {DECIMAL} END
        WHEN {matches(marks.padded)} THEN {PADDED * _UNIT}
        WHEN {matches(marks.code)} THEN {CODE * _UNIT}
        WHEN {matches(marks.exponent)} AND length({plain}) <= 24 THEN {EXPONENT * _UNIT}
        WHEN {matches(marks.plus)} THEN {PLUS * _UNIT}
        WHEN {matches(marks.special)} THEN {SPECIAL * _UNIT}"""


def number_type(classes: Mapping[int, int]) -> TypeFound:
    """The type of a column from its classes and how many values each has."""
    kinds: dict[int, int] = {}
    for key, count in classes.items():
        kinds[key // _UNIT] = kinds.get(key // _UNIT, 0) + count
    total = sum(kinds.values())
    every = "the only value is" if total == 1 else f"all {total:,} values are"
    if kinds.get(OTHER):
        return _almost(total, kinds[OTHER])
    for kind, why in (
        (PADDED, "some numbers have leading zeros, which a number would lose"),
        (CODE, "some values are codes such as digits, E, digits"),
        (PLUS, "some numbers have a plus sign, which a number would lose"),
    ):
        if kinds.get(kind):
            return text_type(f"{why} ({kinds[kind]:,} of {total:,} values)")
    written = [key for key in classes if key // _UNIT in (WHOLE, BEYOND, DECIMAL, LONG)]
    found = _by_digits(kinds, written, every, confidence_of(total))
    after = {key % 1000 for key in written}
    if (
        set(kinds) <= {DECIMAL, LONG}
        and len(after) == 1
        and found.type.kind is not Kind.STRING
        and 0 not in after
    ):
        # 4.90 is written with two digits after the point like all the others.
        return replace(found, format="#." + "0" * after.pop())
    return found


def _by_digits(kinds: Mapping[int, int], written: Sequence[int], every: str, sure: float) -> TypeFound:
    """The type of values that are numbers, from the digits that they are written with."""
    before = [key // 1000 % 1000 for key in written]
    after = [key % 1000 for key in written]
    if set(kinds) == {WHOLE}:
        span = f"{min(before)}" if min(before) == max(before) else f"{min(before)} to {max(before)}"
        plural = "" if span == "1" else "s"
        return _found(Kind.INT64, sure, f"{every} whole numbers of {span} digit{plural}")
    if not written:
        if set(kinds) == {SPECIAL}:
            return text_type("no value is an ordinary number", 0.5)
        return _found(Kind.FLOAT64, sure, f"{every} numbers with an exponent")
    if set(kinds) <= {WHOLE, BEYOND}:
        return _exact(max(before), 0, sure, f"{every} whole numbers, the largest beyond 64 bits")
    if set(kinds) <= {DECIMAL, LONG} and len(set(after)) == 1 and (LONG in kinds or 0 < after[0] <= 9):
        return _exact(
            max(before), after[0], sure, f"{every} decimals with exactly {after[0]} digits after the point"
        )
    if (LONG in kinds or BEYOND in kinds) and not kinds.keys() & {EXPONENT, SPECIAL}:
        return _exact(
            max(before), max(after), sure, f"{every} numbers, some with more digits than a FLOAT64 keeps"
        )
    if LONG in kinds or BEYOND in kinds:
        return text_type(
            "some numbers have more digits than a FLOAT64 keeps, others an exponent or none at all"
        )
    return _found(Kind.FLOAT64, sure, f"{every} numbers, with up to {max(after)} digits after the point")


def _exact(before: int, after: int, sure: float, evidence: str) -> TypeFound:
    """NUMERIC, or BIGNUMERIC where that is too narrow; text where neither holds all digits."""
    for kind, (precision, scale) in PLAIN_DECIMALS.items():
        if after <= scale and before <= precision - scale:
            return _found(kind, sure, evidence)
    if before + after <= _MAX_DIGITS:
        wide = BigQueryType(kind=Kind.BIGNUMERIC, precision=_MAX_DIGITS, scale=after)
        return TypeFound(wide, sure, evidence)
    return text_type(f"some numbers have {before + after} digits, more than any number type holds")


def _found(kind: Kind, confidence: float, evidence: str) -> TypeFound:
    return TypeFound(BigQueryType(kind=kind), confidence, evidence)


def _almost(total: int, others: int) -> TypeFound:
    share = 1 - others / total
    found = text_type(f"{total - others:,} of {total:,} values are numbers, {others:,} are not")
    if share < 0.9:
        return found
    return TypeFound(
        found.type,
        0.8,
        found.evidence,
        problem=f"is text because {others:,} of {total:,} values are no numbers.",
        problem_code="describe.almost-typed",
        hint="If they stand for missing values, name them as null tokens of the file.",
    )
