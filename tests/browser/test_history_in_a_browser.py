"""The history in a browser: filters in the address, charts and the report's file without another host."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from served import Server, Tab

from synth_core import api


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a finished run."""
    place = tmp_path_factory.mktemp("ran")
    home = place / "home"
    (place / "in").mkdir()
    rows = [f"{i},{('Bern', 'Oslo')[i % 2]},{i * 7 % 31}" for i in range(80)]
    (place / "in" / "visits.csv").write_text("\n".join(["id,city,minutes", *rows]) + "\n")
    api.begin("visits", str(place / "in"), str(place / "out"), home=home)
    api.draft("visits", home=home)
    api.approve("visits", by="ana", home=home)
    api.run("visits", home=home)
    return home


@pytest.fixture
def run_id(ran: Path) -> str:
    """The id of that run."""
    return api.runs(home=ran)[0].run_id


@pytest.fixture
def server(ran: Path, shared: Server) -> Server:
    """The app over a copy of that home."""
    shutil.copytree(ran, shared.home, dirs_exist_ok=True)
    return shared


def test_filters_go_into_the_address_and_come_from_it(server: Server, tab: Callable[..., Tab]) -> None:
    visitor = tab()
    visitor.open(f"{server.url}/history")
    page = visitor.page
    field = page.get_by_label("Started or approved by")
    field.fill("nobody")
    field.press("Enter")
    page.get_by_text("Nothing was found").wait_for()
    page.wait_for_url("**/history?by=nobody")
    visitor.open(page.url)
    assert page.get_by_text("Nothing was found").is_visible()
    field.fill("ana")
    field.press("Enter")
    page.wait_for_url("**/history?by=ana")
    page.get_by_text("Choose a run to open its report").wait_for()


@pytest.mark.parametrize("dark", [False, True])
def test_a_link_shows_the_report_and_its_charts_and_asks_nobody_else(
    request: pytest.FixtureRequest,
    ran: Path,
    run_id: str,
    serve: Callable[..., Server],
    tab: Callable[..., Tab],
    tmp_path: Path,
    dark: bool,
) -> None:
    if dark:
        server = request.getfixturevalue("server")
    else:
        # It is the first request to a server that was just started.
        shutil.copytree(ran, tmp_path / "home")
        server = serve()
    visitor = tab(dark=dark)
    visitor.open(f"{server.url}/history?run={run_id}&part=Columns")
    page = visitor.page
    page.get_by_text("80 rows in 1 table were made").wait_for(timeout=60_000)
    charts = page.locator('[role=graphics-document][aria-label^="visits."]')
    charts.nth(2).wait_for(timeout=60_000)
    assert "Bern: source 50 %" in " ".join(
        charts.nth(number).get_attribute("aria-label") or "" for number in range(charts.count())
    )
    assert visitor.hosts == {f"localhost:{server.port}"}


def test_the_file_is_whole_and_opens_by_itself(
    run_id: str, server: Server, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    visitor = tab()
    visitor.open(f"{server.url}/history?run={run_id}")
    with visitor.page.expect_download() as waiting:
        visitor.page.get_by_role("button", name="Download as one HTML file").click()
    file = tmp_path / "report.html"
    waiting.value.save_as(file)
    alone = tab()
    troubles: list[str] = []
    alone.page.on("console", lambda message: troubles.append(message.text))
    alone.page.goto(file.as_uri())
    assert alone.page.get_by_role("heading", level=1).inner_text() == "Synthetic data: visits"
    assert alone.page.get_by_role("img").count() == 3
    assert (alone.hosts, troubles) == (set(), [])
