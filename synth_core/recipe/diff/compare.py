"""Two recipes compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from synth_core.recipe.diff.change import Change, ChangeKind
from synth_core.recipe.diff.comments import comments_by_owner, without_comments
from synth_core.recipe.diff.generators import canonical, differences
from synth_core.recipe.diff.names import with_names
from synth_core.recipe.diff.tables import (
    TableView,
    moved,
    renamed_columns,
    renamed_tables,
    skeleton,
    tables_of,
    variables,
)
from synth_core.recipe.diff.words import kind_of, text_of
from synth_core.recipe.edit.proof import same
from synth_core.recipe.edit.source import Source
from synth_core.recipe.files import NO_FILES
from synth_core.recipe.reading import Recipe
from synth_core.recipe.vetting.scope import Scope

ROUNDS = 3
"""Renames can hide behind others: a column that stands behind a renamed one is made in the same way only then."""


def diff_recipes(
    old: str, new: str, *, old_files: Mapping[str, str] = NO_FILES, new_files: Mapping[str, str] = NO_FILES
) -> tuple[Change, ...]:
    """All that changed, in the new recipe's order: what is made, then comments, then layout. Nothing where both are
    the same. The files are those that the recipes include and read, by name.

    Raises RecipeError when one of them can't be read.
    """
    if old == new and old_files == new_files:
        return ()
    comparison = _Comparison(old, new, old_files, new_files)
    made = [*comparison.statements(), *comparison.tables()]
    comments = list(comparison.comments())
    return (*made, *comments, *(() if made else comparison.layout(bool(comments))))


class _Comparison:
    def __init__(
        self, old: str, new: str, old_files: Mapping[str, str], new_files: Mapping[str, str]
    ) -> None:
        self._old_text, self._new_text = old, new
        self._old, self._new = Recipe.read(old, old_files), Recipe.read(new, new_files)
        self._before, self._after = tables_of(self._old), tables_of(self._new)
        self._tables: dict[str, str] = {}
        """Renamed: old name → new name."""
        self._columns: dict[str, dict[str, str]] = {}
        """Renamed: old table → old column → new column."""
        for _ in range(ROUNDS):
            if not self._find_renames():
                break
            self._old = with_names(old, old_files, self._tables, self._columns)
            self._before = tables_of(self._old)

    def _find_renames(self) -> bool:
        """Adds what is seen now; says whether there was any."""
        tables = renamed_tables(self._before, self._after)
        self._tables |= tables
        once = {new: old for old, new in self._tables.items()}
        found = bool(tables)
        for name, view in self._before.items():
            new = tables.get(name, name)
            if new in self._after:
                columns = renamed_columns(view.columns, self._after[new].columns)
                if columns:
                    self._columns.setdefault(once.get(new, new), {}).update(columns)
                    found = True
        return found

    # --- statements that make no table ---

    def statements(self) -> Iterator[Change]:
        """Version, plugins, options, variables and macros."""
        for key, kind, label in (
            ("snowfakery_version", ChangeKind.SETTING, "snowfakery_version"),
            ("plugin", ChangeKind.SETTING, "plugin"),
            ("include_file", ChangeKind.SETTING, "included recipe"),
            ("option", ChangeKind.SETTING, "option"),
            ("macro", ChangeKind.MACRO, "macro"),
        ):
            yield from _statements(kind, label, _named(self._old, key), _named(self._new, key))
        values = [variables(recipe.expanded) for recipe in (self._old, self._new)]
        yield from _statements(ChangeKind.VARIABLE, "variable", *values)
        known = {
            *(set(self._before) & set(self._after)),
            *(f"var {name}" for name in set(values[0]) & set(values[1])),
        }
        shapes = [_known(skeleton(recipe.expanded), known) for recipe in (self._old, self._new)]
        if shapes[0] != shapes[1]:
            yield Change(
                kind=ChangeKind.TABLES_MOVED,
                sentence="Tables or variables are made in another order or place.",
            )

    # --- tables ---

    def tables(self) -> Iterator[Change]:
        """Every table of either recipe."""
        once = {new: old for old, new in self._tables.items()}
        for name, view in self._after.items():
            if name in once:
                yield Change(
                    kind=ChangeKind.TABLE_RENAMED,
                    table=name,
                    before=once[name],
                    after=name,
                    sentence=f"{once[name]} → {name}: table renamed",
                )
            if name in self._before:
                yield from self._table(name, self._before[name], view)
            else:
                sentence = f"{name}: table added, rows: {_count(view)}, columns: {len(view.columns)}"
                yield Change(kind=ChangeKind.TABLE_ADDED, table=name, after=name, sentence=sentence)
        for name in self._before:
            if name not in self._after:
                yield Change(
                    kind=ChangeKind.TABLE_REMOVED, table=name, before=name, sentence=f"{name}: table removed"
                )

    def _table(self, name: str, old: TableView, new: TableView) -> Iterator[Change]:
        before, after = _count(old), _count(new)
        if before != after:
            sentence = f"{name}: {before} → {after} rows"
            yield Change(kind=ChangeKind.COUNT, table=name, before=before, after=after, sentence=sentence)
        for key in dict.fromkeys([*old.settings, *new.settings]):
            yield from _setting(name, key, old.settings.get(key), new.settings.get(key))
        yield from self._columns_of(name, old, new)

    def _columns_of(self, table: str, old: TableView, new: TableView) -> Iterator[Change]:
        origin = {after: before for before, after in self._tables.items()}.get(table, table)
        once = {after: before for before, after in self._columns.get(origin, {}).items()}
        shifted = set(moved(old.columns, new.columns))
        previous = ""
        for name, made in new.columns.items():
            if name not in old.columns:
                words = kind_of(made[0])
                yield _column(ChangeKind.COLUMN_ADDED, table, name, "", words, f"column added, {words}")
            else:
                if name in once:
                    yield Change(
                        kind=ChangeKind.COLUMN_RENAMED,
                        table=table,
                        column=name,
                        before=once[name],
                        after=name,
                        sentence=f"{table}.{once[name]} → {name}: column renamed",
                    )
                if name in shifted:
                    where = f"behind {previous}" if previous else "to the front"
                    yield _column(ChangeKind.COLUMN_MOVED, table, name, "", where, f"column moved {where}")
                yield from _generators(table, name, old.columns[name], made)
            previous = name
        for name, made in old.columns.items():
            if name not in new.columns:
                yield _column(ChangeKind.COLUMN_REMOVED, table, name, kind_of(made[0]), "", "column removed")

    # --- comments and layout ---

    def comments(self) -> Iterator[Change]:
        """One line for each table or column that both recipes have."""
        old, new = (_comments(text) for text in (self._old_text, self._new_text))
        named = {self._new_owner(owner): found for owner, found in old.items()}
        for owner in dict.fromkeys([*new, *named]):
            table, column = owner
            is_known = not table or all(
                table in tables and (not column or column in tables[table].columns)
                for tables in (self._before, self._after)
            )
            before, after = named.get(owner, []), new.get(owner, [])
            if is_known and before != after:
                what = "added" if not before else "removed" if not after else "changed"
                where = f"{table}.{column}" if column else table or "recipe"
                yield Change(
                    kind=ChangeKind.COMMENT,
                    table=table,
                    column=column,
                    before=" ".join(before),
                    after=" ".join(after),
                    sentence=f"{where}: comment {what}",
                )

    def _new_owner(self, owner: tuple[str, str]) -> tuple[str, str]:
        table, column = owner
        return self._tables.get(table, table), self._columns.get(table, {}).get(column, column)

    def layout(self, with_comments: bool) -> Iterator[Change]:
        """Where nothing else is made: whether it is written in another way, also apart from comments that changed."""
        statements = [self._old.statements, self._new.statements]
        if same(*statements):
            if not with_comments or self._layout(self._old_text) != self._layout(self._new_text):
                yield Change(kind=ChangeKind.LAYOUT, sentence="Only the layout changed.")
        elif same(*map(canonical, statements)):
            yield Change(kind=ChangeKind.LAYOUT, sentence="Written in another way, which means the same.")
        else:
            yield Change(kind=ChangeKind.SETTING, sentence="Something else changed: compare the texts.")

    def _layout(self, text: str) -> str:
        return without_comments(Source.read(text))


def _named(recipe: Recipe, key: str) -> dict[str, list[Any]]:
    """What statements of one kind say, by their name, or by all that they say where they have none."""
    found: dict[str, list[Any]] = {}
    for each in recipe.statements:
        if key in each:
            rest = {name: value for name, value in each.items() if name != key}
            found.setdefault(str(each[key]), []).append(rest.get("default", rest))
    return found


def _statements(
    kind: ChangeKind, label: str, old: Mapping[str, list[Any]], new: Mapping[str, list[Any]]
) -> Iterator[Change]:
    for name in dict.fromkeys([*old, *new]):
        before, after = (", ".join(map(text_of, each.get(name, []))) for each in (old, new))
        if same(old.get(name), new.get(name)):
            continue
        sentence = f"{label} {name}: {before} → {after}"
        if name not in old or name not in new:
            sentence = f"{label} {name} {'added' if name in new else 'removed'}"
        elif kind is ChangeKind.MACRO:
            sentence = f"{label} {name} changed"
        yield Change(kind=kind, before=before, after=after, sentence=sentence)


def _known(shapes: list[Any], known: set[str]) -> list[Any]:
    """A skeleton with only those tables and variables that both recipes have."""
    kept: list[Any] = []
    for name, *inside in shapes:
        inner = _known(inside, known)
        kept += [[name, *inner]] if name in known else inner
    return kept


def _count(view: TableView) -> str:
    return " + ".join(text_of(count) for count in view.counts)


def _setting(table: str, key: str, old: Sequence[Any] | None, new: Sequence[Any] | None) -> Iterator[Change]:
    if same(old, new):
        return
    before, after = (", ".join(map(text_of, each or [])) for each in (old, new))
    words = f"{key} {after} added" if not old else f"{key} {before} removed"
    if old and new:
        words = f"{key} {before} → {after}"
    yield Change(
        kind=ChangeKind.TABLE_SETTING, table=table, before=before, after=after, sentence=f"{table}: {words}"
    )


def _generators(table: str, column: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    if len(old) != len(new):
        before, after = (", ".join(map(kind_of, each)) for each in (old, new))
        yield _column(ChangeKind.GENERATOR, table, column, before, after, f"{before} → {after}")
        return
    for one, other in zip(old, new, strict=True):
        for part in differences(one, other):
            path = ".".join([column, *part.path])
            yield _column(part.kind, table, path, part.before, part.after, part.words)


def _column(kind: ChangeKind, table: str, column: str, before: str, after: str, words: str) -> Change:
    return Change(
        kind=kind,
        table=table,
        column=column,
        before=before,
        after=after,
        sentence=f"{table}.{column}: {words}",
    )


def _comments(text: str) -> dict[tuple[str, str], list[str]]:
    source = Source.read(text)
    return comments_by_owner(source, Scope.of(source.root))
