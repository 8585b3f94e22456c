"""BigQuery's type tree.

An array is a field whose mode is REPEATED, as in BigQuery's JSON schema; in DDL the same field prints as
`ARRAY<…>`. Arrays of arrays do not exist in BigQuery, so nothing is lost.
`synth_core.model.type_text` parses and prints both forms.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import model_serializer, model_validator

from synth_core.model.base import Frozen


class Kind(StrEnum):
    """BigQuery's types, by their standard SQL names."""

    INT64 = "INT64"
    NUMERIC = "NUMERIC"
    BIGNUMERIC = "BIGNUMERIC"
    FLOAT64 = "FLOAT64"
    BOOL = "BOOL"
    STRING = "STRING"
    BYTES = "BYTES"
    DATE = "DATE"
    DATETIME = "DATETIME"
    TIME = "TIME"
    TIMESTAMP = "TIMESTAMP"
    INTERVAL = "INTERVAL"
    GEOGRAPHY = "GEOGRAPHY"
    JSON = "JSON"
    RANGE = "RANGE"
    STRUCT = "STRUCT"


class Mode(StrEnum):
    """Whether a field may be null, must be there, or holds a list."""

    NULLABLE = "NULLABLE"
    REQUIRED = "REQUIRED"
    REPEATED = "REPEATED"


class BigQueryType(Frozen):
    """One type with its parameters. As text (and so in `project.yaml`) it is BigQuery's DDL form."""

    kind: Kind
    precision: int | None = None
    """NUMERIC and BIGNUMERIC: total digits."""
    scale: int | None = None
    """NUMERIC and BIGNUMERIC: digits after the point."""
    max_length: int | None = None
    """STRING: characters; BYTES: bytes."""
    element: Kind | None = None
    """RANGE only: DATE, DATETIME or TIMESTAMP."""
    fields: tuple[Field, ...] = ()
    """STRUCT only."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, str):
            from synth_core.model.type_text import parse_type

            parsed = parse_type(value)
            return {name: getattr(parsed, name) for name in cls.model_fields}
        if isinstance(value, dict) and value.get("precision") is not None and value.get("scale") is None:
            # NUMERIC(10) and NUMERIC(10, 0) are one type.
            return value | {"scale": 0}
        return value

    @model_serializer
    def _to_text(self) -> str:
        return str(self)

    def __str__(self) -> str:
        from synth_core.model.type_text import print_type

        return print_type(self)

    @property
    def is_nested(self) -> bool:
        """A STRUCT; whether a column is an array is said by its mode."""
        return self.kind is Kind.STRUCT


class Field(Frozen):
    """A named field of a STRUCT or a column of a table, as a schema declares it."""

    name: str
    type: BigQueryType
    mode: Mode = Mode.NULLABLE
    description: str = ""
    policy_tags: tuple[str, ...] = ()
    """Names of the policy tags that guard it: `projects/…/locations/…/taxonomies/…/policyTags/…`."""

    @property
    def is_nested(self) -> bool:
        """A STRUCT or an ARRAY: not to be had in a flat file."""
        return self.type.is_nested or self.mode is Mode.REPEATED


BigQueryType.model_rebuild()

STRING = BigQueryType(kind=Kind.STRING)
INT64 = BigQueryType(kind=Kind.INT64)
NUMERIC_KINDS = frozenset({Kind.INT64, Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64})
TEMPORAL_KINDS = frozenset({Kind.DATE, Kind.DATETIME, Kind.TIME, Kind.TIMESTAMP})
