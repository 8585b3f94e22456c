"""Mistakes to plant in drafted recipes, each with the place where the linter must find it.

A mistake is planted by what a draft holds (a sequence, a reference, a personal column …), not by its names, so that it
fits the draft of any database that has such a thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from synth_core.model.findings import TextEdit
from synth_core.model.project import Column, Project, Table
from synth_core.model.types import Kind, Mode
from synth_core.recipe.edit.apply import apply_edits
from synth_core.recipe.edit.source import Source


class NotHere(Exception):
    """The draft has nothing that this mistake could be made with."""


@dataclass(frozen=True)
class Planted:
    """A recipe with a mistake, where that stands, and what else the linter is told."""

    text: str
    line: int
    column: int
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Mistake:
    """`code` is what the linter calls it; `fix`: whether its fix makes the recipe clean again."""

    name: str
    code: str
    fix: bool
    plant: Callable[[Recipe], Planted]


@dataclass(frozen=True)
class Spot:
    """A field in the draft."""

    table: str
    name: str
    key: ScalarNode
    value: Node
    mapping: MappingNode
    template: MappingNode

    @property
    def call(self) -> str:
        """The function that makes it; empty when none does."""
        return self.value.value[0][0].value if isinstance(self.value, MappingNode) else ""

    @property
    def arguments(self) -> Node:
        """What stands behind the function."""
        assert isinstance(self.value, MappingNode)
        return self.value.value[0][1]


class Recipe:
    """A drafted recipe, and what can be done to it."""

    def __init__(self, text: str, project: Project) -> None:
        self.text, self.project = text, project
        self.source = Source.read(text)

    # --- what is there ---

    def templates(self) -> Iterator[MappingNode]:
        assert isinstance(self.source.root, SequenceNode)
        for statement in self.source.root.value:
            if statement.value[0][0].value == "object":
                yield statement

    def spots(self) -> Iterator[Spot]:
        for template in self.templates():
            fields = value_of(template, "fields")
            assert isinstance(fields, MappingNode)
            for key, value in fields.value:
                yield Spot(value_of(template, "object").value, key.value, key, value, fields, template)

    def first(self, fits: Callable[[Spot], bool]) -> Spot:
        for spot in self.spots():
            if fits(spot):
                return spot
        raise NotHere

    def made_by(self, call: str, fits: Callable[[Spot], bool] = lambda spot: True) -> Spot:
        return self.first(lambda spot: spot.call == call and fits(spot))

    def table(self, spot: Spot) -> Table:
        return self.project.table(spot.table)

    def column(self, spot: Spot) -> Column | None:
        found = [column for column in self.table(spot).columns if column.name == spot.name]
        return found[0] if found else None

    def is_plain(self, spot: Spot) -> bool:
        """Neither key nor link, and nothing takes its value from it."""
        column = self.column(spot)
        used = any(spot.name in texts(other.value) for other in self.spots() if other.key is not spot.key)
        return column is not None and not self.is_key(spot) and not self.is_link(spot) and not used

    def is_key(self, spot: Spot) -> bool:
        names = {
            (link.ref_table, column) for link in self.project.accepted_links for column in link.ref_columns
        }
        return spot.name in self.table(spot).key_columns or (spot.table, spot.name) in names

    def is_link(self, spot: Spot) -> bool:
        return any(
            (link.table, column) == (spot.table, spot.name)
            for link in self.project.accepted_links
            for column in link.columns
        )

    def of_kind(self, *kinds: Kind) -> Callable[[Spot], bool]:
        def fits(spot: Spot) -> bool:
            column = self.column(spot)
            return self.is_plain(spot) and column is not None and column.type.value.kind in kinds

        return fits

    def of_no_person(self, *kinds: Kind) -> Callable[[Spot], bool]:
        def fits(spot: Spot) -> bool:
            column = self.column(spot)
            return self.of_kind(*kinds)(spot) and column is not None and not column.personal.value

        return fits

    # --- what can be done ---

    def replaced(self, node: Node, new: str, at: int = 0, **more: Any) -> Planted:
        """The node's text becomes another one; the mistake is `at` characters into it."""
        start, end = self.source.span(node)
        return self.planted([self.source.edit(start, end, new)], start + at, **more)

    def behind(self, spot: Spot, lines: str, at: int = 4, **more: Any) -> Planted:
        """Lines behind a field; the mistake is `at` characters into them."""
        offset = self.source.next_line(self.source.child(spot.mapping, spot.key).end)
        return self.planted([self.source.edit(offset, offset, lines)], offset + at, **more)

    def without(self, spot: Spot) -> list[TextEdit]:
        """The field goes, its comment too."""
        child = self.source.child(spot.mapping, spot.key)
        start = self.source.line_start(child.start)
        while self.source.line_text(self.source.line(start) - 1).lstrip().startswith("#"):
            start = self.source.start_of(self.source.line(start) - 1)
        return [self.source.edit(start, self.source.next_line(child.end), "")]

    def planted(self, edits: list[TextEdit], offset: int, **more: Any) -> Planted:
        """The edits, and the mistake at a place of the text as it is after them; no edit stands before that place."""
        text = apply_edits(self.text, edits)
        above = text[:offset]
        return Planted(text, above.count("\n") + 1, offset - above.rfind("\n"), more)

    def place(self, node: Node) -> int:
        return self.source.span(node)[0]


def value_of(mapping: Node, name: str) -> Node:
    """The value behind a key."""
    assert isinstance(mapping, MappingNode)
    return next(value for key, value in mapping.value if key.value == name)


def has(mapping: Node, name: str) -> bool:
    """The mapping has that key."""
    return isinstance(mapping, MappingNode) and any(key.value == name for key, _ in mapping.value)


def texts(node: Node) -> set[str]:
    """All scalars in a node."""
    if isinstance(node, ScalarNode):
        return {node.value}
    inner = node.value if isinstance(node, SequenceNode) else [each for pair in node.value for each in pair]
    return set().union(*(texts(each) for each in inner))


def twisted(name: str) -> str:
    """A name with two letters in each other's place, so that it is another one but like it."""
    for index in range(len(name) - 1, 0, -1):
        if name[index] != name[index - 1] and name[index - 1 : index + 1].isalpha():
            return name[: index - 1] + name[index] + name[index - 1] + name[index + 1 :]
    return name + "x"


MISTAKES: list[Mistake] = []


def mistake(name: str, code: str, *, fix: bool = False) -> Callable[[Callable[[Recipe], Planted]], None]:
    """Registers what plants a mistake."""

    def register(plant: Callable[[Recipe], Planted]) -> None:
        MISTAKES.append(Mistake(name, f"recipe.{code}", fix, plant))

    return register


# --- the text itself ---


@mistake("a bracket is never closed", "yaml", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.made_by("Synth.sequence")
    text = recipe.source.text[slice(*recipe.source.span(spot.arguments))]
    return recipe.replaced(spot.arguments, text[:-1])


@mistake("a quote is never closed", "yaml", fix=True)
def _(recipe: Recipe) -> Planted:
    node = value_of(next(recipe.templates()), "object")
    return recipe.replaced(node, f'"{node.value}')


@mistake("a tab indents a line", "yaml", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(lambda spot: True)
    start = recipe.source.line_start(recipe.place(spot.key))
    return recipe.planted([recipe.source.edit(start, start + 4, "\t")], start)


@mistake("a colon is missing", "yaml", fix=True)
def _(recipe: Recipe) -> Planted:
    template = next(recipe.templates())
    key = next(key for key, _ in template.value if key.value == "count")
    end = recipe.source.span(key)[1]
    return recipe.planted([recipe.source.edit(end, end + 1, "")], recipe.place(key))


@mistake("a line is indented by one too few", "yaml", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(lambda spot: spot.key is not spot.mapping.value[0][0])
    start = recipe.source.line_start(recipe.place(spot.key))
    return recipe.planted([recipe.source.edit(start, start + 1, "")], start + 3)


@mistake("a text holds a second colon", "yaml", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.of_kind(Kind.STRING))
    start, end = recipe.source.span(spot.key)[1], recipe.source.span(spot.value)[1]
    return recipe.planted([recipe.source.edit(start, end, ": a: b")], start + 3)


# --- names ---


@mistake("a statement's key is misspelt", "unknown-key", fix=True)
def _(recipe: Recipe) -> Planted:
    key = next(key for key, _ in next(recipe.templates()).value if key.value == "count")
    return recipe.replaced(key, "cuont")


@mistake("there is no such function", "unknown-function", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.made_by("Synth.sequence")
    assert isinstance(spot.value, MappingNode)
    return recipe.replaced(spot.value.value[0][0], "Synth.sequense")


@mistake("there is no such provider", "unknown-provider", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.made_by("fake")
    return recipe.replaced(spot.arguments, f'"{twisted(spot.arguments.value)}"')


@mistake("a function has no such argument", "arguments", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.made_by("Synth.pattern", lambda spot: has(spot.arguments, "unique"))
    key = next(key for key, _ in spot.arguments.value if key.value == "unique")
    return recipe.replaced(key, "uniqe")


@mistake("a provider has no such argument", "arguments", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.of_kind(Kind.INT64))
    generator = "{fake.pyint: {min_vaule: 1}}"
    return recipe.replaced(spot.value, generator, generator.index("min_vaule"))


@mistake("a formula names what is not there", "unknown-name")
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.of_kind(Kind.STRING))
    return recipe.replaced(spot.value, '"${{ qqqq }}"')


@mistake("the version is missing", "version", fix=True)
def _(recipe: Recipe) -> Planted:
    at = recipe.text.index("- snowfakery_version: 3\n")
    return recipe.planted([recipe.source.edit(at, recipe.source.next_line(at), "")], at)


@mistake("the plugin is missing", "plugin", fix=True)
def _(recipe: Recipe) -> Planted:
    at = recipe.text.index("- plugin: ")
    line = recipe.source.edit(at, recipe.source.next_line(at), "")
    found = planted_at(recipe, apply_edits(recipe.text, [line]), lambda spot: spot.call.startswith("Synth."))
    return found


def planted_at(recipe: Recipe, text: str, fits: Callable[[Spot], bool]) -> Planted:
    """The mistake is at the function of the first field that fits, in the text as it is now."""
    spot = Recipe(text, recipe.project).first(fits)
    assert isinstance(spot.value, MappingNode)
    mark = spot.value.value[0][0].start_mark
    return Planted(text, mark.line + 1, mark.column + 1)


@mistake("the plugin is another one", "plugin")
def _(recipe: Recipe) -> Planted:
    statement = recipe.source.root.value[1]
    return recipe.replaced(value_of(statement, "plugin"), "os.path")


# --- tables and columns ---


@mistake("a required column is missing", "missing-column", fix=True)
def _(recipe: Recipe) -> Planted:
    def fits(spot: Spot) -> bool:
        return recipe.is_key(spot) and spot.call == "Synth.sequence"

    spot = recipe.first(fits)
    return recipe.planted(recipe.without(spot), recipe.place(value_of(spot.template, "object")))


@mistake("a column is missing", "missing-column", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.is_plain)
    return recipe.planted(recipe.without(spot), recipe.place(value_of(spot.template, "object")))


@mistake("the table has no such column", "surplus-column", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.is_plain)
    return recipe.behind(spot, "    qqqq: 5\n")


@mistake("a column is misspelt", "surplus-column", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(lambda spot: recipe.is_plain(spot) and spot.name.isalpha() and len(spot.name) > 3)
    return recipe.replaced(spot.key, twisted(spot.name))


@mistake("a table is misspelt", "unknown-object", fix=True)
def _(recipe: Recipe) -> Planted:
    referred = {link.ref_table for link in recipe.project.accepted_links}
    for template in recipe.templates():
        node = value_of(template, "object")
        if node.value in referred:
            # Everything that refers to it is misspelt alike.
            text = re.sub(
                rf'(object|table): "{re.escape(node.value)}"', rf'\1: "{twisted(node.value)}"', recipe.text
            )
            return Planted(text, node.start_mark.line + 1, node.start_mark.column + 1)
    raise NotHere


@mistake("a table has no object", "missing-object", fix=True)
def _(recipe: Recipe) -> Planted:
    referred = {link.ref_table for link in recipe.project.accepted_links}
    template = next((t for t in recipe.templates() if value_of(t, "object").value not in referred), None)
    if template is None:
        raise NotHere
    child = recipe.source.child(recipe.source.root, template)
    edit = recipe.source.edit(recipe.source.line_start(child.start), recipe.source.next_line(child.end), "")
    text = apply_edits(recipe.text, [edit])
    return Planted(text, text.rstrip("\n").count("\n") + 1, 1)


@mistake("an object is no table", "unknown-object")
def _(recipe: Recipe) -> Planted:
    text = f"{recipe.text}\n- object: qqqq\n  fields: {{a: 1}}\n"
    return Planted(text, text.count("\n") - 1, 11)


@mistake("a field stands there twice", "duplicate-key", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.is_plain)
    source = recipe.source
    child = source.child(spot.mapping, spot.key)
    return recipe.behind(spot, source.text[source.line_start(child.start) : source.next_line(child.end)])


# --- types ---


@mistake("a text in a column of numbers", "type", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.of_kind(Kind.INT64))
    return recipe.replaced(spot.value, '"many"')


@mistake("names in a column of dates", "type", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.of_kind(Kind.DATE))
    return recipe.replaced(spot.value, '{fake: "City"}', 1)


@mistake("decimals in a column of whole numbers", "type", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.of_kind(Kind.INT64))
    return recipe.replaced(spot.value, "{Synth.quantiles: {values: [1.5, 9.25]}}", 1)


@mistake("an amount that is no number", "arguments", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.of_kind(Kind.INT64))
    return recipe.replaced(spot.value, '{random_number: {min: 1, max: "5"}}', 30)


@mistake("the least is more than the most", "arguments", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.of_kind(Kind.INT64))
    return recipe.replaced(spot.value, "{random_number: {min: 9, max: 5}}", 22)


@mistake("quantiles that do not ascend", "arguments", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.of_kind(Kind.INT64))
    return recipe.replaced(spot.value, "{Synth.quantiles: {values: [9, 5, 7]}}", 27)


# --- nulls ---


@mistake("a required column can be null", "null", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(lambda spot: recipe.is_key(spot) and spot.call == "Synth.sequence")
    inner = recipe.source.text[slice(*recipe.source.span(spot.arguments))]
    new = f"Synth.nullable: {{nulls: 5%, value: {{Synth.sequence: {inner}}}}}"
    return recipe.replaced(spot.value, new, 17)


@mistake("a required column is always null", "null", fix=True)
def _(recipe: Recipe) -> Planted:
    referred = {(link.ref_table, name) for link in recipe.project.accepted_links for name in link.ref_columns}

    def fits(spot: Spot) -> bool:
        return (
            len(recipe.table(spot).key_columns) == 1
            and recipe.is_key(spot)
            and (spot.table, spot.name) not in referred
        )

    spot = recipe.first(fits)
    return recipe.replaced(spot.value, "null")


@mistake("a share above the whole", "arguments", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.made_by("Synth.nullable")
    return recipe.replaced(value_of(spot.arguments, "nulls"), "5")


# --- references ---


@mistake("a reference to no table", "unknown-table", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.made_by("Synth.reference")
    node = value_of(spot.arguments, "table")
    return recipe.replaced(node, f'"{twisted(node.value)}"')


@mistake("a reference to no column", "unknown-column", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.made_by("Synth.reference")
    node = value_of(spot.arguments, "column")
    return recipe.replaced(node, f'"{twisted(node.value)}"')


@mistake("a reference to what is no key", "not-keyed", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.made_by("Synth.reference")
    table, column = (value_of(spot.arguments, name).value for name in ("table", "column"))
    parent = recipe.first(lambda each: (each.table, each.name) == (table, column))
    kind = recipe.project.table(table).column(column).type.value.kind
    new = "{fake.pyint: {min_value: 1}}" if kind is Kind.INT64 else '{fake: "Md5"}'
    text = recipe.replaced(parent.value, new).text
    again = Recipe(text, recipe.project)
    same = again.first(lambda each: (each.table, each.name) == (spot.table, spot.name))
    mark = value_of(same.arguments, "column").start_mark
    return Planted(text, mark.line + 1, mark.column + 1)


@mistake("a reference within another function", "nested-key", fix=True)
def _(recipe: Recipe) -> Planted:
    def fits(spot: Spot) -> bool:
        column = recipe.column(spot)
        return column is not None and column.mode.value is Mode.NULLABLE and not recipe.is_key(spot)

    spot = recipe.made_by("Synth.reference", fits)
    table, column = (value_of(spot.arguments, name).value for name in ("table", "column"))
    new = (
        f'Synth.nullable: {{nulls: 5%, value: {{Synth.reference: {{table: "{table}", column: "{column}"}}}}}}'
    )
    return recipe.replaced(spot.value, new, new.index("{table"))


@mistake("a row of a later table is picked", "order")
def _(recipe: Recipe) -> Planted:
    last = list(recipe.templates())[-1]
    spot = recipe.first(recipe.of_kind(Kind.INT64, Kind.STRING))
    if spot.template is last:
        raise NotHere
    name = value_of(last, "object").value
    return recipe.replaced(spot.value, f'{{random_reference: "{name}"}}', 19)


@mistake("a formula uses a field that comes later", "order", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.of_kind(Kind.STRING))
    later = [key.value for key, _ in spot.mapping.value][-1]
    if later == spot.name or not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", later):
        raise NotHere
    return recipe.replaced(spot.value, f'"${{{{ {later} }}}}"')


@mistake("an offset stands before what it is counted from", "order", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(lambda spot: "after" in texts(spot.value) and spot.call == "Synth.nullable")
    inner = value_of(spot.arguments, "value")
    node = value_of(inner.value[0][1], "after")
    before = next(key for key, _ in spot.mapping.value if key.value == node.value)
    source = recipe.source
    child, above = source.child(spot.mapping, spot.key), source.child(spot.mapping, before)
    lines = source.text[source.line_start(child.start) : source.next_line(child.end)]
    at = source.line_start(above.start)
    while source.line_text(source.line(at) - 1).lstrip().startswith("#"):
        at = source.start_of(source.line(at) - 1)
    text = apply_edits(recipe.text, [source.edit(at, at, lines), *recipe.without(spot)])
    same = Recipe(text, recipe.project).first(lambda each: (each.table, each.name) == (spot.table, spot.name))
    mark = value_of(value_of(same.arguments, "value").value[0][1], "after").start_mark
    return Planted(text, mark.line + 1, mark.column + 1)


@mistake("fields depend on each other in a circle", "circle")
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.of_kind(Kind.INT64))
    lines = (
        "    __b: {Synth.offset: {after: __a, gaps: [1]}}\n    __a: {Synth.offset: {after: __b, gaps: [1]}}\n"
    )
    return recipe.behind(spot, lines)


@mistake("a formula where a reference keeps a link", "link", fix=True)
def _(recipe: Recipe) -> Planted:
    one = {link.columns[0] for link in recipe.project.accepted_links if len(link.columns) == 1}
    spot = recipe.made_by("Synth.reference", lambda spot: spot.name in one and not recipe.is_key(spot))
    column = recipe.column(spot)
    assert column is not None
    new = '"${{ random_number(min=1, max=9) }}"'
    return replaced_below(recipe, spot, new)


def replaced_below(recipe: Recipe, spot: Spot, new: str) -> Planted:
    """Another generator, where the mistake is found at the field's name."""
    edit = recipe.source.edit(*recipe.source.span(spot.value), new)
    return recipe.planted([edit], recipe.place(spot.key))


# --- counts ---


@mistake("a count that is no number", "count")
def _(recipe: Recipe) -> Planted:
    return recipe.replaced(value_of(next(recipe.templates()), "count"), "many")


@mistake("a count in words of a spreadsheet", "count", fix=True)
def _(recipe: Recipe) -> Planted:
    for template in recipe.templates():
        node = value_of(template, "count")
        if len(node.value) > 3:
            return recipe.replaced(node, f'"{int(node.value):,}"')
    raise NotHere


@mistake("a count that is not the plan's", "count-unused", fix=True)
def _(recipe: Recipe) -> Planted:
    return recipe.replaced(value_of(next(recipe.templates()), "count"), "7")


@mistake("no rows of a table that others need", "empty-parent")
def _(recipe: Recipe) -> Planted:
    spot = recipe.made_by("Synth.reference", lambda spot: not has(spot.arguments, "nulls"))
    node = value_of(spot.arguments, "table")
    if node.value == spot.table:
        raise NotHere
    return recipe.planted([], recipe.place(node), counts={node.value: 0})


@mistake("more rows than keys have values", "capacity", fix=True)
def _(recipe: Recipe) -> Planted:
    def fits(spot: Spot) -> bool:
        return has(spot.arguments, "unique") and recipe.table(spot).wanted > 10

    spot = recipe.made_by("Synth.pattern", fits)
    return recipe.replaced(value_of(spot.arguments, "shapes"), '{"9": 100%}')


@mistake("a plan beyond what the key's shapes allow", "capacity", fix=True)
def _(recipe: Recipe) -> Planted:
    def fits(spot: Spot) -> bool:
        column = recipe.column(spot)
        return has(spot.arguments, "unique") and column is not None and column.type.value.max_length is None

    spot = recipe.made_by("Synth.pattern", fits)
    edit = recipe.source.edit(*recipe.source.span(value_of(spot.arguments, "shapes")), '{"9999": 100%}')
    return recipe.planted(
        [edit], recipe.place(value_of(spot.arguments, "shapes")), counts={spot.table: 10_001}
    )


@mistake("a key of two values", "capacity")
def _(recipe: Recipe) -> Planted:
    referred = {(link.ref_table, name) for link in recipe.project.accepted_links for name in link.ref_columns}

    def fits(spot: Spot) -> bool:
        key = recipe.table(spot).key_columns
        return (
            key == (spot.name,) and (spot.table, spot.name) not in referred and recipe.table(spot).wanted > 2
        )

    spot = recipe.first(fits)
    return replaced_below(recipe, spot, '{Synth.choice: ["1", "2"]}')


# --- braces and words ---


@mistake("single braces", "braces", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.of_kind(Kind.STRING))
    return recipe.replaced(spot.value, '"${child_index}"')


@mistake("braces without a dollar", "braces", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.of_kind(Kind.STRING))
    return recipe.replaced(spot.value, '"{{child_index}}"')


@mistake("braces that are not closed", "braces", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.of_kind(Kind.STRING))
    return recipe.replaced(spot.value, '"${{ child_index }"')


@mistake("a word that YAML takes for true", "yaml-boolean", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.of_no_person(Kind.STRING))
    return recipe.replaced(spot.value, "{Synth.choice: {No: 60%, maybe: 40%}}", 16)


@mistake("a number that YAML takes for another", "misread", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.of_no_person(Kind.STRING))
    return recipe.replaced(spot.value, "{Synth.choice: {007: 60%, 1234: 40%}}", 16)


# --- copies ---


@mistake("names listed in a personal column", "personal-literal", fix=True)
def _(recipe: Recipe) -> Planted:
    def fits(spot: Spot) -> bool:
        column = recipe.column(spot)
        return recipe.of_kind(Kind.STRING)(spot) and column is not None and column.personal.value

    spot = recipe.first(fits)
    return recipe.replaced(spot.value, '{Synth.choice: ["Ada Lovelace", "Alan Turing"]}', 16)


@mistake("a text that the source is known to hold", "copied", fix=True)
def _(recipe: Recipe) -> Planted:
    spot = recipe.first(recipe.of_kind(Kind.STRING))
    values = frozenset({"Ada Lovelace"})
    return recipe.replaced(
        spot.value, '{random_choice: ["somebody", "Ada Lovelace"]}', 29, source_values=values
    )
