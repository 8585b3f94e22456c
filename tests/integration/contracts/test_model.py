"""What every model must do: propose only what can be, and draft what lints."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from servers import scripts
from servers.vertex import VertexServer

from synth_core import api, wiring
from synth_core.ask.kept import Answers
from synth_core.history.stored import StoredProject
from synth_core.model.doubts import FileDoubt, LinkCandidate, LinkDoubt, SplitCandidate, TableDoubt
from synth_core.model.findings import Finding, Level, errors
from synth_core.model.project import Exposure
from synth_core.model.types import Kind
from synth_core.ports import Model
from synth_core.settings import load
from synth_core.stages.describe import catalogue
from synth_core.stages.lint import lint


@pytest.fixture(params=["rules", "gemini", "gemini that is gone"])
def model(request: pytest.FixtureRequest, vertex_server: VertexServer) -> Model:
    """Our rules; Gemini on a server that answers well; and one whose models are all retired."""
    vertex_server.script(scripts.on_vertex(scripts.good))
    name, _, state = request.param.partition(" ")
    if state:
        vertex_server.retire("gemini-3.5-flash", "gemini-3.5-flash-lite")
    settings = load({"model": name, "model_endpoint": vertex_server.url})
    answers = Answers(None, "p", clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    return wiring.open_model(settings, answers, shown=Exposure.PROFILE)


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StoredProject:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    with duckdb.connect(str(tmp_path / "s.duckdb")) as con:
        con.execute(
            "CREATE TABLE customer AS SELECT i AS id, 'a' || i || '@mail.test' AS email FROM range(50) r(i);"
            "CREATE TABLE sale AS SELECT i AS no, i % 50 AS customer_id, i / 4 AS price FROM range(90) r(i)"
        )
    api.init("p", f"duckdb:{tmp_path}/s.duckdb", str(tmp_path / "out"))
    return api.infer("p")[0]


def test_it_has_a_name_for_the_audit(model: Model) -> None:
    assert model.id


def test_proposals_are_of_the_catalogue_and_for_columns_that_were_asked(
    model: Model, stored: StoredProject
) -> None:
    assert stored.profile is not None
    doubts = [
        TableDoubt(table=table, facts=stored.profile.table(table.name), columns=(table.columns[1].name,))
        for table in stored.project.tables
    ]
    proposed = model.columns(doubts)
    for doubt in doubts:
        assert set(proposed.get(doubt.table.name, {})) <= set(doubt.columns)
    found = [each for columns in proposed.values() for each in columns.values()]
    assert {each.meaning for each in found} <= {*catalogue(), "unknown"}
    assert {each.type for each in found} <= {kind.value for kind in Kind}


def test_a_link_is_one_of_the_candidates(model: Model, stored: StoredProject) -> None:
    assert stored.profile is not None
    candidate = LinkCandidate(ref_table="customer", ref_column="id", share=1.0, confidence=0.6)
    doubt = LinkDoubt(table="sale", column="customer_id", candidates=(candidate,))
    for each in model.links([doubt], stored.project, stored.profile):
        assert (each.table, each.column) == ("sale", "customer_id")
        assert (each.ref_table, each.ref_column) in {("customer", "id"), ("", "")}


def test_a_verdict_on_a_file_is_one_of_the_candidates(model: Model) -> None:
    row = ("anna", "3", "x")
    doubt = FileDoubt(
        file="a.csv",
        lines=("Report", "name,count,code", *(",".join(row) for _ in range(5))),
        candidates=tuple(
            SplitCandidate(delimiter=mark, quotechar="", columns=columns, consistency=1.0)
            for mark, columns in ((",", 3), (";", 2))
        ),
        banner_lines=1,
        rows=(("name", "count", "code"), row, row, row),
        has_header=True,
        ask_split=True,
        ask_banner=True,
        ask_header=True,
    )
    verdict = model.structure(doubt)
    if verdict is not None:
        assert verdict.candidate in (None, 0, 1)
        assert verdict.banner_lines in (None, *range(9))
        assert verdict.evidence


def test_a_draft_has_no_errors(model: Model, stored: StoredProject) -> None:
    assert stored.profile is not None
    text, undone = model.draft(stored.project, stored.profile)
    assert undone == ()
    assert errors(lint(text, stored.project)) == []


def test_a_finding_is_explained(model: Model, stored: StoredProject) -> None:
    finding = Finding(
        level=Level.ERROR,
        code="recipe.unknown-provider",
        message="there is no provider 'Emmail' here.",
        table="customer",
        column="email",
    )
    assert "Emmail" in model.explain(finding, stored.project, "- object: customer\n")


def test_what_goes_wrong_is_told_and_never_raised(model: Model, stored: StoredProject) -> None:
    assert stored.profile is not None
    table = stored.project.table("customer")
    model.columns([TableDoubt(table=table, facts=None, columns=("email",))])
    model.draft(stored.project, stored.profile)
    assert {each.code for each in model.findings()} <= {"model.gone"}
