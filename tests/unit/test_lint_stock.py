"""What Snowfakery's validator reports, at the author's lines."""

from __future__ import annotations

from datetime import date

from synth_core.engine.validate import Reported
from synth_core.model.findings import Finding, Level
from synth_core.recipe.compile import compile_recipe
from synth_core.stages.lint.stock import asks_much, check_stock, stock_findings

TEXT = """- snowfakery_version: 3
- plugin: synth_core.recipe.plugin.Synth
- var: v
  value: 3

- macro: m
  fields:
    shared: ${{ v }}

# the first table
- object: "Order Lines"
  include: m
  fields:
    # comments do not count
    id: {Synth.sequence: 1}
    "unit price":
      fake.pyint:
        min_value: 1
    __hidden: 5
  friends:
    - object: other
      fields: {x: 1}
"""
COMPILED = compile_recipe(TEXT, {"Order Lines": 3}, seed=1, today=date(2024, 1, 1))


def line_of(text: str) -> int:
    """The first line of the compiled recipe that begins so."""
    lines = [line.strip(" -") for line in COMPILED.text.splitlines()]
    return next(number for number, line in enumerate(lines, start=1) if line.startswith(text))


def say(message: str, line: int | None, *, is_error: bool = True) -> Finding:
    [finding] = stock_findings([Reported(is_error, message, line)], COMPILED, TEXT)
    return finding


def place(finding: Finding) -> tuple[str, str, int | None, int | None]:
    return finding.table, finding.column, finding.line, finding.column_number


def test_places_are_those_of_the_author() -> None:
    assert place(say("x", line_of("min_value"))) == ("Order Lines", "unit price", 16, 5)
    assert place(say("x", line_of("c_unit_price"))) == ("Order Lines", "unit price", 16, 5)
    assert place(say("x", line_of("__hidden"))) == ("Order Lines", "__hidden", 19, 5)
    assert place(say("x", line_of("shared"))) == ("Order Lines", "shared", 8, 5)
    assert place(say("x", line_of("x: 1"))) == ("other", "x", 22, 16)
    assert place(say("x", line_of("object: t_Order_Lines"))) == ("Order Lines", "", 11, 11)
    for line in (None, 1, line_of("var: v")):
        assert place(say("x", line)) == ("", "", None, None)


def test_what_depends_on_the_row_is_a_warning_and_words_are_plain() -> None:
    line = line_of("min_value")
    formula = say("Jinja template type error: can only concatenate str", line)
    assert (formula.level, formula.code) == (Level.WARNING, "recipe.snowfakery")
    assert (
        formula.message
        == "Snowfakery's validator: a formula fails for the first row: can only concatenate str."
    )
    inner = say("Internal validation error for 'Synth.offset': t.b: `after: a` is no number.", line)
    assert inner.level is Level.WARNING and "Internal" not in inner.message
    plain = say("fake.pyint: Execution error: empty range", line)
    assert plain.level is Level.ERROR
    weights = say("random_choice: Warning - probabilities add up to 70.0%", line, is_error=False)
    assert (weights.level, weights.message) == (
        Level.WARNING,
        "Snowfakery's validator: random_choice: probabilities add up to 70.0%.",
    )
    named = say("Jinja template error: 'c_unit_price' is undefined", line)
    assert "'unit price' is undefined" in named.message


def test_it_is_only_asked_where_it_knows_more() -> None:
    head = "- object: t\n  fields:\n    a: {Synth.sequence: 1}\n    b: {fake: Name}\n"
    assert not asks_much(head)
    for more in ("c: ${{ a }}", "c: {random_number: {min: 1, max: 2}}", "c: {fake.pyint: {min_value: 1}}"):
        assert asks_much(f"{head}    {more}\n")


def test_a_choice_whose_pick_the_validator_could_not_work_out_has_one() -> None:
    # It takes a generator inside of another one for what it makes of it, which may be nothing.
    text = """- snowfakery_version: 3
- plugin: synth_core.recipe.plugin.Synth
- object: lines
  fields:
    x: {Synth.nullable: {nulls: 10%, value: {Synth.choice: {b: 100%}}}}
    y:
      if:
        - choice: {when: "${{ x is none }}", pick: null}
        - choice:
            pick:
              random_choice:
                - choice: {probability: 45%, pick: {Synth.choice: {b: 100%}}}
                - choice: {probability: 55%, pick: {Synth.words: {count: [1, 2]}}}
"""
    assert not check_stock(text, {"lines": 5}, date(2024, 1, 1), {"lines": ("x", "y")})
