"""The page Run: plan, approval, start, progress, cancel, resume, result; each role."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import streamlit as st
from opening import Open, words
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button
from waits import ended_job, eventually

from synth_core import api
from synth_core.access import Role
from synth_core.settings import acting

# Runs that are started by hand; those that pages start are processes.
pytestmark = pytest.mark.usefixtures("in_this_process")


@pytest.fixture(autouse=True)
def _nothing_is_cached() -> None:
    st.cache_data.clear()


@pytest.fixture(scope="module")
def _small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("small")
    source, target = (f"duckdb:{place / name}.duckdb" for name in ("source", "made"))
    with duckdb.connect(str(place / "source.duckdb")) as con:
        con.execute("CREATE TABLE people AS SELECT i AS id, i % 7 AS age FROM range(1, 101) t(i)")
    api.begin("small", source, target, home=place / "home")
    api.draft("small", home=place / "home")
    return place


@pytest.fixture
def small(home: Path, tmp_path: Path, _small: Path) -> str:
    """The name of a project of one table into a DuckDB file, drafted."""
    shutil.copytree(_small / "home", home)
    file = home / "small" / "project.yaml"
    text = file.read_text()
    file.write_text(text.replace(str(_small / "made.duckdb"), str(tmp_path / "made.duckdb")))
    assert file.read_text() != text
    return "small"


def button(app: AppTest, label: str) -> Button:
    [found] = [each for each in app.button if each.label == label]
    return found


def labels(app: AppTest) -> set[str]:
    return {each.label for each in app.button}


def test_without_a_recipe_it_leads_to_what_is_missing(open_app: Open, begun: str) -> None:
    app = open_app("run", project=begun)
    assert not app.exception and "Nothing is inferred yet" in words(app) and not app.button


def test_from_approval_to_a_published_run(open_app: Open, small: str) -> None:
    app = open_app("run", project=small)
    assert not app.exception
    assert "Not approved yet" in words(app) and "Nothing was run yet" in words(app)
    assert "Start" not in labels(app)
    next(each for each in app.text_input if each.label == "Note").set_value("looks right")
    app = button(app, "Approve").click().run()
    assert not app.exception and "**Approved**" in words(app) and "looks right" in words(app)
    app = button(app, "Start").click().run()
    assert not app.exception and "Start" not in labels(app)
    ran = ended_job(small, "run")
    assert ran.state == "done"
    app = open_app("run", project=small)
    assert not app.exception and f"{ran.run_id[-8:]}" in words(app) and "published" in words(app)
    assert any(each.label == "Checks: ✓ 2 of 2 hold" for each in app.expander), [
        e.label for e in app.expander
    ]
    assert "Resume" not in labels(app)
    assert api.audit()[0].approver == api.audit()[0].user == api.open(small).approved.approved_by  # type: ignore[union-attr]


def test_it_is_approved_with_as_many_rows_as_can_be_made(open_app: Open, home: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "n.duckdb")) as con:
        for table, rows in (("stay", 40), ("stay_bill", 44)):
            prices = f"SELECT 100 + i AS stay_id, i * 7 % 50 + 1.5 AS price FROM range({rows}) t(i)"
            con.execute(f"CREATE TABLE {table} AS {prices}")
    api.begin("n", f"duckdb:{tmp_path / 'n.duckdb'}", str(tmp_path / "out"))
    api.draft("n")
    app = open_app("run", project="n")
    assert [each.value for each in app.info] == [] and "**84 rows**" in words(app)
    api.keep_preview("n", rows=100)
    told = [each.value for each in open_app("run", project="n").info]
    assert len(told) == 1 and "40 rows can be made" in told[0]
    app = open_app("run", project="n")
    button(app, "Approve").click()
    app.run()
    assert not app.exception and not app.error and "**80 rows**" in words(app)
    assert [each.value for each in app.info] == told
    assert api.run_plan("n").is_current


def test_two_pages_start_one_run(open_app: Open, small: str) -> None:
    """A double click, or two people: both see the same run."""
    api.approve(small, counts={"people": 100_000})
    one, other = open_app("run", project=small), open_app("run", project=small)
    one = button(one, "Start").click().run()
    other = button(other, "Start").click().run()
    assert not one.exception and not other.exception and not other.error
    job = eventually(lambda: (found := api.job(small, "run")) and found.run_id and found)
    assert len(api.runs()) == 1
    api.cancel_job(small, "run")
    assert ended_job(small, "run").id == job.id


def test_a_run_is_watched_cancelled_and_resumed(open_app: Open, small: str) -> None:
    api.approve(small, counts={"people": 100_000})
    api.start_job(small, "run")
    run_id = eventually(lambda: (found := api.job(small, "run")) and found.run_id)
    eventually(lambda: api.run_progress(run_id).rows)
    app = open_app("run", project=small)
    assert not app.exception and "It goes on if you close this page" in words(app)
    assert "Approve" not in labels(app), "what runs is not approved anew"
    assert "100,000 rows" in app.get("progress")[0].proto.text  # type: ignore[attr-defined]
    app = button(app, "Cancel").click().run()
    assert ended_job(small, "run").state == "cancelled"
    app = open_app("run", project=small)
    assert "cancelled" in words(app)
    app = button(app, "Resume").click().run()
    assert not app.exception
    eventually(lambda: (found := api.job(small, "resume")) and found.run_id == run_id)
    api.cancel_job(small, "resume")
    ended_job(small, "resume")


def test_a_run_of_the_command_line_is_seen_too(open_app: Open, small: str) -> None:
    api.approve(small)
    run_id = api.run(small).run_id
    app = open_app("run", project=small)
    assert not app.exception and "published" in words(app) and not app.error
    assert api.job(small, "run") is None and run_id in app.code[0].value + words(app).replace("\\", "")


def test_after_a_published_append_it_says_what_can_come_next(open_app: Open, small: str) -> None:
    api.approve(small)
    run_id = api.run(small).run_id
    app = open_app("run", project=small)
    assert not app.exception and not {each for each in labels(app) if each.startswith("Start")}
    assert f"**Published** by run {run_id}" in words(app).replace("\\", "")
    app = button(app, "Approve").click().run()
    assert "**Published** by" not in words(app) and button(app, "Start").proto.type == "primary"
    api.run(small)
    assert api.target_rows(small) == {"people": 200}
    api.approve(small, mode="replace")
    assert button(open_app("run", project=small), "Start").proto.type == "primary"
    api.run(small)
    app = open_app("run", project=small)
    assert button(app, "Start once more").proto.type == "secondary", "replaced by the same rows"


def test_replacing_rows_has_to_be_typed(open_app: Open, small: str) -> None:
    api.approve(small)
    api.run(small)
    app = open_app("run", project=small)
    app = app.selectbox[0].set_value("replace").run()
    assert button(app, "Approve").disabled and "100 rows" in app.warning[0].value
    [typed] = [each for each in app.text_input if each.label.startswith("Type")]
    app = typed.set_value("made").run()
    assert button(app, "Approve").disabled
    [typed] = [each for each in app.text_input if each.label.startswith("Type")]
    app = typed.set_value("made.duckdb").run()
    app = button(app, "Approve").click().run()
    assert not app.exception
    assert api.open(small).approved.plan.mode == "replace"  # type: ignore[union-attr]


def test_what_is_no_seed_is_not_approved(open_app: Open, small: str) -> None:
    app = open_app("run", project=small)
    [seed] = [each for each in app.text_input if each.label == "Seed"]
    app = seed.set_value("-1").run()
    assert button(app, "Approve").disabled and "whole number" in words(app)
    [seed] = [each for each in app.text_input if each.label == "Seed"]
    app = button(seed.set_value(str(2**63 - 1)).run(), "Approve").click().run()
    assert not app.exception and api.open(small).approved.plan.seed == 2**63 - 1  # type: ignore[union-attr]
    assert not open_app("run", project=small).exception


def test_an_edit_after_approval_asks_for_another(open_app: Open, small: str) -> None:
    api.approve(small)
    api.save_recipe(small, (api.open(small).recipe or "") + "# edited\n", "latest")
    app = open_app("run", project=small)
    assert "changed since" in app.warning[0].value and "Start" not in labels(app)


def test_a_run_that_was_refused_says_why(open_app: Open, small: str, tmp_path: Path) -> None:
    """Between approval and start the target got rows that the plan did not know of."""
    api.approve(small)
    with duckdb.connect(str(tmp_path / "made.duckdb")) as con:
        con.execute("CREATE TABLE people AS SELECT 1 AS id, 2 AS age")
    app = open_app("run", project=small)
    app = button(app, "Start").click().run()
    assert ended_job(small, "run").state == "failed"
    app = open_app("run", project=small)
    assert not app.exception and any("would occur twice" in each.value for each in app.error)
    assert "synth approve" in words(app).replace("\\", "")


def test_who_edited_last_can_not_approve_where_a_second_person_is_wanted(
    open_app: Open, small: str, as_role: Callable[[Role], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTH_SECOND_PERSON", "true")
    as_role(Role.APPROVER)
    with acting("approver"):
        api.save_recipe(small, (api.open(small).recipe or "") + "# mine\n", "latest")
    app = open_app("run", project=small)
    assert button(app, "Approve").disabled and "another person must approve" in app.info[0].value
    with acting("ana"):
        api.save_recipe(small, (api.open(small).recipe or "") + "# Ana's\n", "latest")
    app = open_app("run", project=small)
    app = button(app, "Approve").click().run()
    assert not app.exception and api.open(small).approved.approved_by == "approver"  # type: ignore[union-attr]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_only_approvers_approve_and_start(
    open_app: Open, small: str, role: Role, as_role: Callable[[Role], None]
) -> None:
    as_role(role)
    app = open_app("run", project=small)
    assert not app.exception and "Approve" not in labels(app) and "Approvers approve" in words(app)
    api.approve(small)
    app = open_app("run", project=small)
    assert button(app, "Start").disabled


def test_a_huge_project_is_drawn(open_app: Open, huge: str) -> None:
    app = open_app("run", project=huge)
    assert not app.exception and "rows** in 10 tables" in words(app)


def test_a_broken_run_is_an_error_in_words(open_app: Open, small: str, home: Path) -> None:
    api.approve(small)
    run_id = api.run(small).run_id
    (home / "runs" / run_id / "manifest.json").write_text("{}")
    app = open_app("run", project=small)
    assert not app.exception and any("can't be read" in each.value.replace("\\", "") for each in app.error)
