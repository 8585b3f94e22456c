"""Two runs compared: what was asked for, what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from synth_core.errors import RecipeError
from synth_core.history.project_changes import project_changes
from synth_core.model.base import Frozen
from synth_core.model.plan import Plan
from synth_core.recipe.diff import diff_recipes
from synth_core.report.model import Report
from synth_core.stages.literals import Literals


class Setting(Frozen):
    """Something that was chosen for both runs."""

    what: str
    one: str
    other: str

    @property
    def is_same(self) -> bool:
        """It was chosen alike."""
        return self.one == self.other


class TableCounts(Frozen):
    """Rows of a table in both runs; None where a run did not make it."""

    table: str
    one: int | None
    other: int | None


class ColumnScores(Frozen):
    """How like the source a column was in both runs; None where that is not known."""

    table: str
    column: str
    one: float | None
    other: float | None

    @property
    def change(self) -> float:
        """From the first run to the other; 0 where one of them is not known."""
        return round(self.other - self.one, 3) if self.one is not None and self.other is not None else 0.0


class RunDifference(Frozen):
    """How one run differs from another."""

    one: str
    other: str
    settings: tuple[Setting, ...]
    recipe: tuple[str, ...]
    """What changed from the first run's recipe to the other's, in words; nothing where they are the same."""
    project: tuple[str, ...]
    """The same of what is known about the source."""
    tables: tuple[TableCounts, ...]
    columns: tuple[ColumnScores, ...]
    """Those that are not equally like the source, the largest change first."""


def compare_runs(one: Report, one_plan: Plan, other: Report, other_plan: Plan) -> RunDifference:
    """From the first to the other."""
    return RunDifference(
        one=one.run_id,
        other=other.run_id,
        settings=tuple(_settings(one, other)),
        recipe=_recipe(one_plan, other_plan),
        project=project_changes(one_plan.project, other_plan.project),
        tables=tuple(_tables(one, other)),
        columns=tuple(
            sorted(_columns(one, other), key=lambda each: (-abs(each.change), each.table, each.column))
        ),
    )


def _settings(one: Report, other: Report) -> Iterator[Setting]:
    for what, of in (
        ("project", lambda report: report.project),
        ("version", lambda report: "" if report.version is None else str(report.version)),
        ("plan", lambda report: report.fingerprint),
        ("recipe", lambda report: report.recipe_hash),
        ("seed", lambda report: str(report.seed)),
        ("reference date", lambda report: report.today.isoformat()),
        ("loading", lambda report: report.mode),
        ("source", lambda report: report.source),
        ("target", lambda report: report.target),
        ("engine", lambda report: report.engine),
        ("started by", lambda report: report.started_by),
        ("approved by", lambda report: report.approved_by),
        ("state", lambda report: report.state),
        ("checks that hold", lambda report: f"{sum(c.ok for c in report.checks)} of {len(report.checks)}"),
        ("literals from data", lambda report: _counted(report.literals, report.literals.count)),
        (
            "fewest source rows behind one",
            lambda report: _counted(report.literals, report.literals.smallest_support),
        ),
    ):
        yield Setting(what=what, one=of(one), other=of(other))


def _counted(found: Literals, number: int | None) -> str:
    if not found.has_facts:
        return "unknown"
    return "none" if number is None else f"{number:,}"


def _recipe(one: Plan, other: Plan) -> tuple[str, ...]:
    try:
        found = diff_recipes(
            one.recipe, other.recipe, old_files=one.recipe_files, new_files=other.recipe_files
        )
    except RecipeError as error:
        return (f"one of the recipes can't be read: {error.message}",)
    return tuple(map(str, found))


def _tables(one: Report, other: Report) -> Iterator[TableCounts]:
    rows = [{table.name: table.rows for table in report.tables} for report in (one, other)]
    for name in dict.fromkeys([*rows[0], *rows[1]]):
        yield TableCounts(table=name, one=rows[0].get(name), other=rows[1].get(name))


def _columns(one: Report, other: Report) -> Iterator[ColumnScores]:
    scores = [{(each.table, each.column): each.score for each in report.compared} for report in (one, other)]
    for table, column in dict.fromkeys([*scores[0], *scores[1]]):
        before, after = (side.get((table, column)) for side in scores)
        if before != after:
            yield ColumnScores(table=table, column=column, one=before, other=after)
