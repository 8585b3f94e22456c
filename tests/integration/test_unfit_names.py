"""Names that linting would refuse are found when the source is read, with the way out."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_shop import database

from synth_core import api
from synth_core.model.findings import Finding, errors

ROWS = "".join(f"{i},a{i}\n" for i in range(40))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    return tmp_path


def found(source: str, home: Path) -> list[Finding]:
    """Errors of inferring; what linting says of the draft must agree with them."""
    api.init("p", source, str(home / "out"))
    bad = errors(api.infer("p")[1])
    assert errors(api.draft("p")[1]) == bad
    linted = errors(api.lint("p"))
    assert sorted(each.hint for each in linted) == sorted(each.hint for each in bad)
    return bad


@pytest.mark.parametrize(
    ("column", "fault"),
    [
        ("na\x07me", r"'\x07'"),
        (" name", "begins or ends with a space"),
        ("__name__", "Python"),
        ("n" * 301, "300 characters"),
    ],
)
def test_of_columns(home: Path, column: str, fault: str) -> None:
    path = home / "t.csv"
    path.write_text(f"id,{column}\n{ROWS}")
    [bad] = found(str(path), home)
    assert (bad.code, bad.table, bad.column) == ("source.column-name", "t", column)
    assert fault in bad.message and f"in the header of {path}" in bad.hint


@pytest.mark.parametrize(("name", "fault"), [("t@b", "'@'"), ("t" * 151, "150 characters"), ("t ", "space")])
def test_of_tables(home: Path, name: str, fault: str) -> None:
    path = home / f"{name}.csv"
    path.write_text(f"id,name\n{ROWS}")
    [bad] = found(str(path), home)
    assert (bad.code, bad.table, bad.column) == ("source.table-name", name, "")
    assert fault in bad.message and f"`other_name={path}`" in bad.hint
    api.init("q", f"other_name={path}", str(home / "out"))
    assert errors(api.infer("q")[1]) == []


def test_of_a_database(home: Path) -> None:
    sql = """CREATE TABLE "a/b" (id BIGINT PRIMARY KEY, "x " VARCHAR);
        INSERT INTO "a/b" SELECT i, 'n' || i FROM range(40) r(i)"""
    bad = found(database(home / "s.duckdb", sql), home)
    assert [(each.code, each.table, each.column) for each in bad] == [
        ("source.table-name", "a/b", ""),
        ("source.column-name", "a/b", "x "),
    ]
    assert all("in the source" in each.hint or "s.duckdb" in each.hint for each in bad)


def test_ordinary_names_have_none(home: Path) -> None:
    (home / "Größe & Co.csv").write_text(f"id,say: 'hi'\n{ROWS}")
    assert found(str(home / "Größe & Co.csv"), home) == []
