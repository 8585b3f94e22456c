"""A run does not depend on who looks at it: a double click starts one, another tab sees it, and it goes on while the
server is killed and started again."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import expect
from served import Server, Tab

from synth_core import api

WAIT = 120_000


@pytest.fixture
def approved(tmp_path: Path) -> Path:
    """A home with an approved project whose run takes a while."""
    home = tmp_path / "home"
    with duckdb.connect(str(tmp_path / "source.duckdb")) as con:
        con.execute("CREATE TABLE people AS SELECT i AS id, i % 7 AS age FROM range(1, 101) t(i)")
    source, target = (f"duckdb:{tmp_path / name}.duckdb" for name in ("source", "made"))
    api.begin("small", source, target, home=home)
    api.draft("small", home=home)
    api.approve("small", counts={"people": 60_000}, home=home)
    return home


def test_a_double_click_a_second_tab_and_a_killed_server(
    approved: Path, serve: Callable[..., Server], tab: Callable[..., Tab], tmp_path: Path
) -> None:
    server = serve()
    address = f"{server.url}/run?project=small"
    one = tab()
    # The first request to a server that was just started is a deep link: all of the page is there.
    one.open(address)
    expect(one.page.get_by_text("small", exact=True).first).to_be_visible(timeout=WAIT)
    expect(one.page.get_by_role("link", name="Schema").first).to_be_visible(timeout=WAIT)
    one.page.get_by_role("button", name="Start", exact=True).dblclick()
    going = one.page.get_by_text("is making rows")
    expect(going).to_be_visible(timeout=WAIT)
    [run] = api.runs(home=approved)

    server.kill()
    assert not api.state(run.run_id, home=approved).ended_at, "the run has outlived the server"
    server.start()
    other = tab()
    other.open(address)
    published = other.page.get_by_text(f"Run {run.run_id} published")
    expect(published).to_be_visible(timeout=WAIT)
    # A cell of a grid: what a browser shows of it is painted.
    expect(other.page.get_by_text("2 of 2 hold").first).to_be_attached(timeout=WAIT)
    # The first tab has found the new server by itself.
    expect(one.page.get_by_text(f"Run {run.run_id} published")).to_be_visible(timeout=WAIT)
    [run] = api.runs(home=approved)
    assert run.state.value == "published"
    with duckdb.connect(str(tmp_path / "made.duckdb"), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM people").fetchone() == (60_000,)
    assert one.hosts == other.hosts == {f"localhost:{server.port}"}


def test_a_run_is_cancelled_and_resumed_and_polling_ends(
    approved: Path, shared: Server, tab: Callable[..., Tab]
) -> None:
    shutil.copytree(approved, shared.home, dirs_exist_ok=True)
    server, home, shown = shared, shared.home, tab()
    shown.open(f"{server.url}/run?project=small")
    shown.page.get_by_role("button", name="Start", exact=True).click()
    shown.page.get_by_role("button", name="Cancel").click(timeout=WAIT)
    resume = shown.page.get_by_role("button", name="Resume")
    expect(resume).to_be_visible(timeout=WAIT)
    shown.settle()

    frames: list[float] = []
    shown.page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda _: frames.append(time.time()))
    )
    shown.page.reload()
    expect(resume).to_be_visible(timeout=WAIT)
    shown.settle()
    shown.page.wait_for_load_state("networkidle")
    seen = len(frames)
    with pytest.raises(Exception, match="Timeout"):
        shown.page.wait_for_selector("text=there is no such text", timeout=4_000)
    assert len(frames) - seen <= 1, "a page of a run that has ended asks nothing more"

    resume.click()
    expect(shown.page.get_by_text("published").first).to_be_visible(timeout=WAIT)
    assert [run.state.value for run in api.runs(home=home)] == ["published"]
