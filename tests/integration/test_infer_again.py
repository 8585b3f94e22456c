"""Inferring again: what a person decided in `project.yaml` stays, whatever the source says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from small_shop import Synth, done, folder

import synth_core
from synth_core.errors import ProjectError
from synth_core.model.inferred import Origin
from synth_core.model.project import Project

Edit = Callable[[Callable[[dict[str, Any]], None]], None]
HUMAN = {"origin": "human", "evidence": "I know"}


@pytest.fixture(scope="module")
def inferred(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a project `p` over files, inferred once; the source lies beside it."""
    place = tmp_path_factory.mktemp("inferred")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNTH_HOME", str(place / "home"))
        synth_core.init("p", str(folder(place / "source")), str(place / "out"))
        synth_core.infer("p")
    return place


@pytest.fixture
def source(inferred: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's source, a copy for one test."""
    for path in sorted(inferred.rglob("*")):
        copy = tmp_path / path.relative_to(inferred)
        if path.is_dir():
            copy.mkdir()
        else:
            copy.write_bytes(path.read_bytes())
    project = tmp_path / "home" / "p" / "project.yaml"
    project.write_text(project.read_text().replace(str(inferred), str(tmp_path)))
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    return tmp_path / "source"


@pytest.fixture
def by_hand(source: Path) -> Edit:
    """Changes `project.yaml` as a person would: `by_hand(change)`."""

    def change(how: Callable[[dict[str, Any]], None]) -> None:
        path = source.parent / "home" / "p" / "project.yaml"
        data = yaml.safe_load(path.read_text())
        how(data)
        path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True))

    return change


def table(data: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in data["tables"] if each["name"] == name)
    return found


def column(data: dict[str, Any], name: str, column_name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in table(data, name)["columns"] if each["name"] == column_name)
    return found


def again() -> Project:
    synth_core.infer("p")
    return synth_core.open("p").project


def test_inferring_again_alone_changes_nothing(source: Path) -> None:
    path = source.parent / "home" / "p" / "project.yaml"
    before = path.read_text()
    again()
    assert path.read_text() == before


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("type", "STRING"),
        ("mode", "REQUIRED"),
        ("meaning", "category"),
        ("personal", True),
    ],
)
def test_what_a_person_said_of_a_column_stays(source: Path, by_hand: Edit, what: str, value: object) -> None:
    def edit(data: dict[str, Any]) -> None:
        column(data, "order_lines", "quantity")[what] = {"value": value, **HUMAN}

    measured = getattr(synth_core.open("p").project.table("order_lines").column("quantity"), what)
    assert str(getattr(measured.value, "value", measured.value)) != str(value)
    by_hand(edit)
    project = again()
    kept = getattr(project.table("order_lines").column("quantity"), what)
    assert (kept.origin, kept.evidence) == (Origin.HUMAN, "I know")
    assert str(getattr(kept.value, "value", kept.value)) == str(value)
    others = [each for each in project.table("order_lines").columns if each.name != "quantity"]
    assert all(getattr(each, what).origin is not Origin.HUMAN for each in others)
    if what == "type":
        facts = synth_core.open("p").profile
        assert facts is not None
        assert facts.table("order_lines").column("quantity").length_quantiles, "measured as text now"


def test_a_type_that_the_values_do_not_have_is_refused(source: Path, by_hand: Edit, synth: Synth) -> None:
    def edit(data: dict[str, Any]) -> None:
        column(data, "customers", "city")["type"] = {"value": "INT64", **HUMAN}

    by_hand(edit)
    path = source.parent / "home" / "p" / "project.yaml"
    before = path.read_text()
    said = synth("infer", "p")
    assert (said.code, said.out) == (1, "")
    for named in ("customers.csv", "city", "INT64", "Köln", "row 1"):
        assert named in said.err
    assert path.read_text() == before


def test_a_primary_key_of_a_person_stays(source: Path, by_hand: Edit) -> None:
    def edit(data: dict[str, Any]) -> None:
        table(data, "customers")["primary_key"] = {"value": ["full_name"], **HUMAN}

    by_hand(edit)
    project = again()
    key = project.table("customers").primary_key
    assert key is not None and (key.value, key.origin) == (("full_name",), Origin.HUMAN)
    assert project.table("customers").column("full_name").mode.value == "REQUIRED"
    assert project.table("customers").column("customer_id").mode.value == "NULLABLE"


def test_a_table_without_a_key_by_a_persons_word_has_none(source: Path, by_hand: Edit) -> None:
    def edit(data: dict[str, Any]) -> None:
        table(data, "customers")["primary_key"] = {"value": [], **HUMAN}
        data["links"] = [link for link in data.get("links", []) if link["ref_table"] != "customers"]

    by_hand(edit)
    assert again().table("customers").key_columns == ()


def test_rejected_links_stay_rejected_and_added_ones_stay(source: Path, by_hand: Edit) -> None:
    def edit(data: dict[str, Any]) -> None:
        [found] = [link for link in data["links"] if link["table"] == "orders"]
        found["accepted"] = {"value": False, **HUMAN}
        data["links"].append(
            {
                "table": "order_lines", "columns": ["quantity"],
                "ref_table": "customers", "ref_columns": ["customer_id"],
                "accepted": {"value": True, **HUMAN},
            }
        )  # fmt: skip

    by_hand(edit)
    project = again()
    decided = {
        str(link): link.accepted.value for link in project.links if link.accepted.origin is Origin.HUMAN
    }
    assert decided == {
        "orders(column_2) → customers(customer_id)": False,
        "order_lines(quantity) → customers(customer_id)": True,
    }
    assert "orders(column_2) → customers(customer_id)" not in map(str, project.accepted_links)


def test_both_sides_of_a_link_that_a_person_added_get_one_type(source: Path, by_hand: Edit) -> None:
    def edit(data: dict[str, Any]) -> None:
        ends = {
            "table": "orders",
            "columns": ["column_1"],
            "ref_table": "customers",
            "ref_columns": ["full_name"],
        }
        data["links"].append({**ends, "accepted": {"value": True, **HUMAN}})

    by_hand(edit)
    project = again()
    types = [str(project.table(name).column(column).type.value) for name, column in (
        ("orders", "column_1"), ("customers", "full_name"), ("order_lines", "order_id"),
    )]  # fmt: skip
    assert types[:2] == ["STRING", "STRING"]
    linked = "order_lines(order_id) → orders(column_1)" in map(str, project.accepted_links)
    assert types[2] == ("STRING" if linked else "INT64")
    assert again() == project


def test_a_dialect_of_a_person_stays(source: Path, by_hand: Edit) -> None:
    """Here the person says that the first line is data, and so names the columns."""

    def edit(data: dict[str, Any]) -> None:
        dialect = table(data, "order_lines")["dialect"]
        dialect["value"] |= {"header_rows": 0, "banner": ["order_id\tline_no\tquantity"]}
        dialect |= HUMAN

    by_hand(edit)
    found = again().table("order_lines")
    assert found.dialect is not None
    assert (found.dialect.origin, found.dialect.value.header_rows) == (Origin.HUMAN, 0)
    assert found.rows == 180
    assert [each.name for each in found.columns] == ["order_id", "line_no", "quantity"]


def test_names_of_headerless_columns_stay(source: Path, by_hand: Edit) -> None:
    names = {"column_1": "Order ID", "column_2": "customer", "column_3": "park.key", "column_4": "state"}

    def edit(data: dict[str, Any]) -> None:
        for each in table(data, "orders")["columns"]:
            each["name"] = names[each["name"]]
        table(data, "orders")["primary_key"]["value"] = ["Order ID"]
        for link in data["links"]:
            link["columns"] = [names.get(name, name) for name in link["columns"]]
            link["ref_columns"] = [names.get(name, name) for name in link["ref_columns"]]

    by_hand(edit)
    for _ in range(2):
        project = again()
        assert [each.name for each in project.table("orders").columns] == list(names.values())
        assert project.table("orders").key_columns == ("Order ID",)
        assert "orders(customer) → customers(customer_id)" in map(str, project.accepted_links)
    synth_core.draft("p")
    recipe = synth_core.open("p").recipe or ""
    assert '"Order ID":' in recipe and "column_1" not in recipe


def test_wanted_counts_stay_when_a_person_set_them_and_follow_the_source_otherwise(
    source: Path, by_hand: Edit
) -> None:
    def edit(data: dict[str, Any]) -> None:
        table(data, "customers")["wanted"] = 500

    by_hand(edit)
    lines = source / "order_lines.tsv"
    lines.write_text(lines.read_text() + "5001\t3\t1\n")
    project = again()
    assert (project.table("customers").wanted, project.table("customers").rows) == (500, 60)
    assert (project.table("order_lines").wanted, project.table("order_lines").rows) == (181, 181)


def test_decisions_on_what_is_gone_go_with_it(source: Path, by_hand: Edit) -> None:
    """The source lost a column and a table: decisions on them go, all others stay."""

    def edit(data: dict[str, Any]) -> None:
        table(data, "customers")["primary_key"] = {"value": ["customer_id", "city"], **HUMAN}
        column(data, "customers", "balance")["personal"] = {"value": True, **HUMAN}
        rules = [("customer_id", "city"), ("customer_id", "balance")]
        table(data, "customers")["rules"] = [
            {"value": {"kind": "ordered", "columns": list(columns)}, **HUMAN} for columns in rules
        ]
        for child in ("orders", "order_lines"):
            name = "column_2" if child == "orders" else "quantity"
            data["links"] = [link for link in data["links"] if link["table"] != child] + [
                {
                    "table": child, "columns": [name], "ref_table": "customers", "ref_columns": ["customer_id"],
                    "accepted": {"value": True, **HUMAN},
                },
                {
                    "table": child, "columns": [name], "ref_table": "customers", "ref_columns": ["city"],
                    "accepted": {"value": False, **HUMAN},
                },
            ]  # fmt: skip

    by_hand(edit)
    (source / "orders.dat.gz").unlink()
    customers = source / "customers.csv"
    rows = customers.read_bytes().decode("latin-1").split("\r\n")
    kept = [rows[0], *(";".join(row.split(";")[:2] + row.split(";")[3:]) for row in rows[1:] if row)]
    customers.write_bytes(("\r\n".join(kept) + "\r\n").encode("latin-1"))
    _, findings = synth_core.infer("p")
    lost = [finding.message for finding in findings if finding.code == "project.link-lost"]
    assert len(lost) == 1 and "orders(column_2) → customers(customer_id)" in lost[0]
    project = synth_core.open("p").project
    assert [each.name for each in project.tables] == ["customers", "order_lines"]
    assert [each.name for each in project.table("customers").columns] == [
        "customer_id",
        "full_name",
        "balance",
    ]
    assert project.table("customers").key_columns == ("customer_id",)
    assert project.table("customers").column("balance").personal.origin is Origin.HUMAN
    assert [rule.value.columns for rule in project.table("customers").rules] == [("customer_id", "balance")]
    human = [str(link) for link in project.links if link.accepted.origin is Origin.HUMAN]
    assert human == ["order_lines(quantity) → customers(customer_id)"]


def test_a_link_to_a_column_that_never_was_is_named(source: Path, by_hand: Edit) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["links"][0]["columns"] = ["colunm_2"]

    by_hand(edit)
    with pytest.raises(ProjectError, match=r"p/project\.yaml can't be read: .*colunm_2"):
        synth_core.infer("p")


def test_an_edit_while_the_source_is_read_is_not_overwritten(
    synth: Synth, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = source.parent / "home" / "p" / "project.yaml"

    def edit_meanwhile(message: str) -> None:
        if message == "measuring":
            path.write_text(path.read_text() + "# mine\n")

    with pytest.raises(ProjectError, match=r"project\.yaml was changed by somebody else"):
        synth_core.infer("p", progress=edit_meanwhile)
    assert path.read_text().endswith("# mine\n")
    done(synth("infer", "p"))
