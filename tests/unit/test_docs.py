"""What the documents and the lists of packages say is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
DECISIONS = sorted((ROOT / "docs" / "decisions").iterdir())
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PINNED = ("requirements.txt", "requirements-dev.txt")


def pins(name: str) -> dict[str, str]:
    """Package and version of each line that is neither comment nor blank; fails on any other kind of line."""
    found = {}
    for line in (ROOT / name).read_text().splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            match = re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.]+)( ; .+)?", line)
            assert match, f"{name} pins nothing in {line!r}"
            found[canonicalize_name(match[1])] = match[2]
    return found


def declared() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [Requirement(line) for line in project["dependencies"]]


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [path.name[:5] for path in DECISIONS]
    assert numbers == [f"{number:04d}-" for number in range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_parts(path: Path) -> None:
    text = path.read_text()
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)
    assert text.startswith(f"# {path.name[:4]} ")
    assert re.findall(r"^## (.+)$", text, re.M) == ["Context", "Decision", "Consequences"]


def test_every_runtime_package_has_a_reason() -> None:
    text = (ROOT / "docs" / "decisions" / "0006-dependencies.md").read_text()
    rows = re.findall(r"^\| `(\S+)` \| \S.+ \|$", text, re.M)
    assert sorted(rows) == sorted(requirement.name for requirement in declared())


@pytest.mark.parametrize("name", PINNED)
def test_pinned_files_name_no_index_and_hold_exact_versions_only(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "by pip-compile with Python 3.11\n" in text, "a newer Python chooses versions that 3.11 can't have"
    assert "://" not in text
    assert "/" not in re.sub(r"# .*", "", text)
    assert len(pins(name)) > 10


def test_pins_meet_what_is_declared() -> None:
    pinned = pins("requirements.txt")
    for requirement in declared():
        version = pinned[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), (
            f"make requirements: {requirement} is pinned at {version}"
        )


def test_both_pinned_files_agree() -> None:
    runtime, development = pins("requirements.txt"), pins("requirements-dev.txt")
    both = runtime.keys() & development.keys()
    assert {name: runtime[name] for name in both} == {name: development[name] for name in both}


def test_what_development_asks_for_is_pinned() -> None:
    lines = (ROOT / "requirements-dev.in").read_text().splitlines()
    wanted = {canonicalize_name(Requirement(line).name) for line in lines if re.match(r"\w", line)}
    assert wanted <= pins("requirements-dev.txt").keys()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", path.read_text())
    missing = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert missing == []


def test_the_readme_opens_with_the_two_commands() -> None:
    first = re.search(r"```\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    assert first
    assert [line.split("#")[0].strip() for line in first[1].splitlines()] == ["make app", "make test"]


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    named = {
        name
        for path in DOCUMENTS
        for name in re.findall(r"(?:^|`)make ([a-z-]+)", path.read_text(), re.M)
        if not path.name.startswith("CHANGELOG")
    }
    assert {"app", "demo", "test", "check"} <= named <= targets


def test_every_room_is_in_the_layout() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    rooms = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "synth_core").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    ]
    missing = [room for room in rooms if f"`{room}`" not in text and not Path(room).name.startswith("__")]
    assert missing == []
