"""What an author does to a recipe: each function takes its text and gives back a new one.

Only the lines that must change do. Each raises RecipeError, and nothing has changed, when a table or field is not
there, when the edit would change anything else, or when vetting refuses what was given. All values may come from a
form: they are written as plain YAML and vetted like a recipe. `files`: what the recipe includes and reads, by name;
these are not edited, so what they name can't be renamed or removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yaml.nodes import Node, ScalarNode

from synth_core.errors import RecipeError
from synth_core.recipe.edit.editing import Editing
from synth_core.recipe.edit.formula_names import Renaming
from synth_core.recipe.edit.mentions import Mention, mentions
from synth_core.recipe.edit.pieces import entry, entry_above, statement
from synth_core.recipe.edit.places import (
    field_that_counts,
    fields,
    find_part,
    nested,
    statement_of,
    templates,
)
from synth_core.recipe.edit.proof import Plain, plain
from synth_core.recipe.files import NO_FILES
from synth_core.recipe.notation import FieldText, ObjectText
from synth_core.recipe.text import walk
from synth_core.recipe.vetting.names import field_fault, table_fault
from synth_core.recipe.vetting.nodes import entries
from synth_core.recipe.vetting.scope import templates_in

_NO_NAME = "__gone__"
"""No table or field can have it: what changes if one were renamed to it is what names that one."""


def set_generator(
    text: str,
    table: str,
    field: str,
    generator: Any,
    *,
    path: Sequence[str] = (),
    comment: str | None = None,
    files: Mapping[str, str] = NO_FILES,
) -> str:
    """Another generator for a field, or for one nested in it (`path`: names of STRUCT fields). Of a generator of the
    same form only what differs is written. `comment` replaces the one above the field; "" takes it away.

    Where several objects make the table, the first of them counts, as everywhere.
    """
    editing = Editing(text, files)
    spot = nested(field_that_counts(editing, table, field), path)
    editing.give(spot.mapping, spot.key, plain(generator))
    if comment is not None:
        editing.comment(spot.mapping, spot.key, comment)
    return editing.text()


def add_field(
    text: str,
    table: str,
    field: str,
    generator: Any,
    *,
    comment: str = "",
    before: str = "",
    after: str = "",
    files: Mapping[str, str] = NO_FILES,
) -> str:
    """A new field, before or after another one of the same object, or behind the last of the table's first object."""
    editing = Editing(text, files)
    found = templates(editing, table)
    _refuse_fault(field_fault(field))
    if field in editing.scope.tables[table].fields:
        raise RecipeError(f"{table} has a field {field!r} already.", hint="Set its generator.")
    value = plain(generator)
    if before or after:
        spot = field_that_counts(editing, table, before or after)
        piece = entry(field, value, comment)
        editing.add_entry(spot.mapping, field, value, piece, **{"before" if before else "after": spot.key})
        return editing.text()
    first = found[0].node
    holder = find_part(first, "fields")
    if holder is not None:
        editing.add_entry(holder.value, field, value, entry(field, value, comment))
        return editing.text()
    friends = find_part(first, "friends")
    place = {"before": friends.key} if friends else {}
    piece = entry_above("fields", field, value, comment)
    editing.add_entry(first, "fields", {field: value}, piece, **place)
    return editing.text()


def set_fields(
    text: str, table: str, fields: Sequence[FieldText], *, files: Mapping[str, str] = NO_FILES
) -> str:
    """Several fields of a table at once, each with its comment; those that are not there yet come behind the one that
    stands before them in the list."""
    editing = Editing(text, files)
    templates(editing, table)
    known = editing.scope.tables[table].fields
    for each in fields:
        if each.name in known:
            spot = field_that_counts(editing, table, each.name)
            editing.give(spot.mapping, spot.key, plain(each.generator))
            editing.comment(spot.mapping, spot.key, each.why)
    text = editing.text()
    before = ""
    for each in fields:
        if each.name not in known:
            text = add_field(
                text, table, each.name, each.generator, comment=each.why, after=before, files=files
            )
        before = each.name
    return text


def remove_field(text: str, table: str, field: str, *, files: Mapping[str, str] = NO_FILES) -> str:
    """A field goes, from all objects that make the table, with its comment. Raises RecipeError while something else
    in the recipe names it."""
    editing = Editing(text, files)
    spots = fields(editing, table, field)
    found = mentions(editing, Renaming(columns={table: {field: _NO_NAME}}))
    _refuse_mentions(f"{table}.{field}", found, [node for spot in spots for node in (spot.key, spot.value)])
    for spot in spots:
        editing.remove(spot.mapping, spot.key)
    return editing.text()


def rename_field(text: str, table: str, field: str, name: str, *, files: Mapping[str, str] = NO_FILES) -> str:
    """Another name for a field, here and wherever the recipe names it: references, keys, formulas.

    Its values will be other ones, as draws follow from names.
    """
    editing = Editing(text, files)
    spots = fields(editing, table, field)
    _refuse_fault(field_fault(name))
    if name in editing.scope.tables[table].fields:
        raise RecipeError(f"{table} has a field {name!r} already.", hint="Take another name.")
    for spot in spots:
        editing.rename(spot.key, name)
    _rename_mentions(editing, Renaming(columns={table: {field: name}}))
    return editing.text()


def rename_table(text: str, table: str, name: str, *, files: Mapping[str, str] = NO_FILES) -> str:
    """Another name for a table, here and wherever the recipe names it. Its values will be other ones, as draws
    follow from names."""
    editing = Editing(text, files)
    found = templates(editing, table)
    _refuse_fault(table_fault(name))
    _refuse_known_table(editing, name)
    for template in found:
        if isinstance(template.name, ScalarNode):
            editing.rename(template.name, name)
    _rename_mentions(editing, Renaming(tables={table: name}))
    return editing.text()


def set_count(text: str, table: str, count: int, *, files: Mapping[str, str] = NO_FILES) -> str:
    """Another number of rows for a table that one object makes."""
    editing = Editing(text, files)
    template = statement_of(editing, table)
    known = find_part(template, "count")
    if known is not None:
        editing.give(template, known.key, plain(count))
    else:
        after = next(entry.key for entry in entries(template) if entry.name == "object")
        editing.add_entry(template, "count", plain(count), entry("count", count), after=after)
    return editing.text()


def add_object(text: str, new: ObjectText, *, after: str = "", files: Mapping[str, str] = NO_FILES) -> str:
    """A new table, behind another one or at the end."""
    editing = Editing(text, files)
    _refuse_fault(table_fault(new.table))
    for each in new.fields:
        _refuse_fault(field_fault(each.name))
    _refuse_known_table(editing, new.table)
    made: dict[str, Plain] = {each.name: plain(each.generator) for each in new.fields}
    if len(made) < len(new.fields):
        raise RecipeError(f"{new.table} has two fields of the same name.")
    place = {"after": statement_of(editing, after)} if after else {}
    value: Plain = {"object": new.table, "count": new.count, "fields": made or None}
    editing.add_item(editing.own, value, statement(new), **place)
    return editing.text()


def remove_object(text: str, table: str, *, files: Mapping[str, str] = NO_FILES) -> str:
    """A table goes, with the comments above it. Raises RecipeError while something else in the recipe names it."""
    editing = Editing(text, files)
    template = statement_of(editing, table)
    inside = {id(each) for each in templates_in(template)}
    names = {each.table for each in editing.scope.templates if id(each.node) in inside}
    names -= {each.table for each in editing.scope.templates if id(each.node) not in inside}
    found = mentions(editing, Renaming(tables=dict.fromkeys(names, _NO_NAME)))
    _refuse_mentions(table, found, [template])
    editing.remove(editing.own, template)
    return editing.text()


def _rename_mentions(editing: Editing, renaming: Renaming) -> None:
    for mention in mentions(editing, renaming):
        editing.rename(mention.node, mention.text)


def _refuse_mentions(name: str, found: Sequence[Mention], gone: Iterable[Node]) -> None:
    inside = {id(node) for each in gone for node in walk(each)}
    left = [mention.place for mention in found if id(mention.node) not in inside]
    if left:
        more = f" and {len(left) - 3} more" if len(left) > 3 else ""
        raise RecipeError(
            f"{name} is named by {', '.join(left[:3])}{more}.", hint="Change what names it first."
        )


def _refuse_fault(fault: str) -> None:
    if fault:
        raise RecipeError(f"{fault[:1].upper()}{fault[1:]}.", hint="Take another name.")


def _refuse_known_table(editing: Editing, name: str) -> None:
    scope = editing.scope
    for what, known in (
        ("table", scope.tables),
        ("nickname", scope.nicknames),
        ("variable", scope.variables),
    ):
        if name in known:
            raise RecipeError(f"The recipe has a {what} {name!r} already.", hint="Take another name.")
