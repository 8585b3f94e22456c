"""Of a large file the beginning is looked at, whatever its kind."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from synth_core.errors import SourceError
from synth_core.files.rows import MAX_ROW
from synth_core.stages import look as looking
from synth_core.stages.beginning import first_objects, is_large
from synth_core.stages.look import look

ROWS = [{"id": n, "name": f"Zoë\n{n}", "at": {"lat": [n, 2]}} for n in range(200)]
FORMS = {
    "lines": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS),
    "array": json.dumps(ROWS),
    "an array in many lines": json.dumps(ROWS, indent=2, ensure_ascii=False),
}


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synth_core.stages.beginning.WHOLE", 4000)
    monkeypatch.setattr("synth_core.stages.beginning.HEAD", 1001)


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packed", [False, True])
def test_the_first_objects_are_as_they_were(tmp_path: Path, form: str, packed: bool) -> None:
    path = tmp_path / ("file.json" + ".gz" * packed)
    data = FORMS[form].encode()
    path.write_bytes(gzip.compress(data) if packed else data)
    assert is_large(path)
    found = [json.loads(line) for line in first_objects(path, tmp_path / "head").read_text().splitlines()]
    assert found == ROWS[: len(found)] and 5 < len(found) < 40
    assert [str(column.type.value) for column in look(str(path)).columns] == [
        "INT64", "STRING", "STRUCT<lat ARRAY<INT64>>"
    ]  # fmt: skip


@pytest.mark.usefixtures("_small")
def test_a_long_object_is_read_as_far_as_rows_may_go(tmp_path: Path) -> None:
    path = tmp_path / "file.ndjson"
    path.write_text(json.dumps({"a": "x" * 5000}) + "\n" + json.dumps({"a": 1}) + "\n")
    assert [column.name for column in look(str(path)).columns] == ["a"]
    path.write_text('{"a": "' + "x" * (MAX_ROW + 10))
    with pytest.raises(
        SourceError, match=r"file.ndjson: its first object is no JSON, or longer than 16 million"
    ):
        look(str(path))


@pytest.mark.usefixtures("_small")
def test_errors_name_the_file_itself(tmp_path: Path) -> None:
    path = tmp_path / "file.ndjson"
    path.write_text(json.dumps({"a": 1}) + "\n" + "{no\n" * 3000)
    with pytest.raises(SourceError, match=rf"{path}, line 2: this is no JSON"):
        look(str(path))
    broken = tmp_path / "file.ndjson.gz"
    broken.write_bytes(gzip.compress(json.dumps(ROWS).encode(), 0)[:200] + bytes(5000))
    with pytest.raises(SourceError, match="gzip"):
        look(str(broken))


def test_of_parquet_so_many_values_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of some kilobytes may hold a billion rows."""
    path = tmp_path / "file.parquet"
    pq.write_table(pa.table({"a": [7] * 5000, "b": [None] * 1000 + ["x"] * 4000}), path)
    read: list[int] = []
    original = looking.load_parquet
    monkeypatch.setattr(looking, "load_parquet", lambda *a, **k: read.append(original(*a, **k)))
    look(str(path))
    monkeypatch.setattr(looking, "_VALUES", 1000)
    assert [str(column.type.value) for column in look(str(path)).columns] == ["INT64", "STRING"]
    assert read == [5000, 501]
