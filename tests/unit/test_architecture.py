"""The directions of imports: `cli → stages, execution → model`, adapters at the edge.

Read from the syntax trees of all modules. An import counts wherever it stands: in a function, for type
checkers only, or as a call of `import_module`.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
FRONT = "__init__"  # synth_core/__init__.py, what a caller of the library sees

# These rooms import nothing of ours but what is named.
OURS = {
    "errors": {"model"},
    "model": {"model", "errors"},
    "ports": {"ports", "model", "errors"},
}
# What may be imported by the rooms that are named, and by no other.
ONLY_BY = {
    "synth_core.adapters": {"adapters", "wiring", "cli"},
    "synth_core.wiring": {"execution", "api", "cli"},
    "synth_core.execution": {"adapters", "execution", "wiring", "jobs", "report", "api", "cli"},
    "synth_core.report": {"report", "api", "cli"},
    "synth_core.ask": {"ask", "evaluate", "wiring", "api", "cli"},
    "synth_core.evaluate": {"evaluate", "api"},
    "synth_core.jobs": {"jobs", "api", "cli"},
    "synth_core.api": {"api", "cli", "jobs", FRONT},
    "synth_core.cli": {"cli", "__main__"},
    "duckdb": {"stages", "files", "adapters"},
    "snowfakery": {"recipe", "engine"},
    "google": {"adapters"},
    "snowflake": {"adapters"},
    "apache_beam": {"adapters"},
    "streamlit": set(),
}
# Packages of the namespace `google`, and those whose distribution has another name than the import.
DISTRIBUTIONS = {
    "google.api_core": "google-api-core",
    "google.auth": "google-auth",
    "google.oauth2": "google-auth",
    "google_crc32c": "google-crc32c",
    "google.cloud.bigquery": "google-cloud-bigquery",
    "google.cloud.storage": "google-cloud-storage",
    "google.genai": "google-genai",
    "pydantic_core": "pydantic",
    "stdnum": "python-stdnum",
    "yaml": "pyyaml",
}


class Import(NamedTuple):
    """`target` is dotted and holds the imported name, too: `from a import b` is `a.b`."""

    room: str
    place: str
    target: str

    def is_of(self, package: str) -> bool:
        return self.target == package or self.target.startswith(f"{package}.")


def targets(tree: ast.Module, package: list[str]) -> Iterator[tuple[int, str]]:
    """Line and target of each import in a module of the package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = [*above, *([node.module] if node.module else [])]
            yield from ((node.lineno, ".".join([*base, alias.name])) for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in ("import_module", "__import__"):
                yield node.lineno, str(node.args[0].value)


def imports(root: Path) -> list[Import]:
    """All imports of the modules in `root/synth_core`."""
    found = []
    for path in sorted((root / "synth_core").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        for line, target in targets(tree, list(parts[:-1])):
            found.append(Import(parts[1], f"{path.relative_to(root)}:{line}", target))
    return found


def violations(found: list[Import]) -> list[str]:
    """What goes against OURS and ONLY_BY."""
    bad = []
    for each in found:
        ours = each.target.split(".")[1:2] if each.is_of("synth_core") else []
        if each.room in OURS and ours and ours[0] not in OURS[each.room]:
            bad.append(f"{each.place} imports {each.target}; {each.room} knows only {OURS[each.room]}")
        for package, rooms in ONLY_BY.items():
            if each.is_of(package) and each.room not in rooms:
                bad.append(f"{each.place} imports {each.target}; only {sorted(rooms)} may")
    return bad


def test_the_directions_hold() -> None:
    found = imports(ROOT)
    assert len(found) > 100, "the modules were not found"
    assert violations(found) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("stages/bad.py", "import synth_core.adapters.folder"),
        ("stages/bad.py", "from synth_core import adapters"),
        ("stages/deep/bad.py", "from ...adapters.folder import FolderStore"),
        ("stages/__init__.py", "from ..execution import driver"),
        ("files/bad.py", "def late():\n    from synth_core.wiring import warehouse"),
        ("files/bad.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import synth_core.cli"),
        ("engine/bad.py", "import importlib\nimportlib.import_module('google.genai')"),
        ("engine/bad.py", "import duckdb as db"),
        ("recipe/bad.py", "from google.cloud import bigquery"),
        ("execution/bad.py", "import snowfakery.api"),
        ("model/bad.py", "from synth_core.ports import Warehouse"),
        ("errors.py", "from synth_core.stages import sniff"),
        ("cli/bad.py", "import streamlit"),
        ("__init__.py", "from .adapters import folder"),
    ],
)
def test_each_way_to_break_a_direction_is_seen(tmp_path: Path, module: str, source: str) -> None:
    path = tmp_path / "synth_core" / module
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source)
    assert len(violations(imports(tmp_path))) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("model/good.py", "from synth_core.errors import SynthError\nfrom .types import Kind"),
        ("stages/good.py", "import duckdb\nfrom synth_core.ports import Warehouse"),
        ("adapters/good.py", "import duckdb\nfrom google.cloud import bigquery"),
        ("engine/good.py", "import snowfakery\nfrom synth_core.model.plan import Plan"),
        ("cli/good.py", "from synth_core import wiring, adapters\nfrom synth_core.execution import driver"),
        ("execution/good.py", "import duckdb_stands_for_nothing_here"),
    ],
)
def test_what_is_allowed_passes(tmp_path: Path, module: str, source: str) -> None:
    path = tmp_path / "synth_core" / module
    path.parent.mkdir(parents=True)
    path.write_text(source)
    assert violations(imports(tmp_path)) == []


def test_every_package_that_is_imported_is_declared() -> None:
    """What only comes along with another package may stay away with its next version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {re.split(r"[^\w.-]", line)[0].lower().replace(".", "-") for line in project["dependencies"]}
    missing = set()
    for each in imports(ROOT):
        top = each.target.split(".")[0]
        if top == "synth_core" or top in sys.stdlib_module_names:
            continue
        named = (name for package, name in DISTRIBUTIONS.items() if each.is_of(package))
        name = next(named, top.replace("_", "-").lower())
        if name not in declared:
            missing.add(f"{each.place} imports {each.target}: {name} is not in pyproject.toml")
    assert missing == set()
