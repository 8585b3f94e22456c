"""Whether what a field makes can be cast to its column's type, by the casts that the engine uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode

from synth_core.engine.convert import Misfit, type_converter
from synth_core.model.findings import Finding, Level
from synth_core.model.types import BigQueryType, Field, Kind, Mode
from synth_core.recipe.formulas import is_formula
from synth_core.recipe.functions import (
    PLUGIN,
    Array,
    Choice,
    Function,
    Nullable,
    Pattern,
    Quantiles,
    Sequence,
    Shape,
    Struct,
)
from synth_core.recipe.text import finding
from synth_core.recipe.vetting.names import nearest
from synth_core.recipe.vetting.nodes import Entry, entries, items, value_of
from synth_core.recipe.vetting.providers import find_provider
from synth_core.recipe.vetting.scope import Scope
from synth_core.recipe.vetting.stock import STOCK


class TypeCheck:
    """Checks one column; `place` is its table and column, for the findings."""

    def __init__(self, scope: Scope, place: Mapping[str, str]) -> None:
        self._scope = scope
        self._place = place

    def check(self, field: Field, node: Node) -> Iterator[Finding]:
        """Errors where the generator at the node can't fill the field."""
        call = _only_entry(node)
        if field.mode is Mode.REPEATED:
            yield from self._repeated(field, node, call)
        elif call is None:
            if isinstance(node, ScalarNode):
                yield from self._literals(field.type, [(value_of(node), node)])
        elif call.name.startswith(f"{PLUGIN}."):
            yield from self._ours(field, call)
        elif call.name in ("random_choice", "if"):
            yield from self._choices(field, call)
        else:
            yield from self._stock(field.type, call)

    def _function(self, call: Entry | None) -> Function | None:
        """The function of ours that is called; None when it is none, or its arguments are wrong (vetting says so)."""
        return self._scope.functions.get(id(call.value)) if call else None

    def _error(self, type: BigQueryType | str, what: str, node: Node, hint: str = "") -> Finding:
        return finding("type", f"{what} can't fill a column of type {type}.", node, hint=hint, **self._place)

    def _repeated(self, field: Field, node: Node, call: Entry | None) -> Iterator[Finding]:
        hint = f"Make it with `{PLUGIN}.array`."
        function = self._function(call)
        if isinstance(function, Nullable) and call is not None:
            for entry in entries(call.value):
                if entry.name == "value":
                    yield from self.check(field, entry.value)
        elif isinstance(function, Array) and call is not None:
            element = Field(name=field.name, type=field.type)
            for entry in entries(call.value):
                if entry.name == "of":
                    yield from self.check(element, entry.value)
        elif call is not None and call.name.startswith(f"{PLUGIN}."):
            yield self._error(f"ARRAY<{field.type}>", f"`{call.name}`", call.key, hint)
        elif call is not None or not (value_of(node) is None or is_formula(value_of(node))):
            yield self._error(f"ARRAY<{field.type}>", "a single value", node, hint)

    def _ours(self, field: Field, call: Entry) -> Iterator[Finding]:
        function, kind = self._function(call), field.type.kind
        if function is None:
            return
        if isinstance(function, Nullable):
            for entry in entries(call.value):
                if entry.name == "value":
                    yield from self.check(field, entry.value)
        elif kind is Kind.JSON and isinstance(function, (Array, Struct)):
            return
        elif isinstance(function, Array) or kind not in function.fills:
            yield self._error(field.type, f"`{call.name}`", call.key)
        elif isinstance(function, Struct):
            yield from self._struct(field.type, call)
        else:
            yield from self._literals(field.type, [(value, call.key) for value in _samples(function)])
            if isinstance(function, Quantiles) and kind is Kind.INT64 and not _is_whole(function):
                yield self._error(field.type, "numbers with decimals", call.key, "Set `decimals: 0`.")

    def _struct(self, type: BigQueryType, call: Entry) -> Iterator[Finding]:
        if type.kind is Kind.RANGE:
            element = BigQueryType(kind=type.element or Kind.DATE)
            wanted = {name: Field(name=name, type=element) for name in ("start", "end")}
        else:
            wanted = {field.name: field for field in type.fields}
        made = _struct_fields(call)
        for name, entry in made.items():
            if name in wanted:
                yield from self.check(wanted[name], entry.value)
            else:
                message = f"the STRUCT has no field {name!r}."
                yield finding("surplus-column", message, entry.key, hint=nearest(name, wanted), **self._place)
        for name, field in wanted.items():
            if name not in made:
                level = Level.ERROR if field.mode is Mode.REQUIRED else Level.WARNING
                message = f"nothing makes the field {name!r} of the STRUCT."
                yield finding("missing-column", message, call.key, level=level, **self._place)

    def _choices(self, field: Field, call: Entry) -> Iterator[Finding]:
        if isinstance(call.value, MappingNode) and call.name == "random_choice":
            yield from self._literals(field.type, [(entry.name, entry.key) for entry in entries(call.value)])
            return
        for choice in items(call.value):
            inner = _only_entry(choice)
            if inner is None or inner.name != "choice":
                yield from self.check(field, choice)
                continue
            for entry in entries(inner.value):
                if entry.name == "pick":
                    yield from self.check(field, entry.value)

    def _stock(self, type: BigQueryType, call: Entry) -> Iterator[Finding]:
        if call.name == "fake" or call.name.startswith("fake."):
            name = str(value_of(call.value)) if call.name == "fake" else call.name.removeprefix("fake.")
            provider = find_provider(name)
            if provider is not None and type.kind not in provider.fills | {Kind.JSON}:
                yield self._error(type, f"`{name}`", call.key)
        elif call.name in STOCK:
            fills = STOCK[call.name].fills
            if fills is not None and type.kind not in fills:
                yield self._error(type, f"`{call.name}`", call.key)

    def _literals(self, type: BigQueryType, values: Iterable[tuple[Any, Node]]) -> Iterator[Finding]:
        convert = type_converter(type)
        for value, node in values:
            if value is None or is_formula(value):
                continue
            try:
                convert(value)
            except Misfit as misfit:
                yield self._error(
                    type, f"{value!r}", node, f"{misfit.reason[:1].upper()}{misfit.reason[1:]}."
                )


def _only_entry(node: Node) -> Entry | None:
    inner = entries(node)
    if len(inner) == 1 and inner[0].name != "object":
        return inner[0]
    single = items(node)
    return _only_entry(single[0]) if len(single) == 1 else None


def _struct_fields(call: Entry) -> dict[str, Entry]:
    inner = entries(call.value)
    if len(inner) == 1 and inner[0].name == "fields" and isinstance(inner[0].value, MappingNode):
        inner = entries(inner[0].value)
    return {entry.name: entry for entry in inner}


def _samples(function: Function) -> list[Any]:
    """Values that the function surely makes, or that lie at the ends of what it makes."""
    if isinstance(function, Choice):
        return list(function.weights)
    if isinstance(function, Pattern):
        return [Shape(shape).text(0) for shape in function.shapes]
    if isinstance(function, Quantiles):
        ends = (function.values[0], function.values[-1])
        # Whether numbers are whole is another question.
        return [int(end) if isinstance(end, (int, float, Decimal)) else end for end in ends]
    if isinstance(function, Sequence):
        return [function.start]
    return []


def _is_whole(function: Quantiles) -> bool:
    return function.decimals == 0 or (
        function.decimals is None and all(isinstance(value, int) for value in function.values)
    )
