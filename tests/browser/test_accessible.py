"""axe-core on each page, in both themes: nothing that it calls serious or critical."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from accessible import has_axe, serious
from served import ROOT, Server, Tab

from synth_core import api

PAGES = ["", "sources", "schema", "keys", "recipe", "preview", "run", "history", "prompts"]

pytestmark = has_axe


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the example shop and its recipe."""
    place = tmp_path_factory.mktemp("accessible")
    target = f"duckdb:{place / 'made.duckdb'}"
    api.begin("shop", str(ROOT / "examples" / "shop"), target, home=place / "home")
    api.draft("shop", home=place / "home")
    return place / "home"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_page_has_serious_findings(
    drafted: Path, shared: Server, tab: Callable[..., Tab], dark: bool
) -> None:
    shutil.copytree(drafted, shared.home, dirs_exist_ok=True)
    server, visitor = shared, tab(dark=dark)
    found = {}
    for page in PAGES:
        visitor.open(f"{server.url}/{page}?project=shop")
        # Pictures are loaded after the page is drawn.
        visitor.page.wait_for_load_state("networkidle")
        visitor.settle()
        if these := serious(visitor):
            found[page or "home"] = these
    assert found == {}
