"""What was inferred, drafted and approved: for people, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synth_core.cli.output import Output, plural
from synth_core.model.findings import Finding

if TYPE_CHECKING:
    from synth_core.history.stored import StoredProject
    from synth_core.model.plan import ApprovedPlan


def drafted_lines(stored: StoredProject) -> str:
    """How long the recipe is, for people."""
    lines = len((stored.recipe or "").splitlines())
    return f"{plural(lines, 'line')} for {plural(len(stored.project.tables), 'table')}"


def show_inferred(output: Output, stored: StoredProject, findings: tuple[Finding, ...]) -> None:
    """What was inferred, for people."""
    project = stored.project
    rows = []
    for table in project.tables:
        dialect = table.dialect.value if table.dialect else None
        how = (
            f"{dialect.delimiter!r} {dialect.encoding}{' gzip' if dialect.compression else ''}, "
            f"{plural(dialect.skip_rows, 'line') + ' above, ' if dialect.skip_rows else ''}"
            f"{'header' if dialect.header_rows else 'no header'}"
            if dialect
            else table.source.kind.value
        )
        personal = sum(column.personal.value for column in table.columns)
        rows.append(
            (
                table.name,
                table.rows,
                len(table.columns),
                personal,
                how,
                ", ".join(table.key_columns) or "none",
            )
        )
    output.grid(
        "Tables",
        ["table", "rows", "columns", "personal", "written as", "primary key"],
        rows,
        right=["rows", "columns", "personal"],
    )
    output.say()
    output.grid(
        "Links",
        ["link", "sure", "why"],
        [
            (str(link), f"{link.accepted.confidence:.0%}", link.accepted.evidence)
            for link in project.kept_links
        ],
    )
    if not project.kept_links:
        output.say("No links between tables were found.")
    output.findings(findings)


def approved_data(approved: ApprovedPlan) -> dict[str, Any]:
    """An approval as JSON."""
    plan = approved.plan
    return {
        "project": plan.project.name,
        "fingerprint": approved.fingerprint,
        "approved_by": approved.approved_by,
        "version": approved.version,
        "counts": dict(plan.counts),
        "fewer": [each.model_dump() for each in approved.fewer],
        "seed": plan.seed,
        "mode": plan.mode,
        "offsets": dict(plan.offsets),
    }


def show_approved(output: Output, approved: ApprovedPlan) -> None:
    """An approval in a line, and of which tables there will be fewer rows than in the source."""
    plan = approved.plan
    for each in approved.fewer:
        output.say(f"  {each}")
    output.say(
        f"Approved by {approved.approved_by}: version {approved.version}, "
        f"{plural(sum(plan.counts.values()), 'row')} in {plural(len(plan.counts), 'table')}, "
        f"seed {plan.seed}, {plan.mode} to {plan.project.target.uri} (plan {approved.fingerprint[:10]})."
    )


def inferred_data(stored: StoredProject, findings: tuple[Finding, ...]) -> dict[str, Any]:
    """What was inferred as JSON."""
    data = stored.project.model_dump(mode="json")
    return {**data, "findings": [each.model_dump(mode="json") for each in findings]}
