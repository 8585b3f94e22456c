"""A server that was just started, and whose first request is a deep link."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from served import Server, Tab

from synth_core import api

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("page", ["schema", "run"])
def test_the_first_request_is_a_deep_link(
    serve: Callable[..., Server], tab: Callable[..., Tab], tmp_path: Path, page: str
) -> None:
    home = tmp_path / "home"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "people.csv").write_text("id,name\n1,Ana\n2,Bo\n")
    api.begin("people", str(tmp_path / "in"), f"duckdb:{tmp_path / 'out.duckdb'}", home=home)
    api.draft("people", home=home)
    server, visitor = serve(), tab()
    visitor.open(f"{server.url}/{page}?project=people")
    expect(visitor.page.get_by_text("people", exact=True).first).to_be_visible(timeout=60_000)
    expect(visitor.page.get_by_role("link", name="Schema").first).to_be_visible(timeout=60_000)
    assert visitor.hosts == {f"localhost:{server.port}"}
