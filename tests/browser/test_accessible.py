"""axe-core on each page, in both themes: nothing that it calls serious or critical."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from served import ROOT, Server, Tab

from synth_core import api

AXE = ROOT / ".venv" / "axe-core" / "package" / "axe.min.js"
PAGES = ["", "sources", "schema", "keys", "recipe", "preview", "run", "history", "prompts"]
# Streamlit's own: its grid is a canvas with a table for screen readers behind, which axe takes for a list of parts
# that scroll without focus.
NOT_OURS = {"scrollable-region-focusable"}

pytestmark = pytest.mark.skipif(not AXE.exists(), reason="no axe-core: `make browser` gets it with npm")


def serious(tab: Tab) -> list[str]:
    """What axe finds, each with the first place."""
    tab.page.add_script_tag(content=AXE.read_text())
    found: dict[str, Any] = tab.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['impact']}: {each['id']}: {json.dumps(each['nodes'][0]['html'])[:300]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical") and each["id"] not in NOT_OURS
    ]


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
