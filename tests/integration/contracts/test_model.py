"""What every model must do: propose only what can be, and draft what lints. Gemini joins by one more parameter."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from synth_core import api
from synth_core.adapters.rules import RulesModel
from synth_core.model.findings import errors
from synth_core.ports import Model
from synth_core.projects import StoredProject
from synth_core.stages.describe import catalogue
from synth_core.stages.lint import lint


@pytest.fixture(params=[RulesModel])
def model(request: pytest.FixtureRequest) -> Model:
    made: Model = request.param()
    return made


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


def test_proposed_meanings_are_of_the_catalogue_and_for_columns_that_exist(
    model: Model, stored: StoredProject
) -> None:
    assert stored.profile is not None
    known = set(catalogue())
    for table in stored.project.tables:
        proposed = model.meanings(table, stored.profile.table(table.name))
        assert set(proposed) <= {column.name for column in table.columns}
        assert {each.value for each in proposed.values()} <= known
    assert (
        model.meanings(stored.project.table("customer"), stored.profile.table("customer"))["email"].value
        == "email"
    )


def test_a_draft_has_no_errors(model: Model, stored: StoredProject) -> None:
    assert stored.profile is not None
    text, undone = model.draft(stored.project, stored.profile)
    assert undone == ()
    assert errors(lint(text, stored.project)) == []
