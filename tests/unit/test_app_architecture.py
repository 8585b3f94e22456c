"""Pages reach `synth_core` by a person's desk only, and nothing in `synth_core` knows that there are pages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted([ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "ui").rglob("*.py")])
PAGES = {"sources", "schema", "keys", "recipe", "preview", "run", "history", "prompts"}


BEFORE_ANYBODY = {
    # Looks at the machine before the first person is there.
    "serve.py": "calls api.service_checks without a desk",
    # Verifies who somebody is.
    "signed_header.py": "imports google.auth",
}


def faults(tree: ast.AST, name: str) -> Iterator[str]:
    """Calls of the api that no desk sees, and imports of rooms that are not for pages."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if (
                isinstance(called, ast.Attribute)
                and isinstance(called.value, ast.Name)
                and called.value.id == "api"
            ):
                yield f"{name}:{node.lineno} calls api.{called.attr} without a desk"
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("synth_core.api"):
            for alias in node.names:
                if alias.name[0].islower():
                    yield f"{name}:{node.lineno} imports the function {alias.name}"
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = (
                [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            )
            for module in modules:
                if module.startswith(
                    ("synth_core.adapters", "synth_core.wiring", "synth_core.cli", "google", "duckdb")
                ):
                    yield f"{name}:{node.lineno} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_reaches_the_library_by_the_desk(path: Path) -> None:
    allowed = BEFORE_ANYBODY.get(path.name, "")
    found = [
        each for each in faults(ast.parse(path.read_text()), path.name) if not (allowed and allowed in each)
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "from synth_core import api\napi.run('shop')",
        "from synth_core.api import run",
        "from synth_core.api.running import run",
        "import synth_core.wiring",
        "from google.cloud import bigquery",
    ],
)
def test_a_way_around_the_desk_is_found(code: str) -> None:
    assert list(faults(ast.parse(code), "page.py"))


def test_the_addresses_are_the_promised_ones() -> None:
    assert {path.stem for path in (ROOT / "pages").glob("*.py")} == PAGES


def is_constant(node: ast.expr) -> bool:
    """Literals, and collections of them."""
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_page_opens_itself_first(page: str) -> None:
    """Its file may be the first thing that a fresh server runs."""
    tree = ast.parse((ROOT / "pages" / f"{page}.py").read_text())
    first = next(
        node
        for node in tree.body
        if not isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef)
        and not (isinstance(node, ast.Expr | ast.Assign) and is_constant(node.value))
    )
    assert isinstance(first, ast.Assign)
    assert isinstance(first.value, ast.Call)
    assert isinstance(first.value.func, ast.Name)
    assert first.value.func.id == "open_page"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_is_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 260
