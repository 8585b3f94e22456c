"""The syntax tree of a formula: only listed nodes, names, attributes, filters and calls pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from jinja2 import nodes

from synth_core.recipe.catalogue.declaration import Declaration
from synth_core.recipe.catalogue.formulas import FILTERS, METHODS, NOT_THERE, PARTS, TESTS, VALUES
from synth_core.recipe.catalogue.plugins import PLUGIN_FUNCTIONS, PLUGINS
from synth_core.recipe.catalogue.providers import find_provider, spellings
from synth_core.recipe.catalogue.stock import REFUSED, STOCK
from synth_core.recipe.functions import PLUGIN
from synth_core.recipe.vetting.arguments import value_fault
from synth_core.recipe.vetting.braces import STRAY, braces_fault
from synth_core.recipe.vetting.limits import (
    Fault,
    constants,
    format_fault,
    is_pattern,
    is_whole,
    power_fault,
    provider_faults,
    repeat_fault,
    replace_fault,
    round_fault,
)
from synth_core.recipe.vetting.names import near

_PLAIN = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Tuple, nodes.List),
    *(nodes.Add, nodes.Sub, nodes.Div, nodes.FloorDiv, nodes.Neg, nodes.Pos, nodes.Concat),
    *(nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.CondExpr),
)


@dataclass(frozen=True)
class Names:
    """What a formula may name where it stands."""

    table: str = ""
    columns: Set[str] = frozenset()
    """Fields of the row that are made before."""
    later: Set[str] = frozenset()
    """Fields of the row that are made after, the formula's own included."""
    rows: Mapping[str, Set[str]] = field(default_factory=dict)
    """Table or nickname → its fields."""
    variables: Set[str] = frozenset()
    fields: Set[str] = frozenset()
    """Fields of any table."""
    made: Set[str] | None = None
    """Tables, nicknames and variables that are there before; None: whenever this is evaluated, all are."""
    plugins: Set[str] = frozenset()
    """Plugins that the recipe names."""
    records: Mapping[str, Set[str]] = field(default_factory=dict)
    """Columns of the row that hold a row of a dataset → its columns."""

    def is_there(self, name: str) -> bool:
        """The table, nickname or variable is there when this is evaluated."""
        return self.made is None or name in self.made


class Walk:
    """Through one formula; what it meets that is not allowed is in `faults`."""

    def __init__(self, names: Names) -> None:
        self.faults: list[Fault] = []
        self._names = names

    def _refuse(self, message: str, hint: str = "", code: str = "formula", name: str = "") -> None:
        self.faults.append(Fault(code, message, hint, name=name))

    def _misnamed(self, message: str, name: str, known: Iterable[str], code: str) -> None:
        """There is no such name; perhaps a similar one."""
        better = near(name, known)
        self.faults.append(Fault(code, message, better.hint, better, name))

    def visit(self, node: nodes.Node) -> None:
        """Check a node and what is below it."""
        if isinstance(node, nodes.TemplateData):
            if STRAY.search(node.data):
                self.faults.append(braces_fault(node.data))
        elif isinstance(node, _PLAIN):
            self._visit_all(node.iter_child_nodes())
        elif isinstance(node, nodes.Name):
            self._name(node.name)
        elif isinstance(node, nodes.Getattr):
            self._attribute(node)
        elif isinstance(node, nodes.Getitem):
            self._item(node)
        elif isinstance(node, nodes.Call):
            self._call(node)
        elif isinstance(node, nodes.Filter):
            self._filter(node)
        elif isinstance(node, nodes.Test):
            if node.name not in TESTS:
                self._misnamed(f"there is no test `is {node.name}` here.", node.name, TESTS, "formula")
            self._visit_all(node.iter_child_nodes())
        elif isinstance(node, (nodes.Mul, nodes.Mod, nodes.Pow)):
            self._operate(node)
        else:
            self._refuse(f"`{type(node).__name__}` is not allowed in a formula.")

    def _visit_all(self, children: Iterable[nodes.Node]) -> None:
        for child in children:
            self.visit(child)

    # --- names ---

    def _name(self, name: str) -> None:
        names = self._names
        if name in names.columns & names.records.keys():
            hint = f"Take one of its columns: `{name}.{min(names.records[name], default='…')}`."
            self._refuse(f"{name!r} holds a whole row of a dataset.", hint)
            return
        if name in names.variables and name not in names.columns and not names.is_there(name):
            self._refuse(
                f"the variable {name!r} is set further down.", "Move it above this object.", "order", name
            )
        if name in names.columns or name in names.rows or name in names.variables:
            return
        if name in names.later:
            self._refuse(f"{name!r} is used before it is made.", _below(name), "order", name)
        elif name not in VALUES:
            hint = NOT_THERE.get(name) or REFUSED.get(name, "")
            if name == "fake":
                hint = "Name a provider: `fake.first_name`."
            elif name in PLUGINS:
                hint = f"Name a function of it: `{name}.…`."
            elif name in STOCK:
                hint = f"Call it: `{name}(…)`."
            message = f"there is no column, table or variable {name!r} here."
            if hint:
                self._refuse(message, hint, "unknown-name")
            else:
                known = [*names.columns, *names.rows, *names.variables, *VALUES]
                self._misnamed(message, name, known, "unknown-name")

    def _is_builtin(self, node: nodes.Node, name: str) -> bool:
        """The node is that name, and no column, table or variable hides it."""
        names = self._names
        hidden = {*names.columns, *names.later, *names.rows, *names.variables}
        return isinstance(node, nodes.Name) and node.name == name and name not in hidden

    def _row(self, node: nodes.Node) -> Set[str] | None:
        """The fields of the row that a name stands for; None when it stands for no row."""
        if self._is_builtin(node, "this"):
            return self._names.columns
        if isinstance(node, nodes.Name) and node.name not in self._names.columns:
            return self._names.rows.get(node.name)
        return None

    # --- parts of values ---

    def _attribute(self, node: nodes.Getattr) -> None:
        if node.attr.startswith("_"):
            self._refuse(f"attributes that begin with an underscore are not allowed (`.{node.attr}`).")
        elif self._is_builtin(node.node, "fake"):
            self._provider(node.attr)
        elif plugin := self._plugin(node.node):
            self._plugin_value(plugin, node.attr)
        else:
            self._member(node.node, node.attr)

    def _provider(self, name: str) -> None:
        if find_provider(name) is None:
            message = f"there is no provider `fake.{name}` here."
            self._misnamed(message, name, spellings(name), "unknown-provider")

    def _plugin(self, node: nodes.Node) -> str:
        """The plugin that a node names; empty when it names none."""
        return (
            node.name
            if isinstance(node, nodes.Name) and self._is_builtin(node, node.name) and (node.name in PLUGINS)
            else ""
        )

    def _plugin_value(self, plugin: str, name: str) -> None:
        declared = self._plugin_part(plugin, name)
        if declared is not None and not declared.is_value:
            self._refuse(f"`{declared.name}` is a function.", f"Call it: `{declared.name}(…)`.")

    def _plugin_part(self, plugin: str, name: str) -> Declaration | None:
        """A function or value of a plugin that formulas may use; None, with a fault, where there is none."""
        declared = PLUGIN_FUNCTIONS.get(f"{plugin}.{name}")
        if declared is None or not declared.in_formulas:
            message = f"there is no `{plugin}.{name}` in formulas."
            if declared is not None or plugin == PLUGIN:
                self._refuse(message, NOT_THERE[PLUGIN].replace(PLUGIN, plugin), "unknown-function")
            else:
                parts = [each.name.partition(".")[2] for each in PLUGINS[plugin].entries if each.in_formulas]
                self._misnamed(message, name, parts, "unknown-function")
            return None
        if plugin not in self._names.plugins:
            hint = f"Add `- plugin: {declared.plugin}` at the top."
            self._refuse(f"the plugin {plugin} is used but not named.", hint, "plugin")
        return declared

    def _record(self, owner: nodes.Name, name: str) -> None:
        columns = {column.lower(): column for column in self._names.records[owner.name]}
        if name.lower() not in columns or name.startswith("_") or name == "result":
            message = f"the dataset has no column {name!r} that can be taken."
            self._misnamed(message, name, columns.values(), "unknown-name")

    def _member(self, owner: nodes.Node, name: str) -> None:
        if isinstance(owner, nodes.Name) and owner.name in self._names.columns & self._names.records.keys():
            self._record(owner, name)
            return
        fields = self._row(owner)
        if fields is not None:
            if name != "id" and isinstance(owner, nodes.Name) and self._is_later(owner.name):
                self._refuse(
                    f"the table {owner.name!r} is made further down, so it has no row here yet.",
                    "Move its object above this one.",
                    "order",
                    owner.name,
                )
            if name != "id" and name not in fields:
                if self._is_builtin(owner, "this") and name in self._names.later:
                    self._refuse(f"{name!r} is used before it is made.", _below(name), "order", name)
                else:
                    self._misnamed(f"that row has no field {name!r}.", name, fields, "unknown-name")
            return
        self.visit(owner)
        is_named = isinstance(owner, (nodes.Name, nodes.Getattr, nodes.Getitem))
        if name not in PARTS and not (is_named and (name == "id" or name in self._names.fields)):
            message = f"`.{name}` is not allowed here."
            if name in METHODS:
                self._refuse(message, f"Call it: `.{name}()`.")
            else:
                self._misnamed(message, name, [*PARTS, *self._names.fields], "formula")

    def _is_later(self, row: str) -> bool:
        return row in self._names.rows and not self._names.is_there(row)

    def _item(self, node: nodes.Getitem) -> None:
        key = node.arg
        if isinstance(key, nodes.Const) and isinstance(key.value, str):
            # Of a row only fields can be had that way, and they have aliases; of other values Python's own parts.
            if key.value.startswith("_") and self._row(node.node) is None:
                self._refuse(f"{key.value!r} is not allowed here.")
            else:
                self._member(node.node, key.value)
            return
        self.visit(node.node)
        if isinstance(key, nodes.Slice):
            steps = [step for step in (key.start, key.stop, key.step) if step is not None]
            if not all(is_whole(step) for step in steps):
                self._refuse("a slice takes whole numbers.")
        elif not is_whole(key):
            if isinstance(node.node, (nodes.List, nodes.Tuple)) and self._is_counting(key):
                self.visit(key)
            else:
                self._refuse("only a name in quotes or a whole number can stand in [ ].")

    # --- calls ---

    def _call(self, node: nodes.Call) -> None:
        target = node.node
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            self._refuse("`*` and `**` arguments are not allowed.")
        if isinstance(target, nodes.Getattr) and self._is_builtin(target.node, "fake"):
            self._attribute(target)
            self._call_provider(target.attr, node)
            return
        if isinstance(target, nodes.Getattr) and (plugin := self._plugin(target.node)):
            self._plugin_call(plugin, target.attr, node)
        elif isinstance(target, nodes.Getattr):
            self._method(target, node)
        elif isinstance(target, nodes.Name) and self._is_builtin(target, target.name):
            self._function(target.name, node)
        else:
            self._refuse("only functions can be called.")
        self._visit_all([*node.args, *(keyword.value for keyword in node.kwargs)])

    def _function(self, name: str, node: nodes.Call) -> None:
        function = STOCK.get(name)
        if function is None or not function.in_formulas:
            hint = NOT_THERE.get(name) or REFUSED.get(name)
            message = f"there is no function `{name}` in formulas."
            if hint:
                self._refuse(message, hint, "unknown-function")
            else:
                known = [each for each, stock in STOCK.items() if stock.in_formulas]
                self._misnamed(message, name, known, "unknown-function")
            return
        if name == "random_choice":
            if node.kwargs or not node.args:
                self._refuse("`random_choice` takes the values to choose from.", "", "arguments")
            return
        self._arguments(function, node)

    def _plugin_call(self, plugin: str, name: str, node: nodes.Call) -> None:
        declared = self._plugin_part(plugin, name)
        if declared is None:
            return
        if declared.is_value:
            self._refuse(f"`{declared.name}` is a number.", "Write it without brackets.", "arguments")
        elif node.kwargs and not declared.by_name:
            self._refuse(f"`{declared.name}` takes its arguments in order, without names.", "", "arguments")
        else:
            self._arguments(declared, node)

    def _arguments(self, function: Declaration, node: nodes.Call) -> None:
        name = function.name
        given = [keyword.key for keyword in node.kwargs]
        for key in given:
            if key not in function.arguments:
                message = f"`{name}` has no argument {key!r}."
                self._misnamed(message, key, function.arguments, "arguments")
        if len(node.args) > len(function.positional):
            self._refuse(f"`{name}` takes its arguments by name.", "", "arguments")
        for key in function.required:
            if key not in given and key not in function.positional[: len(node.args)]:
                self._refuse(f"`{name}` needs the argument {key!r}.", "", "arguments")
        named = [
            *zip(function.positional, node.args, strict=False),
            *((each.key, each.value) for each in node.kwargs),
        ]
        for key, value in named:
            self._argument(function, key, value)

    def _argument(self, function: Declaration, key: str, node: nodes.Node) -> None:
        declared, plain = function.arguments.get(key), constants(node)
        if declared is None or (plain is None and not declared.plain):
            return
        fault = "must be a plain value"
        if plain is not None:
            fault = next(filter(None, (value_fault(declared, value) for value in plain)), "")
        if fault:
            self._refuse(f"`{key}` of `{function.name}` {fault}.", "", "arguments")

    def _call_provider(self, name: str, node: nodes.Call) -> None:
        provider = find_provider(name)
        values = [*node.args, *(keyword.value for keyword in node.kwargs)]
        if provider is None:
            return
        given = [*provider.positional[: len(node.args)], *(keyword.key for keyword in node.kwargs)]
        if len(given) < len(values):
            self._refuse(f"`fake.{name}` takes fewer arguments.", "", "arguments")
            return
        for key, value in zip(given, values, strict=True):
            plain = constants(value)
            declared = provider.arguments.get(key)
            if plain is None and declared is not None and declared.kind == "zone":
                continue
            if plain is None:
                self._refuse("arguments of a provider are plain values.", "", "arguments")
            else:
                self.faults += provider_faults(name, key, plain)

    def _method(self, target: nodes.Getattr, node: nodes.Call) -> None:
        if target.attr not in METHODS:
            self._misnamed(f"`.{target.attr}()` is not allowed.", target.attr, METHODS, "unknown-function")
            return
        self.visit(target.node)
        if target.attr == "strftime":
            pattern = node.args[0] if len(node.args) == 1 and not node.kwargs else None
            if not (
                isinstance(pattern, nodes.Const)
                and isinstance(pattern.value, str)
                and is_pattern(pattern.value)
            ):
                self._refuse("`strftime` takes a plain format such as '%Y-%m-%d'.", "", "arguments")

    def _filter(self, node: nodes.Filter) -> None:
        if node.name not in FILTERS:
            message = f"there is no filter `{node.name}` here."
            self._misnamed(message, node.name, FILTERS, "unknown-filter")
        elif node.name in ("replace", "round"):
            fault = replace_fault(node) if node.name == "replace" else round_fault(node)
            if fault:
                self.faults.append(fault)
        if node.node is None or node.dyn_args is not None or node.dyn_kwargs is not None:
            self._refuse("a filter stands behind a value.")
        self._visit_all(node.iter_child_nodes())

    def _operate(self, node: nodes.Mul | nodes.Mod | nodes.Pow) -> None:
        if isinstance(node, nodes.Mul):
            fault = repeat_fault(node)
        elif isinstance(node, nodes.Mod):
            fault = format_fault(node)
        else:
            fault = power_fault(node)
        if fault:
            self.faults.append(fault)
        self._visit_all(node.iter_child_nodes())

    def _is_counting(self, node: nodes.Node) -> bool:
        """Can only be a whole number."""
        if isinstance(node, (nodes.Mod, nodes.Add, nodes.Sub, nodes.FloorDiv, nodes.Mul)):
            return self._is_counting(node.left) and self._is_counting(node.right)
        if isinstance(node, nodes.Call):
            return self._is_builtin(node.node, "int") or self._is_builtin(node.node, "random_number")
        if isinstance(node, nodes.Filter):
            return node.name in ("int", "length")
        return is_whole(node) or self._is_builtin(node, "id") or self._is_builtin(node, "child_index")


def _below(name: str) -> str:
    if name in VALUES:
        return f"A column hides Snowfakery's own `{name}`; use `Synth.sequence`, or `child_index + 1`."
    return "Move this field below it."
