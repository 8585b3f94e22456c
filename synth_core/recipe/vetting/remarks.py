"""Findings on their way: each may carry how to mend it, which is worked out against the text at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from yaml.nodes import Node, ScalarNode

from synth_core.errors import RecipeError
from synth_core.model.findings import Finding, Fix, Level, TextEdit
from synth_core.recipe.edit.replace import rewrite
from synth_core.recipe.edit.source import Source
from synth_core.recipe.text import RECIPE, Place, finding
from synth_core.recipe.vetting.names import Near


@dataclass(frozen=True)
class Mend:
    """What would mend a finding. `edits` raises RecipeError where the text can't be changed so."""

    title: str
    edits: Callable[[Source], Iterable[TextEdit]]
    is_safe: bool = False
    """As in `Fix`."""


class Where(NamedTuple):
    """The table and column that a finding is about."""

    table: str = ""
    column: str = ""


NOWHERE = Where()


@dataclass(frozen=True)
class Remark:
    """A finding and, where there is one, its mend."""

    finding: Finding
    mend: Mend | None = None


def remark(
    code: str,
    message: str,
    node: Node | Place | None = None,
    *,
    hint: str = "",
    near: Near | None = None,
    mend: Mend | None = None,
    level: Level = Level.ERROR,
    where: Where = NOWHERE,
) -> Remark:
    """An error (or `level=`) at a node's place. `near`: the name that should stand there instead, if any is similar."""
    if near is not None and near.name:
        hint = near.hint
        if mend is None and isinstance(node, ScalarNode) and node.value == near.wrong:
            mend = written(node, near.name, is_safe=near.is_close)
    found = finding(code, message, node, hint=hint, level=level, table=where.table, column=where.column)
    return Remark(found, mend)


def mended(remark: Remark, mend: Mend | None) -> Remark:
    """The remark with that mend, if it has none yet."""
    return replace(remark, mend=mend) if remark.mend is None else remark


def written(node: ScalarNode, value: str, *, title: str = "", is_safe: bool) -> Mend:
    """Another text in a scalar's place."""
    return Mend(title or f"Write `{value}`", lambda source: rewrite(source, node, value), is_safe)


def findings_of(remarks: Iterable[Remark], source: Source | None) -> list[Finding]:
    """Each finding once, by place (those without one first), with its fix. Of what is included nothing is mended: it
    is another text."""
    unique: dict[Finding, Mend | None] = {}
    for each in remarks:
        if unique.get(each.finding) is None:
            unique[each.finding] = each.mend
    return in_order(
        finding.model_copy(update={"fix": _fix(mend, source)})
        if mend and source and finding.file == RECIPE
        else finding
        for finding, mend in unique.items()
    )


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By place; those without one first, those of included recipes last."""
    return sorted(findings, key=_place)


def _place(found: Finding) -> tuple[bool, str, int, int, str, str]:
    line, column = found.line or 0, found.column_number or 0
    return found.file != RECIPE, found.file, line, column, found.code, found.message


def _fix(mend: Mend, source: Source) -> Fix | None:
    try:
        edits = tuple(mend.edits(source))
    except RecipeError:
        # An alias repeats the place elsewhere: whoever wrote it so changes it by hand.
        return None
    return Fix(title=mend.title, edits=edits, safe=mend.is_safe) if edits else None
