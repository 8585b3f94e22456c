"""Generators: what stands behind a field's name, an argument, or a count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from synth_core.model.findings import Finding
from synth_core.recipe.functions import FUNCTIONS, PLUGIN, Function
from synth_core.recipe.text import TAG, construct, finding, is_text
from synth_core.recipe.vetting.expressions import Names, check_text
from synth_core.recipe.vetting.limits import provider_faults
from synth_core.recipe.vetting.names import nearest
from synth_core.recipe.vetting.nodes import entries, items, value_of
from synth_core.recipe.vetting.providers import find_provider, spellings
from synth_core.recipe.vetting.scope import Scope
from synth_core.recipe.vetting.stock import REFUSED, STOCK, ArgumentKind, StockFunction
from synth_core.recipe.world import explain_problem

Report = Callable[[Finding], None]
_LIMIT = 10**18


class Generators:
    """Checks generators; an object inside of one is handed to `nested`."""

    def __init__(self, scope: Scope, report: Report, nested: Callable[[Node], None]) -> None:
        self._scope = scope
        self._report = report
        self._nested = nested

    def check(self, node: Node, names: Names, column: str = "") -> Function | None:
        """Report what is wrong; the function, when it is one of ours with right arguments."""
        where = {"table": names.table, "column": column}
        if isinstance(node, ScalarNode):
            self._text(node, names, where)
        elif isinstance(node, SequenceNode):
            # Snowfakery takes the only mapping of a list for the mapping itself.
            if len(node.value) == 1 and isinstance(node.value[0], MappingNode):
                return self.check(node.value[0], names, column)
            self._say(
                "generator",
                "a list is no generator.",
                node,
                hint="Choose one: `random_choice: […]`.",
                **where,
            )
        else:
            return self._call(node, names, where)
        return None

    def _say(self, code: str, message: str, node: Node, *, hint: str = "", **where: str) -> None:
        self._report(finding(code, message, node, hint=hint, **where))

    def _text(self, node: ScalarNode, names: Names, where: dict[str, str]) -> None:
        if is_text(node):
            for fault in check_text(node.value, names):
                self._say(fault.code, fault.message, node, hint=fault.hint, **where)

    def _call(self, node: Node, names: Names, where: dict[str, str]) -> Function | None:
        inner = entries(node)
        if any(entry.name == "object" for entry in inner):
            self._nested(node)
            return None
        if len(inner) != 1:
            found = ", ".join(entry.name for entry in inner) or "none"
            self._say(
                "generator",
                f"a generator names exactly one function, not {found}.",
                node,
                hint="Indent its arguments below it.",
                **where,
            )
            return None
        [call] = inner
        if call.name.startswith(f"{PLUGIN}."):
            return self._ours(call.name, call.key, call.value, names, where)
        if call.name.startswith("fake."):
            self._provider(call.name.removeprefix("fake."), call.key, where)
            self._provider_arguments(call.name.removeprefix("fake."), call.value, where)
        elif call.name == "fake":
            self._fake(call.key, call.value, where)
        elif call.name in ("random_choice", "if"):
            self._choices(call.name, call.key, call.value, names, where)
        elif call.name in STOCK and call.name != "choice":
            self._stock(call.name, STOCK[call.name], call.key, call.value, names, where)
        else:
            self._unknown(call.name, call.key, where)
        return None

    def _unknown(self, name: str, node: Node, where: dict[str, str]) -> None:
        known = [*STOCK, *(f"{PLUGIN}.{ours}" for ours in FUNCTIONS)]
        hint = REFUSED.get(name) or nearest(name, known)
        if name == "choice":
            hint = "It stands in the list of a `random_choice` or `if`."
        what = "can't be used" if name in REFUSED or name == "choice" else "is no function"
        self._say("unknown-function", f"`{name}` {what} here.", node, hint=hint, **where)

    # --- ours ---

    def _ours(self, name: str, key: Node, node: Node, names: Names, where: dict[str, str]) -> Function | None:
        declared = FUNCTIONS.get(name.removeprefix(f"{PLUGIN}."))
        if declared is None:
            self._unknown(name, key, where)
            return None
        for argument, generator in _generators(declared, node):
            if any(entry.name == "object" for entry in entries(generator)):
                self._say("generator", f"`{argument}` of {name} can't make an object.", generator, **where)
            else:
                self.check(generator, names, where["column"])
        try:
            function = declared.from_arguments(construct(node))
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                place = locate(node, problem["loc"], at_key=problem["type"] == "extra_forbidden")
                hint = ""
                if problem["type"] == "extra_forbidden":
                    hint = nearest(str(problem["loc"][-1]), _arguments(declared))
                is_key = place is node and isinstance(node, MappingNode)
                message = f"{name}: {explain_problem(problem)}."
                self._say("arguments", message, key if is_key else place, hint=hint, **where)
        except ValueError:
            pass  # A value that YAML can't read is reported by check_nodes, at its place.
        else:
            self._scope.functions[id(node)] = function
            return function
        return None

    # --- Snowfakery's ---

    def _fake(self, key: Node, node: Node, where: dict[str, str]) -> None:
        if isinstance(node, SequenceNode) and len(node.value) == 1:
            node = node.value[0]
        if not is_text(node):
            self._say(
                "arguments",
                "`fake` takes the name of one provider.",
                key,
                hint="`fake: FirstName`",
                **where,
            )
            return
        self._provider(node.value, node, where)

    def _provider(self, name: str, node: Node, where: dict[str, str]) -> None:
        if find_provider(name) is None:
            hint = nearest(name, spellings(name))
            if name.lower().replace("_", "") == "realisticmayberealemail":
                hint = "It could reach real people; use `Email`."
            self._say("unknown-provider", f"there is no provider {name!r} here.", node, hint=hint, **where)

    def _provider_arguments(self, name: str, node: Node, where: dict[str, str]) -> None:
        provider = find_provider(name)
        if provider is None or (isinstance(node, ScalarNode) and node.tag == f"{TAG}null"):
            return
        named = [(entry.name, entry.value) for entry in entries(node)]
        if not isinstance(node, MappingNode):
            positional = items(node) if isinstance(node, SequenceNode) else [node]
            named = list(zip(provider.arguments, positional, strict=False))
            if len(positional) > len(provider.arguments):
                self._say("arguments", f"`fake.{name}` takes fewer arguments.", node, **where)
        for argument, value in named:
            plain = items(value) if isinstance(value, SequenceNode) else [value]
            if not all(isinstance(each, ScalarNode) and "${" not in each.value for each in plain):
                self._say(
                    "arguments", f"`{argument}` of `fake.{name}` must be a plain value.", value, **where
                )
                continue
            for fault in provider_faults(name, argument, [value_of(each) for each in plain]):
                self._say(fault.code, fault.message, value, hint=fault.hint, **where)

    def _choices(self, name: str, key: Node, node: Node, names: Names, where: dict[str, str]) -> None:
        if name == "random_choice" and isinstance(node, MappingNode) and node.value:
            self._weighted(node, names, where)
            return
        choices = items(node)
        if isinstance(node, MappingNode) and name == "if":
            choices = [node]
        if not choices:
            self._say("arguments", f"`{name}` needs a list of choices.", key, **where)
            return
        written_out = [_choice_of(choice) for choice in choices]
        for index, (choice, pick) in enumerate(zip(choices, written_out, strict=True)):
            if pick is None:
                if name == "if" or any(written_out):
                    self._say("arguments", f"`{name}` takes entries `- choice:` here.", choice, **where)
                self.check(choice, names, where["column"])
                continue
            is_last = index == len(choices) - 1
            self._choice(name, pick, is_last, names, where)

    def _weighted(self, node: MappingNode, names: Names, where: dict[str, str]) -> None:
        total = 0.0
        for entry in entries(node):
            weight = value_of(entry.value)
            if isinstance(weight, str) and "${{" in weight:
                self.check(entry.value, names, where["column"])
                total += 1
            else:
                total += self._weight(entry.value, where)
        if not total:
            self._say("arguments", "the weights add up to 0.", node, **where)

    def _weight(self, node: Node, where: dict[str, str]) -> float:
        try:
            weight = float(str(value_of(node)).rstrip("%"))
            if not 0 <= weight < float("inf"):
                raise ValueError
        except ValueError:
            self._say(
                "arguments",
                f"{value_of(node)!r} is no weight.",
                node,
                hint="Write 70% or any number.",
                **where,
            )
            return 1.0
        return weight

    def _choice(self, name: str, node: Node, is_last: bool, names: Names, where: dict[str, str]) -> None:
        named = {entry.name: entry for entry in entries(node)}
        if "pick" not in named:
            self._say("arguments", "a choice needs a `pick`.", node, **where)
        allowed = ("pick", "probability") if name == "random_choice" else ("pick", "when")
        for entry in named.values():
            if entry.name not in allowed:
                self._say(
                    "arguments",
                    f"a choice of `{name}` has no {entry.name!r}.",
                    entry.key,
                    hint=f"It has `{allowed[0]}` and `{allowed[1]}`.",
                    **where,
                )
            elif entry.name == "probability" and not (is_text(entry.value) and "${{" in entry.value.value):
                self._weight(entry.value, where)
            else:
                self.check(entry.value, names, where["column"])
        if name == "if" and not is_last and "when" not in named:
            self._say("arguments", "only the last choice of `if` can go without `when`.", node, **where)

    def _stock(
        self, name: str, function: StockFunction, key: Node, node: Node, names: Names, where: dict[str, str]
    ) -> None:
        if isinstance(node, MappingNode):
            given = {entry.name: (entry.key, entry.value) for entry in entries(node)}
        else:
            empty = isinstance(node, ScalarNode) and node.tag == f"{TAG}null"
            positional = [] if empty else items(node) if isinstance(node, SequenceNode) else [node]
            if len(positional) > len(function.positional):
                self._say("arguments", f"`{name}` takes its arguments by name.", node, **where)
            given = {
                each: (value, value) for each, value in zip(function.positional, positional, strict=False)
            }
        for argument, (argument_key, value) in given.items():
            kind = function.arguments.get(argument)
            if kind is None:
                hint = nearest(argument, function.arguments)
                self._say(
                    "arguments",
                    f"`{name}` has no argument {argument!r}.",
                    argument_key,
                    hint=hint,
                    **where,
                )
            else:
                self._argument(name, argument, kind, value, names, where)
        for argument in function.required:
            if argument not in given:
                self._say("arguments", f"`{name}` needs the argument `{argument}`.", key, **where)
        if name == "reference" and not ("x" in given or {"object", "id"} <= set(given)):
            self._say("arguments", "`reference` names a table: `reference: customers`.", key, **where)
        if name == "random_number":
            low, high = (value_of(given[each][1]) if each in given else None for each in ("min", "max"))
            if isinstance(low, int) and isinstance(high, int) and low > high:
                self._say("arguments", f"`min` ({low}) is above `max` ({high}).", given["min"][1], **where)

    def _argument(
        self, name: str, argument: str, kind: ArgumentKind, node: Node, names: Names, where: dict[str, str]
    ) -> None:
        if kind == "table":
            self._table(name, node, names, where)
            return
        value = value_of(node) if isinstance(node, ScalarNode) else None
        if not isinstance(node, ScalarNode) or (isinstance(value, str) and "${" in value):
            self.check(node, names, where["column"])
            return
        fault = ""
        if kind in ("whole", "step") and (isinstance(value, bool) or not isinstance(value, (int, float))):
            fault = "must be a number, not in quotes"
        elif kind == "whole" and (not isinstance(value, int) or abs(value) > _LIMIT):
            fault = "must be a whole number"
        elif kind == "step" and isinstance(value, (int, float)) and abs(value) > 1_000_000:
            fault = "is too large"
        elif argument == "step" and isinstance(value, int) and value <= 0:
            fault = "must be above 0"
        elif kind == "flag" and not isinstance(value, bool):
            fault = "must be true or false"
        elif isinstance(value, str) and len(value) > 1_000:
            fault = "is too long"
        if fault:
            self._say("arguments", f"`{argument}` of `{name}` {fault}.", node, **where)

    def _table(self, name: str, node: Node, names: Names, where: dict[str, str]) -> None:
        """The name of a table or nickname in plain text; for `reference` also a field that holds a row."""
        if not is_text(node) or "${" in node.value:
            self._say("arguments", f"`{name}` takes the name of a table as plain text.", node, **where)
            return
        rows = {**self._scope.tables, **self._scope.nicknames}
        if node.value in rows:
            return
        first, *rest = node.value.split(".")
        known = set(rows)
        if name == "reference":
            known |= names.columns | names.variables
        if first not in known or (rest and name != "reference"):
            self._say(
                "unknown-table",
                f"there is no table or nickname {node.value!r}.",
                node,
                hint=nearest(node.value, known),
                **where,
            )
        for part in rest:
            if part not in self._scope.fields or part.startswith("__"):
                self._say("unknown-name", f"there is no field {part!r}.", node, **where)


def _generators(declared: type[Function], node: Node) -> list[tuple[str, Node]]:
    """The generators among the arguments of one of our functions, with the argument they stand in."""
    found: list[tuple[str, Node]] = []
    inner = entries(node)
    is_open = bool(declared.open_arguments) and not (
        {entry.name for entry in inner} <= set(declared.model_fields)
        and any(
            entry.name == declared.open_arguments and isinstance(entry.value, (MappingNode, SequenceNode))
            for entry in inner
        )
    )
    for argument in declared.generators:
        if is_open and argument == declared.open_arguments:
            found += [(entry.name, entry.value) for entry in inner]
            continue
        for entry in inner:
            if entry.name == argument:
                is_named = argument == declared.open_arguments
                found += (
                    [(each.name, each.value) for each in entries(entry.value)]
                    if is_named
                    else [(argument, entry.value)]
                )
    return found


def _arguments(declared: type[Function]) -> list[str]:
    return [field.alias or name for name, field in declared.model_fields.items()]


def locate(node: Node, steps: tuple[Any, ...], *, at_key: bool = False) -> Node:
    """The node of an argument by the path that pydantic reports; a step that is not written out is skipped."""
    for index, step in enumerate(steps):
        if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            continue
        for entry in entries(node):
            if entry.name == str(step):
                node = entry.key if at_key and index == len(steps) - 1 else entry.value
                break
    return node


def _choice_of(node: Node) -> Node | None:
    inner = entries(node)
    return inner[0].value if len(inner) == 1 and inner[0].name == "choice" else None
