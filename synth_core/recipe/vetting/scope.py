"""What a recipe defines: the names that its formulas and references may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from yaml.nodes import MappingNode, Node, ScalarNode

from synth_core.recipe.catalogue.plugins import PLUGINS
from synth_core.recipe.files import NO_FILES
from synth_core.recipe.functions import Function
from synth_core.recipe.vetting.calls import Call, calls_in
from synth_core.recipe.vetting.nodes import entries, items, key_of


@dataclass
class FieldSeen:
    """A field of a table, where it stands in the text."""

    name: str
    key: Node
    value: Node
    function: Function | None = None
    """Set when its generator is a function of ours with right arguments."""


@dataclass
class TableSeen:
    """A table, from all its templates."""

    name: str
    node: Node
    """The name where it stands first."""
    fields: dict[str, FieldSeen] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TemplateSeen:
    """One object, where it stands in the text."""

    table: str
    node: Node
    name: Node
    count: Node | None
    is_top: bool
    """A statement of its own, neither friend nor nested."""


@dataclass
class Scope:
    """All names of a recipe."""

    root: Node | None = None
    tables: dict[str, TableSeen] = field(default_factory=dict)
    templates: list[TemplateSeen] = field(default_factory=list)
    nicknames: dict[str, str] = field(default_factory=dict)
    """Nickname → table."""
    variables: set[str] = field(default_factory=set)
    """Variables and options."""
    options: set[str] = field(default_factory=set)
    macros: dict[str, MappingNode] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    """The fields of all tables."""
    plugins: set[str] = field(default_factory=set)
    """Plugins that the recipe names, by the name that their functions begin with."""
    files: Mapping[str, str] = field(default_factory=dict)
    """What the recipe may read, by name."""
    functions: dict[int, Function] = field(default_factory=dict)
    """Functions of ours with right arguments, at any depth, by the identity of the node that holds the arguments."""
    _calls: dict[int, list[Call]] = field(default_factory=dict)
    _macro_fields: dict[str, dict[str, FieldSeen]] = field(default_factory=dict)
    _macro_sizes: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Node, files: Mapping[str, str] = NO_FILES) -> Scope:
        """From the list of statements."""
        scope = cls(root, files=files)
        for statement in items(root):
            named = {entry.name: entry.value for entry in entries(statement)}
            if "macro" in named and isinstance(statement, MappingNode):
                scope.macros[key_of(named["macro"])] = statement
                scope._add_variables(named)
            if "plugin" in named:
                path = key_of(named["plugin"])
                scope.plugins |= {name for name, plugin in PLUGINS.items() if plugin.path == path}
            if "option" in named:
                scope.options.add(key_of(named["option"]))
            if "var" in named:
                scope.variables.add(key_of(named["var"]))
        scope.variables |= scope.options
        tops = {id(statement) for statement in items(root)}
        for template in templates_in(root):
            scope._add(template, is_top=id(template) in tops)
        scope.fields = {name for table in scope.tables.values() for name in table.fields}
        return scope

    def _add(self, template: Node, *, is_top: bool) -> None:
        named = {entry.name: entry.value for entry in entries(template)}
        name = key_of(named["object"])
        self.templates.append(TemplateSeen(name, template, named["object"], named.get("count"), is_top))
        table = self.tables.setdefault(name, TableSeen(name, named["object"]))
        for seen in self.template_fields(template):
            table.fields.setdefault(seen.name, seen)
        if "nickname" in named:
            self.nicknames[key_of(named["nickname"])] = name
        self._add_variables(named)

    def _add_variables(self, named: Mapping[str, Node]) -> None:
        """Those among the friends of an object or macro."""
        for friend in items(named["friends"]) if "friends" in named else []:
            self.variables |= {key_of(entry.value) for entry in entries(friend) if entry.name == "var"}

    def template_fields(self, template: Node) -> list[FieldSeen]:
        """The fields of an object or macro, those of included macros first; a later one replaces an earlier."""
        fields: dict[str, FieldSeen] = {}
        for name in included(template):
            fields.update(self._fields_of_macro(name))
        for entry in entries(template):
            if entry.name == "fields":
                for inner in entries(entry.value):
                    fields[inner.name] = FieldSeen(inner.name, inner.key, inner.value)
        return list(fields.values())

    def _fields_of_macro(self, name: str) -> dict[str, FieldSeen]:
        if name not in self._macro_fields:
            self._macro_fields[name] = {}
            if name in self.macros:
                fields = self.template_fields(self.macros[name])
                self._macro_fields[name] = {seen.name: seen for seen in fields}
        return self._macro_fields[name]

    def calls(self, field: FieldSeen) -> list[Call]:
        """All calls of functions of ours in the generator of a field, outer ones first."""
        key = id(field.value)
        if key not in self._calls:
            self._calls[key] = list(calls_in(field.value, self.functions))
        return self._calls[key]

    def macro_size(self, name: str, including: tuple[str, ...] = ()) -> int:
        """Friends that a macro stands for, those of included macros too. Raises ValueError for a circle."""
        if name in including:
            raise ValueError(name)
        if name not in self._macro_sizes and name in self.macros:
            size = 1 + sum(
                len(items(entry.value)) for entry in entries(self.macros[name]) if entry.name == "friends"
            )
            for inner in included(self.macros[name]):
                size += self.macro_size(inner, (*including, name))
            self._macro_sizes[name] = size
        return self._macro_sizes.get(name, 0)


def included(template: Node) -> list[str]:
    """The macros that a template names."""
    for entry in entries(template):
        if entry.name == "include":
            return [name.strip() for name in key_of(entry.value).split(",") if name.strip()]
    return []


def templates_in(node: Node) -> Iterator[Node]:
    """Object templates where Snowfakery sees them: a statement, a friend, a generator or its argument."""
    if isinstance(node, MappingNode):
        # A key that stands twice is reported, and all of its values are looked at.
        found = entries(node)
        names = {entry.name for entry in found}
        if "object" in names:
            yield node
            inside = [value for entry in found if entry.name == "fields" for _, value in _pairs(entry.value)]
            inside += [friend for entry in found if entry.name == "friends" for friend in items(entry.value)]
        elif {"var", "value"} <= names:
            inside = [entry.value for entry in found if entry.name == "value"]
        else:
            inside = [
                inner
                for entry in found
                if not isinstance(entry.value, ScalarNode)
                for inner in [*(value for _, value in _pairs(entry.value)), *items(entry.value)]
            ]
    else:
        inside = items(node)
    for inner in inside:
        if not isinstance(inner, ScalarNode):
            yield from templates_in(inner)


def _pairs(node: Node) -> list[tuple[Node, Node]]:
    return node.value if isinstance(node, MappingNode) else []
