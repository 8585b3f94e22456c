"""Vetting: nothing of a recipe is parsed further, planned or run before it passed here.

The node tree that PyYAML composes is walked with its places, against lists of what is allowed; what is on no list
is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from yaml.nodes import Node, SequenceNode

from synth_core.model.findings import Finding
from synth_core.recipe.files import NO_FILES
from synth_core.recipe.include import assemble
from synth_core.recipe.text import RECIPE, finding
from synth_core.recipe.vetting.nodes import check_nodes
from synth_core.recipe.vetting.scope import Scope
from synth_core.recipe.vetting.statements import Statements


@dataclass(frozen=True)
class Vetted:
    """What vetting found, and what it saw on the way (for the linter)."""

    findings: list[Finding]
    scope: Scope = field(default_factory=Scope)
    root: Node | None = None
    """What was vetted; None where the text can't be read."""


def vet(text: str, files: Mapping[str, str] = NO_FILES) -> list[Finding]:
    """Everything that keeps a recipe from being run (errors), or that its author should know (warnings).

    Sorted by place. A recipe without errors is safe to compile and run; nothing else is. `files`: what the recipe
    may include and read, by name (`synth_core.recipe.files.gather`).
    """
    return examine(text, files).findings


def examine(text: str, files: Mapping[str, str] = NO_FILES) -> Vetted:
    """Like `vet`, with the tables and functions that were seen."""
    root, findings = assemble(text, files)
    if root is None:
        return Vetted(findings)
    findings += check_nodes(root)
    if not isinstance(root, SequenceNode):
        findings.append(
            finding("statement", "a recipe is a list of statements, such as `- object: customers`.", root)
        )
        return Vetted(in_order(findings), root=root)
    scope = Scope.of(root, files)
    Statements(root, scope, findings).check()
    return Vetted(in_order(findings), scope, root)


def in_order(findings: list[Finding]) -> list[Finding]:
    """Each finding once, by place; those without one first, those of included recipes last."""
    return sorted(
        dict.fromkeys(findings),
        key=_place,
    )


def _place(found: Finding) -> tuple[bool, str, int, int, str, str]:
    line, column = found.line or 0, found.column_number or 0
    return found.file != RECIPE, found.file, line, column, found.code, found.message
