"""Another name for a field of a recipe, wherever the text names it; every other character stays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from yaml.nodes import Node, ScalarNode

from synth_core.errors import RecipeError
from synth_core.recipe import formulas
from synth_core.recipe.functions import PLUGIN, Combination, Reference
from synth_core.recipe.reading import STOCK_LINKS, Recipe
from synth_core.recipe.text import Place, children, compose, walk
from synth_core.recipe.vetting.nodes import Entry, entries, items, key_of, value_of
from synth_core.recipe.vetting.scope import Scope, templates_in

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_YAML_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"})


def rename_field(text: str, table: str, old: str, new: str) -> str:
    """The recipe's text with the field `old` of the table called `new`: its own name, the arguments of our functions
    that name it, and formulas. Raises RecipeError with the line of what can't be renamed for sure; nothing is half
    renamed then. Linting the result shows whether all of it fits."""
    root, findings = compose(text)
    if root is None:
        raise RecipeError(str(findings[0]), findings)
    renaming = _Renaming(Recipe.read(text), Scope.of(root), table, old, new)
    for template in templates_in(root):
        renaming.template(template)
    renaming.rest(root)
    return _with(text, renaming.found)


class _Renaming:
    """Collects the scalars that get another value."""

    def __init__(self, recipe: Recipe, scope: Scope, table: str, old: str, new: str) -> None:
        self.found: dict[int, tuple[ScalarNode, str]] = {}
        self._others: set[int] = set()
        """Formulas of other tables that have a field of the old name, too."""
        self._functions = recipe.functions()
        self._scope = scope
        self._table, self._old, self._new = table, old, new

    def template(self, template: Node) -> None:
        """The fields of an object and of the macros that it includes."""
        own = next(key_of(entry.value) for entry in entries(template) if entry.name == "object")
        for field in self._scope.template_fields(template):
            self._name(own, field.key)
            for node in _walk_row(field.value):
                if isinstance(node, ScalarNode) and formulas.is_formula(node.value):
                    self._formula(own, node)
                for entry in entries(node):
                    if entry.name.startswith(f"{PLUGIN}."):
                        self._function(own, entry.name.removeprefix(f"{PLUGIN}."), entry.value)

    def rest(self, root: Node) -> None:
        """Nothing else may name the field: a count, a variable, a link of Snowfakery's own, another table's formula."""
        for node in walk(root):
            for entry in entries(node):
                if entry.name in STOCK_LINKS:
                    for inner in walk(entry.value):
                        if isinstance(inner, ScalarNode) and self._old in re.split(r"[.\s]", inner.value):
                            raise self._unsure(inner)
            if isinstance(node, ScalarNode) and formulas.is_formula(node.value):
                is_known = id(node) in self.found or id(node) in self._others
                if not is_known and self._old in formulas.names_in(node.value):
                    raise self._unsure(node)

    def _unsure(self, node: Node) -> RecipeError:
        return RecipeError(f"recipe.yml:{Place.of(node).line}: {self._old!r} can't be renamed here for sure.")

    def _name(self, table: str, node: Node | None) -> None:
        """A node that names a column of that table."""
        if table == self._table and isinstance(node, ScalarNode) and str(value_of(node)) == self._old:
            self.found[id(node)] = (node, self._new)

    def _formula(self, own: str, node: ScalarNode) -> None:
        columns = {name: name for name in self._scope.tables[own].fields}
        if own == self._table:
            if formulas.rename(node.value, {self._new: ""}, {}, {}) != node.value:
                # What is called so now would be hidden by the column.
                raise self._unsure(node)
            columns[self._old] = self._new
        elif self._old in columns:
            self._others.add(id(node))
        rows = {name: {self._old: self._new} for name, table in self._rows() if table == self._table}
        renamed = formulas.rename(node.value, columns, columns, rows)
        if renamed != node.value:
            self.found[id(node)] = (node, renamed)

    def _rows(self) -> Iterator[tuple[str, str]]:
        yield from self._scope.nicknames.items()
        yield from ((table, table) for table in self._scope.tables)

    def _function(self, own: str, name: str, value: Node) -> None:
        """The arguments of one of our functions that name columns."""
        named = _named(value)
        if isinstance(value, ScalarNode):
            named = {"within" if name == "position" else "": value}
        if name == "reference":
            self._rows_of(own, named)
            other = _text(named.get("table"))
            listed = named.get("also")
            for also in (items(listed) or [listed]) if listed else []:
                also_named = _named(also)
                for entry in _pairs(also_named.get("columns")):
                    self._name(other, entry.key)
                    self._name(_text(also_named.get("table")), entry.value)
        elif name == "combination":
            self._name(own, named.get("within"))
            for part in _pairs(named.get("parts")):
                self._rows_of(own, _named(part.value))
        elif name == "part":
            self._name(own, named.get("of"))
            self._name(self._part_table(own, named), named.get("column"))
        else:
            for argument in ("link", "within", "after"):
                self._name(own, named.get(argument))
            link = self._functions.get(own, {}).get(_text(named.get("link")))
            if isinstance(link, Reference):
                self._name(link.table, named.get("column"))

    def _rows_of(self, own: str, named: Mapping[str, Node]) -> None:
        """`table`, its `column`, and `match`: its columns with those of this row."""
        other = _text(named.get("table"))
        self._name(other, named.get("column"))
        for entry in _pairs(named.get("match")):
            self._name(other, entry.key)
            self._name(own, entry.value)

    def _part_table(self, own: str, named: Mapping[str, Node]) -> str:
        combination = self._functions.get(own, {}).get(_text(named.get("of")) or "__key")
        part = _text(named.get("part"))
        if isinstance(combination, Combination) and part in combination.parts:
            return combination.parts[part].table
        return ""


def _walk_row(node: Node) -> Iterator[Node]:
    """A generator's nodes without those of objects inside, which are rows of their own."""
    if any(entry.name == "object" for entry in entries(node)):
        return
    yield node
    for child in children(node):
        yield from _walk_row(child)


def _named(node: Node | None) -> dict[str, Node]:
    return {entry.name: entry.value for entry in _pairs(node)}


def _pairs(node: Node | None) -> list[Entry]:
    return entries(node) if node is not None else []


def _text(node: Node | None) -> str:
    return str(value_of(node)) if node is not None else ""


def _with(text: str, found: Mapping[int, tuple[ScalarNode, str]]) -> str:
    """The text with other values for these scalars."""
    # libyaml does not count a byte order mark.
    shift = int(text.startswith("\ufeff"))
    places = {
        (node.start_mark.index + shift, node.end_mark.index + shift): (node, value)
        for node, value in found.values()
    }
    for (start, end), (node, value) in sorted(places.items(), reverse=True):
        if node.style in ("|", ">"):
            raise RecipeError(f"recipe.yml:{Place.of(node).line}: text in a block can't be renamed for sure.")
        is_plain = not node.style and _PLAIN.fullmatch(value) and value.lower() not in _YAML_WORDS
        text = text[:start] + (value if is_plain else json.dumps(value, ensure_ascii=False)) + text[end:]
    return text
