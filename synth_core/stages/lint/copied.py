"""Texts in a recipe that may be copied from real rows."""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import suppress

from yaml.nodes import MappingNode, Node, ScalarNode

from synth_core.errors import RecipeError
from synth_core.model.findings import Level
from synth_core.model.project import Project
from synth_core.recipe.formulas import is_formula, texts_in
from synth_core.recipe.functions import Choice, Combination, Lookup, Nullable, Pattern, Shape
from synth_core.recipe.vetting.calls import Call, generators_in, only_call
from synth_core.recipe.vetting.nodes import entries, items, value_of
from synth_core.recipe.vetting.remarks import Remark, Where, mended, remark
from synth_core.recipe.vetting.scope import Scope
from synth_core.stages.lint.drafts import Drafts
from synth_core.stages.lint.mends import redraft

FEWEST_LETTERS = 3
"""A shorter text is a flag or a title, and says nothing of anybody."""
FEWEST_DIGITS = 4
_WORDS = frozenset({"true", "false", "null", "none", "yes", "no"})


def check_copied(
    scope: Scope, project: Project | None, source_values: Container[str], drafts: Drafts | None
) -> Iterator[Remark]:
    """Errors for texts that the source is known to hold, and for lists of texts in personal columns; a warning for a
    single one, which may be a constant that somebody chose."""
    columns = {
        Where(table.name, column.name): column
        for table in (project.tables if project else ())
        for column in table.columns
    }
    personal = {where.table for where, column in columns.items() if column.personal.value}
    for table in scope.tables.values():
        if table.name not in personal and not source_values:
            continue
        for field in table.fields.values():
            where = Where(table.name, field.name)
            texts = list(literals(scope, field.value))
            found = list(_known(texts, where, source_values))
            if not found and where in columns and columns[where].personal.value:
                found = list(_in_personal(texts, where))
            for each in found:
                yield mended(each, redraft(table, drafts, field)) if drafts and where in columns else each


def _known(literals: list[tuple[str, Node]], where: Where, source_values: Container[str]) -> Iterator[Remark]:
    for text, node in literals:
        if text.strip() in source_values:
            message = "this text is a value of the source that must not get into a recipe."
            hint = "Have it made: by `fake`, `Synth.pattern` or `Synth.words`."
            yield remark("copied", message, node, hint=hint, where=where)


def _in_personal(literals: list[tuple[str, Node]], where: Where) -> Iterator[Remark]:
    # A formula puts values together; what it adds to them is nobody's.
    telling = [(text, node) for text, node in literals if is_telling(text) and not is_formula(value_of(node))]
    if not telling:
        return
    several = len({text for text, _ in telling}) > 1
    yield remark(
        "personal-literal",
        f"{where.column!r} is personal, so its values are made up, not listed: "
        f"{len(telling):,} {'texts stand' if several else 'text stands'} here.",
        telling[0][1],
        hint="Use `fake`, `Synth.pattern` or `Synth.words`; where the column is not personal, say so in project.yaml.",
        level=Level.ERROR if several else Level.WARNING,
        where=where,
    )


def is_telling(text: str) -> bool:
    """Long enough to be somebody's: a name, a number, an address."""
    letters = sum(character.isalpha() for character in text)
    digits = sum(character.isdigit() for character in text)
    return text.lower() not in _WORDS and (letters >= FEWEST_LETTERS or digits >= FEWEST_DIGITS)


def literals(scope: Scope, node: Node) -> Iterator[tuple[str, Node]]:
    """Texts that come out of a generator as they are written in it, whole or as the fixed part of a shape."""
    if isinstance(node, ScalarNode):
        value = value_of(node)
        if is_formula(value):
            with suppress(RecipeError):  # Vetting says that it can't be read.
                yield from [(text, node) for text in texts_in(value)]
        elif isinstance(value, str):
            yield value, node
        return
    call = only_call(node)
    function = scope.functions.get(id(call.value)) if call else None
    inner: list[Node] = []
    if call is None:
        return
    if function is not None:
        yield from _of_call(Call(function, call.value, is_field=False))
        inner = [generator for _, generator in generators_in(type(function), call.value)]
    elif call.name == "random_choice" and isinstance(call.value, MappingNode):
        yield from ((entry.name, entry.key) for entry in entries(call.value))
    elif call.name in ("random_choice", "if"):
        inner = items(call.value)
    elif call.name in ("choice", "fake.random_element"):
        given = {entry.name: entry.value for entry in entries(call.value)}
        inner = [given["pick"]] if "pick" in given else items(given.get("elements", call.value))
    for each in inner:
        yield from literals(scope, each)


def _of_call(call: Call) -> Iterator[tuple[str, Node]]:
    function = call.function
    if isinstance(function, Choice):
        weights = call.place("weights")
        yield from ((entry.name, entry.key) for entry in entries(weights))
        yield from ((str(value_of(item)), item) for item in items(weights))
    elif isinstance(function, Lookup):
        for entry in entries(call.place("values")):
            yield entry.name, entry.key
            yield str(value_of(entry.value)), entry.value
    elif isinstance(function, Nullable) and function.by:
        yield from ((entry.name, entry.key) for entry in entries(call.place("nulls_of")))
    elif isinstance(function, Pattern):
        shapes = call.place("shapes")
        names = {entry.name: entry.key for entry in entries(shapes)}
        names |= {str(value_of(item)): item for item in items(shapes)}
        yield from ((_fixed(shape), names.get(shape, shapes)) for shape in function.shapes)
    elif isinstance(function, Combination):
        for name, part in function.parts.items():
            yield from ((str(value_of(item)), item) for item in items(call.place("parts", name, "values")))
            if part.shape:
                yield _fixed(part.shape), call.place("parts", name, "shape")


def _fixed(shape: str) -> str:
    """The longest run of characters that stand in all texts of the shape."""
    return max(Shape(shape).fixed, key=len)
