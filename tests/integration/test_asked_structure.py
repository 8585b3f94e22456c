"""How a file is written, where measurement is not sure: asked over loopback, believed by what else was answered."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from servers import scripts
from servers.vertex import VertexServer

from synth_core import wiring
from synth_core.ask.kept import Answers
from synth_core.model.inferred import Origin
from synth_core.model.project import Exposure
from synth_core.ports import Model
from synth_core.settings import load
from synth_core.stages.sniff import Sniffed, sniff

ROWS = "Tree,Green\nBush,Brown\nRose,White\nOak,Black\nElm,Red\n"
UNSURE = f"Type,Tint\n{ROWS}"


def asked(server: VertexServer, shown: Exposure = Exposure.PROFILE) -> Model:
    settings = load({"model": "gemini", "model_endpoint": server.url})
    answers = Answers(None, "p", clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    return wiring.open_model(settings, answers, shown=shown)


def read(tmp_path: Path, text: str, model: Model | None) -> Sniffed:
    file = tmp_path / "plants.csv"
    file.write_text(text)
    return sniff(file, judge=model.structure if model else None)


def told(server: VertexServer) -> str:
    return "\n".join(each.prompt for each in server.asked)


def test_a_header_that_measurement_missed_is_found(vertex_server: VertexServer, tmp_path: Path) -> None:
    assert read(tmp_path, UNSURE, None).names == ("column_1", "column_2")
    vertex_server.script(scripts.on_vertex(scripts.good))
    model = asked(vertex_server)
    found = read(tmp_path, UNSURE, model)
    assert found.names == ("Type", "Tint")
    assert found.dialect.origin is Origin.MODEL
    assert found.dialect.evidence.startswith("gemini-3.5-flash: as it looks")
    assert model.findings() == ()
    # Of the file only common words of column names were seen; the row of names that is known to be one is ours.
    for word in ("Tree", "Green", "Bush", "Brown"):
        assert word not in told(vertex_server)
    assert "Type" in told(vertex_server)


@pytest.mark.parametrize(("quoted", "kept"), [("Brown", False), ("a Type", True), ("the ROSE there", False)])
def test_what_a_model_quotes_of_lines_that_it_saw_is_not_kept(
    vertex_server: VertexServer, tmp_path: Path, quoted: str, kept: bool
) -> None:
    def quoting(request: dict[str, Any], truth: Any) -> Any:
        said = scripts.good(request, truth)
        return {"cases": [each | {"evidence": f"I see {quoted}"} for each in said["cases"]]}

    vertex_server.script(scripts.on_vertex(quoting))
    found = read(tmp_path, UNSURE, asked(vertex_server, Exposure.ROWS))
    assert "Brown" in told(vertex_server)
    assert found.dialect.origin is Origin.MODEL
    assert (quoted in found.dialect.evidence) is kept


@pytest.mark.parametrize("answer", [scripts.hostile, scripts.constant], ids=lambda each: each.__name__)
def test_who_is_wrong_about_known_pieces_is_not_believed(
    vertex_server: VertexServer, tmp_path: Path, answer: scripts.Answer
) -> None:
    vertex_server.script(scripts.on_vertex(answer))
    model = asked(vertex_server)
    assert read(tmp_path, UNSURE, model).dialect == read(tmp_path, UNSURE, None).dialect
    assert {each.code for each in model.findings()} == {"model.not-trusted"}


def test_shapes_alone_are_not_asked_about(vertex_server: VertexServer, tmp_path: Path) -> None:
    text = f"Sorte,Farbe\n{ROWS}"
    read(tmp_path, text, asked(vertex_server))
    assert vertex_server.requests == []
    vertex_server.script(scripts.on_vertex(scripts.good))
    read(tmp_path, text, asked(vertex_server, Exposure.ROWS))
    assert "Sorte" in told(vertex_server) and "Tree" in told(vertex_server)


def test_under_schema_nothing_of_a_file_is_asked(vertex_server: VertexServer, tmp_path: Path) -> None:
    read(tmp_path, UNSURE, asked(vertex_server, Exposure.SCHEMA))
    assert vertex_server.requests == []


def test_a_custom_header_is_asked_about_and_stays_above(vertex_server: VertexServer, tmp_path: Path) -> None:
    vertex_server.script(scripts.on_vertex(scripts.good))
    found = read(tmp_path, f"HEADER plants of Mrs. Miller\n{UNSURE}", asked(vertex_server))
    assert {scripts.question_of(each.json) for each in vertex_server.asked} == {"custom_header", "header"}
    assert found.dialect.value.banner == ("HEADER plants of Mrs. Miller",)
    assert found.names == ("Type", "Tint")
    assert "Miller" not in told(vertex_server) and "HEADER" in told(vertex_server)


def test_what_is_sure_is_not_asked(vertex_server: VertexServer, tmp_path: Path) -> None:
    text = "id;name;born\n" + "".join(f"{n};Name {n};1990-01-{n:02}\n" for n in range(1, 28))
    read(tmp_path, text, asked(vertex_server))
    assert vertex_server.requests == []
