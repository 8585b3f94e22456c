"""A project over a small source, and the command line called in this process."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from small_shop import Synth, caller, database, edit

import synth_core


@pytest.fixture
def synth(capfd: pytest.CaptureFixture[str]) -> Synth:
    """The command line: `synth("runs", "--json")`."""
    return caller(capfd)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a project `p` over a DuckDB source, inferred and drafted. Tests change copies of it only."""
    place = tmp_path_factory.mktemp("prepared")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNTH_HOME", str(place / "home"))
        source = database(place / "source.duckdb")
        synth_core.init("p", source, str(place / "out"))
        synth_core.infer("p")
        synth_core.draft("p")
    return place


@pytest.fixture
def home(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that home; its project writes to `out`, a folder, until a test says otherwise."""
    shutil.copytree(prepared / "home", tmp_path / "home")
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    edit(tmp_path / "home" / "p" / "project.yaml", str(prepared / "out"), str(tmp_path / "out"))
    return tmp_path / "home"


@pytest.fixture
def target(home: Path, tmp_path: Path) -> Path:
    """The project writes into a DuckDB file, and keeps its files in `files`."""
    path = tmp_path / "target.duckdb"
    edit(
        home / "p" / "project.yaml",
        f"uri: {tmp_path / 'out'}",
        f"uri: duckdb:{path}\n  files: {tmp_path / 'files'}",
    )
    return path
