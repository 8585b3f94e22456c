"""Numbers: whole, decimal or floating, judged by how every single value is written.

DuckDB sorts each value of a column into a class (how it is written, how many digits it has before and after
the point); the few classes and their counts then decide exactly, without a second look at the rows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from synth_core.files.arrow import PLAIN_DECIMALS
from synth_core.files.formats import MINUS, groups_pattern
from synth_core.files.sql import literal
from synth_core.model.dialect import Dialect
from synth_core.model.types import BigQueryType, Kind
from synth_core.stages.describe.candidates import TypeFound, confidence_of, share_text, text_type
from synth_core.stages.describe.each import VALUE

# How a value is written. A class is one of these × 1,000,000 + digits before the point × 1,000 + digits after.
OTHER, WHOLE, BEYOND, DECIMAL, LONG, EXPONENT, CODE, PADDED, PLUS_WHOLE, PLUS_DECIMAL, SPECIAL = range(11)
_UNIT = 1_000_000
_EXACT_DIGITS = 17
"""A FLOAT64 keeps so many significant digits; a decimal with more must stay exact."""
_MAX_DIGITS = 38
_SIGNED_DIGITS = 8
"""A plus before more digits than that is a telephone number's."""
_PAIRS = re.compile(rf"[-+{MINUS}]?\d{{1,2}}(?:,\d{{2}})+,\d{{3}}(?!\d)")


class Marks:
    """How the numbers of a column, of which these are some values, are written: their patterns in a dialect."""

    def __init__(self, dialect: Dialect, values: Collection[str] = ()) -> None:
        self.dialect = dialect
        self.has_minus = any(value.startswith(MINUS) for value in values)
        """`MINUS` is its minus sign."""
        self.has_pairs = dialect.thousands == "," and any(_PAIRS.match(value) for value in values)
        """In groups as in India."""
        group, point = re.escape(dialect.thousands), re.escape(dialect.decimal)
        grouped = f"|(?:{groups_pattern(dialect.thousands, '[1-9]')})" if group else ""
        self.whole = rf"-?(?:0|[1-9]\d*{grouped})"
        self.decimal = rf"-?(?:(?:0|[1-9]\d*{grouped}){point}\d*|{point}\d+)"
        self.exponent = rf"-?(?:\d+{point}\d*|{point}\d+)[eE][+-]?\d+|-?\d+[eE][+-]\d+"
        self.code = r"\d+[eE]\d+"
        self.padded = rf"[+-]?0\d[\d{group}]*(?:{point}\d*)?"
        self.plus_whole = rf"\+(?:0|[1-9]\d*{grouped})"
        self.plus_decimal = rf"\+(?:(?:0|[1-9]\d*{grouped}){point}\d*|{point}\d+)"
        self.special = "(?i:-?inf|-?infinity|nan)"


def number_pattern(dialect: Dialect) -> re.Pattern[str]:
    """What `number_class` takes for a number of some sort, with a hyphen as its minus sign."""
    marks = Marks(dialect)
    return re.compile(
        "|".join(
            (
                marks.whole,
                marks.decimal,
                marks.exponent,
                marks.code,
                marks.padded,
                marks.plus_whole,
                marks.plus_decimal,
                marks.special,
            )
        )
    )


def number_class(marks: Marks) -> str:
    """SQL: the class of a text `VALUE` as an integer.

    Trimming takes longer than matching, so only a text that matches nothing is looked at again without blanks.
    """
    bare = f"replace(trim({VALUE}), '{MINUS}', '-')" if marks.has_minus else f"trim({VALUE})"
    return f"""CASE
        {_cases(VALUE, marks)}
        WHEN {VALUE} <> {bare} THEN CASE {_cases(bare, marks)} ELSE {OTHER} END
        ELSE {OTHER} END"""


def _cases(text: str, marks: Marks) -> str:
    dialect = marks.dialect
    point = literal(dialect.decimal)
    # Without groups of three, lengths and positions are enough: they are far cheaper than taking texts apart.
    plain = f"replace({text}, {literal(dialect.thousands)}, '')" if dialect.thousands else text
    sign = f"(starts_with({text}, '-') OR starts_with({text}, '+'))::INTEGER"
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
        WHEN {matches(marks.plus_whole)} THEN {PLUS_WHOLE * _UNIT} + least({length}, 999) * 1000
        WHEN {matches(marks.plus_decimal)}
            THEN {PLUS_DECIMAL * _UNIT} + least({before}, 999) * 1000 + least({after}, 999)
        WHEN {matches(marks.special)} THEN {SPECIAL * _UNIT}"""


def number_type(classes: Mapping[int, int], marks: Marks) -> TypeFound:
    """The type of a column from its classes and how many values each has."""
    kinds = _kinds(classes)
    total = sum(kinds.values())
    every = "the only value is" if total == 1 else f"all {total:,} values are"
    if kinds.get(OTHER):
        return _almost(total, kinds[OTHER], marks)
    is_signed = _is_signed(classes)
    if is_signed:
        classes = _without_plus(classes)
    elif kinds.get(CODE, 0) < total / 2 and kinds.keys() & {EXPONENT, DECIMAL}:
        # Among numbers like 2.5E3 some have nothing behind the point: 2E3.
        classes = {
            (EXPONENT * _UNIT if key == CODE * _UNIT else key): count for key, count in classes.items()
        }
    kinds = _kinds(classes)
    for codes, why in (
        ((PADDED,), "have leading zeros, which a number would lose"),
        ((CODE,), "are codes such as digits, E, digits"),
        ((PLUS_WHOLE, PLUS_DECIMAL), "have a plus sign, which a number would lose"),
    ):
        if count := sum(kinds.get(code, 0) for code in codes):
            numbers = f"all {total:,} values are numbers" if count < total else "the values look like numbers"
            return replace(
                text_type(f"{numbers}, but {share_text(count, total)} {why}"),
                share=1 - count / total,
                rest=f"{number_class(marks)} // {_UNIT} IN ({', '.join(map(str, codes))})",
            )
    written = [key for key in classes if key // _UNIT in (WHOLE, BEYOND, DECIMAL, LONG)]
    found = _by_digits(kinds, written, every, confidence_of(total))
    if found.type.kind is Kind.STRING:
        return found
    sign = "+#" if is_signed else f"{MINUS}#" if marks.has_minus else ""
    if marks.has_pairs:
        sign = (sign or "#") + ",##"
    after = {key % 1000 for key in written}
    if set(kinds) <= {DECIMAL, LONG} and len(after) == 1 and 0 not in after:
        # 4.90 is written with two digits after the point like all the others.
        return replace(found, format=(sign or "#") + "." + "0" * after.pop())
    if found.type.kind is Kind.FLOAT64 and {WHOLE, DECIMAL} <= kinds.keys():
        return replace(found, format=(sign or "#") + ".#")
    return replace(found, format=sign)


def _kinds(classes: Mapping[int, int]) -> dict[int, int]:
    kinds: dict[int, int] = {}
    for key, count in classes.items():
        kinds[key // _UNIT] = kinds.get(key // _UNIT, 0) + count
    return kinds


def _is_signed(classes: Mapping[int, int]) -> bool:
    """Short numbers with a plus beside others without: amounts that go up and down, no telephone numbers."""
    plus = [key for key in classes if key // _UNIT in (PLUS_WHOLE, PLUS_DECIMAL)]
    return 0 < len(plus) < len(classes) and all(key // 1000 % 1000 <= _SIGNED_DIGITS for key in plus)


def _without_plus(classes: Mapping[int, int]) -> dict[int, int]:
    plain = {PLUS_WHOLE: WHOLE, PLUS_DECIMAL: DECIMAL}
    result: dict[int, int] = {}
    for key, count in classes.items():
        key = plain.get(key // _UNIT, key // _UNIT) * _UNIT + key % _UNIT
        result[key] = result.get(key, 0) + count
    return result


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
        return _constant(max(before), 0, sure, f"{every} whole numbers, the largest beyond 64 bits")
    if set(kinds) <= {DECIMAL, LONG} and len(set(after)) == 1 and after[0] > 0:
        return _constant(
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


def _constant(before: int, after: int, sure: float, evidence: str) -> TypeFound:
    """NUMERIC or BIGNUMERIC with the scale that all values have, and with room for all digits before the point that
    the type can have: how many will come is not known."""
    _, scale = PLAIN_DECIMALS[Kind.NUMERIC]
    whole = _MAX_DIGITS - scale
    if after <= scale and before <= whole:
        kind, precision = Kind.NUMERIC, whole + after
    else:
        kind, precision = Kind.BIGNUMERIC, _MAX_DIGITS
    if before + after > precision:
        return _too_long(before + after)
    return TypeFound(BigQueryType(kind=kind, precision=precision, scale=after), sure, evidence)


def _exact(before: int, after: int, sure: float, evidence: str) -> TypeFound:
    """NUMERIC, or BIGNUMERIC where that is too narrow; text where neither holds all digits."""
    for kind, (precision, scale) in PLAIN_DECIMALS.items():
        if after <= scale and before <= precision - scale:
            return _found(kind, sure, evidence)
    if before + after <= _MAX_DIGITS:
        wide = BigQueryType(kind=Kind.BIGNUMERIC, precision=_MAX_DIGITS, scale=after)
        return TypeFound(wide, sure, evidence)
    return _too_long(before + after)


def _too_long(digits: int) -> TypeFound:
    return text_type(f"some numbers have {digits} digits, more than any number type holds")


def _found(kind: Kind, confidence: float, evidence: str) -> TypeFound:
    return TypeFound(BigQueryType(kind=kind), confidence, evidence)


def _almost(total: int, others: int, marks: Marks) -> TypeFound:
    are = "is not" if others == 1 else "are not"
    found = replace(
        text_type(f"{share_text(total - others, total)} are numbers, {others:,} {are}"),
        share=1 - others / total,
        rest=f"{number_class(marks)} = {OTHER}",
    )
    if found.share < 0.9:
        return found
    return replace(
        found,
        confidence=0.8,
        problem=f"is text because {others:,} of {total:,} values are no numbers",
        problem_code="describe.almost-typed",
        hint="If they stand for missing values, name them as null tokens of the file.",
    )
