"""Generators: what stands behind a field's name, an argument, or a count."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BaseModel, ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from synth_core.model.complaints import explain_problem
from synth_core.recipe.catalogue.declaration import Argument, Declaration
from synth_core.recipe.catalogue.plugins import PLUGIN_FUNCTIONS, REFUSED_PLUGINS
from synth_core.recipe.catalogue.providers import find_provider, spellings
from synth_core.recipe.catalogue.stock import REFUSED, STOCK
from synth_core.recipe.functions import FUNCTIONS, PLUGIN, Also, Function, PartOf
from synth_core.recipe.text import TAG, construct, is_text
from synth_core.recipe.vetting.arguments import QUOTED, value_fault
from synth_core.recipe.vetting.calls import generators_in, locate, only_call
from synth_core.recipe.vetting.choices import Choices
from synth_core.recipe.vetting.datasets import file_fault, header
from synth_core.recipe.vetting.expressions import check_text
from synth_core.recipe.vetting.limits import Fault, provider_faults
from synth_core.recipe.vetting.mends import add_statement, bare, move_below, move_up, swapped, value_mend
from synth_core.recipe.vetting.names import Near, near
from synth_core.recipe.vetting.nodes import entries, items, key_of, value_of
from synth_core.recipe.vetting.remarks import Mend, Remark, Where, remark, written
from synth_core.recipe.vetting.scope import Scope
from synth_core.recipe.vetting.walk import Names

Report = Callable[[Remark], None]


class Generators:
    """Checks generators; an object inside of one is handed to `nested`."""

    def __init__(self, scope: Scope, report: Report, nested: Callable[[Node], None]) -> None:
        self._scope = scope
        self._report = report
        self._nested = nested
        self._choices = Choices(report, self.check)

    def check(self, node: Node, names: Names, column: str = "") -> Function | None:
        """Report what is wrong; the function, when it is one of ours with right arguments."""
        where = Where(names.table, column)
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
                where=where,
            )
        else:
            return self._call(node, names, where)
        return None

    def _say(
        self,
        code: str,
        message: str,
        node: Node,
        *,
        hint: str = "",
        near: Near | None = None,
        mend: Mend | None = None,
        where: Where,
    ) -> None:
        self._report(remark(code, message, node, hint=hint, near=near, mend=mend, where=where))

    def _text(self, node: ScalarNode, names: Names, where: Where) -> None:
        if is_text(node):
            for fault in check_text(node.value, names):
                if fault.better:
                    mend: Mend | None = written(node, fault.better, is_safe=fault.is_sure)
                else:
                    mend = self._ordered(fault, node, names, where)
                self._say(fault.code, fault.message, node, hint=fault.hint, mend=mend, where=where)

    def _ordered(self, fault: Fault, node: Node, names: Names, where: Where) -> Mend | None:
        """What a formula uses too early comes first."""
        if fault.code != "order" or self._scope.root is None:
            return None
        if fault.name in names.later:
            return move_below(self._scope, where.table, where.column, fault.name)
        return move_up(self._scope.root, node, fault.name)

    def _call(self, node: Node, names: Names, where: Where) -> Function | None:
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
                where=where,
            )
            return None
        [call] = inner
        if call.name.startswith(f"{PLUGIN}."):
            return self._ours(call.name, call.key, call.value, names, where)
        if call.name.startswith("fake."):
            self._provider(call.name.removeprefix("fake."), call.key, where)
            self._provider_arguments(call.name.removeprefix("fake."), call.value, names, where)
        elif call.name == "fake":
            self._fake(call.key, call.value, where)
        elif call.name in ("random_choice", "if"):
            self._choices.check(call.name, call.key, call.value, names, where)
        elif call.name in PLUGIN_FUNCTIONS and PLUGIN_FUNCTIONS[call.name].in_fields:
            self._plugin(PLUGIN_FUNCTIONS[call.name], call.key, call.value, names, where)
        elif call.name in STOCK and call.name != "choice":
            self._stock(call.name, STOCK[call.name], call.key, call.value, names, where)
        else:
            self._unknown(call.name, call.key, where)
        return None

    def _unknown(self, name: str, node: Node, where: Where) -> None:
        refused = REFUSED.get(name) or REFUSED_PLUGINS.get(name.partition(".")[0])
        if name == "choice" or refused:
            hint = refused or "It stands in the list of a `random_choice` or `if`."
            self._say("unknown-function", f"`{name}` can't be used here.", node, hint=hint, where=where)
        else:
            known = [*STOCK, *(f"{PLUGIN}.{ours}" for ours in FUNCTIONS), *PLUGIN_FUNCTIONS]
            self._say(
                "unknown-function",
                f"`{name}` is no function here.",
                node,
                near=near(name, known),
                where=where,
            )

    # --- ours ---

    def _ours(self, name: str, key: Node, node: Node, names: Names, where: Where) -> Function | None:
        declared = FUNCTIONS.get(name.removeprefix(f"{PLUGIN}."))
        if declared is None:
            self._unknown(name, key, where)
            return None
        for argument, generator in generators_in(declared, node):
            if any(entry.name == "object" for entry in entries(generator)):
                self._say(
                    "generator", f"`{argument}` of {name} can't make an object.", generator, where=where
                )
            else:
                self.check(generator, names, where.column)
        try:
            function = declared.from_arguments(construct(node))
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                place = locate(node, problem["loc"], at_key=problem["type"] == "extra_forbidden")
                # What is wrong with the function as a whole has no place in it.
                better, wrong = None, str(problem["loc"][-1]) if problem["loc"] else ""
                is_key = isinstance(place, ScalarNode) and place.value == wrong
                if problem["type"] == "extra_forbidden" and is_key:
                    given = {entry.name for entry in entries(locate(node, problem["loc"][:-1]))}
                    better = near(wrong, set(_arguments_at(declared, problem["loc"])) - given)
                is_whole = place is node and isinstance(node, MappingNode)
                message = f"{name}: {explain_problem(problem)}."
                mend = value_mend(place, problem)
                self._say(
                    "arguments", message, key if is_whole else place, near=better, mend=mend, where=where
                )
        except ValueError:
            pass  # A value that YAML can't read is reported by check_nodes, at its place.
        else:
            self._scope.functions[id(node)] = function
            return function
        return None

    # --- Snowfakery's ---

    def _fake(self, key: Node, node: Node, where: Where) -> None:
        if isinstance(node, SequenceNode) and len(node.value) == 1:
            node = node.value[0]
        if not is_text(node):
            self._say(
                "arguments",
                "`fake` takes the name of one provider.",
                key,
                hint="`fake: FirstName`",
                where=where,
            )
            return
        self._provider(node.value, node, where)

    def _provider(self, name: str, node: Node, where: Where) -> None:
        if find_provider(name) is not None:
            return
        message = f"there is no provider {name!r} here."
        if name.lower().replace("_", "") == "realisticmayberealemail":
            hint = "It could reach real people; use `Email`."
            self._say("unknown-provider", message, node, hint=hint, where=where)
            return
        better = near(name, spellings(name))
        mend = None
        if better.name and isinstance(node, ScalarNode):
            # Of `fake.name` the whole key is the node.
            text = node.value.removesuffix(name) + better.name
            mend = written(node, text, is_safe=better.is_close)
        self._say("unknown-provider", message, node, near=better, mend=mend, where=where)

    def _provider_arguments(self, name: str, node: Node, names: Names, where: Where) -> None:
        provider = find_provider(name)
        if provider is None or (isinstance(node, ScalarNode) and node.tag == f"{TAG}null"):
            return
        named = [(entry.name, entry.key, entry.value) for entry in entries(node)]
        if not isinstance(node, MappingNode):
            positional = items(node) if isinstance(node, SequenceNode) else [node]
            named = [
                (argument, value, value)
                for argument, value in zip(provider.positional, positional, strict=False)
            ]
            if len(positional) > len(provider.positional):
                self._say("arguments", f"`fake.{name}` takes fewer arguments.", node, where=where)
        for argument, key, value in named:
            declared = provider.arguments.get(argument)
            if declared is not None and declared.kind == "zone":
                self._argument(f"fake.{name}", argument, declared, value, names, where)
                continue
            if isinstance(value, SequenceNode):
                message = f"`{argument}` of `fake.{name}` can't be a list here."
                hint = f"Call it in a formula: `${{{{ fake.{name}({argument}=[…]) }}}}`."
                self._say("arguments", message, value, hint=hint, where=where)
                continue
            plain = [value]
            if not all(isinstance(each, ScalarNode) and "${" not in each.value for each in plain):
                self._say(
                    "arguments", f"`{argument}` of `fake.{name}` must be a plain value.", value, where=where
                )
                continue
            for fault in provider_faults(name, argument, [value_of(each) for each in plain]):
                place = key if fault.name else value
                self._say(fault.code, fault.message, place, near=fault.near, where=where)

    def _plugin(self, declared: Declaration, key: Node, node: Node, names: Names, where: Where) -> None:
        plugin = declared.name.partition(".")[0]
        if plugin not in self._scope.plugins:
            message = f"the plugin {plugin} is used but not named."
            hint = f"Add `- plugin: {declared.plugin}` at the top."
            mend = add_statement("plugin", declared.plugin, after="snowfakery_version")
            self._say("plugin", message, key, hint=hint, mend=mend, where=where)
        if isinstance(node, MappingNode) and not declared.by_name:
            message = f"`{declared.name}` takes a list: `{declared.name}: [4, 2]`."
            self._say("arguments", message, node, where=where)
            return
        self._stock(declared.name, declared, key, node, names, where)

    def record_of(self, node: Node) -> frozenset[str] | None:
        """The columns of the dataset whose rows a generator makes; None when it makes something else."""
        call = only_call(node)
        if call is None or not call.name.startswith("Dataset."):
            return None
        names = [key_of(entry.value) for entry in entries(call.value) if entry.name == "dataset"]
        known = names and names[0] in self._scope.files
        return frozenset(header(self._scope.files[names[0]])) if known else None

    def _stock(
        self, name: str, function: Declaration, key: Node, node: Node, names: Names, where: Where
    ) -> None:
        if isinstance(node, MappingNode):
            given = {entry.name: (entry.key, entry.value) for entry in entries(node)}
        else:
            empty = isinstance(node, ScalarNode) and node.tag == f"{TAG}null"
            positional = [] if empty else items(node) if isinstance(node, SequenceNode) else [node]
            if len(positional) > len(function.positional):
                self._say("arguments", f"`{name}` takes its arguments by name.", node, where=where)
            given = {
                each: (value, value) for each, value in zip(function.positional, positional, strict=False)
            }
        for argument, (argument_key, value) in given.items():
            declared = function.arguments.get(argument)
            if declared is None:
                self._say(
                    "arguments",
                    f"`{name}` has no argument {argument!r}.",
                    argument_key,
                    near=near(argument, set(function.arguments) - set(given)),
                    where=where,
                )
            else:
                self._argument(name, argument, declared, value, names, where)
        for argument in function.required:
            if argument not in given:
                self._say("arguments", f"`{name}` needs the argument `{argument}`.", key, where=where)
        if name == "reference" and not ("x" in given or {"object", "id"} <= set(given)):
            self._say("arguments", "`reference` names a table: `reference: customers`.", key, where=where)
        if name == "random_number":
            low, high = (value_of(given[each][1]) if each in given else None for each in ("min", "max"))
            if isinstance(low, int) and isinstance(high, int) and low > high:
                message = f"`min` ({low}) is above `max` ({high})."
                mend = swapped(given["min"][1], given["max"][1])
                self._say("arguments", message, given["min"][1], mend=mend, where=where)

    def _argument(
        self, name: str, argument: str, declared: Argument, node: Node, names: Names, where: Where
    ) -> None:
        if declared.kind in ("table", "row"):
            self._table(name, node, names, where)
            return
        value = value_of(node) if isinstance(node, ScalarNode) else None
        if not isinstance(node, ScalarNode) or (isinstance(value, str) and "${" in value):
            if declared.plain:
                self._say("arguments", f"`{argument}` of `{name}` must be a plain value.", node, where=where)
            else:
                self._inner(name, node, names, where)
            return
        fault, mend = value_fault(declared, value), None
        if fault == QUOTED:
            mend = bare(node)
        elif not fault and declared.kind == "file":
            fault = file_fault(str(value), self._scope.files, name)
        if fault:
            self._say("arguments", f"`{argument}` of `{name}` {fault}.", node, mend=mend, where=where)

    def _inner(self, name: str, node: Node, names: Names, where: Where) -> None:
        """A generator as argument of another one. One that counts would hand over itself instead of its next value."""
        for entry in entries(node):
            declared = PLUGIN_FUNCTIONS.get(entry.name) or STOCK.get(entry.name)
            if declared is not None and declared.keeps_state and entry.name != name:
                message = f"`{entry.name}` can't stand inside of `{name}`."
                hint = "Give it a hidden field `__name` of its own, and use that."
                self._say("generator", message, entry.key, hint=hint, where=where)
                return
        self.check(node, names, where.column)

    def _table(self, name: str, node: Node, names: Names, where: Where) -> None:
        """The name of a table or nickname in plain text; for `reference` also a field that holds a row."""
        if not isinstance(node, ScalarNode) or not is_text(node) or "${" in node.value:
            self._say("arguments", f"`{name}` takes the name of a table as plain text.", node, where=where)
            return
        rows = {**self._scope.tables, **self._scope.nicknames}
        if node.value in rows:
            if name == "random_reference":
                self._is_made(node, names, where)
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
                near=near(node.value, known),
                where=where,
            )
        for part in rest:
            if part not in self._scope.fields or part.startswith("__"):
                self._say("unknown-name", f"there is no field {part!r}.", node, where=where)

    def _is_made(self, node: ScalarNode, names: Names, where: Where) -> None:
        """A row can only be picked among those that are there."""
        table = self._scope.nicknames.get(node.value) or str(node.value)
        if table == names.table:
            message = f"{table!r} has no row to pick before its first one is made."
            hint = f"`{PLUGIN}.reference` can refer to its own table."
            self._say("order", message, node, hint=hint, where=where)
        elif not names.is_there(node.value):
            message = f"{node.value!r} is made further down, so it has no row to pick yet."
            hint = f"Move its object above this one, or use `{PLUGIN}.reference`."
            mend = move_up(self._scope.root, node, table) if self._scope.root else None
            self._say("order", message, node, hint=hint, mend=mend, where=where)


def _arguments_at(declared: type[BaseModel], steps: tuple[int | str, ...]) -> list[str]:
    """The arguments that are known where a path of argument names ends."""
    if steps[:1] == ("parts",):
        declared = PartOf
    elif steps[:1] == ("also",):
        declared = Also
    return [field.alias or name for name, field in declared.model_fields.items()]
