"""A person asks a model about a table: what it proposes waits in the store, and only a decision changes the project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from servers import scripts
from servers.vertex import VertexServer, refused
from small_shop import Synth, done, folder

from synth_core import api
from synth_core.errors import ConflictError, ProjectError
from synth_core.model.edits import SetMeaning
from synth_core.model.inferred import Origin
from synth_core.model.project import Exposure


def says(request: dict[str, Any], truth: Any) -> Any:
    """Of customers: a city is a company, a balance is text and personal, an id is a date; of files that they have no
    header."""
    if request["question"] != "columns":
        answer = scripts.good(request, None)
        return answer
    named: dict[str, dict[str, Any]] = {
        "city": {"meaning": "company_name"},
        "balance": {"type": "STRING", "personal": True},
        "customer_id": {"type": "DATE", "format": "%d.%m.%Y"},
        "column_2": {"name": "client"},
    }
    [table] = request["data"]
    return {
        "columns": [
            {
                "column": each["id"], "evidence": "as it looks", "meaning": "unknown", "personal": False,
                "type": each["type"].partition("(")[0], "format": "", "name": "",
            } | named.get(each["name"], {})
            for each in table["columns"] if "id" in each
        ]
    }  # fmt: skip


@pytest.fixture
def server(vertex_server: VertexServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VertexServer:
    """A project `p`, inferred by rules; who is asked is this server."""
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SYNTH_MODEL_ENDPOINT", vertex_server.url)
    vertex_server.script(scripts.on_vertex(says))
    api.begin("p", str(folder(tmp_path / "source")), str(tmp_path / "out"))
    return vertex_server


def names(data: list[dict[str, Any]]) -> list[str]:
    return [each["name"] for each in data]


def test_proposals_wait_beside_what_was_measured_and_change_nothing(
    server: VertexServer, synth: Synth
) -> None:
    before = api.open("p")
    said = done(synth("ask", "p", "customers", "--json")).data
    assert {"customers.city.meaning", "customers.balance.type", "customers.balance.personal"} <= set(
        names(said["offers"])
    )
    after = api.open("p")
    assert (after.version, after.project) == (before.version, before.project)
    found = {each["name"]: each for each in said["offers"]}
    city = found["customers.city.meaning"]
    assert (city["now"], city["proposed"], city["evidence"]) == ("city", "company_name", "as it looks")
    assert found["customers.customer_id.type"]["against"] == "60 of the first 60 values can't be read as that"
    assert found["customers.balance.type"]["against"] == ""
    # Another instance sees them, and asking the same is not paid twice.
    asked = len(server.asked)
    assert names(done(synth("ask", "p", "--show", "--json")).data["offers"]) == names(said["offers"])
    done(synth("ask", "p", "customers"))
    assert len(server.asked) == asked


def test_a_model_is_asked_also_where_measurement_is_sure(server: VertexServer) -> None:
    api.ask("p", ["customers"])
    [kept] = api.proposals("p")
    columns = [each.column for each in kept.columns]
    assert columns == [column.name for column in api.open("p").project.table("customers").columns]
    assert kept.sure > 0 and kept.right == 0
    questions = {
        scripts.question_of(each.json) for each in server.requests if each.path.endswith("generateContent")
    }
    assert "columns" in questions and questions & {"dialect", "header", "custom_header"}


def test_what_is_accepted_is_a_persons_word_and_offered_no_more(server: VertexServer, synth: Synth) -> None:
    done(synth("ask", "p"))
    done(synth("ask", "p", "--accept", "customers.city.meaning", "--accept", "customers.balance.type"))
    table = api.open("p").project.table("customers")
    assert (table.column("city").meaning.value, table.column("city").meaning.origin) == (
        "company_name",
        Origin.HUMAN,
    )
    assert str(table.column("balance").type.value) == "STRING"
    assert "as gemini" in api.versions("p")[0].version.note
    left = names(done(synth("ask", "p", "--show", "--json")).data["offers"])
    assert not {"customers.city.meaning", "customers.balance.type"} & set(left)
    done(synth("ask", "p", "--accept", "orders.column_2.name"))
    assert api.open("p").project.table("orders").columns[1].name == "client"


def test_what_is_turned_down_is_not_offered_again(server: VertexServer, synth: Synth) -> None:
    done(synth("ask", "p", "customers"))
    version = api.open("p").version
    done(synth("ask", "p", "--reject", "customers.city.meaning"))
    assert api.open("p").version == version
    again = names(done(synth("ask", "p", "customers", "--json")).data["offers"])
    assert "customers.city.meaning" not in again and "customers.balance.type" in again


def test_an_offer_that_is_gone_decides_nothing(server: VertexServer, synth: Synth) -> None:
    api.ask("p", ["customers"])
    offer = next(each for each in api.offered("p") if each.column == "city")
    base = api.open("p").version
    api.edit("p", [SetMeaning(table="customers", column="city", meaning="country")])
    with pytest.raises(ProjectError, match="not proposed any more"):
        api.decide("p", offer, accept=True, base=base)
    said = synth("ask", "p", "--accept", "customers.nix.type")
    assert said.code == 2 and "is not proposed" in said.err
    other = next(each for each in api.offered("p") if each.part == "type" and each.column == "balance")
    api.edit("p", ["customers.balance.type=FLOAT64"])
    with pytest.raises((ProjectError, ConflictError)):
        api.decide("p", other, accept=True, base=base)


def test_nothing_is_seen_that_may_not_be_seen(server: VertexServer) -> None:
    api.ask("p", ["customers"])
    assert "Müller" not in str(server.requests)
    api.edit("p", ["exposure=rows"])
    assert api.open("p").project.exposure is Exposure.ROWS
    api.ask("p", ["customers"])
    assert "Ana Müller" in str(server.requests)


def test_without_an_answer_what_was_proposed_stays_and_it_is_said_why(
    server: VertexServer, synth: Synth
) -> None:
    done(synth("ask", "p", "customers"))
    before = api.offered("p")
    server.script([refused()] * 20)
    api.edit("p", ["exposure=schema"])
    said = done(synth("ask", "p", "customers", "--json")).data
    assert [each["code"] for each in said["findings"]] == ["model.blocked"]
    assert api.offered("p") == before
    said = synth("ask", "p", "--model", "rules")
    assert said.code == 2 and "Rules have nothing to propose" in said.err
