"""Previews that are kept, rows of the source beside them, and who may approve what they show."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from small_shop import ROWS, Synth, done, files_below

from synth_core import api
from synth_core.errors import PlanError, ProjectError, UsageError
from synth_core.execution.state import RunStore
from synth_core.execution.told import Telling, read_told
from synth_core.settings import acting
from synth_core.wiring import open_store

pytestmark = pytest.mark.usefixtures("copied_interpreters")


def test_a_preview_is_kept_with_all_that_is_shown_of_it(home: Path) -> None:
    assert api.kept_preview("p") is None
    with pytest.raises(ProjectError, match="no preview yet"):
        api.preview_rows("p", "orders")
    made = api.keep_preview("p", rows=120, seed=7)
    kept = api.kept_preview("p")
    assert kept is not None and kept.is_current and kept.id == made.id
    assert dict(kept.rows) == {"customer": 60, "orders": 120, "passport": 50}
    assert (kept.seed, kept.wanted, kept.version) == (7, 120, api.open("p").version)
    assert {check.kind for check in kept.checks} == {"rows", "required", "unique", "links"}
    assert all(check.ok for check in kept.checks)
    assert {each.table for each in kept.likeness} == set(ROWS)
    assert kept.estimate.rows == sum(ROWS.values()) and kept.cost.dollars == 0
    shown, likeness = api.preview("p", rows=120, seed=7)
    assert tuple(likeness) == kept.likeness
    for table, rows in shown.tables.items():
        assert api.preview_rows("p", table).equals(rows)
    assert api.preview_facts("p").table("orders").rows == 120


def test_a_newer_preview_takes_the_place_of_the_one_before(home: Path) -> None:
    first = api.keep_preview("p", rows=3)
    second = api.keep_preview("p", rows=5)
    assert api.preview_rows("p", "customer").num_rows == 5
    assert {name.partition("/")[0] for name in files_below(home / "p" / "preview")} == {
        second.id,
        "kept.json",
    }
    assert first.id != second.id


def test_an_edit_makes_a_preview_old_and_an_approval_does_not(home: Path) -> None:
    api.keep_preview("p", rows=3)
    api.approve("p")
    assert api.kept_preview("p").is_current  # type: ignore[union-attr]
    text = api.open("p").recipe or ""
    api.save_recipe("p", text + "# looked at\n", "latest")
    assert not api.kept_preview("p").is_current  # type: ignore[union-attr]
    api.save_recipe("p", text, "latest")
    assert api.kept_preview("p").is_current, "the same contents are the same project"  # type: ignore[union-attr]


def test_a_preview_says_what_a_run_would_refuse(home: Path) -> None:
    """References that lead nowhere, which the linter can't know of a formula."""
    reference = 'Synth.reference: {table: "customer", column: "id"'
    recipe = home / "p" / "recipe.yml"
    head, _, rest = recipe.read_text().partition(reference)
    rest = rest.partition("\n")[2]
    recipe.write_text(head.rstrip().removesuffix("customer:") + "customer: ${{900 + id}}\n" + rest)
    kept = api.keep_preview("p", rows=20)
    assert [(check.kind, check.bad) for check in kept.checks if not check.ok] == [("links", 20)]


def test_nested_rows_stay_nested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    with duckdb.connect(str(tmp_path / "n.duckdb")) as con:
        con.execute(
            "CREATE TABLE a AS SELECT i AS id, {'x': i % 5, 'y': 'v' || (i % 3)} AS s, [i % 4, i % 7] AS l "
            "FROM range(1, 201) t(i)"
        )
    api.begin("n", f"duckdb:{tmp_path / 'n.duckdb'}", str(tmp_path / "out"))
    api.draft("n")
    api.keep_preview("n", rows=4)
    [row, *_] = api.preview_rows("n", "a").to_pylist()
    assert set(row["s"]) == {"x", "y"} and isinstance(row["l"], list)


def test_values_of_people_are_shapes_unless_somebody_asks(synth: Synth, home: Path) -> None:
    text = (home / "p" / "project.yaml").read_text()
    start = text.index("name: name")
    place = text.index("personal:", start)
    flag = text.index("value: ", place) + len("value: ")
    end = text.index("\n", flag)
    (home / "p" / "project.yaml").write_text(text[:flag] + "true" + text[end:])
    shown = api.source_rows("p", "customer", 5)
    assert shown.masked == shown.personal == ("name",)
    assert {row["name"] for row in shown.rows.to_pylist()} <= {"Aaaa 9 Aaa", "Aaaa 99 Aaa"}
    assert shown.rows.num_rows == 5 and all(isinstance(row["id"], int) for row in shown.rows.to_pylist())
    assert api.sightings("p") == []
    with acting("ana@acme.com"):
        real = api.source_rows("p", "customer", 5, unmasked=True)
    assert real.masked == () and all(row["name"].startswith("Name ") for row in real.rows.to_pylist())
    [seen] = api.sightings("p")
    assert (seen.user, seen.table, seen.columns, seen.rows) == ("ana@acme.com", "customer", ("name",), 5)
    api.source_rows("p", "orders", 5, unmasked=True)
    assert len(api.sightings("p")) == 1, "no values of people were shown"
    assert [each["user"] for each in done(synth("audit", "seen", "p", "--json")).data] == ["ana@acme.com"]
    assert "Aaaa" in done(synth("rows", "p", "customer")).out
    assert "Name " in done(synth("rows", "p", "customer", "--unmasked", "--rows", 3)).out
    assert len(done(synth("audit", "seen", "p", "--json")).data) == 2


def test_rows_of_what_is_not_there(home: Path) -> None:
    with pytest.raises(UsageError, match="no table 'x'"):
        api.source_rows("p", "x")
    with pytest.raises(UsageError, match="only 1 to"):
        api.source_rows("p", "orders", 0)


def test_a_second_person_approves(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = api.open("p").recipe or ""
    with acting("ana@acme.com"):
        api.save_recipe("p", text + "# Ana's\n", "latest")
        api.approve("p")
        monkeypatch.setenv("SYNTH_SECOND_PERSON", "true")
        for name in (None, "Bo"):
            with pytest.raises(PlanError, match=r"ana@acme\.com edited the project last"):
                api.approve("p", by=name)
    with acting("Ana@Acme.com"), pytest.raises(PlanError, match="another person"):
        api.approve("p")
    with acting("bo@acme.com"):
        assert api.approve("p").approved_by == "bo@acme.com"


def test_progress_of_a_run_while_it_goes_on_and_after(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synth_core.execution.told.EVERY", 0.0)
    api.approve("p", by="ana")
    seen = []

    class Watching:
        def __getattr__(self, word: str) -> object:
            return lambda *arguments: seen.append((word, api.run_progress(run_id)))

    run_id = ""

    def started(found: str) -> None:
        nonlocal run_id
        run_id = found
        status = api.run_progress(found)
        assert status.is_going and {each.state.value for each in status.tables} == {"pending"}

    api.run("p", started=started, progress=Watching())  # type: ignore[arg-type]
    loading = [status for word, status in seen if word == "loading"]
    assert [[each.state.value for each in status.tables] for status in loading][-1] == [
        "loaded",
        "loaded",
        "loading",
    ]
    made = next(status for word, status in seen if word == "generated")
    assert {each.table: each.rows for each in made.tables} == ROWS
    over = api.run_progress(run_id)
    assert not over.is_going and over.rows == over.wanted == sum(ROWS.values())
    assert {each.table: each.file.rows for each in over.tables if each.file} == ROWS
    assert all(each.checks and all(check.ok for check in each.checks) for each in over.tables)
    texts = [line.text for line in over.lines]
    assert any("approved by ana" in text for text in texts) and "completed" in texts
    assert "loading orders" in texts and over.lines == tuple(sorted(over.lines, key=lambda line: line.at))


def test_rows_a_second_are_those_of_late(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    api.approve("p")
    run_id = api.run("p").run_id
    runs = RunStore(open_store(home))
    clock = [100.0]
    monkeypatch.setattr("synth_core.execution.told.time.monotonic", lambda: clock[0])

    class Heard:
        def __getattr__(self, word: str) -> object:
            return lambda *arguments: None

    telling = Telling(runs, run_id, {"orders": 1000}, Heard())  # type: ignore[arg-type]
    for second in range(21):
        clock[0] = 100.0 + second
        telling.rows({"orders": 10 * second if second < 10 else 100 + 40 * (second - 10)})
    told = read_told(runs, run_id)
    assert told is not None and told.rows == {"orders": 500}
    assert told.per_second["orders"] == pytest.approx(40, abs=4)
    assert json.loads((home / "runs" / run_id / "progress.json").read_text())["rows"] == {"orders": 500}
