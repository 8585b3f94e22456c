"""Ways into a new project that need no further question."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from synth_core import api
from synth_core.settings import load
from ui.page import Page

EXAMPLE = Path(__file__).parents[1] / "examples" / "shop"


def begin_example(page: Page) -> None:
    """A project over the example's files, under a name that is free; opens it while its files are read."""
    home = load().home
    names = {card.name for card in page.do(api.project_list)}
    name = next(name for name in ("shop", *(f"shop {n}" for n in range(2, 1000))) if name not in names)
    page.do(
        api.init,
        name,
        str(EXAMPLE),
        f"duckdb:{home / 'demo' / f'{name}.duckdb'}",
        files=str(home / "demo" / f"{name} files"),
    )
    page.do(api.start_job, name, "infer", {})
    st.switch_page("pages/schema.py", query_params={"project": name})
