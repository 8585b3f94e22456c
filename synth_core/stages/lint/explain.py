"""A finding in the words of the linter, and what is known about the functions that stand at its place."""

from __future__ import annotations

import re

from synth_core.model.findings import Finding
from synth_core.recipe.catalogue import explain as told_of
from synth_core.recipe.catalogue import find

_LEVELS = {
    "error": "An error: the recipe can't be run before it is mended.",
    "warning": "A warning: the recipe runs, but this wants a look.",
    "note": "A note, for the record.",
}
_CALLS = re.compile(r"\b(?:[A-Z]\w*\.\w+|fake\.\w+|random_\w+|[a-z]\w*_between)\b")
_FAKE = re.compile(r"\bfake:\s*\"?(\w+)")
_MOST = 3


def explain(finding: Finding, recipe: str) -> str:
    """A few paragraphs."""
    parts = [str(finding), _LEVELS[finding.level.value]]
    if finding.fix is not None:
        how = "which `--fix` does, too" if finding.fix.safe else "which `--apply` does if you ask for it"
        parts.append(f"It can be mended by this: {finding.fix.title}, {how}.")
    parts += [help_on(name) for name in functions_at(finding, recipe)]
    return "\n\n".join(parts)


def functions_at(finding: Finding, recipe: str) -> list[str]:
    """The functions of the catalogue that the finding or its line names."""
    text = f"{finding.message} {finding.hint} {line_of(finding, recipe)}"
    named = [*_CALLS.findall(text), *(f"fake.{name}" for name in _FAKE.findall(text))]
    found = (find(name) for name in named)
    return list(dict.fromkeys(each.name for each in found if each is not None))[:_MOST]


def help_on(name: str) -> str:
    """What the catalogue says of a function; empty where it is not in there."""
    found = find(name)
    return told_of(found) if found else ""


def line_of(finding: Finding, recipe: str) -> str:
    """The line of the recipe that the finding is about."""
    lines = recipe.splitlines()
    return lines[finding.line - 1].strip() if finding.line and finding.line <= len(lines) else ""
