"""Projects on disk: readable, editable by hand, and never overwritten unnoticed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from synth_core.adapters.folder import FolderStore
from synth_core.errors import ConflictError, ProjectError
from synth_core.model.project import Project, Target
from synth_core.projects import Projects


@pytest.fixture
def projects(tmp_path: Path) -> Projects:
    return Projects(FolderStore(tmp_path), author="ana", clock=lambda: datetime(2026, 11, 25, tzinfo=UTC))


def plain(name: str = "shop") -> Project:
    return Project(name=name, source="data", target=Target(uri="out"))


def test_a_project_is_a_folder_that_a_person_can_read(projects: Projects, tmp_path: Path) -> None:
    projects.create(plain())
    assert yaml.safe_load((tmp_path / "shop" / "project.yaml").read_text())["target"] == {"uri": "out"}
    assert projects.names() == ["shop"]


def test_an_edit_by_hand_is_read(projects: Projects, tmp_path: Path) -> None:
    projects.create(plain())
    file = tmp_path / "shop" / "project.yaml"
    file.write_text(file.read_text().replace("uri: out", "uri: elsewhere"))
    assert projects.load("shop").project.target.uri == "elsewhere"


def test_two_writers_get_a_conflict_and_nothing_is_lost(projects: Projects) -> None:
    first = projects.create(plain())
    second = projects.load("shop")
    projects.save(first, recipe="- object: a\n")
    with pytest.raises(ConflictError, match=r"recipe.yml was changed by somebody else"):
        projects.save(second, recipe="- object: b\n")
    assert projects.load("shop").recipe == "- object: a\n"


def test_a_name_is_taken_once(projects: Projects) -> None:
    projects.create(plain())
    with pytest.raises(ProjectError, match="already"):
        projects.create(plain())


@pytest.mark.parametrize("name", ["", "..", "a/b", "runs", "Output", " x", "x.", "-x", "a\nb", "_x"])
def test_names_that_can_not_be_folders_are_refused(projects: Projects, name: str) -> None:
    with pytest.raises(ProjectError, match="can't be a project's name"):
        projects.create(plain(name))


def test_an_unknown_project_lists_those_that_are_there(projects: Projects) -> None:
    projects.create(plain())
    with pytest.raises(ProjectError, match="There are: shop"):
        projects.load("shpo")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("version: 1\nname: [", "no valid YAML"),
        ("version: 1\nname: shop\nsource: x\n", "target: is missing"),
        (
            "version: 1\nname: shop\nsource: x\ntarget: {uri: o}\nsurprise: 1\n",
            "surprise: there is no such argument",
        ),
    ],
)
def test_a_broken_file_names_the_entry(projects: Projects, tmp_path: Path, text: str, names: str) -> None:
    projects.create(plain())
    (tmp_path / "shop" / "project.yaml").write_text(text)
    with pytest.raises(ProjectError, match=names):
        projects.load("shop")
