"""Fuzzing: whatever a text holds, vetting answers with findings; and what it lets pass stays on its lists."""

from __future__ import annotations

import math
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import jinja2
import pytest
import yaml
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from jinja2.nativetypes import NativeEnvironment

from synth_core.errors import RecipeError
from synth_core.model.findings import errors
from synth_core.recipe.catalogue.formulas import METHODS, PARTS
from synth_core.recipe.catalogue.plugins import PLUGIN_FUNCTIONS, PLUGINS
from synth_core.recipe.catalogue.providers import find_provider
from synth_core.recipe.compile import Recipe, compile_recipe
from synth_core.recipe.vetting import vet

PROPERTY = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
LONG = settings(PROPERTY, max_examples=8_000)

# --- formulas ---

ROW = {"a": "text", "n": 3, "when": date(2024, 2, 29)}
# Mostly what is allowed, or next to nothing would pass.
_NAMES = (
    *(*ROW, "other", "this", "id", "count", "child_index", "today", "now", "null", "true", "v") * 5,
    *("Math", "Math", "Base64", "Counters"),
    *("later", "fake", "random_number", "random_choice", "date", "datetime_between", "relativedelta", "int"),
    *("cycler", "joiner", "namespace", "lipsum", "dict", "range", "self", "UniqueId", "Synth", "context"),
    *("__import__", "snowfakery_filename", "loop", "template", "caller", "varargs", "debug", "unique_id"),
)
_ATTRIBUTES = (
    *(
        "upper",
        "strip",
        "isoformat",
        "year",
        "days",
        "id",
        "a",
        "n",
        "x",
        "startswith",
        "first_name",
        "sqrt",
        "pi",
        "max",
        "round",
    )
    * 5,
    *("encode", "NumberCounter", "factorial", "next", "gcd", "pow"),
    *(
        "__class__",
        "__init__",
        "__globals__",
        "_values",
        "_x",
        "mro",
        "format",
        "format_map",
        "join",
        "encode",
    ),
    *(
        "func",
        "replace",
        "real",
        "count",
        "index",
        "strftime",
        "timestamp",
        "fromtimestamp",
        "today",
        "context",
    ),
)
_FILTERS = (
    *("upper", "default(1)", "replace('a', 'b')", "round(1)", "int", "length", "string", "d(2)") * 5,
    *("attr('__class__')", "map(attribute='__class__')", "selectattr('a')", "format(1)", "list", "first"),
    *("join('x')", "batch(9)", "sum", "sort(attribute='__x__')", "groupby('__x__')", "center(9)", "tojson"),
)
_TESTS = ("defined", "none", "even", "callable", "sameas(1)", "filter", "in [1]", "number", "odd")
_CONSTANTS = (
    "1",
    "0",
    "2.5",
    "-7",
    "64",
    "1000",
    "99999999",
    "'x'",
    "'%s'",
    "'%99999d'",
    "'__class__'",
    "'{0.a}'",
)


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    attribute, name = st.sampled_from(_ATTRIBUTES), st.sampled_from(_NAMES)
    operator = st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "~", "==", "<", "in", "and", "or"])
    return st.one_of(
        st.builds("{}.{}".format, inner, attribute),
        st.builds("{}['{}']".format, inner, attribute),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}[{}:{}]".format, inner, inner, inner),
        st.builds("{}({})".format, name, inner),
        st.builds("{}.{}({})".format, inner, attribute, inner),
        st.builds("{}.{}()".format, inner, attribute),
        st.builds("{}(min={}, max={})".format, name, inner, inner),
        st.builds("{}(*[{}])".format, name, inner),
        st.builds("{}(**{{'a': {}}})".format, name, inner),
        st.builds("fake.{}({})".format, attribute, inner),
        st.builds("Math.{}({}, {})".format, attribute, inner, inner),
        st.builds("({} | {})".format, inner, st.sampled_from(_FILTERS)),
        st.builds("({} is {})".format, inner, st.sampled_from(_TESTS)),
        st.builds("({} {} {})".format, inner, operator, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("({}, {})".format, inner, inner),
        st.builds("{{'a': {}}}".format, inner),
        st.builds("not {}".format, inner),
        st.builds("-{}".format, inner),
    )


FORMULAS = st.recursive(st.sampled_from(_NAMES + _CONSTANTS), _grow, max_leaves=6)


class Row:
    """A row as formulas see it."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields


class Provider:
    """`fake`."""


class Plugin:
    """A plugin of Snowfakery."""

    def __init__(self, name: str) -> None:
        self.name = name

    def part(self, name: str) -> Any:
        declared = PLUGIN_FUNCTIONS[f"{self.name}.{name}"]
        assert declared.in_formulas, name
        return getattr(math, name, min) if self.name == "Math" else lambda value: "encoded"


_KNOWN = (str, bool, int, float, date, datetime, timedelta, type(None), list, tuple, Row, Provider, Plugin)


class Watched(NativeEnvironment):
    """Evaluates formulas as Snowfakery does, and fails where one reaches what is on no list."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.reach(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return self.reach(obj, argument) if isinstance(argument, str) else super().getitem(obj, argument)

    def reach(self, obj: Any, name: str) -> Any:
        if isinstance(obj, jinja2.Undefined):
            return super().getattr(obj, name)
        assert isinstance(obj, _KNOWN), f"reached {name} of a {type(obj).__name__}"
        assert not name.startswith("_"), name
        if isinstance(obj, Row):
            return obj.fields.get(name, 1)
        if isinstance(obj, Plugin):
            return obj.part(name)
        if isinstance(obj, Provider):
            assert find_provider(name), name
            return lambda *values, **named: "made"
        assert name in {*PARTS, *METHODS, *ROW, "x", "id"}, name
        return super().getattr(obj, name)


WATCHED = Watched(
    variable_start_string="${{", variable_end_string="}}", block_start_string="${%", block_end_string="%}"
)
_OTHER = Row({"id": 1, "x": 2, "a": "o"})
_SPACE: dict[str, Any] = {
    **ROW,
    "other": _OTHER,
    "this": Row(ROW),
    "id": 1,
    "count": 3,
    "child_index": 0,
    "v": "value",
    "today": date(2026, 1, 1),
    "now": datetime(2026, 1, 1),
    "fake": Provider(),
    "Math": Plugin("Math"),
    "Counters": Plugin("Counters"),
    "Base64": Plugin("Base64"),
    "null": None,
    "random_number": lambda min=0, max=1, step=1: min,
    "random_choice": lambda *choices: choices[0],
    "date": lambda *parts, **named: date(2024, 1, 1),
    "datetime_between": lambda **named: datetime(2024, 1, 1),
    "relativedelta": lambda **named: timedelta(1),
    "int": int,
    "UniqueId": object(),
    "Synth": object(),
    "unique_id": 1,
    "context": object(),
}


def with_formula(formula: str) -> str:
    """A recipe with the formula in it."""
    return yaml.safe_dump(
        [
            {"snowfakery_version": 3},
            *({"plugin": plugin.path} for plugin in PLUGINS.values()),
            {"var": "v", "value": "value"},
            {"object": "other", "fields": {"x": 2, "a": "o"}},
            {"object": "t", "fields": {"a": "text", "n": 3, "when": "2024-02-29", "f": formula, "later": 1}},
        ],
        sort_keys=False,
    )


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fails what does not come to an end."""

    def stop(*_: object) -> None:
        raise AssertionError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def check_formula(text: str) -> None:
    formula = f"${{{{ {text} }}}}"
    with at_most(20):
        refused = errors(vet(with_formula(formula)))
    event("refused" if refused else "passed")
    if refused:
        return
    try:
        with at_most(20):
            value = WATCHED.from_string(formula).render(_SPACE)
            assert len(str(value)) < 1_000_000
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
        return  # It makes no sense; that is the author's affair.


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@PROPERTY
@given(FORMULAS)
def test_a_formula_that_passes_reaches_nothing_that_is_not_listed(text: str) -> None:
    check_formula(text)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.slow
@LONG
@given(FORMULAS)
def test_many_formulas_that_pass_reach_nothing_that_is_not_listed(text: str) -> None:
    check_formula(text)


def test_the_watch_sees_what_it_is_for() -> None:
    for hostile in (
        "a.__class__",
        "a['__class__']",
        "cycler.next",
        "a.format(1)",
        "fake.context",
        "other._x",
    ):
        with pytest.raises(AssertionError):
            WATCHED.from_string(f"${{{{ {hostile} }}}}").render(_SPACE)


# --- texts and trees ---

RECIPE = """\
- snowfakery_version: 3
- plugin: synth_core.recipe.plugin.Synth
- var: v
  value: 3
- macro: m
  fields:
    stamp: ${{ today }}
- object: customers
  count: 5
  include: m
  nickname: c
  fields:
    id: {Synth.sequence: {start: 1}}
    name: {fake: FirstName}
    kind: {Synth.choice: {retail: 70%, "pro": 30%}}
    since: {Synth.quantiles: {values: ["2020-01-01", "2024-01-01"]}}
  friends:
    - object: cards
      fields:
        owner: {reference: customers}
        no: ${{ this.owner.id * 2 }}
- object: orders
  fields:
    customer: {Synth.reference: {table: customers, column: id, children: {"0": 10%, "1-3": 90%}}}
    state:
      random_choice:
        - choice: {pick: open, probability: 20%}
        - choice: {pick: &x done}
    last: *x
"""
_PIECES = (
    *(
        "\n",
        "  ",
        "- ",
        ": ",
        "{",
        "}",
        "[",
        "]",
        "&x ",
        "*x",
        "!!python/name:os.system ",
        "#",
        "'",
        '"',
        "|\n",
    ),
    *(
        "${{",
        "}}",
        "${%",
        "<<: *x",
        "\t",
        "\x00",
        "\ufeff",
        "\u2028",
        "---\n",
        "...\n",
        "? ",
        "= ",
        "\r",
        "😀",
    ),
    *(
        "object",
        "fields",
        "count",
        "Synth.reference",
        "friends",
        "include: m",
        "1e999",
        "0x1F",
        "1_000",
        "yes",
    ),
)


@st.composite
def broken(draw: st.DrawFn) -> str:
    """The recipe after a few accidents."""
    text = RECIPE
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        new = draw(st.sampled_from([*_PIECES, "", text[start:end] * 2]))
        text = text[:start] + new + text[end:]
    return text


_WORDS = st.sampled_from(
    [
        *(
            "object",
            "fields",
            "count",
            "friends",
            "nickname",
            "include",
            "macro",
            "var",
            "value",
            "option",
            "plugin",
        ),
        *(
            "Synth.choice",
            "Synth.struct",
            "Synth.array",
            "Synth.reference",
            "table",
            "column",
            "random_choice",
        ),
        *(
            "if",
            "choice",
            "pick",
            "when",
            "fake",
            "fake.text",
            "reference",
            "T",
            "__x__",
            "",
            "../x",
            "just_once",
        ),
    ]
)
_SCALARS = st.one_of(
    _WORDS, st.integers(), st.floats(), st.booleans(), st.none(), st.text(max_size=12), st.dates(), FORMULAS
)
TREES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(_WORDS | st.integers(), inner, max_size=5)
    ),
    max_leaves=25,
)


def check_text(text: str) -> None:
    """Vetting answers, and what it lets pass compiles or says why not."""
    with at_most(20):
        refused = errors(vet(text))
    if refused:
        assert all(each.message for each in refused)
        return
    with at_most(20):
        try:
            counts = {table: count or 1 for table, count in Recipe.read(text).counts().items()}
            compiled = compile_recipe(text, counts, seed=1, today=date(2026, 1, 1))
        except RecipeError:
            return
        assert yaml.safe_load(compiled.text)


@PROPERTY
@given(broken())
def test_a_broken_recipe_gets_findings(text: str) -> None:
    check_text(text)


@PROPERTY
@given(st.lists(st.dictionaries(_WORDS, TREES, max_size=4), max_size=4) | TREES)
def test_any_tree_gets_findings(tree: Any) -> None:
    check_text(yaml.safe_dump(tree, allow_unicode=True))


@PROPERTY
@given(st.text() | st.binary().map(lambda data: data.decode("utf-8", "surrogateescape")))
def test_any_text_gets_findings(text: str) -> None:
    check_text(text)


@pytest.mark.slow
@LONG
@given(st.one_of(broken(), TREES.map(lambda tree: yaml.safe_dump(tree, allow_unicode=True)), st.text()))
def test_many_texts_get_findings(text: str) -> None:
    check_text(text)
