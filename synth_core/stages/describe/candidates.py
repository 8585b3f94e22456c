"""A type that a column of text may have, and what each of its values must then look like."""

from __future__ import annotations

from dataclasses import dataclass

from synth_core.files.casts import cast_text
from synth_core.files.sql import literal
from synth_core.model.dialect import Dialect
from synth_core.model.inferred import Inferred
from synth_core.model.project import Column
from synth_core.model.types import BigQueryType, Kind, Mode
from synth_core.stages.describe.each import VALUE


@dataclass(frozen=True)
class Candidate:
    """A type and format to be verified on the whole table."""

    kind: Kind
    format: str
    pattern: str
    """What a value without blanks around it must match in full, for Python and for DuckDB."""
    words: str
    """The values in the words of the evidence: `dates written as %d.%m.%Y`."""
    rank: int = 0
    """Those of rank 1 are asked for only where none of rank 0 fits."""
    ways: int = 1
    """In how many ways the values are written."""
    sure: float = 1.0
    """How sure the type can be at most, where the same values may mean something else."""

    def fits(self, dialect: Dialect) -> str:
        """SQL that is true for a text `VALUE` that has this type and format."""
        looks = f"regexp_full_match({VALUE}, {literal(f' *(?:{self.pattern}) *')})"
        if self.kind is Kind.GEOGRAPHY:
            # It stays text, and the pattern says all there is to say.
            return looks
        cast = cast_text(typed_column(VALUE, BigQueryType(kind=self.kind), self.format), dialect)
        return f"{looks} AND ({cast}) IS NOT NULL"


def typed_column(name: str, type: BigQueryType, text_format: str) -> Column:
    """A column as far as a cast needs to know it."""
    return Column(
        name=name,
        type=Inferred[BigQueryType](value=type),
        mode=Inferred[Mode](value=Mode.NULLABLE),
        meaning=Inferred[str](value="unknown"),
        personal=Inferred[bool](value=False),
        format=text_format,
    )


@dataclass(frozen=True)
class TypeFound:
    """The type of a column, with its evidence."""

    type: BigQueryType
    confidence: float
    evidence: str
    format: str = ""
    share: float = 1.0
    """Of the values, those that the form named in the evidence explains. The type itself holds all of them."""
    rest: str = ""
    """SQL that is true for a text `VALUE` which that form does not explain."""
    others: tuple[str, ...] = ()
    """Some values that it does not explain."""
    problem: str = ""
    """What a person should look at, as the message of a finding; empty: nothing."""
    problem_code: str = ""
    hint: str = ""


def text_type(evidence: str, confidence: float = 0.95) -> TypeFound:
    """STRING, which takes everything."""
    return TypeFound(BigQueryType(kind=Kind.STRING), confidence, evidence)


def share_text(part: int, whole: int) -> str:
    """`59 of 60 values (98.3 %)`, or `all 60 values`."""
    if part == whole > 1:
        return f"all {whole:,} values"
    return f"{part:,} of {whole:,} values ({1000 * part // max(whole, 1) / 10:.1f} %)"


def confidence_of(present: int) -> float:
    """How sure a type can be that so many values agree on."""
    return round(1 - 0.5 / (present + 1), 2)
