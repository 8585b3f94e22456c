"""How findings on tables and columns are mended: by what the drafting rules would write, or by the smallest change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from synth_core.model.findings import TextEdit
from synth_core.recipe.catalogue.plugins import PLUGIN_PATH
from synth_core.recipe.edit.insert import insert
from synth_core.recipe.edit.pieces import entry, statement
from synth_core.recipe.edit.remove import remove
from synth_core.recipe.edit.replace import Edits, replace, set_value
from synth_core.recipe.edit.source import Source
from synth_core.recipe.functions import FUNCTIONS, PLUGIN, Function, Nullable, Pattern, Reference, Shape
from synth_core.recipe.notation import FieldText
from synth_core.recipe.text import construct
from synth_core.recipe.vetting.calls import locate, only_call
from synth_core.recipe.vetting.mends import added_statement
from synth_core.recipe.vetting.nodes import Entry, entries, items
from synth_core.recipe.vetting.remarks import Mend
from synth_core.recipe.vetting.scope import FieldSeen, Scope, TableSeen
from synth_core.stages.draft.shapes import ROOM
from synth_core.stages.lint.drafts import Drafts, columns_named


def add_column(scope: Scope, seen: TableSeen, drafts: Drafts, column: str, *, is_safe: bool) -> Mend:
    """A field as the drafting rules would write it, behind the one that stands above it there."""

    def edits(source: Source) -> Iterable[TextEdit]:
        field = drafted(seen, drafts, column)
        piece = entry(column, field.generator, field.why)
        template = next(each.node for each in scope.templates if each.table == seen.name)
        named = {each.name: each for each in entries(template)}
        plugin = _plugin(source, field.generator)
        if "fields" not in named:
            return (*plugin, *insert(source, template, entry("fields", {column: field.generator})))
        mapping = named["fields"].value
        here = {each.name: each.key for each in entries(mapping)}
        order = list(drafts.fields(seen.name))
        above = [name for name in order[: order.index(column)] if name in here]
        below = [name for name in here if name in columns_named(field.generator)]
        if below:
            return (*plugin, *insert(source, mapping, piece, after=here[below[-1]]))
        return (*plugin, *insert(source, mapping, piece, after=here[above[-1]] if above else None))

    return Mend(f"Add the field `{column}`", edits, is_safe)


def drafted(seen: TableSeen, drafts: Drafts, column: str) -> FieldText:
    """What the rules would write, as far as the fields that this needs are there."""
    field = drafts.fields(seen.name)[column]
    return field if columns_named(field.generator) <= set(seen.fields) else drafts.alone(seen.name, column)


def add_object(scope: Scope, drafts: Drafts, table: str, *, is_safe: bool) -> Mend:
    """An object with all columns, behind the ones that stand above it in a draft."""

    def edits(source: Source) -> Iterable[TextEdit]:
        own = items(source.root)
        tops = {each.table: each.node for each in scope.templates if each.node in own}
        above = next((tops[name] for name in drafts.before(table) if name in tops), None)
        new = drafts.object(table)
        plugin = _plugin(source, [field.generator for field in new.fields])
        return (*plugin, *insert(source, source.root, statement(new), after=above))

    return Mend(f"Add an object for `{table}`", edits, is_safe)


def redraft(seen: TableSeen, drafts: Drafts, field: FieldSeen, *, is_safe: bool = False) -> Mend | None:
    """The generator that the drafting rules would write, unless it is the one that stands there."""
    new = drafted(seen, drafts, field.name).generator
    try:
        if construct(field.value) == new:
            return None
    except ValueError:
        return None
    call = next(iter(new)) if isinstance(new, dict) else new
    return Mend(f"Make it by `{call}`", lambda source: generate(source, field, new), is_safe)


def generate(source: Source, field: FieldSeen, generator: Any) -> Iterable[TextEdit]:
    """Another generator for a field."""
    mapping = source.parent(field.key)
    if not isinstance(mapping, MappingNode):
        return ()
    return (*_plugin(source, generator), *set_value(source, mapping, field.key, generator))


def _plugin(source: Source, generators: Any) -> Edits:
    """The statement that names our plugin, where these generators use it and there is none yet."""
    if f"'{PLUGIN}." not in str(generators):
        return ()
    return added_statement(source, "plugin", PLUGIN_PATH, after="snowfakery_version")


def set_argument(call: Entry, declared: type[Function], name: str, value: Any) -> Mend:
    """One argument of a call gets a value that its column needs."""

    def edits(source: Source) -> Iterable[TextEdit]:
        given = {each.name: each.key for each in entries(call.value)}
        if set(given) & set(declared.model_fields):
            assert isinstance(call.value, MappingNode)
            if name in given:
                return set_value(source, call.value, given[name], value)
            return insert(source, call.value, entry(name, value))
        # Arguments without names get some.
        arguments = {**declared.spell_out(construct(call.value)), name: value}
        mapping = source.parent(call.key)
        return set_value(source, mapping, call.key, arguments) if isinstance(mapping, MappingNode) else ()

    return Mend(f"Set `{name}: {value}`", edits, is_safe=True)


def make_key(scope: Scope, drafts: Drafts | None, table: str, column: str) -> Mend:
    """A generator of keys for a column that others refer to: the drafted one where that makes keys, else numbers."""
    seen = scope.tables[table]
    generator: Any = {f"{PLUGIN}.sequence": {"start": 1}}
    if drafts is not None and column in drafts.fields(table):
        made = drafts.fields(table)[column].generator
        name = next(iter(made), "") if isinstance(made, dict) else ""
        declared = FUNCTIONS.get(name.removeprefix(f"{PLUGIN}."))
        if declared is not None and declared.keyed and columns_named(made) <= set(seen.fields):
            generator = made
    title = f"Make `{table}.{column}` by `{next(iter(generator))}`"
    return Mend(title, lambda source: generate(source, seen.fields[column], generator))


def reference_with_nulls(field: FieldSeen) -> Mend | None:
    """A reference that stands in a `Synth.nullable` takes the share of nulls itself."""
    outer = only_call(field.value)
    if outer is None or not isinstance(field.function, Nullable):
        return None
    generator = field.function.value
    [(name, arguments)] = generator.items() if isinstance(generator, dict) else [("", None)]
    if name != f"{PLUGIN}.{Reference.name}" or not isinstance(arguments, dict):
        return None
    nulls = next((construct(each.value) for each in entries(outer.value) if each.name == "nulls"), 0)
    new = {name: {**arguments, "nulls": nulls}}
    return Mend("Give the nulls to the reference", lambda source: generate(source, field, new), is_safe=True)


def longer_shape(call: Entry, function: Pattern, rows: int, longest: int | None) -> Mend | None:
    """One more shape of the same look, with room for the rows; None where the column takes no longer text."""
    main = max(function.shapes, key=lambda shape: function.shapes[shape])
    shape, room = main, function.capacity() or 0
    while room < ROOM * rows:
        shape += "9"
        room += Shape(shape).capacity
    if shape == main or (longest is not None and len(Shape(shape).longest) > longest):
        return None
    weights = {**function.shapes, shape: max(function.shapes.values())}

    def edits(source: Source) -> Iterable[TextEdit]:
        written = locate(call.value, ("shapes",))
        if isinstance(written, MappingNode) and written is not call.value:
            return insert(source, written, entry(shape, 1))
        arguments = {**Pattern.spell_out(construct(call.value)), "shapes": weights}
        mapping = source.parent(call.key)
        return set_value(source, mapping, call.key, arguments) if isinstance(mapping, MappingNode) else ()

    return Mend(f"Add the shape `{shape}`", edits)


def take_out(collection: Node, part: Node, title: str, *, is_safe: bool) -> Mend | None:
    """An entry or item goes."""
    if not isinstance(collection, CollectionNode):
        return None
    return Mend(title, lambda source: remove(source, collection, part), is_safe)


def put_in_place(outer: Node, inner: Node, title: str, *, is_safe: bool) -> Mend:
    """A part of a generator in the place of the whole."""

    def edits(source: Source) -> Iterable[TextEdit]:
        if isinstance(inner, ScalarNode):
            return replace(source, outer, source.text[slice(*source.span(inner))])
        above = source.above(outer)
        mapping = source.parent(outer)
        if not isinstance(mapping, MappingNode):
            return ()
        return set_value(source, mapping, above.node, construct(inner))

    return Mend(title, edits, is_safe)
