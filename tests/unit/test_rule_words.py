"""Rules as they are written in a project, and by people."""

from __future__ import annotations

import pytest
from lint_helpers import project_of
from pydantic import ValidationError

from synth_core.errors import ProjectError, UsageError
from synth_core.model.inferred import Inferred
from synth_core.model.project import Project
from synth_core.model.rule import Rule
from synth_core.stages.infer.keep import keep_human
from synth_core.stages.review import Reviewed, apply
from synth_core.stages.review.rule_words import parse_rule
from synth_core.stages.review.words import parse_edits

COLUMNS = {
    "net": "NUMERIC",
    "tax": "NUMERIC",
    "total": "NUMERIC",
    "n": "INT64",
    "off": "NUMERIC",
    "opened": "DATE",
    "closed": "DATE",
    "days": "INT64",
    "zip": "STRING",
    "city": "STRING",
    "a - b": "INT64",
}
PROJECT = project_of({"t": COLUMNS})


def edited(project: Project, *texts: str) -> Project:
    return apply(Reviewed(project=project), parse_edits(project, texts)).project


def rules(project: Project) -> list[str]:
    return [str(rule.value) for rule in project.tables[0].rules]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("opened <= closed", "opened ≤ closed"),
        ("total = net + tax", "total = net + tax"),
        ("total = n * net", "total = n × net"),
        ("total = n * net * (1 - off)", "total = n × net × (1 - off)"),
        ("tax = total - net", "tax = total - net"),
        ("total = net + tax - off", "total = net + tax - off"),
        ("total = net - tax - off", "total = net - tax - off"),
        ("total = n + net - off - tax", "total = n + net - off - tax"),
        ("total = n * net * (1 - off / 100)", "total = n × net × (1 - off / 100)"),
        ("total = net * (1 + tax)", "total = net × (1 + tax)"),
        ("total = net * (1+tax/100)", "total = net × (1 + tax / 100)"),
        ("tax = net * off / 100", "tax = net × off / 100"),
        ("tax = net / total * 100", "tax = net / total × 100"),
        ("tax = net * 0.19", "tax = net × 0.19"),
        ("tax = net / 1000", "tax = net / 1000"),
        ("total = net × 1.19", "total = net × 1.19"),
        ("days = closed - opened in days", "days = closed - opened in days"),
        ("off = tax / net", "off = tax / net"),
        ("n = year of opened", "n = year of opened"),
        ("n = days", "n = days"),
        ("zip -> city", "zip → city"),
        ("zip, n → city", "zip, n → city"),
        ("zip, city null together", "zip, city null together"),
        ("n = a - b", "n = a - b"),
    ],
)
def test_what_a_person_writes_is_what_is_shown(text: str, shown: str) -> None:
    rule = parse_rule(PROJECT.tables[0], text)
    assert str(rule) == shown and parse_rule(PROJECT.tables[0], shown) == rule


def test_a_column_may_have_a_sign_in_its_name() -> None:
    assert parse_rule(PROJECT.tables[0], "n = a - b").kind == "equal"


@pytest.mark.parametrize(
    "text", ["total = net + gone", "total", "net +", "total = net % tax", "gone -> city", "n = age of opened"]
)
def test_what_is_no_rule_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_rule(PROJECT.tables[0], text)
    assert "total = a + b" in str(caught.value.hint)


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "sum", "target": "a", "columns": ("a", "b")},
        {"kind": "sum", "columns": ("a", "b")},
        {"kind": "ordered", "target": "c", "columns": ("a", "b")},
        {"kind": "ratio", "target": "a", "columns": ("b",)},
        {"kind": "part", "target": "a", "columns": ("b",)},
        {"kind": "sum", "target": "a", "columns": ("b", "c"), "unit": "days"},
        {"kind": "sum", "target": "a", "columns": ("b",), "less": ("c",)},  # a difference
        {"kind": "difference", "target": "a", "columns": ("b", "c"), "less": ("d",)},
        {"kind": "sum", "target": "a", "columns": ("b", "c"), "factor": 2.0},
        {"kind": "product", "target": "a", "columns": ("b",), "factor": -2.0},
        {"kind": "product", "target": "a", "columns": ("b",), "discount": "c", "surcharge": "d"},
        {"kind": "product", "target": "a", "columns": ("b", "c"), "percent": True},
    ],
)
def test_a_rule_that_says_nothing_is_refused(data: dict) -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate(data)


def test_an_order_is_written_as_it_always_was() -> None:
    """Plans that were approved before are still the ones that were approved."""
    found = Inferred[Rule](value=Rule(kind="ordered", columns=("a", "b")), confidence=0.9, evidence="e")
    assert found.model_dump(mode="json") == {
        "value": {"kind": "ordered", "columns": ["a", "b"]},
        "origin": "measured",
        "confidence": 0.9,
        "evidence": "e",
    }


def test_a_rule_says_its_target_and_what_it_is_made_of() -> None:
    rule = Rule(kind="product", target="amount", columns=("n", "price"), discount="off", decimals=2)
    assert rule.model_dump(mode="json") == {
        "kind": "product",
        "target": "amount",
        "columns": ["n", "price"],
        "discount": "off",
        "decimals": 2,
    }


def test_rules_are_added_accepted_rejected_and_stay_out() -> None:
    project = edited(PROJECT, "rule t(total = net + tax)", "rule t(zip -> city)")
    assert rules(project) == ["total = net + tax", "zip → city"]
    project = edited(project, "unrule t(zip -> city)")
    assert rules(project) == ["total = net + tax"]
    measured = Inferred[Rule](value=Rule(kind="sum", target="total", columns=("net", "tax"), decimals=2))
    found = PROJECT.tables[0].model_copy(update={"rules": (measured,)})
    project = PROJECT.model_copy(update={"tables": (found,)})
    accepted = edited(project, "accept t(total = net + tax)")
    assert accepted.tables[0].rules[0].origin == "human"
    rejected = edited(project, "reject t(total = net + tax)")
    assert rules(rejected) == []
    assert rejected.tables[0].rejected_rules == (measured.value,)
    # Measured again, with other decimals: it stays out.
    again = found.model_copy(
        update={
            "rules": (
                measured.model_copy(update={"value": measured.value.model_copy(update={"decimals": 3})}),
            )
        }
    )
    assert keep_human(rejected.tables[0], again).rules == ()
    # And what a person accepted is not measured in another way.
    other = Inferred[Rule](value=Rule(kind="difference", target="tax", columns=("total", "net")))
    kept = keep_human(accepted.tables[0], found.model_copy(update={"rules": (other,)}))
    assert [str(rule.value) for rule in kept.rules] == ["total = net + tax"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("rule t(total = zip + city)", "can't be computed with"),
        ("rule t(n = year of zip)", "A part is one of a date"),
        ("rule t(zip <= city)", "have no order"),
    ],
)
def test_columns_of_the_wrong_kind_are_refused(text: str, why: str) -> None:
    with pytest.raises(ProjectError, match=why):
        edited(PROJECT, text)


def test_a_column_follows_from_one_rule() -> None:
    project = edited(PROJECT, "rule t(total = net + tax)")
    with pytest.raises(ProjectError, match="follows from other columns by another rule"):
        edited(project, "rule t(total = n * net)")
