"""The types of all columns of a table of text: candidates from a sample, the verdict from every row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from synth_core.files.formats import MINUS
from synth_core.model.dialect import Dialect
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, BigQueryType, Kind
from synth_core.stages.describe.candidates import Candidate, TypeFound, confidence_of, share_text, text_type
from synth_core.stages.describe.check_digits import check_digit
from synth_core.stages.describe.each import PLACE, VALUE, of_each
from synth_core.stages.describe.exponents import exponent_format
from synth_core.stages.describe.moments import is_month_first, read_moments, separator_of
from synth_core.stages.describe.numbers import Marks, number_class, number_pattern, number_type
from synth_core.stages.describe.sample import Sample
from synth_core.stages.describe.words import form_candidates, truth_candidates
from synth_core.stages.describe.writings import resembles_moment

_ALMOST = 0.9
"""With so many values of a type, the others are worth a remark."""
_MIXED = 0.9
"""How sure a type can be at most whose values are written in several ways."""
_DOUBTED = 0.6
_LOOKED_AT = 50
_SHOWN = 3
_SHOWN_LENGTH = 40
"""Values that a form does not explain: so many are looked at, so many shown, of so many characters."""
_MIXED_HINT = "Bring them into one form in the source, or leave the column text."


@dataclass
class _Question:
    """What to ask the whole table about a column."""

    candidates: list[Candidate]
    is_number: bool
    marks: Marks
    writings: int = 1
    fits: dict[Candidate, int] = field(default_factory=dict)
    """How many values fit a candidate; those that were not asked for are missing."""
    classes: Mapping[int, int] = field(default_factory=dict)


def infer_types(
    con: duckdb.DuckDBPyConnection, raw: str, samples: Sequence[Sample], dialect: Dialect, *, hide_names: bool
) -> list[TypeFound]:
    """The type of each column. Every non-null value fits it."""
    pattern = number_pattern(dialect)
    questions: dict[str, _Question] = {}
    for sample in samples:
        if not sample.present:
            continue
        candidates = truth_candidates(sample.values, "" if hide_names else sample.name)
        candidates += form_candidates(sample.values)
        moments = read_moments(sample.values, _ALMOST)
        candidates += moments.candidates if moments else ()
        is_number = _are_nearly_all(sample.values, lambda text: pattern.fullmatch(_with_hyphen(text)))
        if candidates or is_number:
            marks = Marks(dialect, sample.values)
            questions[sample.name] = _Question(
                candidates, is_number, marks, moments.writings if moments else 0
            )
    _ask(con, raw, questions, dialect, rank=0)
    present = {sample.name: sample.present for sample in samples}
    open_ones = {name: q for name, q in questions.items() if not _fitting(q, present[name])}
    _ask(con, raw, open_ones, dialect, rank=1)
    day_first = _day_first(samples, questions, dialect)
    answers = [_answer(sample, questions.get(sample.name), day_first, dialect) for sample in samples]
    return _with_examples(con, raw, [sample.name for sample in samples], answers)


def _are_nearly_all(values: Mapping[str, int], test: Callable[[str], object]) -> bool:
    """So large a share as `_ALMOST` passes; most columns have failed after a few."""
    total = left = sum(values.values())
    for text, count in values.items():
        if not test(text):
            left -= count
            if left < _ALMOST * total:
                return False
    return True


def _with_hyphen(text: str) -> str:
    return text.replace(MINUS, "-", 1) if text.startswith(MINUS) else text


def mark_ungrouped(
    con: duckdb.DuckDBPyConnection,
    raw: str,
    names: Sequence[str],
    types: Sequence[TypeFound],
    dialect: Dialect,
) -> list[TypeFound]:
    """In a file with thousands marks: number columns whose larger values have none (ids, years) say so."""
    numbers = [name for name, found in zip(names, types, strict=True) if _is_plain_number(found)]
    if not dialect.thousands or not numbers:
        return list(types)
    asked = of_each(con, raw, numbers, f"bool_or(regexp_matches({VALUE}, '[0-9]{{4}}'))")
    ungrouped = {name for name, is_so in asked if is_so}
    return [
        replace(found, format="#") if name in ungrouped else found
        for name, found in zip(names, types, strict=True)
    ]


def _is_plain_number(found: TypeFound) -> bool:
    return found.type.kind in NUMERIC_KINDS and not found.format


def _ask(
    con: duckdb.DuckDBPyConnection,
    raw: str,
    questions: Mapping[str, _Question],
    dialect: Dialect,
    *,
    rank: int,
) -> None:
    """One pass over the columns for each candidate; numbers come last where they also could be something else."""
    columns: dict[Candidate, list[str]] = {}
    numbers = []
    for name, question in questions.items():
        for candidate in question.candidates:
            if candidate.rank == rank:
                columns.setdefault(candidate, []).append(name)
        if question.is_number and rank == (1 if question.candidates else 0):
            numbers.append(name)
    fits = {
        candidate: dict(of_each(con, raw, names, f"count(*) FILTER ({candidate.fits(dialect)})"))
        for candidate, names in columns.items()
    }
    for name, question in questions.items():
        question.fits |= {
            candidate: fits[candidate][name] for candidate in question.candidates if candidate.rank == rank
        }
    classes: dict[str, dict[int, int]] = {name: {} for name in numbers}
    for has_minus in (False, True):
        some = [name for name in numbers if questions[name].marks.has_minus is has_minus]
        if some:
            number = number_class(questions[some[0]].marks)
            for name, key, count in of_each(con, raw, some, f"{number} AS key, count(*)"):
                classes[name][key] = count
    for name in numbers:
        questions[name].classes = dict(sorted(classes[name].items()))


def _day_first(
    samples: Sequence[Sample], questions: Mapping[str, _Question], dialect: Dialect
) -> bool | None:
    """What the other dates of the table say, or the decimal comma; None: nothing does."""
    votes: set[bool] = set()
    for sample in samples:
        question = questions.get(sample.name)
        if question is None:
            continue
        orders = {is_month_first(c.format) for c in _fitting(question, sample.present)}
        if len(orders) == 1 and (order := orders.pop()) is not None:
            votes.add(not order)
    if len(votes) == 1:
        return votes.pop()
    return True if dialect.decimal == "," and not votes else None


def _fitting(question: _Question, present: int) -> list[Candidate]:
    return [candidate for candidate, fits in question.fits.items() if fits == present]


def _with_examples(
    con: duckdb.DuckDBPyConnection, raw: str, names: Sequence[str], types: Sequence[TypeFound]
) -> list[TypeFound]:
    """With some of the values that the form named in the evidence does not explain. The evidence, which is kept with
    the project, has their shapes only."""
    columns: dict[str, list[str]] = {}
    for name, found in zip(names, types, strict=True):
        if found.rest:
            columns.setdefault(found.rest, []).append(name)
    first = f"min_by(left({VALUE}, {_SHOWN_LENGTH}), {PLACE}, {_LOOKED_AT})"
    others: dict[str, list[str]] = {}
    for rest, some in columns.items():
        others |= of_each(con, raw, some, first, where=rest)
    return [
        _told(found, others.get(name, ())) if found.rest else found
        for name, found in zip(names, types, strict=True)
    ]


def _told(found: TypeFound, values: Sequence[str]) -> TypeFound:
    others = tuple(dict.fromkeys(values))[:_SHOWN]
    shapes = " or ".join(dict.fromkeys(f"`{_shape(value)}`" for value in others))
    told = f", written like {shapes}" if shapes else ""
    problem = f"{found.problem}{told}." if found.problem else ""
    return replace(found, others=others, evidence=f"{found.evidence}{told}", problem=problem)


def _shape(value: str) -> str:
    """Letters as `a` or `A`, digits as `9`, but zeros that they begin with."""
    letters = re.sub(r"[^\W\d_]", lambda found: "A" if found[0].isupper() else "a", value)
    leading = len(letters) - len(letters.lstrip("0"))
    return letters[:leading] + re.sub(r"\d", "9", letters[leading:])


def _answer(
    sample: Sample, question: _Question | None, day_first: bool | None, dialect: Dialect
) -> TypeFound:
    if not sample.present:
        return text_type("there are no values to judge by", 0.2)
    if question is None and _are_nearly_all(dict.fromkeys(sample.values, 1), resembles_moment):
        return text_type("the values look like dates or times in a form that is not known", _DOUBTED)
    if question is None:
        return text_type(f"the values ({sample.present:,}) have the form of no other type", 0.95)
    fitting = _fitting(question, sample.present)
    if fitting:
        return _chosen(sample, fitting, day_first)
    if question.is_number:
        found = number_type(question.classes, question.marks)
        if found.type.kind is Kind.INT64 and (sort := check_digit(sample.values)):
            reason = (
                f"the last digit follows from the others, as in {sort}, which are names and no quantities"
            )
            return text_type(f"{found.evidence}, but {reason}")
        if found.type.kind is Kind.FLOAT64 and not found.format:
            found = replace(found, format=exponent_format(sample.values, dialect))
        return found
    nearest = max(question.fits, key=lambda candidate: question.fits[candidate])
    best = question.fits[nearest]
    others = sample.present - best
    are = "is not" if others == 1 else "are not"
    found = replace(
        text_type(f"{share_text(best, sample.present)} are {nearest.words}, {others:,} {are}", 0.8),
        share=best / sample.present,
        rest=f"NOT coalesce({nearest.fits(dialect)}, false)",
    )
    if nearest.kind in TEMPORAL_KINDS and (question.writings > 1 or best < _ALMOST * sample.present):
        return replace(
            found,
            problem="holds dates or times written in more than one way, so it stays text",
            problem_code="describe.mixed-dates",
            hint=_MIXED_HINT,
        )
    if best >= _ALMOST * sample.present:
        return replace(
            found,
            problem=f"is text because {others:,} of {sample.present:,} values have another form than the rest",
            problem_code="describe.almost-typed",
            hint="If they stand for missing values, name them as null tokens of the file.",
        )
    return found


def _chosen(sample: Sample, fitting: list[Candidate], day_first: bool | None) -> TypeFound:
    count = sample.present
    first = fitting[0]
    by_order = {is_month_first(candidate.format): candidate for candidate in reversed(fitting)}
    every = "the only value is" if count == 1 else f"all {count:,} values are"
    if not {True, False} <= by_order.keys():
        return _in_ways(first, confidence_of(count), f"{every} {first.words}")
    separator = separator_of(first.format)
    if separator == ".":
        chosen, why = by_order[False], "dates with points have the day first"
    elif day_first is not None:
        chosen, why = by_order[not day_first], "as the other dates and numbers of the table suggest"
    else:
        # Of the two, slashes are more often American, hyphens European.
        chosen, why = by_order[separator == "/"], "no value tells day and month apart"
    kind = BigQueryType(kind=chosen.kind)
    evidence = f"{every} {chosen.words}: {why}"
    if separator == ".":
        return _in_ways(chosen, confidence_of(count), evidence)
    order = "the month" if is_month_first(chosen.format) else "the day"
    return TypeFound(
        kind,
        0.7 if day_first is not None else 0.5,
        evidence,
        chosen.format,
        problem=f"holds dates that can be read in two ways; {order} is taken to come first.",
        problem_code="describe.ambiguous-dates",
        hint=f"If that is wrong, give the column the format {by_order[not is_month_first(chosen.format)].format}.",
    )


def _in_ways(chosen: Candidate, sure: float, evidence: str) -> TypeFound:
    """All values fit, and a person hears of it where they are not written alike."""
    found = TypeFound(BigQueryType(kind=chosen.kind), min(sure, chosen.sure), evidence, chosen.format)
    if chosen.ways == 1 and re.search("%[789]f", chosen.format):
        return replace(
            found,
            problem="holds fractions of a second with more than six digits; the others are left out.",
            problem_code="describe.nanoseconds",
            hint=f"{chosen.kind} keeps microseconds; where every digit counts, make the column STRING.",
        )
    if chosen.ways == 1:
        return found
    written = f"`{chosen.format.split('|')[0]}`" if chosen.format else "ISO form"
    return replace(
        found,
        confidence=min(found.confidence, _MIXED),
        problem=f"holds {chosen.words}; each is read as it is written.",
        problem_code="describe.mixed-dates",
        hint=f"Output is written in {written} throughout; give the column another format to change that.",
    )
