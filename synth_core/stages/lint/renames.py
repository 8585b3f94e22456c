"""Mends that rename a table or a field, and everything in the recipe that names it."""

from __future__ import annotations

from collections.abc import Iterable

from yaml.nodes import ScalarNode

from synth_core.model.findings import TextEdit
from synth_core.recipe.edit import Source, rewrite
from synth_core.recipe.edit.editing import Editing, part
from synth_core.recipe.edit.formula_names import Renaming
from synth_core.recipe.edit.mentions import mentions
from synth_core.recipe.edit.places import fields, templates
from synth_core.recipe.vetting.remarks import Mend


def rename_table(table: str, name: str, *, is_safe: bool) -> Mend:
    """The objects of a table get another name."""

    def edits(source: Source) -> Iterable[TextEdit]:
        editing = Editing(source.text)
        names = [part(template, "object").value for template in templates(editing, table)]
        return _renamed(editing, names, name, Renaming(tables={table: name}))

    return Mend(f"Write `{name}`, here and in what refers to it", edits, is_safe)


def rename_field(table: str, field: str, name: str, title: str, *, is_safe: bool) -> Mend:
    """A field gets another name."""

    def edits(source: Source) -> Iterable[TextEdit]:
        editing = Editing(source.text)
        names = [spot.key for spot in fields(editing, table, field)]
        return _renamed(editing, names, name, Renaming(columns={table: {field: name}}))

    return Mend(title, edits, is_safe)


def _renamed(editing: Editing, names: Iterable[object], name: str, renaming: Renaming) -> Iterable[TextEdit]:
    for node in names:
        if isinstance(node, ScalarNode):
            yield from rewrite(editing.source, node, name)
    for mention in mentions(editing, renaming):
        yield from rewrite(editing.source, mention.node, mention.text)
