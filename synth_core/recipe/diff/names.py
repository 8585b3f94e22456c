"""The old recipe with the new names, so that what only follows a rename is no difference."""

from __future__ import annotations

from collections.abc import Mapping

from yaml.nodes import Node, ScalarNode

from synth_core.errors import RecipeError
from synth_core.recipe.edit.editing import Editing
from synth_core.recipe.edit.formula_names import Renaming
from synth_core.recipe.edit.mentions import mentions
from synth_core.recipe.edit.places import macros_of
from synth_core.recipe.reading import Recipe
from synth_core.recipe.text import TAG, construct
from synth_core.recipe.vetting.nodes import Entry, entries


def with_names(
    text: str, files: Mapping[str, str], tables: Mapping[str, str], columns: Mapping[str, Mapping[str, str]]
) -> Recipe:
    """The recipe read with other names of tables and (by old table) columns, wherever it names them. Where that can't
    be told, only the tables and columns themselves have them."""
    editing = Editing(text, files)
    try:
        found = mentions(editing, Renaming(tables, columns))
    except RecipeError:
        found = []
    for mention in found:
        _call(mention.node, mention.text)
    scope = editing.scope
    for template in scope.templates:
        _call(template.name, tables.get(template.table, template.table))
        macros = [scope.macros[name] for name in macros_of(scope, template.node)]
        for field in [field for owner in (template.node, *macros) for field in _fields(owner)]:
            new = columns.get(template.table, {}).get(field.name)
            if new is not None:
                _call(field.key, new)
    return Recipe(construct(editing.root))


def _fields(owner: Node) -> list[Entry]:
    return [field for entry in entries(owner) if entry.name == "fields" for field in entries(entry.value)]


def _call(node: Node, name: str) -> None:
    if isinstance(node, ScalarNode):
        node.tag, node.value = f"{TAG}str", name
