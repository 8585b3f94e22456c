"""From files to a reviewed schema, in a browser: a new project, inference as a job, cells edited in place."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from served import ROOT, Server, Tab

from synth_core import api
from synth_core.model.inferred import Origin

ROW, HEAD, LOOK = 35, 38, 70


def until(met: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for what another process does."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


def go_to_name(tab: Tab, row: int) -> None:
    """Stand on the name of a column; from there arrows lead to the other cells of its row."""
    grid = tab.page.locator(".stDataFrameGlideDataEditor").first
    grid.wait_for()
    grid.scroll_into_view_if_needed()
    grid.click(position={"x": LOOK + 20, "y": HEAD + ROW * row + ROW / 2})


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Two small tables, one of which refers to the other."""
    place = tmp_path / "shop"
    place.mkdir()
    people = "".join(f"{n},Ana {n},{('Bern', 'Oslo')[n % 2]}\n" for n in range(1, 41))
    (place / "people.csv").write_text(f"id,name,town\n{people}")
    orders = "".join(f"{100 + n},{n % 40 + 1},{n * 3}\n" for n in range(120))
    (place / "orders.csv").write_text(f"order_id,people_id,amount\n{orders}")
    return place


def test_from_files_to_a_reviewed_schema(shared: Server, tab: Callable[..., Tab], files: Path) -> None:
    server, home, visitor = shared, shared.home, tab()
    visitor.open(f"{server.url}/sources?from=folder&at={files}")
    page = visitor.page
    page.get_by_label("Name of the project").fill("mine")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Infer schema").click(timeout=30_000)
    # The job goes on without the page, and the page sees its end.
    page.get_by_text("Rows wanted, of those in the source").wait_for(timeout=90_000)
    until(lambda: bool(api.open("mine", home=home).project.tables))
    page.get_by_role("link", name="Next: schema").click()
    page.get_by_role("heading", name="Schema").wait_for()
    visitor.settle()
    assert visitor.hosts == {f"localhost:{server.port}"}


def test_a_cell_is_edited_in_place_and_stays(
    serve: Callable[..., Server], tab: Callable[..., Tab], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    api.begin("shop", str(ROOT / "examples" / "shop"), f"duckdb:{tmp_path / 'made.duckdb'}", home=home)
    server, visitor = serve(), tab()
    visitor.open(f"{server.url}/schema?project=shop&table=orders")
    page = visitor.page
    page.locator("[data-testid=stDataFrame] canvas").first.wait_for()
    go_to_name(visitor, 4)
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")

    def is_personal() -> bool:
        status = api.open("shop", home=home).project.table("orders").column("status")
        return status.personal.value and status.personal.origin is Origin.HUMAN

    until(is_personal)
    visitor.settle()
    page.get_by_text("v2 saved").wait_for()
    # Nothing of it lies in the session: another visitor sees it, after the server was killed, too.
    server.kill()
    server.start()
    other = tab()
    other.open(f"{server.url}/schema?project=shop&table=orders")
    other.page.get_by_text("personal", exact=True).first.click()
    other.settle()
    assert other.page.get_by_text("12 columns").is_visible()
