"""Columns that are measured side by side have the facts that each has alone; thousands take seconds."""

from __future__ import annotations

import pytest
from typed_tables import add_table, project
from yardstick import timed

from synth_core.stages.profile import profile

KINDS = {
    "whole": "i * 7 + {c}",
    "sorted": "i",
    "falling": "{rows} - i",
    "some": "CASE WHEN i % 3 = {c} % 3 THEN i % 20 END",
    "none": "CAST(NULL AS BIGINT)",
    "same": "5",
    "double": "CASE WHEN i % 11 = 0 THEN 'nan'::DOUBLE WHEN i % 13 = 0 THEN 'inf'::DOUBLE ELSE i * 0.25 + {c} END",
    "fine": "(i / 3)::DOUBLE",
    "money": "CAST(i * 1.25 + {c} AS DECIMAL(18, 2))",
    "finer": "CAST(i * 0.0001 AS DECIMAL(18, 4))",
    "day": "DATE '2020-01-01' + CAST(i AS INTEGER) * {c}",
    "moment": "TIMESTAMP '2020-01-01 12:30:00' + INTERVAL (i * {c}) SECOND",
    "zone": "CAST(TIMESTAMP '2020-01-01' + INTERVAL (i) HOUR AS TIMESTAMPTZ)",
    "clock": "CAST(TIMESTAMP '2020-01-01' + INTERVAL (i * 60) SECOND AS TIME)",
    "word": "'v' || (i % 9) || 'x{c}'",
    "code": "'AB-' || lpad(CAST(i AS VARCHAR), 5, '0')",
    "plate": "'ab' || lpad(CAST(i AS VARCHAR), 5, '0')",
    "hex": "md5(CAST(i + {c} AS VARCHAR))",
    "bytes": "encode('v' || (i % 40))",
    "json": "CAST('[' || (i % 5) || ']' AS JSON)",
    "truth": "i % 4 = 0",
}
PERSONAL = ("whole1", "double1", "day1", "word1")


@pytest.fixture
def con(con):
    con.execute("SET TimeZone = 'UTC'")
    return con


@pytest.mark.parametrize("rows", [0, 5, 60, 3_000])
def test_side_by_side_is_as_alone(con, rows: int) -> None:
    """Also where columns show different things: personal ones, the key."""
    columns = {f"{kind}{c}": sql.format(c=c, rows=rows) for kind, sql in KINDS.items() for c in range(3)}
    options = {"personal": PERSONAL, "key": ("sorted0",)}
    query = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    together = add_table(con, "t", f"SELECT {query} FROM range({rows}) r(i)", **options)
    facts = profile(con, project(together)).table("t").columns
    assert [each.name for each in facts] == [*columns]
    for name, sql in columns.items():
        key = ("sorted0",) if name == "sorted0" else ()
        personal = (name,) if name in PERSONAL else ()
        alone = add_table(
            con, name, f"SELECT {sql} AS {name} FROM range({rows}) r(i)", personal=personal, key=key
        )
        assert profile(con, project(alone)).table(name).column(name) == facts[[*columns].index(name)]


def test_a_thousand_columns_take_no_minute(con) -> None:
    """One by one they took 15 seconds."""
    sqls = [sql.format(c=c % 5, rows=20) for c in range(50) for sql in KINDS.values()]
    query = ", ".join(f"{sql} AS c{number}" for number, sql in enumerate(sqls))
    table = add_table(con, "t", f"SELECT {query} FROM range(20) r(i)")
    with timed() as took:
        assert len(profile(con, project(table)).tables[0].columns) == 50 * len(KINDS)
    assert took.seconds < 7
