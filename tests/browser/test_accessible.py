"""axe-core on each page, in both themes: nothing that it calls serious or critical."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from accessible import COLOURS, has_axe, serious
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


def test_no_page_has_serious_findings(drafted: Path, shared: Server, tab: Callable[..., Tab]) -> None:
    shutil.copytree(drafted, shared.home, dirs_exist_ok=True)
    visitor, found = tab(), {}
    for page in PAGES:
        visitor.show(dark=False)
        visitor.open(f"{shared.url}/{page}?project=shop")
        # Pictures are loaded after the page is drawn.
        visitor.page.wait_for_load_state("networkidle")
        visitor.settle()
        if these := serious(visitor):
            found[page or "home"] = these
        # The same page, in other colours.
        visitor.show(dark=True)
        if these := serious(visitor, *COLOURS):
            found[f"{page or 'home'}, dark"] = these
    assert found == {}
