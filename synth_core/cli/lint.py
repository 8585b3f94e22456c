"""How findings on a recipe look in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from synth_core.cli.output import STYLES, Output, plural
from synth_core.model.findings import Finding


def show_lint(output: Output, findings: Sequence[Finding], project: str) -> None:
    """By table in the order of the text: line and column, level, message, code; below it hint and fix."""
    width = max((len(_place(each)) for each in findings), default=0)
    for table, group in groupby(findings, key=lambda each: each.table):
        output.say(f"table {table}" if table else "recipe.yml", "bold")
        for each in group:
            code = each.code.removeprefix("recipe.")
            output.say(
                f"  {_place(each):>{width}}  {each.level.value:7}  {each.message}  [{code}]",
                STYLES[each.level],
            )
            pad = " " * (width + 13)
            if each.hint:
                output.say(f"{pad}{each.hint}")
            if each.fix:
                how = "--fix" if each.fix.safe else f"--apply {code}:{each.line}"
                output.say(f"{pad}fix: {each.fix.title} ({how})", "dim")
    safe = sum(1 for each in findings if each.fix and each.fix.safe)
    if safe:
        output.say(f"{plural(safe, 'finding')} can be mended at once: synth lint {project} --fix", "dim")


def show_fixed(output: Output, done: Sequence[Finding]) -> None:
    """What was done, in order."""
    for each in done:
        title = each.fix.title if each.fix else ""
        output.say(f"fixed {each.file}:{_place(each)}: {title} ({each.message.rstrip('.')})", "green")
    if not done:
        output.say("There was nothing to fix without asking.")


def _place(finding: Finding) -> str:
    if finding.line is None:
        return "-"
    return f"{finding.line}:{finding.column_number}" if finding.column_number else str(finding.line)
