"""What in a recipe was copied from the source: values, quantiles, shapes, gaps and lengths, with how many source rows
stand behind each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from synth_core.model.base import Frozen
from synth_core.model.profile import ColumnProfile, Profile, RuleProfile, ValueCount
from synth_core.model.project import Project
from synth_core.recipe.files import NO_FILES, is_data_name
from synth_core.recipe.functions import (
    Array,
    Bytes,
    Group,
    Login,
    Lookup,
    Nullable,
    Offset,
    Pattern,
    Quantiles,
    Reference,
    Words,
)
from synth_core.recipe.vetting import examined
from synth_core.recipe.vetting.calls import Call
from synth_core.recipe.vetting.scope import FieldSeen, Scope
from synth_core.stages.compare import number_of
from synth_core.stages.draft.dates import made_up_days
from synth_core.stages.draft.shapes import shape_of
from synth_core.stages.lint.copied import is_telling, literals
from synth_core.stages.profile import personal_columns, without_values

SHOWN = 5

Copy = Literal["values", "quantiles", "shapes", "gaps", "lengths", "children", "other texts"]


class Copied(Frozen):
    """What one column's generator has from the source."""

    table: str
    column: str
    what: Copy
    count: int
    """So many values, points, shapes … stand in the recipe."""
    support: int
    """Source rows behind the one with the fewest; for `children`, parents. 0: the facts say nothing of it."""
    is_exact: bool
    """The rows were counted; else there are at least so many."""
    examples: tuple[ValueCount, ...] = ()
    """Some of them, those with the fewest rows first; none where they say nothing alone, or the column is personal."""


class Literals(Frozen):
    """All that a recipe has from the source."""

    k: int
    """Nothing with fewer source rows comes into a draft."""
    copied: tuple[Copied, ...] = ()
    files: tuple[str, ...] = ()
    """Files that the recipe reads rows or texts from; nothing is told of what stands in them."""
    has_facts: bool = True
    """The source's facts are known: without them nothing can be told."""

    @property
    def count(self) -> int:
        """Literals that are in the source's facts."""
        return sum(each.count for each in self.copied if each.what != "other texts")

    @property
    def smallest_support(self) -> int | None:
        """Of all that the facts know; None where nothing was copied."""
        return min((each.support for each in self.copied if each.what != "other texts"), default=None)

    @property
    def others(self) -> int:
        """Texts that somebody wrote, or that come from elsewhere."""
        return sum(each.count for each in self.copied if each.what == "other texts")


def copied_literals(
    project: Project, recipe: str, facts: Profile | None, files: Mapping[str, str] = NO_FILES
) -> Literals:
    """By column, in the recipe's order. Raises RecipeError for a recipe that can't be read."""
    read = tuple(sorted(name for name in files if is_data_name(name)))
    if facts is None:
        return Literals(k=project.k, files=read, has_facts=False)
    safe = without_values(project, facts)
    scope = examined(recipe, files).scope
    personal = personal_columns(project)
    known = {table.name: {column.name for column in table.columns} for table in project.tables}
    found: list[Copied] = []
    for name, table in scope.tables.items():
        for field in table.fields.values():
            if field.name in known.get(name, ()):
                place = _Place(project, safe, name, field.name, is_personal=(name, field.name) in personal)
                found += place.copied(scope, field)
    return Literals(k=safe.k, copied=tuple(found), files=read)


class _Place:
    """A column and its facts, those of its leaves too."""

    def __init__(
        self, project: Project, facts: Profile, table: str, column: str, *, is_personal: bool
    ) -> None:
        self._table, self._column, self._k = table, column, facts.k
        self._is_personal = is_personal
        self._kind = project.table(table).column(column).type.value.kind
        self._leaves: Sequence[ColumnProfile] = [
            each
            for facts_of in facts.tables
            if facts_of.table == table
            for each in facts_of.columns
            if each.path[0] == column
        ]
        self._of_others = {
            each.path[0]: {entry.value: entry.count for entry in each.top}
            for facts_of in facts.tables
            if facts_of.table == table
            for each in facts_of.columns
            if len(each.path) == 1
        }
        self._logins = [
            login
            for facts_of in facts.tables
            if facts_of.table == table
            for login in facts_of.logins
            if login.column == column
        ]
        self._rules: Sequence[RuleProfile] = [
            rule for rule in facts.rules if rule.table == table and column in rule.columns
        ]

    def copied(self, scope: Scope, field: FieldSeen) -> Iterator[Copied]:
        """Everything in the column's generator."""
        calls = scope.calls(field)
        yield from self._values([text for text, _ in literals(scope, field.value)], calls)
        for call in calls:
            yield from self._of_call(call)

    def _values(self, texts: Sequence[str], calls: Sequence[Call]) -> Iterator[Copied]:
        """Values that occur in the source, and texts that do not."""
        counts = {each.value: each.count for leaf in self._leaves for each in leaf.top}
        for call in calls:
            if isinstance(call.function, Lookup):
                counts = self._of_others.get(call.function.of, {}) | counts
            if isinstance(call.function, Nullable) and call.function.by:
                counts = self._of_others.get(call.function.by, {}) | counts
        has_shapes = {text for call in calls if isinstance(call.function, (Pattern, Login)) for text in texts}
        known = {text: counts[text] for text in dict.fromkeys(texts) if text in counts}
        if known:
            yield self._counted("values", known)
        foreign = {
            text for text in texts if text not in counts and text not in has_shapes and is_telling(text)
        }
        if foreign:
            yield self._one("other texts", len(foreign), 0)

    def _of_call(self, call: Call) -> Iterator[Copied]:
        function = call.function
        if isinstance(function, Quantiles):
            yield from self._points(function.values)
        elif isinstance(function, Pattern):
            shapes = {
                shape_of(self._kind, each.value): each.count for leaf in self._leaves for each in leaf.shapes
            } | {each.value: each.count for leaf in self._leaves for each in leaf.forms}
            known = {shape: shapes[shape] for shape in function.shapes if shape in shapes}
            if known:
                yield self._counted("shapes", known)
        elif isinstance(function, Login):
            forms = {each.value: each.count for login in self._logins for each in login.forms}
            known = {form: forms[form] for form in function.forms if form in forms}
            if known:
                yield self._counted("shapes", known)
        elif isinstance(function, Offset):
            gaps = {float(text) for rule in self._rules for each in rule.gaps for text in each}
            yield from self._at_least("gaps", [each for each in function.gaps if float(each) in gaps])
            yield from self._points(function.limits)
        elif isinstance(function, (Words, Bytes, Array)):
            sizes = function.count if isinstance(function, Words) else function.length
            if any(
                leaf.words_quantiles or leaf.length_quantiles or leaf.array_lengths for leaf in self._leaves
            ):
                yield from self._at_least("lengths", sizes)
        elif isinstance(function, Reference) and function.children:
            yield from self._at_least("children", list(function.children))
        elif isinstance(function, Group):
            yield from self._at_least("children", list(function.rows))

    def _points(self, values: Sequence[object]) -> Iterator[Copied]:
        points = {number_of(text) for leaf in self._leaves for text in leaf.quantiles}
        points |= {number_of(day) for leaf in self._leaves if leaf.years for day in made_up_days("", leaf)}
        yield from self._at_least("quantiles", [each for each in values if _number(each) in points])

    def _counted(self, what: Copy, counts: Mapping[str, int]) -> Copied:
        rare = sorted(counts.items(), key=lambda each: (each[1], each[0]))[:SHOWN]
        shown = tuple(ValueCount(value=value, count=count) for value, count in rare)
        return self._one(what, len(counts), rare[0][1], is_exact=True, examples=shown)

    def _at_least(self, what: Copy, found: Sequence[object]) -> Iterator[Copied]:
        if found:
            yield self._one(what, len(found), self._k)

    def _one(
        self,
        what: Copy,
        count: int,
        support: int,
        *,
        is_exact: bool = False,
        examples: tuple[ValueCount, ...] = (),
    ) -> Copied:
        return Copied(
            table=self._table,
            column=self._column,
            what=what,
            count=count,
            support=support,
            is_exact=is_exact,
            examples=() if self._is_personal else examples,
        )


def _number(value: object) -> float | None:
    try:
        return number_of(str(value))
    except ValueError:
        return None
