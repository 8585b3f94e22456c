"""How one table's links hang together, and the generators that keep them whole.

A column that two links share is decided by the first; the second must then hold by itself, which it does when the
first parent refers to the second one's table, and otherwise is made to by `also` or `match`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from synth_core.model.findings import Finding, Level
from synth_core.model.profile import LinkProfile, Profile
from synth_core.model.project import Link, Project, Table
from synth_core.model.types import Mode
from synth_core.recipe.notation import FieldText, percent
from synth_core.stages.draft.spread import written_spread


@dataclass
class Bound:
    """Where a decided column takes its value from: the row of `table` that `anchor` (or `part`) points to."""

    table: str
    column: str
    anchor: str = ""
    """The reference column that decides the row; empty for a part of a combination."""
    part: str = ""


@dataclass
class KeyPlan:
    """Generators of a table's key and link columns, by column; `hidden` ones make no column."""

    table: Table
    made: dict[str, FieldText] = field(default_factory=dict)
    hidden: dict[str, FieldText] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def put(self, column: str, generator: Any, why: str) -> None:
        """Decide what makes a column."""
        source = self.table.column(column)
        required = " REQUIRED" if source.mode.value is Mode.REQUIRED else ""
        self.made[column] = FieldText(column, generator, f"{source.type.value}{required}, {why}")

    def leave(self, link: Link, why: str) -> None:
        """Say that a link is not kept."""
        self.findings.append(
            Finding(
                level=Level.WARNING,
                code="draft.link-not-kept",
                table=link.table,
                column=link.columns[0],
                message=f"the link {link} {why}.",
                hint="Reject one of the links, or write the columns in the recipe by hand.",
            )
        )


class LinkPlanner:
    """Decides the columns of one table's links. References are put into the plan last, by `finish`: until then what
    else stands in the table may narrow them."""

    def __init__(self, project: Project, profile: Profile, plan: KeyPlan) -> None:
        self._project = project
        self._profile = profile
        self._plan = plan
        self._table = plan.table
        self.links = sorted(
            (link for link in project.accepted_links if link.table == self._table.name),
            key=lambda link: (-len(link.columns), link.columns, link.ref_table),
        )
        """Those of the table, with several columns first."""
        self.bound: dict[str, Bound] = {}
        """The columns that are decided."""
        self._arguments: dict[str, dict[str, Any]] = {}
        self._why: dict[str, str] = {}

    def bind(self, link: Link) -> None:
        """Decide the columns of a link that are still open, and see to it that it holds."""
        pairs = list(zip(link.columns, link.ref_columns, strict=True))
        open_pairs = [pair for pair in pairs if pair[0] not in self.bound]
        if not open_pairs:
            self._keep_implied(link, pairs)
            return
        arguments = self._reference(link, open_pairs[0][1])
        matched = [pair for pair in pairs if pair not in open_pairs]
        if matched:
            arguments["match"] = {ref: column for column, ref in matched}
            for name in ("children", "unique", "grouped"):
                arguments.pop(name, None)
            self._require(link, matched)
        anchor = open_pairs[0][0]
        self._arguments[anchor] = arguments
        self._why[anchor] = because(link)
        self.bound[anchor] = Bound(link.ref_table, open_pairs[0][1], anchor)
        for column, ref in open_pairs[1:]:
            self.bound[column] = Bound(link.ref_table, ref, anchor)
            generator = {"Synth.parent": {"link": anchor, "column": ref}}
            self._plan.put(
                column, generator, f"goes with {anchor}: {ref} of the same row of {link.ref_table}"
            )

    def refer_once(self, columns: Iterable[str]) -> None:
        """No two rows have the same in these decided columns: one child for each parent."""
        anchors = {self.bound[column].anchor for column in columns}
        if len(anchors) == 1 and (anchor := anchors.pop()):
            arguments = self._arguments[anchor]
            arguments.pop("children", None)
            arguments.pop("grouped", None)
            arguments["unique"] = True

    def number(self, link: Link) -> None:
        """Columns that number the rows of the link's parents, where rows can be counted so."""
        bound, facts = self.bound.get(link.columns[0]), self.facts_of(link)
        anchor = bound.anchor if bound else ""
        if link.table == link.ref_table or "match" in self._arguments.get(anchor, {"match": {}}):
            return
        for column, start in facts.running if facts else ():
            if column not in self.bound and column not in self._plan.made:
                begin = {} if start == 1 else {"start": start}
                self._plan.put(
                    column, {"Synth.position": {"within": anchor, **begin}}, f"counted within {anchor}"
                )

    def finish(self) -> None:
        """Put the references into the plan."""
        for column, arguments in self._arguments.items():
            self._plan.put(column, {"Synth.reference": arguments}, self._why[column])

    def facts_of(self, link: Link) -> LinkProfile | None:
        """What was measured of a link."""
        for facts in self._profile.links:
            if (facts.table, facts.columns, facts.ref_table) == (link.table, link.columns, link.ref_table):
                return facts
        return None

    def _reference(self, link: Link, column: str) -> dict[str, Any]:
        arguments: dict[str, Any] = {"table": link.ref_table, "column": column}
        facts = self.facts_of(link)
        parents = self._project.table(link.ref_table).wanted
        # With those that refer to nothing there may be more rows than parents, and each gets one.
        is_unique = bool(facts and facts.unique and facts.rows <= facts.parents)
        is_unique = is_unique or set(self._table.key_columns) == set(link.columns)
        nulls = facts.nulls / max(1, facts.nulls + facts.rows) if facts else 0.0
        if not parents and self._nullable(link):
            nulls = 1.0
        if nulls and self._nullable(link):
            arguments["nulls"] = percent(nulls)
        if is_unique and not (link.table == link.ref_table and not facts):
            arguments["unique"] = True
        elif facts and facts.children:
            arguments["children"] = written_spread(facts.children)
        if (
            facts
            and facts.grouped
            and not is_unique
            and "nulls" not in arguments
            and link.table != link.ref_table
        ):
            arguments["grouped"] = True
        return arguments

    def _keep_implied(self, link: Link, pairs: Sequence[tuple[str, str]]) -> None:
        """All columns are decided: the link holds by itself, or the deciding reference is narrowed."""
        bounds = [self.bound[column] for column, _ in pairs]
        first = bounds[0]
        same_row = all(
            (each.table, each.anchor, each.part) == (first.table, first.anchor, first.part) for each in bounds
        )
        if same_row and self._follows(first.table, tuple(each.column for each in bounds), link):
            return
        if same_row and first.anchor:
            columns = {each.column: ref for each, (_, ref) in zip(bounds, pairs, strict=True)}
            also = self._arguments[first.anchor].setdefault("also", [])
            also.append({"table": link.ref_table, "columns": columns})
            return
        self._plan.leave(link, "shares its columns with others in a way that the rules can't keep")

    def _require(self, link: Link, matched: Sequence[tuple[str, str]]) -> None:
        """The rows that decide the matched columns must have a partner in this link's table."""
        anchors = {self.bound[column].anchor for column, _ in matched}
        if len(anchors) == 1 and (anchor := anchors.pop()):
            columns = {self.bound[column].column: ref for column, ref in matched}
            if not (anchor in self._arguments and self._arguments[anchor].get("match")):
                self._arguments[anchor].setdefault("also", []).append(
                    {"table": link.ref_table, "columns": columns}
                )

    def _follows(self, table: str, columns: tuple[str, ...], link: Link) -> bool:
        """These columns of that table refer, over any number of links, to what the link refers to."""
        seen: set[tuple[str, tuple[str, ...]]] = set()
        todo = [(table, columns)]
        while todo:
            here = todo.pop()
            if here in seen:
                continue
            seen.add(here)
            if here == (link.ref_table, link.ref_columns):
                return True
            for other in self._project.accepted_links:
                if other.table == here[0] and set(here[1]) <= set(other.columns):
                    refs = dict(zip(other.columns, other.ref_columns, strict=True))
                    todo.append((other.ref_table, tuple(refs[column] for column in here[1])))
        return False

    def _nullable(self, link: Link) -> bool:
        modes = {self._table.column(column).mode.value for column in link.columns}
        return Mode.REQUIRED not in modes


def because(link: Link) -> str:
    """Why a column refers to what it does."""
    accepted = link.accepted
    return f"refers to {link.ref_table} ({accepted.origin.value} {percent(round(accepted.confidence, 2))})"
