"""Vetting: nothing of a recipe is parsed further, planned or run before it passed here.

The node tree that PyYAML composes is walked with its places, against lists of what is allowed; what is on no list
is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from yaml.nodes import Node, SequenceNode

from synth_core.model.findings import Finding
from synth_core.recipe.edit.source import Source
from synth_core.recipe.files import NO_FILES
from synth_core.recipe.include import assemble
from synth_core.recipe.vetting.nodes import check_nodes
from synth_core.recipe.vetting.remarks import Remark, findings_of, remark
from synth_core.recipe.vetting.scope import Scope
from synth_core.recipe.vetting.statements import Statements
from synth_core.starting import loading


@dataclass(frozen=True)
class Vetted:
    """What vetting found, and what it saw on the way (for the linter)."""

    remarks: list[Remark]
    scope: Scope = field(default_factory=Scope)
    source: Source | None = None
    """The text with its nodes; None when it can't be read at all."""

    @property
    def root(self) -> Node | None:
        """The tree that was walked."""
        return self.source.root if self.source else None

    @cached_property
    def findings(self) -> list[Finding]:
        """Each once, sorted by place, with fixes."""
        return self.findings_with(())

    def findings_with(self, more: Iterable[Remark]) -> list[Finding]:
        """The same, those on `more` included."""
        return findings_of([*self.remarks, *more], self.source)


def vet(text: str, files: Mapping[str, str] = NO_FILES) -> list[Finding]:
    """Everything that keeps a recipe from being run (errors), or that its author should know (warnings).

    Sorted by place. A recipe without errors is safe to compile and run; nothing else is. `files`: what the recipe
    may include and read, by name (`synth_core.recipe.files.gather`).
    """
    return examine(text, files).findings


def examine(text: str, files: Mapping[str, str] = NO_FILES) -> Vetted:
    """Like `vet`, with the tables and functions that were seen, and fixes still to be worked out."""
    read = assemble(text, files)
    remarks = [Remark(each) for each in read.findings]
    root = read.root
    if root is None or read.own is None:
        return Vetted(remarks)
    source = Source(text, read.own)
    remarks += check_nodes(root)
    if not isinstance(root, SequenceNode):
        message = "a recipe is a list of statements, such as `- object: customers`."
        return Vetted([*remarks, remark("statement", message, root)], source=source)
    scope = Scope.of(root, files)
    Statements(root, scope, remarks).check()
    return Vetted(remarks, scope, source)


def examined(text: str, files: Mapping[str, str] = NO_FILES) -> Vetted:
    """`examine`, kept for the last few texts: whoever works on a recipe has the same one read again and again. To be
    looked at only: its nodes are everybody's."""
    return _examined(text, tuple(sorted(files.items())))


@lru_cache(maxsize=4)
@loading()
def _examined(text: str, files: tuple[tuple[str, str], ...]) -> Vetted:
    return examine(text, dict(files))
