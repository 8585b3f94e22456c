"""Mends that rename a table or a field, and everything in the recipe that names it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from yaml.nodes import Node, ScalarNode

from synth_core.model.findings import TextEdit
from synth_core.recipe.edit import Source, rewrite
from synth_core.recipe.edit.editing import Editing
from synth_core.recipe.edit.formula_names import Renaming
from synth_core.recipe.edit.mentions import mentions
from synth_core.recipe.vetting.mends import names_used
from synth_core.recipe.vetting.nodes import entries
from synth_core.recipe.vetting.remarks import Mend
from synth_core.recipe.vetting.scope import Scope


class Renames:
    """Renames in one recipe."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def table(self, table: str, name: str, *, is_safe: bool) -> Mend:
        """The objects of a table get another name."""
        nodes = [template.name for template in self._scope.templates if template.table == table]
        renaming = Renaming(tables={table: name})
        title = f"Write `{name}`, here and in what refers to it"
        return Mend(title, lambda source: self._edits(source, nodes, table, name, renaming), is_safe)

    def field(self, table: str, field: str, name: str, title: str, *, is_safe: bool) -> Mend | None:
        """A field gets another name; None for one that a macro brings."""
        nodes = [
            inner.key
            for template in self._scope.templates
            if template.table == table
            for entry in entries(template.node)
            if entry.name == "fields"
            for inner in entries(entry.value)
            if inner.name == field
        ]
        if not any(self._scope.tables[table].fields[field].key is node for node in nodes):
            return None
        renaming = Renaming(columns={table: {field: name}})
        return Mend(title, lambda source: self._edits(source, nodes, field, name, renaming), is_safe)

    def _edits(
        self, source: Source, nodes: Sequence[Node], old: str, new: str, renaming: Renaming
    ) -> Iterable[TextEdit]:
        editing = Editing.of(source, self._scope)
        texts = [(node, new) for node in nodes if isinstance(node, ScalarNode)]
        # Looking for what names it takes a while; most names stand nowhere else.
        if old in self._names:
            texts += [(mention.node, mention.text) for mention in mentions(editing, renaming)]
        for node, text in texts:
            editing.refuse_other_file(node)
            yield from rewrite(source, node, text)

    @cached_property
    def _names(self) -> set[str]:
        """All that generators and counts may name."""
        named = [entry for template in self._scope.templates for entry in entries(template.node)]
        fields = [inner.value for entry in named if entry.name == "fields" for inner in entries(entry.value)]
        others = [entry.value for entry in named if entry.name not in ("fields", "object")]
        return set().union(*map(names_used, [*fields, *others, *self._scope.macros.values()]))
