"""What edits change: the project, and what lies beside it and must fit it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError

from synth_core.errors import ProjectError
from synth_core.model.base import Frozen
from synth_core.model.complaints import explain
from synth_core.model.findings import Finding
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.profile import Profile
from synth_core.model.project import Column, Project, Table

M = TypeVar("M", bound=Frozen)
T = TypeVar("T")

_SAID = {Origin.DECLARED: "declared", Origin.MEASURED: "measured", Origin.MODEL: "proposed by a model"}


class Reviewed(Frozen):
    """A project under review, its facts and its recipe."""

    project: Project
    profile: Profile | None = None
    recipe: str | None = None
    """The text of `recipe.yml`; None where there is none yet."""
    findings: tuple[Finding, ...] = ()
    """What the edits could not carry along."""

    def with_table(self, table: Table) -> Reviewed:
        """The same with a table in place of the one of its name."""
        tables = tuple(table if each.name == table.name else each for each in self.project.tables)
        return self.with_project(tables=tables)

    def with_project(self, **changes: Any) -> Reviewed:
        """The same with other parts of the project. Raises ProjectError where they don't fit the rest."""
        return self.model_copy(update={"project": remade(self.project, **changes)})


def remade(noun: M, **changes: Any) -> M:
    """The same with other parts; all that must hold is checked again. Raises ProjectError in words."""
    try:
        return type(noun)(**{**dict(noun), **changes})
    except ValidationError as error:
        raise ProjectError(f"That can't be: {explain(error)}.", hint="Nothing was changed.") from None


def table_of(project: Project, name: str) -> Table:
    """The table. Raises ProjectError that names those there are."""
    for table in project.tables:
        if table.name == name:
            return table
    _missing(f"table {name!r}", "The project", [table.name for table in project.tables])


def column_of(table: Table, name: str) -> Column:
    """The column. Raises ProjectError that names those there are."""
    for column in table.columns:
        if column.name == name:
            return column
    _missing(f"column {table.name}.{name}", table.name, [column.name for column in table.columns])


def _missing(what: str, where: str, known: list[str]) -> NoReturn:
    raise ProjectError(f"There is no {what}.", hint=f"{where} has {', '.join(known) or 'none yet'}.")


def with_column(table: Table, name: str, change: Callable[[Column], Column]) -> Table:
    """The table with one column changed."""
    column_of(table, name)
    columns = tuple(change(column) if column.name == name else column for column in table.columns)
    return remade(table, columns=columns)


def by_hand(
    kind: type[Inferred[T]], value: T, before: Inferred[T] | None, shown: object = None
) -> Inferred[T]:
    """A person's value, which remembers what it stands in place of."""
    return kind(value=value, origin=Origin.HUMAN, evidence=_evidence(value, before, shown))


def _evidence(value: object, before: Inferred[Any] | None, shown: object) -> str:
    if before is None:
        return "nothing was found before"
    if before.origin is Origin.HUMAN:
        return before.evidence
    why = f": {before.evidence}" if before.evidence else ""
    if before.value == value:
        return f"{_SAID[before.origin]}, and accepted by a person{why}"
    old = before.value if shown is None else shown
    return f"in place of {old}, which was {_SAID[before.origin]}{why}"


def accepted(found: Inferred[T]) -> Inferred[T]:
    """The same value as a person's word. What the source declares needs none, and follows the source."""
    if found.origin in (Origin.DECLARED, Origin.HUMAN):
        return found
    return found.model_copy(
        update={
            "origin": Origin.HUMAN,
            "confidence": 1.0,
            "evidence": _evidence(found.value, found, None),
        }
    )


def is_open(found: Inferred[Any]) -> bool:
    """Neither the source nor a person has said it."""
    return found.origin not in (Origin.DECLARED, Origin.HUMAN)


FilesOf = Mapping[str, str]
"""What a recipe includes and reads, by name."""
