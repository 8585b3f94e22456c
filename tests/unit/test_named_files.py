"""Files that are named are read whatever they are called; of a folder only those with an ending of tables."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from synth_core.errors import SourceError
from synth_core.model.project import SourceKind
from synth_core.stages.gather.find import find

TEXT = "id|name\n1|a\n2|b\n"


def read(*sources: object) -> dict[str, SourceKind]:
    return {name: source.kind for name, source in find([str(source) for source in sources]).tables}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("phone.log", "stars.rdb", "README.md", "orders.csv", "x.2024", "plain"):
        (tmp_path / name).write_text(TEXT)
    (tmp_path / "packed.out.gz").write_bytes(gzip.compress(TEXT.encode()))
    (tmp_path / "picture.img").write_bytes(bytes(range(256)) * 20)
    return tmp_path


def test_of_a_folder_and_of_patterns_other_endings_are_passed_over(folder: Path) -> None:
    assert read(folder) == {"orders": SourceKind.DELIMITED}
    assert set(read(folder / "*.*")) == {"orders"}


@pytest.mark.parametrize(
    ("file", "table"),
    [
        ("phone.log", "phone"),
        ("stars.rdb", "stars"),
        ("packed.out.gz", "packed"),
        ("x.2024", "x.2024"),
        ("plain", "plain"),
    ],
)
def test_a_file_that_is_named_is_text(folder: Path, file: str, table: str) -> None:
    assert read(folder / file) == {table: SourceKind.DELIMITED}
    assert set(read(folder / "orders.csv", folder / file)) == {"orders", table}


def test_a_name_makes_a_table_of_a_pattern(folder: Path) -> None:
    (folder / "phone2.log").write_text(TEXT)
    assert read(f"calls={folder}/phone*.log") == {"calls": SourceKind.DELIMITED}
    with pytest.raises(SourceError, match="not a file that can be read"):
        read(f"calls={folder}/README.md")


def test_documents_are_none_though_they_are_named(folder: Path) -> None:
    with pytest.raises(SourceError, match="no table to read") as raised:
        read(folder / "README.md")
    assert "but for documents and programs" in raised.value.hint


def test_of_several_what_is_no_text_is_passed_over_and_says_why(folder: Path) -> None:
    (folder / "broken.out.gz").write_bytes(gzip.compress(TEXT.encode())[:3] + b"\x00" * 40)
    found = find([str(folder / name) for name in ("orders.csv", "picture.img", "README.md", "broken.out.gz")])
    assert [name for name, _ in found.tables] == ["orders"]
    why = {Path(each.file).name: each.message for each in found.findings}
    assert "NUL bytes" in why["picture.img"] or "control characters" in why["picture.img"]
    assert "not a file that is read" in why["README.md"] and "gzip data is broken" in why["broken.out.gz"]
