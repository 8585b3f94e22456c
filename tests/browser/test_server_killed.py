"""The server dies in the middle of a run, and comes back: the run has gone on, and whoever looks sees its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
from playwright.sync_api import expect
from served import Server, Tab

from synth_core import api

WAIT = 120_000
ROWS = 20_000


def test_a_run_goes_on_without_a_server(
    serve: Callable[..., Server], tab: Callable[..., Tab], tmp_path: Path
) -> None:
    home, made = tmp_path / "home", tmp_path / "made.duckdb"
    with duckdb.connect(str(tmp_path / "in.duckdb")) as con:
        con.execute("CREATE TABLE people AS SELECT i AS id, 'Name ' || i AS name FROM range(1, 201) t(i)")
    api.begin("people", f"duckdb:{tmp_path / 'in.duckdb'}", f"duckdb:{made}", home=home)
    api.draft("people", home=home)
    api.approve("people", counts={"people": ROWS}, home=home)
    server, visitor = serve(), tab()
    visitor.open(f"{server.url}/run?project=people")
    page = visitor.page
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("It goes on if you close this page").first).to_be_visible(timeout=WAIT)
    server.kill()
    server.start()
    visitor.open(f"{server.url}/run?project=people")
    expect(page.get_by_role("link", name="Report")).to_be_visible(timeout=WAIT)
    [run] = api.runs(home=home)
    assert run.state.value == "published"
    with duckdb.connect(str(made), read_only=True) as con:
        assert con.execute("SELECT count(*), count(DISTINCT id) FROM people").fetchone() == (ROWS, ROWS)
