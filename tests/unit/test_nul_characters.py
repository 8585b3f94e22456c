"""NUL characters that some program wrote into a text: left out and told, unless they are so many that it is none."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from synth_core.errors import SourceError
from synth_core.files.read import load_text
from synth_core.files.text import CHUNK, Text
from synth_core.model.dialect import Dialect
from synth_core.model.findings import Level
from synth_core.model.project import Project, Target
from synth_core.model.types import Kind
from synth_core.stages.infer import infer
from synth_core.stages.left_out import left_out
from synth_core.stages.look import look
from synth_core.stages.workbench import Workbench

_ROWS = "".join(f"{n},{n}.5\n" for n in range(400))


def _read(path: Path, content: str) -> tuple[list[tuple[str | None, ...]], Text]:
    path.write_bytes(content.encode())
    texts: list[Text] = []
    with duckdb.connect() as con:
        load_text(con, [path], Dialect(), ["id", "share"], "t", note=texts.append)
        rows = con.execute("SELECT * FROM raw.t").fetchall()
    [text] = texts
    return rows, text


def test_a_value_of_nuls_is_missing_and_others_keep_the_rest(tmp_path: Path) -> None:
    rows, text = _read(tmp_path / "stars.csv", f"id,share\n{_ROWS}a,\0\0\0\nb\0c,1\n")
    assert rows[-2:] == [("a", None), ("bc", "1")]
    assert len(rows) == 402
    assert (text.nuls, text.nul_line) == (4, 402)


def test_a_finding_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "stars.csv"
    [finding] = left_out(_read(path, f"id,share\n{_ROWS}a,\0\0\n")[1])
    assert (finding.level, finding.code, finding.file) == (Level.WARNING, "source.nul-characters", str(path))
    assert finding.message.startswith("line 402: 2 NUL characters were left out")


def test_a_text_without_any_has_no_finding(tmp_path: Path) -> None:
    assert left_out(_read(tmp_path / "stars.csv", f"id,share\n{_ROWS}")[1]) == []


def test_many_are_binary_data(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="line 3: there are NUL characters"):
        _read(tmp_path / "stars.csv", "id,share\n1,2\n" + "3,\0\0\n" * 20)


def test_lines_are_counted_over_chunks_and_a_flood_behind_them_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"1,2\r\n" * (CHUNK // 4) + b"x,\0\r\n" + b"\0" * (8 * CHUNK))
    read = 0
    with pytest.raises(SourceError, match=f"line {CHUNK // 4 + 1}: there are NUL characters"):
        for chunk in Text(path, "utf-8"):
            read += len(chunk)
    assert read < 2 * CHUNK


def test_they_are_told_where_a_file_is_looked_at_and_where_it_is_a_source(tmp_path: Path) -> None:
    path = tmp_path / "stars.csv"
    path.write_bytes(f"id,share\n{_ROWS}400,\0\0\0\n".encode())
    looked = look(str(path))
    assert [(finding.code, finding.file) for finding in looked.findings] == [
        ("source.nul-characters", str(path))
    ]
    kinds = [column.type.value.kind for column in looked.columns]
    assert kinds == [Kind.INT64, Kind.NUMERIC]
    project = Project(name="p", source=str(path), target=Target(uri=str(tmp_path / "out")))
    with Workbench() as bench:
        inferred = infer(bench, project, lambda uri: pytest.fail(uri))
    told = [finding.message for finding in inferred.findings if finding.code == "source.nul-characters"]
    assert told == [looked.findings[0].message]
