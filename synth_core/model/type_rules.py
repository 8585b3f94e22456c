"""What BigQuery's types are called and how far their parameters go."""

from __future__ import annotations

import re

from synth_core.model.types import BigQueryType, Kind

MAX_DEPTH = 15
"""BigQuery's limit of STRUCTs within STRUCTs."""

ALIASES = {
    "INT": Kind.INT64,
    "INTEGER": Kind.INT64,
    "BIGINT": Kind.INT64,
    "SMALLINT": Kind.INT64,
    "TINYINT": Kind.INT64,
    "BYTEINT": Kind.INT64,
    "FLOAT": Kind.FLOAT64,
    "BOOLEAN": Kind.BOOL,
    "DECIMAL": Kind.NUMERIC,
    "BIGDECIMAL": Kind.BIGNUMERIC,
    "RECORD": Kind.STRUCT,
}
LEGACY = {Kind.INT64: "INTEGER", Kind.FLOAT64: "FLOAT", Kind.BOOL: "BOOLEAN", Kind.STRUCT: "RECORD"}
"""The names that the API returns where they differ from standard SQL's."""

RANGE_ELEMENTS = (Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP)
MAX_SCALE = {Kind.NUMERIC: 9, Kind.BIGNUMERIC: 38}
MAX_WHOLE_DIGITS = {Kind.NUMERIC: 29, Kind.BIGNUMERIC: 38}

# GoogleSQL's reserved words: as names they need backticks.
RESERVED = frozenset(
    re.findall(
        "[A-Z_]+",
        """
    ALL AND ANY ARRAY AS ASC ASSERT_ROWS_MODIFIED AT BETWEEN BY CASE CAST COLLATE CONTAINS CREATE CROSS
    CUBE CURRENT DEFAULT DEFINE DESC DISTINCT ELSE END ENUM ESCAPE EXCEPT EXCLUDE EXISTS EXTRACT FALSE
    FETCH FOLLOWING FOR FROM FULL GROUP GROUPING GROUPS HASH HAVING IF IGNORE IN INNER INTERSECT
    INTERVAL INTO IS JOIN LATERAL LEFT LIKE LIMIT LOOKUP MERGE NATURAL NEW NO NOT NULL NULLS OF ON OR
    ORDER OUTER OVER PARTITION PRECEDING PROTO QUALIFY RANGE RECURSIVE RESPECT RIGHT ROLLUP ROWS SELECT
    SET SOME STRUCT TABLESAMPLE THEN TO TREAT TRUE UNBOUNDED UNION UNNEST USING WHEN WHERE WINDOW WITH
    WITHIN
    """,
    )
)


def checked(type: BigQueryType) -> BigQueryType:
    """The type, if its parameters are within BigQuery's limits."""
    if type.precision is not None and type.kind in MAX_SCALE:
        scale = type.scale or 0
        low, high = max(1, scale), scale + MAX_WHOLE_DIGITS[type.kind]
        if scale > MAX_SCALE[type.kind]:
            raise ValueError(f"the scale of {type.kind} is at most {MAX_SCALE[type.kind]}, not {scale}")
        if not low <= type.precision <= high:
            raise ValueError(
                f"the precision of {type.kind} with scale {scale} is {low} to {high}, not {type.precision}"
            )
    if type.max_length == 0:
        raise ValueError(f"the length of {type.kind} is at least 1, not 0")
    return type
