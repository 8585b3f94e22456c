"""Renaming within formulas and plain references: whose field a name means, and whether the new name would mean the
same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jinja2 import TemplateSyntaxError, nodes
from yaml.nodes import Node, ScalarNode

from synth_core.errors import RecipeError
from synth_core.recipe.edit.rows import Rows, members
from synth_core.recipe.edit.source import place_of
from synth_core.recipe.formulas import ENVIRONMENT, is_name, rename
from synth_core.recipe.vetting.scope import Scope


@dataclass(frozen=True)
class Renaming:
    """Old names and new ones."""

    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Table (by its old name) → old column → new column."""

    def of(self, tables: frozenset[str]) -> dict[str, str]:
        """New names of columns of a row that is of one of these tables."""
        return {old: new for table in tables for old, new in self.columns.get(table, {}).items()}


def rename_formula(node: ScalarNode, table: str, scope: Scope, renaming: Renaming) -> str:
    """The formula in a row of the table after the renaming. Raises RecipeError where it can't be told."""
    return _Formula(node, table, scope, renaming).renamed()


def rename_link(node: ScalarNode, table: str, scope: Scope, renaming: Renaming) -> str:
    """What `reference` or `random_reference` names (`customers`, `customers.city`), after the renaming."""
    text = str(node.value)
    if text in scope.tables:
        return renaming.tables.get(text, text)
    if text in scope.nicknames:
        return text
    first, *rest = text.split(".")
    rows = Rows(scope)
    own = rows.fields(table)
    if first in own:
        held, new = rows.of_column(table, first), renaming.columns.get(table, {}).get(first, first)
        is_hidden = new in scope.tables or new in scope.nicknames
    else:
        held, new = rows.of_name(first), renaming.tables.get(first, first)
        is_hidden = new in own
    if new != first and is_hidden:
        raise _unclear(node, f"{new!r} would mean another row there")
    columns = renaming.of(held or frozenset())
    if rest and held is None and rest[0] in renaming.of(frozenset(renaming.columns)):
        raise _unclear(node, f"it does not say whose {rest[0]!r} it means")
    return ".".join(
        [new, *(columns.get(part, part) if index == 0 else part for index, part in enumerate(rest))]
    )


class _Formula:
    def __init__(self, node: ScalarNode, table: str, scope: Scope, renaming: Renaming) -> None:
        self._node = node
        self._table = table
        self._scope = scope
        self._renaming = renaming
        self._rows = Rows(scope)
        self._own = self._rows.fields(table)
        self._new_own = renaming.columns.get(table, {})
        self._gone = renaming.of(frozenset(renaming.columns))
        self._names = {
            *(name for pair in renaming.tables.items() for name in pair),
            *(name for new in renaming.columns.values() for pair in new.items() for name in pair),
        }

    def renamed(self) -> str:
        """The text with new names."""
        text = str(self._node.value)
        if not any(name in text for name in self._names):
            return text
        try:
            tree = ENVIRONMENT.parse(text)
        except TemplateSyntaxError as error:
            raise _unclear(self._node, f"its formula can't be read: {error.message}") from None
        alone = {each.name for each in tree.find_all(nodes.Name)}
        self._check_new_names(alone)
        for each in members(tree):
            self._check_member(each)
        hidden = {*self._own, *self._scope.variables}
        names = {old: new for old, new in self._renaming.tables.items() if old not in hidden}
        names |= {old: new if is_name(new) else f"this[{new!r}]" for old, new in self._new_own.items()}
        this = {name: self._new_own.get(name, name) for name in self._own}
        others = {name: self._columns([name]) for name in alone - self._own}
        for name in self._scope.variables:
            names.pop(name, None)
        return rename(text, names, this, others, self._columns)

    def _columns(self, chain: Sequence[str]) -> dict[str, str]:
        """The new names of columns behind `a.b`."""
        return self._renaming.of(self._rows.of_chain(chain, self._table) or frozenset())

    def _check_new_names(self, alone: set[str]) -> None:
        """What is new must not already mean something else there, nor be hidden by something else."""
        hidden = {*self._own, *self._scope.variables}
        for old, new in self._renaming.tables.items():
            if old in alone and old not in hidden and not is_name(new):
                raise _unclear(self._node, f"its formula names the table, and can't name one like {new!r}")
            if (old in alone and old not in hidden and new in hidden) or (new in alone and new not in hidden):
                raise _unclear(self._node, f"{new!r} means something else in its formula")
        for new in self._new_own.values():
            if new in alone:
                raise _unclear(self._node, f"{new!r} means something else in its formula")

    def _check_member(self, node: nodes.Getattr | nodes.Getitem) -> None:
        """A field that is renamed can be told only if the row before it can; `id` is there without a field."""
        name, owner = _member(node), node.node
        if name not in self._gone and name not in self._names & {"id"}:
            return
        chain: list[str] = []
        while isinstance(owner, nodes.Getattr):
            chain.insert(0, owner.attr)
            owner = owner.node
        held: frozenset[str] | None = frozenset()
        if isinstance(owner, nodes.Name):
            held = self._rows.of_chain([owner.name, *chain], self._table)
        elif isinstance(owner, nodes.Getitem) and _member(owner) in self._scope.fields:
            held = None
        if held is None:
            raise _unclear(self._node, f"its formula does not say whose {name!r} it means")
        if name == "id" and "id" in self._renaming.of(held).values():
            raise _unclear(self._node, "'id' means something else in its formula")


def _member(node: nodes.Getattr | nodes.Getitem) -> str:
    """The part of a value that a formula takes; empty for one that it counts."""
    part = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", "")
    return part if isinstance(part, str) else ""


def _unclear(node: Node, why: str) -> RecipeError:
    return RecipeError(
        f"{place_of(node)} stands in the way: {why}.",
        hint="Change that line first, or take another name.",
    )
