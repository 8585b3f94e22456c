"""Parquet and NDJSON files keep their types and their nesting."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest

from synth_core.errors import SourceError
from synth_core.files.read import load_ndjson, load_parquet

ROWS = [
    {
        "id": 9007199254740993,
        "day": "2020-01-02",
        "zip": "007",
        "tags": ["a", "b"],
        "who": {"name": "Ada", "n": 1},
    },
    {"id": 2, "day": None, "zip": "010", "tags": [], "who": {"name": None, "n": 2, "late": True}},
]


def _types(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    found = con.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'raw' AND table_name = ? ORDER BY ordinal_position",
        [table],
    ).fetchall()
    return dict(found)


@pytest.mark.parametrize("packed", [False, True])
def test_ndjson(con: duckdb.DuckDBPyConnection, tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "weird *.ndjson"
    data = "\n".join(json.dumps(row) for row in ROWS).encode() + b"\n\n"
    path.write_bytes(gzip.compress(data) if packed else data)
    (tmp_path / "weird n.ndjson").write_text('{"id": 1}\n')  # matched by the other's name, were it a pattern
    assert load_ndjson(con, [path], "my table") == 2
    assert _types(con, "my table") == {
        "id": "BIGINT",
        "day": "DATE",
        "zip": "VARCHAR",
        "tags": "VARCHAR[]",
        "who": 'STRUCT("name" VARCHAR, n BIGINT, late BOOLEAN)',
    }
    found = con.execute('SELECT id, "day", zip, tags FROM raw."my table"').fetchall()
    assert found == [(9007199254740993, date(2020, 1, 2), "007", ["a", "b"]), (2, None, "010", [])]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1}\n\n{"a": \n', "line 3: this is no JSON"),
        ('{"a": 1}\n[1]\n', "line 2: this is list, no JSON object"),
        ("", "is empty: 0 bytes"),
    ],
)
def test_broken_ndjson(con: duckdb.DuckDBPyConnection, tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.ndjson"
    path.write_text(text)
    with pytest.raises(SourceError, match=message):
        load_ndjson(con, [path], "t")


def test_parquet(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    paths = [tmp_path / "part?1.parquet", tmp_path / "part'2.parquet"]
    for path in paths:
        pa.parquet.write_table(pa.Table.from_pylist(ROWS), path)
    assert load_parquet(con, paths, "t") == 4
    assert _types(con, "t")["tags"] == "VARCHAR[]"
    assert con.execute("SELECT id FROM raw.t").fetchall() == [(9007199254740993,), (2,)] * 2


MAPS = """
    SELECT MAP {'color': 'red'} AS attributes, {'inner': MAP {'a': {'b': MAP {'c': 1}}}, 'n': 3} AS deep
    UNION ALL SELECT NULL, NULL UNION ALL SELECT MAP {}, {'inner': NULL, 'n': 4}
"""


def test_maps_are_lists_of_their_entries_however_deep(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "maps.parquet"
    con.execute(f"COPY ({MAPS}) TO '{path}' (FORMAT parquet)")
    assert load_parquet(con, [path], "t") == 3
    rows = con.execute('SELECT attributes, deep FROM raw."t"').fetchall()
    inner = [{"key": "a", "value": {"b": [{"key": "c", "value": 1}]}}]
    assert rows == [
        ([{"key": "color", "value": "red"}], {"inner": inner, "n": 3}),
        (None, None),
        ([], {"inner": None, "n": 4}),
    ]


LISTS = """
    SELECT [[1, 2], NULL, []] AS grid, [{'at': [[1.5]]}] AS shapes, [MAP {'a': 1}] AS several
    UNION ALL SELECT NULL, NULL, NULL UNION ALL SELECT [], [NULL, {'at': NULL}], []
"""


def test_lists_of_lists_are_json(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "lists.parquet"
    con.execute(f"COPY ({LISTS}) TO '{path}' (FORMAT parquet)")
    assert load_parquet(con, [path], "t") == 3
    assert _types(con, "t") == {"grid": "JSON", "shapes": 'STRUCT("at" JSON)[]', "several": "JSON"}
    assert con.execute("SELECT grid, shapes, several FROM raw.t").fetchall() == [
        ("[[1,2],null,[]]", [{"at": "[[1.5]]"}], '[{"a":1}]'),
        (None, None, None),
        ("[]", [None, {"at": None}], "[]"),
    ]


def test_lists_of_lists_in_json_are_json(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "shapes.ndjson"
    path.write_text('{"id": 1, "ring": [[1, 2], [3, 4]]}\n{"id": 2, "ring": []}\n{"id": 3}\n')
    assert load_ndjson(con, [path], "t") == 3
    assert _types(con, "t") == {"id": "BIGINT", "ring": "JSON"}
    assert con.execute("SELECT ring FROM raw.t").fetchall() == [("[[1,2],[3,4]]",), ("[]",), (None,)]


def test_broken_parquet(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pa.parquet.write_table(pa.table({"a": list(range(1000))}), path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(SourceError, match=r"x\.parquet: this is no whole Parquet file"):
        load_parquet(con, [path], "t")
    path.write_bytes(b"")
    with pytest.raises(SourceError, match="is empty: 0 bytes"):
        load_parquet(con, [path], "t")
