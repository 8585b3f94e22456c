"""Files called .json: rows of a table in one of two forms, or no table at all."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import duckdb
import pytest

from synth_core.errors import SourceError
from synth_core.files.json_form import HEAD, JsonForm, json_form
from synth_core.files.read import load_ndjson
from synth_core.model.project import SourceKind
from synth_core.stages.gather import find

LINES = b'{"id": 1, "tags": ["a"]}\n{"id": 2, "tags": []}\n'
ARRAY = json.dumps([{"id": 1, "tags": ["a"]}, {"id": 2, "tags": []}], indent=2).encode()


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (LINES, JsonForm.LINES),
        (b"\n\n  " + LINES, JsonForm.LINES),
        (b"\xef\xbb\xbf" + LINES, JsonForm.LINES),
        (b'{"files": {"a.csv": 1}}\n', JsonForm.NO_TABLE),
        (b'{"id": "' + b"x" * HEAD, JsonForm.LINES),
        (ARRAY, JsonForm.ARRAY),
        (b"[ ]", JsonForm.ARRAY),
        (b'[[1, "a"], [2, "b"]]', JsonForm.NO_TABLE),
        (b'{\n  "name": "a project"\n}\n', JsonForm.NO_TABLE),
        (b'"text"', JsonForm.NO_TABLE),
        (b"", JsonForm.NO_TABLE),
        (b"\x1f\x8b no gzip", JsonForm.NO_TABLE),
    ],
)
def test_the_beginning_tells_the_form(head: bytes, form: JsonForm) -> None:
    assert json_form(head) is form
    assert head[:2] == b"\x1f\x8b" or json_form(gzip.compress(head)) is form


@pytest.mark.parametrize("data", [LINES, ARRAY, b"\xef\xbb\xbf" + ARRAY])
@pytest.mark.parametrize("packed", [False, True])
def test_both_forms_give_the_same_rows(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, data: bytes, packed: bool
) -> None:
    path = tmp_path / "orders.json"
    path.write_bytes(gzip.compress(data) if packed else data)
    assert load_ndjson(con, [path], "t") == 2
    assert con.execute("SELECT * FROM raw.t").fetchall() == [(1, ["a"]), (2, [])]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"a": 1},\n {"a": 2}', "this is no JSON: .*line 2"),
        ('[{"a": 1}, 3]', "object 2: this is int, no JSON object"),
        ('[{"a": 1}, {"A": 2}]', "object 2: keys differ only by case: a, A"),
        ("[]", "the array is empty"),
    ],
)
def test_what_is_wrong_with_an_array(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(SourceError, match=message):
        load_ndjson(con, [path], "t")


def test_files_of_one_table_are_alike(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (tmp_path / "1.json").write_bytes(LINES)
    (tmp_path / "2.json").write_bytes(ARRAY)
    with pytest.raises(SourceError, match="some of the files are an array"):
        load_ndjson(con, [tmp_path / "1.json", tmp_path / "2.json"], "t")


def test_a_folder_gives_the_json_files_that_are_tables(tmp_path: Path) -> None:
    (tmp_path / "array.json").write_bytes(ARRAY)
    (tmp_path / "lines.json.gz").write_bytes(gzip.compress(LINES))
    (tmp_path / "package.json").write_text('{\n  "name": "a project"\n}\n')
    found = find([str(tmp_path)])
    assert [(name, source.kind) for name, source in found.tables] == [
        ("array", SourceKind.NDJSON),
        ("lines", SourceKind.NDJSON),
    ]
    assert [(finding.code, Path(finding.file).name) for finding in found.findings] == [
        ("source.json-array", "array.json"),
        ("source.passed-over", "package.json"),
    ]


def test_json_without_rows_that_is_named_says_why_it_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{\n  "name": "a project"\n}\n')
    with pytest.raises(SourceError, match="no table to read here: JSON that is neither several objects"):
        find([str(tmp_path / "package.json")])
