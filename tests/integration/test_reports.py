"""What a run was: its report as data and as one file, lists and differences of runs, and clones of projects."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from backends import InThisProcess
from copies import Copies
from small_shop import ROWS, Synth, done, edit

import synth_core
from synth_core import api
from synth_core.errors import ProjectError, UsageError
from synth_core.settings import acting

pytestmark = pytest.mark.usefixtures("in_this_process")


def run() -> str:
    """A finished run that ana approved and ben started."""
    synth_core.approve("p", by="ana", note="looks right", seed=7)
    with acting("ben"):
        return synth_core.run("p").run_id


@pytest.fixture
def run_id(home: Path, target: Path) -> str:
    """Of such a run, in a home of the test's own."""
    return run()


@pytest.fixture(scope="module")
def finished(prepared: Path, tmp_path_factory: pytest.TempPathFactory, _copies: Copies) -> Path:
    """A place with such a run in its home, and its target."""
    place = tmp_path_factory.mktemp("finished")
    shutil.copytree(prepared / "home", place / "home")
    target = f"uri: duckdb:{place / 'target.duckdb'}\n  files: {place / 'files'}"
    edit(place / "home" / "p" / "project.yaml", f"uri: {prepared / 'out'}", target)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNTH_HOME", str(place / "home"))
        patch.setattr("synth_core.wiring.open_backend", InThisProcess)
        _copies.use(patch)
        run()
    return place


@pytest.fixture
def known_run(finished: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of the run that tests share which only look at it."""
    monkeypatch.setenv("SYNTH_HOME", str(finished / "home"))
    [found] = api.runs()
    return found.run_id


# --- the report ---


def test_a_report_tells_what_was_made_from_what_by_whom(known_run: str, finished: Path) -> None:
    report = api.report(known_run)
    assert (report.project, report.state, report.seed, report.mode) == ("p", "published", 7, "append")
    assert (report.started_by, report.approved_by, report.approval_note) == ("ben", "ana", "looks right")
    assert {table.name: (table.rows, table.source_rows) for table in report.tables} == {
        name: (rows, rows) for name, rows in ROWS.items()
    }
    assert report.table("orders").target == f"duckdb:{finished / 'target.duckdb'}#orders"
    assert report.rows == sum(ROWS.values()) and report.checks and report.engine == "interpreter"
    assert report.fingerprint == api.open("p").approved.fingerprint  # type: ignore[union-attr]
    told = " ".join(report.summary)
    assert "260 rows in 3 tables were made by ben" in told and "ana had approved exactly this plan" in told
    assert "not differential privacy" in report.privacy and "at least 10" in report.privacy


def test_source_and_synthetic_stand_side_by_side(known_run: str) -> None:
    city = next(each for each in api.report(known_run).table("customer").columns if each.name == "city")
    assert city.source is not None and city.made is not None and city.likeness is not None
    assert (
        {each.value for each in city.source.top}
        == {"Bern", "Lyon", "Oslo"}
        == {each.value for each in city.made.top}
    )
    assert city.likeness.score > 0.6 and city.made_by == "weighted choice"
    [values] = [each for each in api.report(known_run).literals.copied if each.column == "city"]
    assert (values.what, values.count, values.support) == ("values", 3, 20)


def test_no_value_of_a_personal_column_is_in_a_report(
    synth: Synth, home: Path, target: Path, tmp_path: Path
) -> None:
    """`city` becomes personal: its values stand in the facts that were measured before."""
    stored = api.open("p")
    assert "Lyon" in stored.contents["profile.json"].decode()
    project = home / "p" / "project.yaml"
    text = project.read_text()
    place = text.index("- name: city")
    head, rest = text[:place], text[place:]
    changed = re.sub(r"personal:(\s*\{?\s*)value: false", r"personal:\1value: true", rest, count=1)
    assert changed != rest
    project.write_text(head + changed)
    done(synth("draft", "p"))
    done(synth("approve", "p"))
    run_id = done(synth("run", "p", "--json")).data["run_id"]
    report = api.report(run_id)
    city = next(each for each in report.table("customer").columns if each.name == "city")
    assert city.is_personal and city.likeness is None and city.bars.kind != "values"
    for text in (report.model_dump_json(), api.report_html(run_id)):
        assert not re.search("Lyon|Oslo|Bern", text)


def test_what_was_measured_is_kept_and_nothing_is_measured_twice(
    run_id: str, home: Path, tmp_path: Path
) -> None:
    first = api.report(run_id)
    for file in (tmp_path / "files").rglob("*.parquet"):
        file.unlink()
    assert api.report(run_id) == first
    (home / "runs" / run_id / "facts.json").unlink()
    gone = api.report(run_id)
    assert "is not there any more" in gone.lacking and not gone.compared
    assert any(gone.lacking in sentence for sentence in gone.summary)
    assert gone.rows == first.rows, "receipts say how many there were"
    assert not (home / "runs" / run_id / "facts.json").exists()


def test_a_later_inference_does_not_change_the_report(run_id: str, home: Path) -> None:
    before = api.report(run_id)
    (home / "p" / "profile.json").unlink()
    assert api.report(run_id) == before


def test_a_run_that_failed_has_a_report_that_says_so(synth: Synth, home: Path, target: Path) -> None:
    recipe = home / "p" / "recipe.yml"
    lines = recipe.read_text().splitlines()
    [place] = [index for index, line in enumerate(lines) if "Synth.reference" in line and "children" in line]
    lines[place - 1 : place + 1] = ["    customer: ${{ 1 + child_index }}"]
    recipe.write_text("\n".join(lines) + "\n")
    done(synth("approve", "p"))
    assert synth("run", "p").code == 1
    [run] = synth_core.runs()
    report = api.report(run.run_id)
    assert report.state == "failed" and report.message and "not published" in report.lacking
    assert "is failed" in report.summary[0] and "Nothing was published" in report.summary[0]
    assert any("1 of" in sentence and "do not hold" in sentence for sentence in report.summary)
    found = Elements(api.report_html(run.run_id)).text
    assert "fails for 90 rows" in found and "How like the source the rows are is not known" in found


def test_there_is_no_report_of_what_is_no_run(home: Path) -> None:
    for wrong in ("nothing", "../p", ""):
        with pytest.raises(ProjectError):
            api.report(wrong)


# --- the file ---


class Elements(HTMLParser):
    """Tags with their attributes, and all text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_file_needs_nothing_else(known_run: str) -> None:
    text = api.report_html(known_run)
    found = Elements(text)
    names = {tag for tag, _ in found.tags}
    assert not names & {"script", "link", "img", "iframe", "object", "base"}
    assert not re.search(r"https?://|url\(|@import|javascript:", text)
    links = {attrs["href"] for tag, attrs in found.tags if tag == "a"}
    ids = {attrs["id"] for _, attrs in found.tags if "id" in attrs}
    assert links and {link.removeprefix("#") for link in links} <= ids
    assert ("html", {"lang": "en"}) in found.tags
    heads = [attrs.get("scope") for tag, attrs in found.tags if tag == "th"]
    assert heads and set(heads) == {"row", "col"}
    charts = [attrs for tag, attrs in found.tags if tag == "svg"]
    assert charts and all(chart["role"] == "img" and "synthetic" in chart["aria-label"] for chart in charts)
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))


def test_names_and_texts_of_the_project_are_no_markup(synth: Synth, home: Path, tmp_path: Path) -> None:
    source = tmp_path / "odd.csv"
    bad = '<script>alert("x")</script>'
    rows = "\n".join(f"{i},<b>{'one' if i % 2 else 'two'}</b>" for i in range(60))
    source.write_text(f'id,"{bad.replace(chr(34), chr(34) * 2)}"\n{rows}\n')
    done(synth("init", "odd", "--source", source, "--target", tmp_path / "out"))
    for step in (("infer", "odd"), ("draft", "odd"), ("approve", "odd", "--note", bad)):
        done(synth(*step))
    run_id = done(synth("run", "odd", "--json")).data["run_id"]
    found = Elements(api.report_html(run_id))
    assert not {"script", "b"} & {tag for tag, _ in found.tags}
    assert bad in found.text and "<b>one</b>" in found.text


def test_the_command_writes_the_file(synth: Synth, known_run: str, tmp_path: Path) -> None:
    file = tmp_path / "new" / "report.html"
    assert done(synth("report", known_run, "--html", file, "--json")).data == {
        "run_id": known_run,
        "html": str(file),
    }
    assert file.read_text() == api.report_html(known_run)
    shown = done(synth("report", known_run)).out
    assert "260 rows in 3 tables" in shown and "not differential privacy" in shown
    assert json.loads(done(synth("report", known_run, "--json")).out)["seed"] == 7
    refused = synth("report", known_run, "--html", tmp_path)
    assert refused.code == 1 and "can't be written" in refused.err


# --- lists ---


def test_runs_are_found_by_project_person_state_and_time(synth: Synth, run_id: str) -> None:
    done(synth("clone", "p", "q"))
    done(synth("approve", "q", "--by", "cleo"))
    other = done(synth("run", "q", "--json")).data["run_id"]
    rows = api.run_list()
    assert [(row.run_id, row.project, row.approved_by) for row in rows] == [
        (other, "q", "cleo"),
        (run_id, "p", "ana"),
    ]
    first = rows[1]
    assert (first.started_by, first.tables, first.rows, first.state) == ("ben", 3, 260, "published")
    assert first.seconds and first.seconds > 0 and first.target.startswith("duckdb:")

    def found(**wanted: object) -> list[str]:
        return [row.run_id for row in api.run_list(**wanted)]  # type: ignore[arg-type]

    assert found(project="q") == [other] and found(by="BEN") == [run_id] and found(by="cle") == [other]
    assert found(state="published", limit=1) == [other] and found(state="failed") == []
    assert found(since=first.started_at) == [other, run_id]
    assert found(until=rows[0].started_at) == [run_id]
    assert found(since=datetime.now(UTC) + timedelta(minutes=1)) == []
    with pytest.raises(UsageError, match="'done' is no state"):
        found(state="done")
    shown = done(synth("runs", "--project", "q", "--json")).data
    assert [each["run_id"] for each in shown] == [other]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    assert done(synth("runs", "--since", tomorrow)).out == "There are no such runs.\n"
    assert synth("runs", "--since", "soon").code == 2


def test_the_audit_is_found_in_the_same_ways(synth: Synth, known_run: str) -> None:
    assert len(done(synth("audit", "--run", known_run, "--json")).data) == 6
    assert len(done(synth("audit", "--status", "Completed", "--by", "ana", "--json")).data) == 3
    assert done(synth("audit", "--project", "other", "--json")).data == []
    assert synth("audit", "--status", "Done").code == 2


# --- differences ---


def test_two_runs_are_compared(synth: Synth, run_id: str, home: Path) -> None:
    edit(home / "p" / "recipe.yml", "Bern: ", "Basel: ")
    done(synth("approve", "p", "--seed", 8, "--rows", 50, "--by", "cleo"))
    other = done(synth("run", "p", "--json")).data["run_id"]
    found = api.compare_runs(run_id, other)
    changed = {each.what: (each.one, each.other) for each in found.settings if not each.is_same}
    assert changed["seed"] == ("7", "8") and changed["approved by"] == ("ana", "cleo")
    assert {"recipe", "plan", "literals from data"} <= set(changed) and "target" not in changed
    assert any("city" in line and "Basel" in line for line in found.recipe)
    assert {each.table: (each.one, each.other) for each in found.tables} == {
        name: (rows, 50) for name, rows in ROWS.items()
    }
    [city] = [each for each in found.columns if (each.table, each.column) == ("customer", "city")]
    assert city.change < 0
    shown = done(synth("compare", run_id, other)).out
    assert "seed" in shown and "Basel" in shown and other in shown
    assert synth("compare", run_id, run_id).code == 2


# --- clones ---


def test_a_clone_has_all_that_was_reviewed_and_nobodys_approval(
    synth: Synth, run_id: str, home: Path
) -> None:
    api.set_members("p", {"ana": "approver"})
    (home / "p" / "tables").mkdir()
    (home / "p" / "tables" / "t.csv").write_text("a,b\n1,2\n")
    clone, before = api.clone("p", "new one"), api.open("p")
    assert clone.project == before.project.model_copy(update={"name": "new one"})
    assert (clone.recipe, clone.tables, clone.profile) == (before.recipe, before.tables, before.profile)
    assert clone.approved is None and not api.members("new one").people
    latest = api.versions("p")[0].version.number
    assert [each.version.note for each in api.versions("new one")] == [f"cloned from p, version {latest}"]
    with pytest.raises(ProjectError, match="is a project called"):
        api.clone("p", "new one")
    for wrong in ("runs", "a/b", ""):
        with pytest.raises(ProjectError, match="can't be a project's name"):
            api.clone("p", wrong)
    assert api.lint("new one") == api.lint("p")


def test_an_old_version_can_be_cloned(synth: Synth, home: Path) -> None:
    first = api.versions("p")[0].version.number
    edit(home / "p" / "recipe.yml", "Bern: ", "Basel: ")
    api.record("p")
    done(synth("clone", "p", "old", "--version", first))
    assert "Bern: " in (api.open("old").recipe or "") and "Basel: " in (api.open("p").recipe or "")
    assert synth("clone", "p", "older", "--version", 99).code == 1


# --- literals ---


def test_the_command_lists_what_comes_from_data(synth: Synth, home: Path) -> None:
    found = done(synth("literals", "p", "--json")).data
    assert any(each["column"] == "city" and each["support"] == 20 for each in found["copied"])
    assert "Bern (20)" in done(synth("literals", "p")).out
