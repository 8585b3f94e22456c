"""The form of one field of a recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaml.nodes import MappingNode, Node

from synth_core.errors import RecipeError
from synth_core.model.types import Kind
from synth_core.recipe.catalogue import CATALOGUE, Declaration, fitting
from synth_core.recipe.edit.editing import Editing
from synth_core.recipe.edit.lines import lines_of
from synth_core.recipe.edit.places import Spot, field_that_counts, templates
from synth_core.recipe.files import NO_FILES
from synth_core.recipe.form.calls import bare, called
from synth_core.recipe.form.model import WHOLE, FieldForm, Parameter
from synth_core.recipe.form.values import shown, shown_value, undated
from synth_core.recipe.formulas import is_formula
from synth_core.recipe.notation import entry_lines
from synth_core.recipe.text import construct
from synth_core.recipe.vetting import examined


def read_form(
    text: str,
    table: str,
    column: str,
    *,
    kind: Kind | None = None,
    function: str = "",
    files: Mapping[str, str] = NO_FILES,
) -> FieldForm:
    """A field as it is; with a `function`, as it would be with that one: arguments of the same names keep their values,
    the others are empty. `kind`: the column's type. Raises RecipeError for a text that can't be read, or without
    such a table."""
    vetted = examined(text, files)
    if vetted.source is None:
        raise RecipeError(f"The recipe can't be read: {vetted.findings[0]}", vetted.findings)
    # Nothing is edited: it knows its way about the text.
    editing = Editing.of(vetted.source, vetted.scope)
    fits = tuple(each.name for each in fitting(kind)) if kind else ()
    seen = next((each.fields.get(column) for each in [editing.scope.tables.get(table)] if each), None)
    if seen is None:
        node = templates(editing, table)[0].node
        made = FieldForm(
            table=table,
            column=column,
            kind="missing",
            file=node.start_mark.name,
            line=node.start_mark.line + 1,
            end_line=node.start_mark.line + 1,
            fitting=fits,
        )
        return _as(made, {}, function) if function else made
    value = _value(seen.value)
    made = FieldForm(
        table=table,
        column=column,
        **_made(value),
        file=seen.key.start_mark.name,
        line=seen.key.start_mark.line + 1,
        fitting=fits,
        **_place(editing, table, column, seen.key),
    )
    if not function:
        return made
    found = called(bare(value)[0])
    return _as(made, found.arguments if found else {}, function)


def parameters(function: Declaration, arguments: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """The arguments of a function, with the values of those that are given."""
    if WHOLE in arguments or (not function.arguments and not function.name.startswith("fake.")):
        value = shown(arguments[WHOLE]) if WHOLE in arguments else ""
        return (
            Parameter(name=WHOLE, type="YAML", kind="any", help=f"as in `{function.example}`", text=value),
        )
    return tuple(
        Parameter(
            name=name,
            type=each.type,
            kind=each.kind,
            help=each.help,
            required=each.required,
            default=each.default,
            unit=each.unit,
            choices=each.choices,
            text=shown(arguments[name], each.kind) if name in arguments else "",
        )
        for name, each in function.arguments.items()
    )


def _as(form: FieldForm, arguments: Mapping[str, Any], function: str) -> FieldForm:
    """The same field with another function."""
    declared = CATALOGUE.get(function)
    if declared is None:
        raise RecipeError(f"There is no function {function!r}.", hint="`synth functions` lists them all.")
    kept = {name: value for name, value in arguments.items() if name in declared.arguments}
    return form.model_copy(
        update={
            "kind": "function",
            "function": function,
            "value": "",
            "parameters": parameters(declared, kept if form.function != function else arguments),
        }
    )


def _made(value: Any) -> dict[str, Any]:
    """What makes the field."""
    inner, nulls = bare(value)
    lines = entry_lines("k", undated(value), 0)
    made: dict[str, Any] = {
        "yaml": _below(lines),
        "nulls": "" if nulls is None else str(nulls),
    }
    found = called(inner)
    if found is not None:
        return {
            **made,
            "kind": "function",
            "function": found.function.name,
            "parameters": parameters(found.function, found.arguments),
        }
    if isinstance(inner, (dict, list)):
        return {**made, "kind": "yaml"}
    is_written = isinstance(inner, str) and is_formula(inner)
    return {**made, "kind": "formula" if is_written else "value", "value": shown_value(inner)}


def _below(lines: Sequence[str]) -> str:
    """A generator's own lines, without the name of the field before them."""
    first, *rest = lines
    head = first.removeprefix("k:").strip()
    return "\n".join([*([head] if head else []), *(line[2:] for line in rest)])


def _place(editing: Editing, table: str, column: str, key: Node) -> dict[str, Any]:
    """Where the field ends, what stands above it, and whether it can be changed."""
    place: dict[str, Any] = {"end_line": key.start_mark.line + 1}
    try:
        spot = field_that_counts(editing, table, column)
        editing.refuse_other_file(spot.key)
        editing.source.refuse_shared(spot.key)
        editing.source.refuse_shared(spot.value)
        _value(spot.value)
    except RecipeError as error:
        return {**place, "locked": str(error)}
    return {**place, **_lines(editing, spot)}


def _lines(editing: Editing, spot: Spot) -> dict[str, Any]:
    source, mapping = editing.source, spot.mapping
    child = source.child(mapping, spot.key)
    place: dict[str, Any] = {"end_line": source.line(max(child.start, child.end - 1)) + 1}
    lines = lines_of(source, mapping, child)
    if lines.is_own and isinstance(mapping, MappingNode):
        above = source.text[lines.start : source.line_start(child.start)].splitlines()
        place["comment"] = " ".join(line.strip().lstrip("#").strip() for line in above)
    return place


def _value(node: Node) -> Any:
    try:
        return construct(node)
    except ValueError as error:
        raise RecipeError(f"Line {node.start_mark.line + 1} can't be read: {error}.") from None
