"""How findings of vetting are mended where more than a name is wrong: lines that are missing or in the wrong order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic_core import ErrorDetails
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from synth_core.errors import RecipeError
from synth_core.model.findings import TextEdit
from synth_core.recipe.edit.insert import insert, move
from synth_core.recipe.edit.pieces import item
from synth_core.recipe.edit.replace import Edits, replace, set_value
from synth_core.recipe.edit.source import Source
from synth_core.recipe.formulas import is_formula, names_in
from synth_core.recipe.functions import literal
from synth_core.recipe.text import children, construct, is_text
from synth_core.recipe.vetting.nodes import entries, items, value_of
from synth_core.recipe.vetting.remarks import Mend
from synth_core.recipe.vetting.scope import Scope


def add_statement(name: str, value: str | int, *, after: str = "") -> Mend:
    """A statement at the top, or behind the one that begins with `after`."""

    def edits(source: Source) -> Iterable[TextEdit]:
        return added_statement(source, name, value, after=after)

    return Mend(f"Add `- {name}: {value}`", edits, is_safe=True)


def added_statement(source: Source, name: str, value: str | int, *, after: str = "") -> Edits:
    """The edits of that; none where there is such a statement."""
    root, above = source.root, None
    for each in items(root):
        names = [entry.name for entry in entries(each)]
        if name in names:
            return ()
        above = each if after in names else above
    if above is not None:
        return insert(source, root, item({name: value}), after=above)
    return insert(source, root, item({name: value}), before=next(iter(items(root)), None))


def move_below(scope: Scope, table: str, field: str, other: str) -> Mend | None:
    """A field goes below another one that it uses, or that one above it; None where others stand in the way."""
    fields = scope.tables[table].fields if table in scope.tables else {}
    if field not in fields or other not in fields or field == other:
        return None
    here, there = fields[field], fields[other]

    def edits(source: Source) -> Iterable[TextEdit]:
        mapping = source.parent(here.key)
        if not isinstance(mapping, MappingNode) or source.parent(there.key) is not mapping:
            return ()
        order = [entry.name for entry in entries(mapping)]
        between = order[order.index(field) + 1 : order.index(other)]
        if not any(field in names_used(fields[name].value) for name in between):
            return move(source, mapping, here.key, after=there.key)
        if not names_used(there.value) & {field, *between}:
            return move(source, mapping, there.key, before=here.key)
        return ()

    return Mend(f"Move `{field}` below `{other}`", edits, is_safe=True)


def move_up(root: Node, below: Node, table: str) -> Mend | None:
    """The statement that makes a table goes above the one that holds the node `below`; None where it needs that one."""
    statements = items(root)
    maker = next((each for each in statements if _names_of(each)[:1] == [table]), None)
    if maker is None or not isinstance(root, CollectionNode):
        return None

    def edits(source: Source) -> Iterable[TextEdit]:
        user: Node | None = below
        while user is not None and source.parent(user) is not root:
            user = source.parent(user)
        if user is None or user is maker:
            return ()
        between = statements[statements.index(user) : statements.index(maker)]
        if names_used(maker) & {name for each in between for name in _names_of(each)}:
            return ()
        return move(source, root, maker, before=user)

    return Mend(f"Move the statement of `{table}` up", edits, is_safe=True)


def bare(node: ScalarNode) -> Mend:
    """A number without its quotes."""
    return Mend("Take it out of the quotes", lambda source: replace(source, node, node.value), is_safe=True)


def number(node: ScalarNode, value: int, *, is_safe: bool) -> Mend:
    """Another number."""
    return Mend(f"Write {value}", lambda source: replace(source, node, str(value)), is_safe)


def swapped(one: Node, other: Node) -> Mend:
    """Each of two values in the place of the other."""

    def edits(source: Source) -> Iterable[TextEdit]:
        first, second = (source.text[slice(*source.span(node))] for node in (one, other))
        return (*replace(source, one, second), *replace(source, other, first))

    return Mend("Swap them", edits, is_safe=True)


def value_mend(node: Node, problem: ErrorDetails) -> Mend | None:
    """For a value that an argument can't take, where another one was surely meant."""
    if "quantiles ascend" in problem["msg"] and isinstance(node, SequenceNode):
        return _sorted(node)
    if "a share lies between" in problem["msg"] and isinstance(node, ScalarNode):
        number = value_of(node)
        if isinstance(number, (int, float)) and 1 < number <= 100:
            return Mend(f"Write {number}%", lambda source: replace(source, node, f"{number}%"), is_safe=True)
    return None


def _sorted(node: SequenceNode) -> Mend:
    def edits(source: Source) -> Iterable[TextEdit]:
        mapping = source.parent(node)
        try:
            values = sorted(construct(node), key=literal)
        except (TypeError, ValueError):
            # They are of different types, or no values.
            return ()
        return (
            set_value(source, mapping, source.above(node).node, values)
            if isinstance(mapping, MappingNode)
            else ()
        )

    return Mend("Sort them", edits, is_safe=True)


def _names_of(statement: Node) -> list[str]:
    """What a statement makes: its table or variable, its nickname."""
    named = {entry.name: entry.value for entry in entries(statement)}
    values = [named[key] for key in ("object", "var", "nickname") if key in named]
    return [value.value for value in values if isinstance(value, ScalarNode)]


def names_used(node: Node) -> set[str]:
    """Names that the generators in a node may take values from: those in formulas, and those in plain texts, as
    arguments name columns and tables there."""
    return set(_names_used(node))


def _names_used(node: Node) -> Iterator[str]:
    if isinstance(node, ScalarNode) and is_text(node):
        if is_formula(node.value):
            try:
                yield from names_in(node.value)
            except RecipeError:
                # It can't be read, which is another finding.
                return
        else:
            yield node.value
    for inner in children(node):
        yield from _names_used(inner)
