"""Applying the fixes of findings, one after the other, as each is worked out for the text as it is then."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from synth_core.errors import RecipeError, UsageError
from synth_core.model.findings import Finding, errors
from synth_core.recipe.edit import apply_edits

MOST = 500
"""Fixes in one go; a text that still has some then is not getting better."""
_PLACE = re.compile(r"(?P<code>[\w.-]+):(?P<line>\d+)(:(?P<column>\d+))?")

Lint = Callable[[str], list[Finding]]


@dataclass(frozen=True)
class Fixed:
    """A recipe after fixes: what was done, in order, and what is left."""

    text: str
    done: tuple[Finding, ...]
    left: list[Finding]


def apply_safe(text: str, lint: Lint) -> Fixed:
    """All safe fixes, until there is none left. One that would not mend its finding, or bring a new error, is left
    out."""
    done: list[Finding] = []
    useless: set[tuple[str, str]] = set()
    findings = lint(text)
    while len(done) < MOST:
        finding = next(
            (each for each in findings if each.fix and each.fix.safe and _kind(each) not in useless), None
        )
        if finding is None:
            break
        better, left = _applied(text, finding, lint)
        if is_better(finding, findings, left):
            text, findings = better, left
            done.append(finding)
            # What needed this one first may help now.
            useless.clear()
        else:
            useless.add(_kind(finding))
    return Fixed(text, tuple(done), findings)


def apply_chosen(text: str, lint: Lint, chosen: Sequence[str]) -> Fixed:
    """The fixes of the findings at these places (`CODE:LINE` or `CODE:LINE:COLUMN` in the text as it is given).

    Raises UsageError for a place where there is no such finding, or none that can be fixed.
    """
    findings = lint(text)
    picked = [_find(each, findings) for each in chosen]
    edits = [edit for finding in picked if finding.fix for edit in finding.fix.edits]
    text = apply_edits(text, edits)
    return Fixed(text, tuple(picked), lint(text))


def is_better(finding: Finding, before: Sequence[Finding], after: Sequence[Finding]) -> bool:
    """The finding is gone, and there is no error that was not there before. Lines may have moved."""
    kinds = [_kind(each) for each in after]
    was = [_kind(each) for each in before]
    if kinds.count(_kind(finding)) >= was.count(_kind(finding)):
        return False
    return all(kinds.count(_kind(each)) <= was.count(_kind(each)) for each in errors(list(after))) or any(
        # What could not be seen before is no worse than not being read at all.
        each.code == "recipe.yaml"
        for each in before
    )


def _kind(finding: Finding) -> tuple[str, str]:
    return finding.code, finding.message


def _applied(text: str, finding: Finding, lint: Lint) -> tuple[str, list[Finding]]:
    assert finding.fix is not None
    try:
        better = apply_edits(text, finding.fix.edits)
    except RecipeError:
        return text, lint(text)
    return better, lint(better)


def chosen_finding(findings: Sequence[Finding], place: str) -> Finding:
    """The finding at `CODE:LINE` or `CODE:LINE:COLUMN`. Raises UsageError where there is none, or several."""
    parts = _PLACE.fullmatch(place)
    if parts is None:
        raise UsageError(f"{place!r} is not of the form CODE:LINE.", hint="For example `link:120`.")
    code, line, column = parts["code"].removeprefix("recipe."), int(parts["line"]), parts["column"]
    here = [
        each
        for each in findings
        if each.code == f"recipe.{code}"
        and each.line == line
        and (column is None or each.column_number == int(column))
    ]
    if not here:
        raise UsageError(f"There is no finding {place}.", hint="`synth lint` lists them.")
    if len(here) > 1:
        places = ", ".join(f"{code}:{each.line}:{each.column_number}" for each in here)
        raise UsageError(f"There are several findings {place}.", hint=f"Name one of {places}.")
    return here[0]


def _find(place: str, findings: Sequence[Finding]) -> Finding:
    found = chosen_finding(findings, place)
    if found.fix is None:
        raise UsageError(f"There is no fix for {place}: {found.message}", hint="Change it by hand.")
    return found
