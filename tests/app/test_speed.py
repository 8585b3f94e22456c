"""Each page is drawn again within 300 ms of the server's time: ten tables of 200 columns, a recipe of 2,000 lines. They
are milliseconds of a quick moment, see `yardstick`."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from opening import Open
from streamlit.testing.v1 import AppTest
from yardstick import timed

from synth_core import api
from synth_core.api.configured import settings_for, store_of
from synth_core.history.folder import parts_of
from synth_core.model.cost import Cost
from synth_core.previews import KeptPreview, Previews
from synth_core.stages.preview import Estimate

BAR = 0.3
TRIES = 6
"""The least of them counts: others are at work on the machine, too."""
COLUMN = {"table": "table_3", "column": "column_40"}


def keep_preview(name: str) -> None:
    """A preview of the project as it is. Not made: that is not what pages are tested for."""
    stored = api.open(name)
    assert stored.profile is not None
    rows = {
        table.name: pa.table({column.name: [f"word {n}" for n in range(50)] for column in table.columns})
        for table in stored.project.tables
    }
    kept = KeptPreview(
        id="20260101-1",
        made_at=datetime.now(UTC),
        made_by="ana",
        version=stored.version,
        parts=parts_of(stored.contents),
        wanted=50,
        seed=42,
        rows=dict.fromkeys(rows, 50),
        seconds=1,
        estimate=Estimate(rows=40_000, seconds=9, bytes=10_000_000),
        cost=Cost(table="", bytes=0, dollars=0, queries=0, how="free"),
        likeness=(),
        checks=(),
    )
    Previews(store_of(settings_for())).keep(name, kept, rows, stored.profile)


def quickest(app: AppTest, name: str, *, edits: bool) -> float:
    """The least time that drawing it again takes, an edit before it included."""
    taken: list[float] = []
    while len(taken) < TRIES and not (taken and min(taken) < BAR):
        with timed() as took:
            if edits:
                api.edit(name, [f"table_2.wanted={1000 + len(taken)}"])
            app.run()
        taken.append(took.seconds)
    assert not app.exception
    return min(taken)


@pytest.mark.parametrize("page", ["sources", "schema", "keys", "recipe", "preview", "run"])
def test_a_page_after_an_edit(open_app: Open, huge: str, page: str) -> None:
    assert len((api.open(huge).recipe or "").splitlines()) > 2_000
    app = open_app(page, project=huge, **COLUMN)
    assert quickest(app, huge, edits=True) < BAR


@pytest.mark.parametrize("page", ["", "history", "prompts", "recipe"])
def test_a_page_drawn_again(open_app: Open, huge: str, page: str) -> None:
    app = open_app(page, project=huge, **COLUMN)
    assert quickest(app, huge, edits=False) < BAR


@pytest.mark.parametrize("view", ["Synthetic rows", "Columns"])
def test_a_preview_of_2000_columns(open_app: Open, huge: str, view: str) -> None:
    keep_preview(huge)
    app = open_app("preview", project=huge)
    app.radio(key="view").set_value(view).run()
    assert app.radio(key="view").value == view
    assert quickest(app, huge, edits=False) < BAR
