"""What changed between two projects, in words: everything, and nothing twice."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from synth_core.history.project_changes import project_changes
from synth_core.history.project_yaml import dump, parse
from synth_core.model.project import Project

SHOP = yaml.safe_load(
    """
    version: 1
    name: shop
    source: data
    target: {uri: out}
    tables:
    - name: customer
      source: {kind: delimited, uri: data, files: [data/customer.csv], full_name: data/customer.csv}
      rows: 60
      wanted: 60
      dialect: {value: {delimiter: ";"}, confidence: 0.9}
      primary_key: {value: [id], evidence: unique}
      columns:
      - {name: id, type: {value: INT64}, mode: {value: REQUIRED}, meaning: {value: id}, personal: {value: false}}
      - {name: mail, type: {value: STRING}, mode: {value: NULLABLE}, meaning: {value: email}, personal: {value: true}}
    - name: order
      source: {kind: delimited, uri: data, files: [data/order.csv], full_name: data/order.csv}
      rows: 150
      wanted: 150
      columns:
      - {name: "no", type: {value: INT64}, mode: {value: REQUIRED}, meaning: {value: id}, personal: {value: false}}
      - {name: who, type: {value: INT64}, mode: {value: NULLABLE}, meaning: {value: unknown}, personal: {value: false}}
    links:
    - {table: order, columns: [who], ref_table: customer, ref_columns: [id], accepted: {value: true, confidence: 0.8}}
    """
)
LINK = "order(who) → customer(id)"


def project(change: Callable[[Any], None] = lambda data: None) -> Project:
    data = copy.deepcopy(SHOP)
    change(data)
    return parse(yaml.safe_dump(data), "project.yaml")


def put(*path: Any) -> Callable[[Any], None]:
    """A change: the last of the path is the new value, the one before it the key."""
    *steps, key, value = path

    def change(data: Any) -> None:
        for step in steps:
            data = data[step]
        data[key] = value

    return change


def both(*changes: Callable[[Any], None]) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        for each in changes:
            each(data)

    return change


def columns(data: Any) -> Any:
    return data["tables"][0]["columns"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put("source", "more data"), ["source data → more data"]),
        (put("k", 20), ["k 10 → 20"]),
        (put("exposure", "rows"), ["exposure profile → rows"]),
        (put("only", ["customer", "order"]), ["only none → (customer, order)"]),
        (put("target", "mode", "replace"), ["target mode append → replace"]),
        (put("target", "files", "x y "), ["target files none → 'x y '"]),
        (put("tables", 0, "wanted", 7), ["customer: wanted 60 → 7"]),
        (put("tables", 0, "description", "a\nb"), ["customer: description none → 'a\\nb'"]),
        (put("tables", 0, "labels", {"team": "x"}), ["customer: labels none → team: x"]),
        (
            put("tables", 0, "dialect", "value", "delimiter", "\t"),
            ["customer: dialect delimiter ; → '\\t'"],
        ),
        (
            put("tables", 0, "primary_key", {"value": ["mail"], "origin": "human"}),
            ["customer: primary key (id) → (mail), as a person says"],
        ),
        (put("tables", 1, "primary_key", {"value": ["no"]}), ["order: primary key none → (no)"]),
        (
            put("tables", 0, "columns", 0, "type", {"value": "STRING", "origin": "human"}),
            ["customer.id: type INT64 → STRING, as a person says"],
        ),
        (
            put("tables", 0, "columns", 1, "personal", {"value": False, "origin": "model"}),
            ["customer.mail: personal yes → no, as a model says"],
        ),
        (
            put("tables", 0, "columns", 1, "personal", {"value": True, "origin": "human"}),
            ["customer.mail: personal stays yes, as a person says"],
        ),
        (put("tables", 0, "columns", 1, "null_text", "-"), ["customer.mail: null text none → -"]),
        (
            both(
                put("tables", 0, "columns", 1, "type", "evidence", "seen"),
                put("tables", 0, "dialect", "confidence", 0.5),
            ),
            ["customer: other evidence or confidence for dialect, type of mail"],
        ),
        (
            lambda data: columns(data).append({**columns(data)[1], "name": "phone"}),
            ["customer.phone is new, STRING"],
        ),
        (lambda data: columns(data).pop(), ["customer.mail is gone"]),
        (lambda data: columns(data).reverse(), ["customer: the columns are in another order"]),
        (lambda data: data["tables"].reverse(), ["the tables are in another order"]),
        (
            both(lambda data: data["tables"].pop(), put("links", [])),
            ["table order is gone", f"link {LINK} is gone"],
        ),
        (
            lambda data: data["tables"].append({**data["tables"][0], "name": "visitor"}),
            ["table visitor is new, with 2 columns"],
        ),
        (
            put("tables", 0, "rules", [{"value": {"kind": "ordered", "columns": ["id", "mail"]}}]),
            ["customer: rule ordered (id, mail) is new, as measured"],
        ),
        (
            put("links", 0, "accepted", {"value": False, "origin": "human"}),
            [f"link {LINK} is not accepted any more, as a person says"],
        ),
        (
            put("links", 0, "accepted", {"value": True, "origin": "human"}),
            [f"link {LINK} stays accepted, as a person says"],
        ),
        (put("links", 0, "accepted", "confidence", 0.5), [f"link {LINK}: other evidence or confidence"]),
    ],
)
def test_each_change_is_told_once(change: Callable[[Any], None], expected: list[str]) -> None:
    assert list(project_changes(project(), project(change))) == expected
    assert len(project_changes(project(change), project())) == len(expected)


def test_a_new_link_says_whether_it_holds() -> None:
    without = project(put("links", []))
    assert project_changes(without, project()) == (f"link {LINK} is new, accepted, as measured",)


def test_nothing_is_told_of_equal_projects() -> None:
    assert project_changes(project(), parse(dump(project()).decode(), "project.yaml")) == ()


def test_every_change_of_a_field_is_seen() -> None:
    """No field is left out of what is compared: each that a model has is changed in one of the cases or is here."""
    changed = project(
        both(
            put("tables", 0, "rows", 61),
            put("tables", 0, "partitioning", "DATE(x)"),
            put("tables", 0, "clustering", ["id"]),
            put("tables", 0, "source", "files", ["data/other.csv"]),
            put("tables", 0, "columns", 0, "format", "#"),
            put("tables", 0, "columns", 0, "description", "x"),
            put("tables", 0, "columns", 0, "mode", {"value": "NULLABLE"}),
            put("tables", 0, "columns", 0, "meaning", {"value": "unknown"}),
        )
    )
    said = project_changes(project(), changed)
    assert len(said) == 8
    for words in (
        "rows 60 → 61",
        "partitioning",
        "clustering none → (id)",
        "data/other.csv",
        "format",
        "mode",
        "meaning",
    ):
        assert any(words in line for line in said), words
