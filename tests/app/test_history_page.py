"""The history page: runs and audit, a run's report, two runs compared; for each role, and for many runs."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from backends import InThisProcess
from copies import Copies
from opening import Open, words
from streamlit.testing.v1 import AppTest

from synth_core import api
from synth_core.access import Role
from synth_core.api import Desk
from synth_core.errors import AccessError
from synth_core.settings import acting

SECRET = "Quillon"
"""Part of each name in the source; no name of a provider."""


@pytest.fixture(scope="session")
def _ran(tmp_path_factory: pytest.TempPathFactory, _copies: Copies) -> Path:
    """A home with a project that ran twice; its people are personal."""
    place = tmp_path_factory.mktemp("ran")
    source = place / "in"
    source.mkdir()
    rows = [f"{i},{SECRET}{'abcd'[i % 4]} Ray,{('Bern', 'Oslo')[i % 2]},{i % 7}" for i in range(80)]
    (source / "people.csv").write_text("\n".join(["id,full_name,city,visits", *rows]) + "\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNTH_HOME", str(place / "home"))
        patch.setattr("synth_core.wiring.open_backend", InThisProcess)
        _copies.use(patch)
        api.begin("people", str(source), str(place / "out"))
        assert api.open("people").project.table("people").column("full_name").personal.value
        api.draft("people")
        for seed, who in ((1, "ana"), (2, "ben")):
            with acting(who):
                api.approve("people", seed=seed, note=f"seed {seed}")
                api.measure(api.run("people").run_id)
    return place / "home"


@pytest.fixture
def runs(home: Path, _ran: Path) -> list[str]:
    """The ids of two finished runs of the project `people`, the newer one first."""
    shutil.copytree(_ran, home)
    return [run.run_id for run in api.runs()]


def frame(app: AppTest, number: int = 0) -> dict[str, list[Any]]:
    return app.dataframe[number].value.to_dict(orient="list")


# --- lists ---


def test_nothing_was_run_yet(open_app: Open, typical: str) -> None:
    for app, way in (
        (open_app("history"), "Choose a project"),
        (open_app("history", project=typical), "Approve and run"),
    ):
        assert not app.exception
        assert "Nothing was run here yet" in words(app) and not app.dataframe
        assert way in [link.proto.label for link in app.get("page_link")]


def test_runs_stand_newest_first_and_lead_to_their_reports(open_app: Open, runs: list[str]) -> None:
    app = open_app("history")
    assert not app.exception
    shown = frame(app)
    assert shown["report"] == [f"/history?run={run}" for run in runs]
    assert (
        shown["by"] == ["ben", "ana"] and shown["state"] == ["✓ published"] * 2 and shown["rows"] == [80, 80]
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"by": "AN"}, 1),
        ({"state": "published"}, 2),
        ({"of": "people"}, 2),
        ({"since": "2020-01-01"}, 2),
        ({"until": "2020-01-01"}, 0),
        ({"state": "failed"}, 0),
        ({"project": "people"}, 2),
        ({"state": "nonsense"}, 2),
    ],
)
def test_filters_stand_in_the_address(
    open_app: Open, runs: list[str], query: dict[str, str], found: int
) -> None:
    app = open_app("history", **query)
    assert not app.exception
    assert len(frame(app)["report"] if app.dataframe else []) == found
    if not found:
        assert "Nothing was found" in words(app)


def test_a_filter_is_chosen(open_app: Open, runs: list[str]) -> None:
    app = open_app("history")
    app.text_input(key="by").set_value("ana").run()
    assert frame(app)["report"] == [f"/history?run={runs[1]}"]


def add_runs(home: Path, like: str, count: int, *, hours: int) -> None:
    """Failed runs without events, each so many hours after the one before."""
    manifest = json.loads((home / "runs" / like / "manifest.json").read_text())
    start = datetime.fromisoformat(manifest["started_at"])
    for number in range(count):
        when = start + timedelta(hours=hours * (1 + number))
        run_id = f"{when:%Y%m%d-%H%M%S}-000-{number:08x}"
        (home / "runs" / run_id).mkdir()
        manifest |= {
            "run_id": run_id,
            "started_at": when.isoformat(),
            "state": "failed",
            "message": "no room",
        }
        (home / "runs" / run_id / "manifest.json").write_text(json.dumps(manifest))


def test_the_audit_tells_each_start_and_end(open_app: Open, runs: list[str]) -> None:
    app = open_app("history", view="Audit")
    assert not app.exception
    shown = frame(app)
    assert len(shown["status"]) == 4 and shown["run"][0] == f"/history?run={runs[0]}"
    assert shown["status"][:2] == ["✓ Completed", "… In Progress"]
    app = open_app("history", view="Audit", status="Completed", by="ana")
    assert frame(app)["run"] == [f"/history?run={runs[1]}"]


def test_events_of_older_runs_are_one_click_away(open_app: Open, runs: list[str], home: Path) -> None:
    add_runs(home, runs[0], 120, hours=1)
    app = open_app("history", view="Audit")
    assert not app.exception and not app.dataframe
    assert "events of the 100 newest runs: None of these" in words(app)
    [more] = [button for button in app.button if button.label == "Show older events"]
    more.click().run()
    assert len(frame(app)["status"]) == 4
    assert "All events that the filters take: 4" in words(app)
    assert "Show older events" not in [button.label for button in app.button]


def test_five_hundred_runs_are_read_a_hundred_at_a_time(open_app: Open, runs: list[str], home: Path) -> None:
    add_runs(home, runs[0], 500, hours=-1)
    app = open_app("history")
    assert not app.exception and len(frame(app)["report"]) == 100
    [more] = [button for button in app.button if button.label == "Show older runs"]
    more.click().run()
    assert len(frame(app)["report"]) == 200 and frame(app)["state"][2] == "✗ failed"
    assert frame(open_app("history", state="published"))["report"] == [f"/history?run={run}" for run in runs]


# --- the report ---


@pytest.mark.parametrize("role", list(Role))
def test_everybody_reads_a_report_and_nobody_sees_who_is_in_the_source(
    open_app: Open, runs: list[str], as_role: Callable[[Role], None], role: Role
) -> None:
    as_role(role)
    for part in ("Tables", "Columns", "Checks", "Copied from data", "Decisions"):
        app = open_app("history", run=runs[0], part=part)
        assert not app.exception and not app.error
        said = words(app)
        assert "80 rows in 1 table were made by ben" in said and "not differential privacy" in said
        assert app.get("download_button"), "the file can be taken along"
        tables = "".join(each.value.to_csv() for each in app.dataframe)
        assert SECRET not in said + tables
        assert bool([each for each in app.text_input if "new project" in each.label]) is (role >= Role.EDITOR)
    assert "city" in "".join(
        each.value.to_csv() for each in open_app("history", run=runs[0], part="Columns").dataframe
    )


def test_a_viewer_can_not_clone_by_calling_it(desk_of: Callable[[Role], Desk], runs: list[str]) -> None:
    viewer = desk_of(Role.VIEWER)
    with pytest.raises(AccessError, match="is a viewer"):
        viewer.do(api.clone, "people", "mine")
    assert viewer.do(api.report, runs[0]).rows == 80
    assert "<html" in viewer.do(api.report_html, runs[0])
    assert [card.name for card in api.project_list()] == ["people"]


def test_a_run_that_is_not_there_is_an_error_in_words(open_app: Open, runs: list[str]) -> None:
    for wrong in ("nothing", "../people"):
        app = open_app("history", run=wrong)
        assert not app.exception
        assert "There is no run" in app.error[0].value


def test_a_run_of_which_something_is_broken_says_what(open_app: Open, runs: list[str], home: Path) -> None:
    folder = home / "runs" / runs[0]
    (folder / "facts.json").write_text("{}")
    app = open_app("history", run=runs[0])
    assert not app.exception and "facts" in app.error[0].value
    (folder / "facts.json").unlink()
    (folder / "source_facts.json").unlink()
    app = open_app("history", run=runs[0], part="Columns")
    assert not app.exception and not app.error
    assert "not kept" in words(app)
    plan = folder / "plan.json"
    plan.write_text(re.sub(r'"seed":\s*2', '"seed":3', plan.read_text()))
    app = open_app("history", run=runs[0])
    assert not app.exception and "was changed after it was approved" in app.error[0].value


def test_a_project_is_cloned_and_opened(open_app: Open, runs: list[str]) -> None:
    app = open_app("history", run=runs[0])
    [name] = [each for each in app.text_input if "new project" in each.label]
    assert name.value == "people copy"
    [button] = [each for each in app.button if each.label == "Clone"]
    button.click().run()
    assert not app.exception
    assert "people copy" in {card.name for card in api.project_list()}
    assert api.open("people copy").approved is None


# --- two runs ---


def test_two_runs_are_compared_by_their_address(open_app: Open, runs: list[str]) -> None:
    app = open_app("history", **{"run": runs[1], "with": runs[0]})
    assert not app.exception and not app.error
    shown = frame(app)
    assert dict(zip(shown["what"], zip(shown["one"], shown["other"], strict=True), strict=True))["seed"] == (
        "1",
        "2",
    )
    assert "Both have the same recipe." in words(app)
    app = open_app("history", **{"run": runs[0], "with": runs[0]})
    assert not app.exception and "same run twice" in app.error[0].value
