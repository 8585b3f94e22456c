"""Whether what a field makes can be cast to its column's type, by the casts that the engine uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode

from synth_core.engine.convert import Misfit, type_converter
from synth_core.model.findings import Level
from synth_core.model.types import BigQueryType, Field, Kind, Mode
from synth_core.recipe.catalogue.plugins import PLUGIN_FUNCTIONS
from synth_core.recipe.catalogue.providers import find_provider
from synth_core.recipe.catalogue.stock import STOCK
from synth_core.recipe.formulas import is_formula
from synth_core.recipe.functions import (
    PLUGIN,
    Array,
    Bytes,
    Choice,
    Function,
    Group,
    Lookup,
    Nullable,
    Pattern,
    Per,
    Quantiles,
    Sequence,
    Shape,
    Struct,
    Uuid,
    Words,
)
from synth_core.recipe.vetting.calls import only_call
from synth_core.recipe.vetting.names import near
from synth_core.recipe.vetting.nodes import Entry, entries, items, value_of
from synth_core.recipe.vetting.remarks import Mend, Remark, Where, remark
from synth_core.recipe.vetting.scope import Scope
from synth_core.stages.lint.mends import set_argument

UUID_LENGTH = 36
LONG = 30
"""What most providers stay below."""
LONGEST = {
    **dict.fromkeys(
        ("random_digit", "random_letter", "random_lowercase_letter", "random_uppercase_letter"), 1
    ),
    **dict.fromkeys(("country_code", "state_abbr", "language_code", "month", "day_of_month", "am_pm"), 2),
    **dict.fromkeys(("currency_code", "prefix", "suffix"), 5),
    **dict.fromkeys(("boolean", "pybool", "year", "century", "building_number", "locale"), 6),
    **dict.fromkeys(("month_name", "day_of_week", "tld", "http_method", "ean8"), 10),
    **dict.fromkeys(("postcode", "postalcode", "zipcode", "date", "date_object", "date_of_birth"), 10),
    **dict.fromkeys(("time", "ipv4", "ssn", "first_name", "ean", "ean13", "msisdn", "color_name"), 20),
}
"""By provider: characters of its longest texts, where those are few."""


def _longest(provider: str) -> int:
    return LONGEST.get(provider.removeprefix("fake."), LONG)


class TypeCheck:
    """Checks one column; `where` is its name, for the findings."""

    def __init__(self, scope: Scope, where: Where) -> None:
        self._scope = scope
        self._where = where

    def check(self, field: Field, node: Node) -> Iterator[Remark]:
        """Errors where the generator at the node can't fill the field."""
        call = only_call(node)
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

    def _error(
        self, type: BigQueryType | str, what: str, node: Node, hint: str = "", mend: Mend | None = None
    ) -> Remark:
        message = f"{what} can't fill a column of type {type}."
        return remark("type", message, node, hint=hint, mend=mend, where=self._where)

    def _repeated(self, field: Field, node: Node, call: Entry | None) -> Iterator[Remark]:
        hint = f"Make it with `{PLUGIN}.array`."
        function = self._function(call)
        if isinstance(function, (Nullable, Per, Group)) and call is not None:
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

    def _ours(self, field: Field, call: Entry) -> Iterator[Remark]:
        function, kind = self._function(call), field.type.kind
        if function is None:
            return
        if isinstance(function, (Nullable, Per, Group)):
            for entry in entries(call.value):
                if entry.name == "value":
                    yield from self.check(field, entry.value)
        elif kind is Kind.JSON and isinstance(function, (Array, Struct)):
            return
        elif isinstance(function, Array) or kind not in function.fills:
            yield self._error(field.type, f"`{call.name}`", call.key)
        elif isinstance(function, Struct):
            yield from self._struct(field.type, call)
        elif isinstance(function, (Words, Uuid, Bytes)):
            yield from self._length(field.type, function, call)
        else:
            yield from self._literals(field.type, [(value, call.key) for value in _samples(function)])
            if isinstance(function, Quantiles) and kind is Kind.INT64 and not _is_whole(function):
                mend = set_argument(call, Quantiles, "decimals", 0)
                yield self._error(field.type, "numbers with decimals", call.key, "Set `decimals: 0`.", mend)

    def _length(self, type: BigQueryType, function: Words | Uuid | Bytes, call: Entry) -> Iterator[Remark]:
        """Texts or bytes that are longer than the type takes."""
        if type.max_length is None:
            return
        if isinstance(function, Words):
            if function.max_length is None or function.max_length > type.max_length:
                value = next((entry for entry in entries(call.value) if entry.name == "max_length"), None)
                longest = "of any length" if value is None else f"of up to {function.max_length:,} characters"
                mend = set_argument(call, Words, "max_length", type.max_length)
                hint = f"Set `max_length: {type.max_length}`."
                yield self._error(type, f"texts {longest}", value.value if value else call.key, hint, mend)
        elif isinstance(function, Uuid):
            if type.max_length < UUID_LENGTH:
                yield self._error(type, f"a UUID of {UUID_LENGTH} characters", call.key)
        elif max(function.length) > type.max_length:
            yield self._error(type, f"{max(function.length):,} bytes", call.key)

    def _struct(self, type: BigQueryType, call: Entry) -> Iterator[Remark]:
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
                yield remark("surplus-column", message, entry.key, near=near(name, wanted), where=self._where)
        for name, field in wanted.items():
            if name not in made:
                level = Level.ERROR if field.mode is Mode.REQUIRED else Level.WARNING
                message = f"nothing makes the field {name!r} of the STRUCT."
                yield remark("missing-column", message, call.key, level=level, where=self._where)

    def _choices(self, field: Field, call: Entry) -> Iterator[Remark]:
        if isinstance(call.value, MappingNode) and call.name == "random_choice":
            yield from self._literals(field.type, [(entry.name, entry.key) for entry in entries(call.value)])
            return
        for choice in items(call.value):
            inner = only_call(choice)
            if inner is None or inner.name != "choice":
                yield from self.check(field, choice)
                continue
            for entry in entries(inner.value):
                if entry.name == "pick":
                    yield from self.check(field, entry.value)

    def _stock(self, type: BigQueryType, call: Entry) -> Iterator[Remark]:
        if call.name == "fake" or call.name.startswith("fake."):
            name = str(value_of(call.value)) if call.name == "fake" else call.name.removeprefix("fake.")
            provider = find_provider(name)
            if provider is None:
                return
            if type.kind is not Kind.JSON and not provider.can_fill(type.kind):
                yield self._error(type, f"`{name}`", call.key)
            elif type.max_length is not None and type.max_length < _longest(provider.name):
                yield remark(
                    "length",
                    f"`{name}` may make texts that are too long for a column of type {type}.",
                    call.key,
                    hint=f"Use `{PLUGIN}.pattern`, or `{PLUGIN}.words` with `max_length: {type.max_length}`.",
                    level=Level.WARNING,
                    where=self._where,
                )
        else:
            declared = STOCK.get(call.name) or PLUGIN_FUNCTIONS.get(call.name)
            if declared is not None and not declared.can_fill(type.kind):
                yield self._error(type, f"`{call.name}`", call.key)

    def _literals(self, type: BigQueryType, values: Iterable[tuple[Any, Node]]) -> Iterator[Remark]:
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


def _struct_fields(call: Entry) -> dict[str, Entry]:
    inner = entries(call.value)
    if len(inner) == 1 and inner[0].name == "fields" and isinstance(inner[0].value, MappingNode):
        inner = entries(inner[0].value)
    return {entry.name: entry for entry in inner}


def _samples(function: Function) -> list[Any]:
    """Values that the function surely makes, or that lie at the ends of what it makes."""
    if isinstance(function, Choice):
        return list(function.weights)
    if isinstance(function, Lookup):
        return [value for value in function.values.values() if value is not None]
    if isinstance(function, Pattern):
        return [Shape(shape).longest for shape in function.shapes]
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
