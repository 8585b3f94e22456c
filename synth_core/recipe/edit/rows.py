"""Which tables' rows the names in formulas can stand for."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import TemplateSyntaxError, nodes
from yaml.nodes import Node, ScalarNode

from synth_core.recipe.formulas import ENVIRONMENT, OPEN
from synth_core.recipe.text import is_text, walk
from synth_core.recipe.vetting.nodes import entries, items, key_of
from synth_core.recipe.vetting.scope import Scope

_LINKS = ("reference", "random_reference")


class Rows:
    """Which tables' rows a name or column can stand for; None where that is not known."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def fields(self, table: str) -> set[str]:
        """The columns of a table."""
        return set(self._scope.tables[table].fields) if table in self._scope.tables else set()

    def of_name(self, name: str) -> frozenset[str] | None:
        """A table, a nickname, or a variable."""
        if name in self._scope.variables:
            return None
        if name in self._scope.tables:
            return frozenset({name})
        return frozenset({self._scope.nicknames[name]} if name in self._scope.nicknames else ())

    def of_chain(self, names: Sequence[str], table: str) -> frozenset[str] | None:
        """What `a.b.c` stands for in a row of the table."""
        first, *rest = names
        own = self.fields(table) - self._scope.variables
        if first in own:
            found = self.of_column(table, first)
        else:
            found = frozenset({table}) if first == "this" else self.of_name(first)
        for name in rest:
            inner = [self.of_column(each, name) for each in found or ()]
            known = [each for each in inner if each is not None]
            found = frozenset().union(*known) if found is not None and len(known) == len(inner) else None
        return found

    def of_column(self, table: str, column: str) -> frozenset[str] | None:
        """A column that holds a row."""
        seen = self._scope.tables.get(table)
        field_seen = seen.fields.get(column) if seen else None
        return self._of_generator(field_seen.value, table) if field_seen else frozenset()

    def _of_generator(self, node: Node, table: str) -> frozenset[str] | None:
        if isinstance(node, ScalarNode):
            is_formula = is_text(node) and OPEN in node.value
            return None if is_formula and self._can_be_row(node.value, table) else frozenset()
        inner: list[frozenset[str] | None] = [self._of_generator(item, table) for item in items(node)]
        for entry in entries(node):
            if entry.name == "object":
                return frozenset({key_of(entry.value)})
            is_link = entry.name in _LINKS
            inner.append(self._of_link(entry.value) if is_link else self._of_generator(entry.value, table))
        known = [each for each in inner if each is not None]
        return frozenset().union(*known) if len(known) == len(inner) else None

    def _can_be_row(self, formula: str, table: str) -> bool:
        """The formula may give a row as it is, not only a part of one."""
        try:
            tree = ENVIRONMENT.parse(formula)
        except TemplateSyntaxError:
            return True
        parts = {id(each.node) for each in members(tree)}
        whole = {each.name for each in tree.find_all(nodes.Name) if id(each) not in parts}
        own = self._scope.tables[table].fields if table in self._scope.tables else {}
        others = {*self._scope.tables, *self._scope.nicknames, *self._scope.variables}
        return bool((whole - set(own)) & others) or any(
            _makes_row(own[name].value) for name in whole & set(own)
        )

    def _of_link(self, node: Node) -> frozenset[str] | None:
        """What `reference` or `random_reference` refers to."""
        named = {entry.name: entry.value for entry in entries(node)}
        first = next((named[name] for name in ("x", "object", "to") if name in named), None)
        target = first or next(iter(items(node)), node)
        return (self.of_name(target.value) or None) if isinstance(target, ScalarNode) else None


def members(tree: nodes.Node) -> list[nodes.Getattr | nodes.Getitem]:
    """Where a formula takes a part of a value: `a.b`, `a['b']`, `a[1]`."""
    found = tree.find_all((nodes.Getattr, nodes.Getitem))
    return [each for each in found if isinstance(each, (nodes.Getattr, nodes.Getitem))]


def _makes_row(node: Node) -> bool:
    return any(entry.name in ("object", *_LINKS) for each in walk(node) for entry in entries(each))
