"""The schema page: columns, what wants a look, files; what is edited is saved on the version that was shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from opening import Open, words
from servers import scripts
from servers.vertex import VertexServer
from streamlit.testing.v1 import AppTest

from synth_core import api
from synth_core.access import Role
from synth_core.model.edits import RenameColumn, SetPersonal, SetType
from synth_core.model.inferred import Origin
from synth_core.stages.review.overview import column_views
from ui.column_grid import edits_of, frame_of


def button(app: AppTest, label: str) -> AppTest:
    """Press the first button that begins so."""
    found = next(each for each in app.button if each.label.startswith(label))
    assert not found.disabled, f"{label} can't be pressed"
    return found.click().run()


def labels(app: AppTest) -> dict[str, bool]:
    """Buttons, and whether they can be pressed."""
    return {each.label: not each.disabled for each in app.button}


def test_nothing_is_inferred_yet(open_app: Open, begun: str) -> None:
    app = open_app("schema", project=begun)
    assert not app.exception
    assert "Nothing is inferred yet" in words(app)


def test_the_columns_of_a_table_with_what_wants_a_look(open_app: Open, typical: str) -> None:
    app = open_app("schema", project=typical, table="customers")
    assert not app.exception
    [grid] = app.data_editor
    assert list(grid.value["name"])[:2] == ["column_1", "column_2"]
    assert grid.value["personal"].sum() == 6
    assert "Ana" not in str(grid.value["values"].to_list()), "personal values are shapes"
    assert "column\\_10" in words(app) and "60 % sure" in words(app)
    assert "pipe, quote" in str([each.label for each in app.expander])


def test_the_first_table_that_wants_a_look_is_opened_and_stands_in_the_address(
    open_app: Open, typical: str
) -> None:
    app = open_app("schema", project=typical)
    assert app.query_params["table"] == "customers"
    app.selectbox[0].select("orders").run()
    assert app.query_params["table"] == "orders"
    assert "shipped_on" in list(app.data_editor[0].value["name"])


def test_what_is_accepted_is_saved_and_wants_no_look(open_app: Open, typical: str) -> None:
    app = open_app("schema", project=typical, table="customers")
    before = len(api.versions(typical))
    button(app, "Keep date_of_birth, personal")
    assert not app.exception and len(api.versions(typical)) == before + 1
    meaning = api.open(typical).project.table("customers").column("column_10").meaning
    assert meaning.origin is Origin.HUMAN
    assert "Keep date_of_birth, personal" not in labels(app)
    button(app, "Accept")
    assert "All above 90% accepted" in labels(app)
    button(app, "Undo")
    assert "All above 90% accepted" not in labels(app)


def test_all_that_wants_a_look_is_kept_by_one_click(open_app: Open, typical: str) -> None:
    app = open_app("schema", project=typical, table="events")
    before = api.versions(typical)[0].version.number
    button(app, "Keep all 2 as they are")
    assert not app.exception and api.versions(typical)[0].version.number == before + 1
    assert not [each for each in api.attention(typical) if (each.step, each.table) == ("schema", "events")]
    columns = api.open(typical).project.table("events").columns
    assert [each.name for each in columns if each.meaning.origin is Origin.HUMAN] == ["event_id", "device"]


def test_who_keeps_what_a_column_is_keeps_whether_it_is_personal(open_app: Open, typical: str) -> None:
    app = open_app("schema", project=typical, table="customers")
    button(app, "Keep date_of_birth, personal")
    column = api.open(typical).project.table("customers").column("column_10")
    assert {column.meaning.origin, column.personal.origin} == {Origin.HUMAN}
    assert not [each for each in api.attention(typical) if (each.step, each.table) == ("schema", "customers")]


def test_a_file_panel_shows_the_lines_that_are_passed_on_and_takes_how_the_file_is_written(
    open_app: Open, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    rows = "".join(f"{n},{('Bern', 'Oslo')[n % 2]}\n" for n in range(40))
    (tmp_path / "in" / "towns.csv").write_text(f"Towns of Ana\n\nid,town\n{rows}Total: 40 rows\n")
    api.begin("towns", str(tmp_path / "in"), str(tmp_path / "out"))
    app = open_app("schema", project="towns")
    app.session_state["file towns"] = True
    app.run()
    assert [each.value for each in app.code] == ["Towns of Ana", "Total: {rows as 99} rows"]
    assert any("2 lines above, 1 line below" in each.label for each in app.expander)
    box = next(each for each in app.selectbox if each.label == "Blanks behind it")
    app = box.set_value(True).run()
    button(app, "Read the file so")
    assert not app.exception
    dialect = api.open("towns").project.table("towns").dialect
    assert dialect is not None and dialect.origin is Origin.HUMAN and dialect.value.initial_space
    assert dialect.value.footer == ("Total: {rows as 99} rows",)


def test_what_comments_begin_with_is_told_in_the_file_panel(
    open_app: Open, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "n.csv").write_text("id,n\n" + "".join(f"{n},{n % 3}\n" for n in range(40)))
    api.begin("n", str(tmp_path / "in"), str(tmp_path / "out"))
    app = open_app("schema", project="n")
    app.session_state["file n"] = True
    app.run()
    choices = {each.label: each for each in app.selectbox}
    choices["Comments"].set_value("'").run()
    choices["Quote"].set_value("'").run()
    assert not app.exception, "that rows may begin with a quote"
    choices["Comments"].set_value("--").run()
    button(app, "Read the file so")
    dialect = api.open("n").project.table("n").dialect
    assert dialect is not None and (dialect.value.comment, dialect.value.quotechar) == ("--", "'")


def test_views_and_search(open_app: Open, typical: str) -> None:
    app = open_app("schema", project=typical, table="customers")
    app.radio[0].set_value("needs attention").run()
    assert list(app.data_editor[0].value["name"]) == ["column_10"]
    app.radio[0].set_value("personal").run()
    assert len(app.data_editor[0].value) == 6
    app.text_input[0].set_value("nix").run()
    assert "No column of customers is among these" in words(app)


def test_a_viewer_changes_nothing(open_app: Open, typical: str, as_role: Callable[[Role], None]) -> None:
    as_role(Role.VIEWER)
    app = open_app("schema", project=typical, table="customers")
    assert not app.exception
    assert [label for label, can in labels(app).items() if can] == []
    [part] = [each for each in app.expander if "File" in each.label]
    assert part is not None
    assert "source has changed" not in words(app)


def test_a_source_that_changed_is_flagged(open_app: Open, begun: str, tmp_path: Path) -> None:
    api.infer(begun)
    (tmp_path / "one" / "people.csv").write_text("id,name,age\n1,Ana,7\n2,Bo,8\n")
    app = open_app("schema", project=begun)
    assert "The source has changed since it was read" in words(app)
    assert "age is new" in words(app)
    assert labels(app)["Infer again"]


def test_a_wide_project_is_drawn(open_app: Open, huge: str) -> None:
    app = open_app("schema", project=huge)
    assert not app.exception
    assert len(app.data_editor[0].value) == 200


class TestGrid:
    def test_a_patch_is_what_it_changes(self, typical: str) -> None:
        table = api.open(typical).project.table("customers")
        patch = {
            0: {"name": "customer id", "type": "STRING"},
            2: {"meaning": table.columns[2].meaning.value, "personal": False},
            3: {"type": None, "sure": 3},
        }
        names = [column.name for column in table.columns]
        edits = edits_of(table, names, patch)
        assert [type(each) for each in edits] == [SetType, SetPersonal, RenameColumn]
        saved = api.edit(typical, edits).project.table("customers")
        assert saved.columns[0].name == "customer id"
        # Drawn again, the same patch changes nothing more.
        again = edits_of(saved, [column.name for column in saved.columns], patch)
        assert again == []

    def test_rows_that_are_filtered_are_those_that_are_changed(self, typical: str) -> None:
        table = api.open(typical).project.table("customers")
        [edit] = edits_of(table, ["column_10"], {0: {"personal": False}})
        assert edit == SetPersonal(table="customers", column="column_10", personal=False)

    def test_what_is_shown_of_a_column(self, typical: str) -> None:
        stored = api.open(typical)
        table = stored.project.table("orders")
        views = column_views(stored.project, stored.profile, table, api.attention(typical))
        frame = frame_of(views).set_index("name")
        assert frame.loc["payment", "look"] == "⚠ look" and frame.loc["shipping_cost", "look"] == ""
        assert frame.loc["payment", "from"] == "measured" and frame.loc["payment", "sure"] == pytest.approx(
            55
        )
        assert 0 < frame.loc["shipped_on", "nulls"] < 100
        assert sum(frame.loc["status", "spread"]) == pytest.approx(1, abs=0.01)


def test_what_a_model_proposes_stands_beside_what_was_measured(
    open_app: Open, typical: str, vertex_server: VertexServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTH_MODEL_ENDPOINT", vertex_server.url)
    vertex_server.script(scripts.on_vertex(_says))
    api.ask(typical, ["orders"])
    app = open_app("schema", project=typical, table="orders")
    assert not app.exception
    assert {"Take color", "Take personal", "Keep category"} <= labels(app).keys()
    button(app, "Take color")
    found = api.open(typical).project.table("orders")
    assert (found.column("payment").meaning.value, found.column("payment").meaning.origin) == (
        "color",
        Origin.HUMAN,
    )
    assert "Take color" not in labels(app)
    button(app, "Turn down")
    assert "Take personal" not in labels(app)
    assert not api.open(typical).project.table("orders").column("total").personal.value


def _says(request: dict[str, Any], truth: Any) -> Any:
    """Of orders: a payment is a colour, and a total tells something about a person."""
    if request["question"] != "columns":
        return scripts.good(request, truth)
    [table] = request["data"]
    said = {"payment": {"meaning": "color"}, "total": {"personal": True}}
    return {
        "columns": [
            {
                "column": each["id"], "evidence": "as it looks", "meaning": "unknown", "personal": False,
                "type": each["type"].partition("(")[0], "format": "", "name": "",
            } | said.get(each["name"], {})
            for each in table["columns"] if "id" in each
        ]
    }  # fmt: skip
