"""Names of headerless columns: `synth rename` changes all files of a project, and half a change by hand is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from small_shop import Synth, done, files_below, folder

import synth_core
from synth_core.errors import ProjectError
from synth_core.history.stored import StoredProject
from synth_core.model.findings import errors
from synth_core.model.profile import TableProfile

NAMES = {"column_1": "Order ID", "column_2": "customer", "column_3": "day", "column_4": "state"}


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a project `p` over three files, one of them without a header, inferred and drafted."""
    place = tmp_path_factory.mktemp("drafted")
    synth_core.init("p", str(folder(place / "source")), str(place / "out"), home=place / "home")
    synth_core.infer("p", home=place / "home")
    synth_core.draft("p", home=place / "home")
    return place / "home"


@pytest.fixture
def project(drafted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a copy of that project."""
    copy = tmp_path / "home" / "p"
    shutil.copytree(drafted / "p", copy)
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    return copy


def by_hand(project: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = project / "project.yaml"
    data = yaml.safe_load(path.read_text())
    change(data)
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True))


def orders(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in data["tables"] if each["name"] == "orders")
    return found


def facts_of(stored: StoredProject) -> TableProfile:
    """Of the ledger."""
    assert stored.profile is not None
    return stored.profile.table("ledger")


def drafted_field(column: str) -> Any:
    """What drafting makes of a column of orders."""
    statements = yaml.safe_load(synth_core.draft("p")[0].recipe or "")
    return next(each["fields"][column] for each in statements if each.get("object") == "orders")


def test_all_files_of_the_project_get_the_name(project: Path, synth: Synth) -> None:
    before = synth_core.open("p")
    for old, new in NAMES.items():
        said = done(synth("rename", "p", f"orders.{old}", new, "--json"))
        assert said.data == {"project": "p", "column": f"orders.{old}", "name": new, "findings": []}
    after = synth_core.open("p")
    assert [column.name for column in after.project.table("orders").columns] == list(NAMES.values())
    assert after.project.table("orders").key_columns == ("Order ID",)
    assert {"orders(customer) → customers(customer_id)", "order_lines(order_id) → orders(Order ID)"} <= {
        str(link) for link in after.project.links
    }
    assert "column_" not in (project / "profile.json").read_text()
    assert errors(synth_core.lint("p")) == []
    # Nothing but the names has changed, so drafting anew from the renamed facts writes the same recipe.
    assert yaml.safe_load(synth_core.draft("p")[0].recipe or "") == yaml.safe_load(after.recipe or "")
    assert before.profile is not None and after.profile is not None
    olds = {column.path[0]: column for column in before.profile.table("orders").columns}
    for column in after.profile.table("orders").columns:
        old = next(old for old, new in NAMES.items() if new == column.name)
        assert column.model_copy(update={"name": old, "path": (old,)}) == olds[old]


def test_rules_and_clustering_follow(project: Path) -> None:
    def change(data: dict[str, Any]) -> None:
        rule = {"kind": "ordered", "columns": ["column_1", "column_2"]}
        orders(data)["rules"] = [{"value": rule, "origin": "human"}]
        orders(data)["clustering"] = ["column_3", "column_1"]

    by_hand(project, change)
    synth_core.rename("p", "orders.column_1", "id")
    table = synth_core.open("p").project.table("orders")
    assert [rule.value.columns for rule in table.rules] == [("id", "column_2")]
    assert table.clustering == ("column_3", "id")


def test_inferring_again_keeps_the_name_and_measures_its_facts(project: Path) -> None:
    synth_core.rename("p", "orders.column_4", "state")
    synth_core.infer("p")
    assert [column.name for column in synth_core.open("p").project.table("orders").columns][3] == "state"
    # Each customer has orders of one state.
    assert set(drafted_field("state")["Synth.per"]["value"]["Synth.choice"]) == {"open", "done"}


def test_a_recipe_that_cannot_be_changed_for_sure_stays(project: Path, synth: Synth) -> None:
    recipe = project / "recipe.yml"
    last = "- var: last\n  value: {random_reference: orders}\n"
    extra = "- object: customers\n  count: 0\n  fields:\n    __state: ${{ last.column_4 }}\n"
    recipe.write_text(recipe.read_text() + last + extra)
    before = recipe.read_text()
    said = done(synth("rename", "p", "orders.column_4", "state", "--json"))
    assert recipe.read_text() == before
    left, *linted = said.data["findings"]
    line = len(before.splitlines())
    assert left["code"] == "rename.recipe-left" and f"Line {line} " in left["message"]
    assert {"recipe.surplus-column"} <= {each["code"] for each in linted}
    assert synth_core.open("p").project.table("orders").column("state")


def test_formulas_name_the_column_whatever_it_is_called(project: Path) -> None:
    recipe = project / "recipe.yml"
    place = "    column_4:"
    text = recipe.read_text()
    assert text.count(place) == 1
    recipe.write_text(text.replace(place, f"    __copy: ${{{{ column_1 }}}}\n{place}"))
    stored, findings = synth_core.rename("p", "orders.column_1", "Order ID")
    assert findings == () and "__copy: ${{ this['Order ID'] }}\n" in (stored.recipe or "")
    stored, findings = synth_core.rename("p", "orders.Order ID", "number")
    assert findings == () and "__copy: ${{ this['number'] }}\n" in (stored.recipe or "")
    assert synth_core.preview("p", rows=3)[0].tables["orders"].num_rows == 3


@pytest.mark.parametrize(
    ("column", "new", "named"),
    [
        ("orders.column_9", "x", ["orders.column_9", "column_1, column_2, column_3, column_4"]),
        ("order.column_1", "x", ["order.column_1", "customers, order_lines, orders"]),
        ("customers.city", "town", ["customers.city", "without a header", "in the source"]),
        ("orders.column_1", "COLUMN_2", ["'COLUMN_2'", "already"]),
        ("orders.column_1", "a\x07", ["invisible character"]),
        ("orders.column_1", " ", ["empty"]),
    ],
)
def test_what_cannot_be_renamed_changes_nothing(
    project: Path, synth: Synth, column: str, new: str, named: list[str]
) -> None:
    before = files_below(project)
    said = synth("rename", "p", column, new)
    assert (said.code, said.out) == (1, "")
    for text in named:
        assert text in said.err
    assert files_below(project) == before


def test_only_the_case_of_a_name_can_change(project: Path) -> None:
    synth_core.rename("p", "orders.column_1", "Column_1")
    assert synth_core.open("p").project.table("orders").key_columns == ("Column_1",)


@pytest.mark.parametrize("command", ["infer", "draft", "preview"])
@pytest.mark.parametrize(
    ("old", "place"),
    [("column_1", "primary key"), ("column_2", "orders(column_2) → customers(customer_id)")],
)
def test_half_a_change_by_hand_is_named(
    project: Path, synth: Synth, old: str, place: str, command: str
) -> None:
    def change(data: dict[str, Any]) -> None:
        for each in orders(data)["columns"]:
            each["name"] = "mine" if each["name"] == old else each["name"]

    by_hand(project, change)
    said = synth(command, "p")
    assert (said.code, said.out) == (1, "")
    for text in ("p/project.yaml", place, f"orders.{old}", "mine", "synth rename"):
        assert text in said.err


def test_a_name_by_hand_that_no_recipe_can_hold_is_found(project: Path) -> None:
    def change(data: dict[str, Any]) -> None:
        orders(data)["columns"][3]["name"] = "state "

    by_hand(project, change)
    [bad] = errors(synth_core.infer("p")[1])
    assert (bad.code, bad.table, bad.column) == ("source.column-name", "orders", "state ")
    assert "synth rename PROJECT 'orders.state ' NEW" in bad.hint
    synth_core.rename("p", "orders.state ", "state")
    assert errors(synth_core.infer("p")[1]) == []


def test_facts_of_other_columns_are_not_used(project: Path, synth: Synth) -> None:
    """Renamed everywhere in project.yaml, but not measured again."""

    def change(data: dict[str, Any]) -> None:
        orders(data)["columns"][3]["name"] = "state"

    by_hand(project, change)
    for command in ("draft", "preview"):
        if command == "preview":
            recipe = project / "recipe.yml"
            recipe.write_text(recipe.read_text().replace("column_4:", "state:"))
        said = synth(command, "p")
        assert (said.code, said.out) == (1, "")
        for text in ("orders", "column_4, state", "synth infer p"):
            assert text in said.err
    with pytest.raises(ProjectError, match="synth infer p"):
        synth_core.draft("p")
    synth_core.infer("p")
    # Each customer has orders of one state.
    assert set(drafted_field("state")["Synth.per"]["value"]["Synth.choice"]) == {"open", "done"}


def test_facts_follow_in_whatever_they_name_the_column(
    synth: Synth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ledger without a header: groups of rows with numbers of their own, a balance, what is filled by a state."""
    lines, balance, number = [], 0, 0
    for account in range(60):
        for line in range(1, 3 + account % 5):
            number += 1
            amount = 5 + number * 37 % 90
            balance += 2 * amount + 1
            state = ["open", "closed"][number % 2]
            note = f"2024-03-{1 + number % 28:02}" if state == "closed" else ""
            opened = f"2023-11-{1 + account % 28:02}" if line == 1 else ""
            lines.append(f"{4000 + account},{line},{amount}.50,{balance / 2:.2f},{state},{note},{opened}")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ledger.csv").write_text("\n".join(lines) + "\n")
    home = tmp_path / "home"
    monkeypatch.setenv("SYNTH_HOME", str(home))
    synth_core.init("p", str(tmp_path / "in"), str(tmp_path / "out"))
    facts = facts_of(synth_core.infer("p")[0])
    assert facts.group and facts.group.counted and facts.group.first and facts.balances and facts.nulls
    for number in range(1, 8):
        done(synth("rename", "p", f"ledger.column_{number}", f"c{number}"))
    assert "column_" not in (home / "p" / "profile.json").read_text()
    after = facts_of(synth_core.open("p"))
    assert after.group and after.group.column == facts.group.column.replace("column_", "c")
    assert after.balances[0].amounts == tuple(
        each.replace("column_", "c") for each in facts.balances[0].amounts
    )


def test_what_is_taken_from_another_table_follows_on_both_sides(
    synth: Synth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither file has a header, and each line has the price of its product."""
    price = {product: 5 + product * 37 % 90 for product in range(40)}
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "products.csv").write_text(
        "".join(f"P{7000 + each},{cost}.50,colour {each}\n" for each, cost in price.items())
    )
    (tmp_path / "in" / "lines.csv").write_text(
        "".join(f"{9000 + i},P{7000 + i * 7 % 40},{price[i * 7 % 40]}.50\n" for i in range(400))
    )
    home = tmp_path / "home"
    monkeypatch.setenv("SYNTH_HOME", str(home))
    synth_core.init("p", str(tmp_path / "in"), str(tmp_path / "out"))
    synth_core.infer("p")
    for place, name in (
        ("products.column_2", "price"),
        ("lines.column_3", "unit_price"),
        ("lines.column_2", "product"),
    ):
        done(synth("rename", "p", place, name))
    stored = synth_core.infer("p")[0]
    assert stored.profile is not None
    [link] = [each for each in stored.profile.links if each.table == "lines"]
    assert link.copied == (("unit_price", "price"),)
    done(synth("edit", "p", "lines.wanted=300"))
    done(synth("rename", "p", "products.column_3", "colour"))
    done(synth("rename", "p", "products.price", "cost"))
    done(synth("rename", "p", "lines.unit_price", "cost"))
    stored = synth_core.open("p")
    assert stored.profile is not None
    assert [each.copied for each in stored.profile.links if each.table == "lines"] == [(("cost", "cost"),)]
