"""How one table's key and link columns hang together, and the generators that keep them whole.

Columns are decided in this order: links with several columns, other links, then what the primary key still needs.
A column that two links share is decided by the first; the second must then hold by itself, which it does when the
first parent refers to the second one's table, and otherwise is made to by `also` or `match`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from synth_core.model.findings import Finding, Level
from synth_core.model.profile import LinkProfile, Profile, TableProfile
from synth_core.model.project import Link, Project, Table
from synth_core.model.types import NUMERIC_KINDS, Kind, Mode
from synth_core.recipe.notation import FieldText, percent
from synth_core.stages.draft.dates import DAYS
from synth_core.stages.draft.groups import counting, group_generator, group_of
from synth_core.stages.draft.keys import part_values, profile_of, single_key, with_frequent_values
from synth_core.stages.draft.rules import later_parts
from synth_core.stages.draft.shapes import has_shapes_only
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

    made: dict[str, FieldText] = field(default_factory=dict)
    hidden: dict[str, FieldText] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


class KeyPlanner:
    """Decides the key and link columns of one table."""

    def __init__(
        self, project: Project, profile: Profile, table: Table, families: dict[tuple[str, str], Any]
    ) -> None:
        self._project = project
        self._facts: TableProfile = profile.table(table.name)
        self._profile = profile
        self._table = table
        self._families = families
        self._links = sorted(
            (link for link in project.accepted_links if link.table == table.name),
            key=lambda link: (-len(link.columns), link.columns, link.ref_table),
        )
        self._bound: dict[str, Bound] = {}
        self._arguments: dict[str, dict[str, Any]] = {}
        self._why: dict[str, str] = {}
        self._plan = KeyPlan()
        # Rows of one part of the key stand together, and the others count or differ within them.
        linked = {name for link in self._links for name in link.columns}
        found = group_of(table, self._facts, linked) if len(table.key_columns) > 1 else None
        self._group = found if found and found.column in table.key_columns else None

    def plan(self) -> KeyPlan:
        """All generators."""
        key = self._table.key_columns
        # What other tables refer to by itself is unique by itself, and so is a key with it.
        alone = sorted(self._referred_alone().intersection(key)) if len(key) > 1 else []
        anchor = None if alone else self._anchor(key)
        joined = self._joined(key, anchor)
        for link in self._links:
            if link not in joined:
                self._bind(link)
        for column in alone:
            self._single(column)
        if key and not alone:
            self._make_key(key, anchor, joined)
        for link in self._links:
            self._number(link)
        for column in self._referenced():
            if column not in self._bound and column not in self._plan.made:
                self._single(column)
        for column, arguments in self._arguments.items():
            self._put(column, {"Synth.reference": arguments}, self._why[column])
        return self._plan

    # --- links ---

    def _bind(self, link: Link) -> None:
        """Decide the columns of a link that are still open, and see to it that it holds."""
        pairs = list(zip(link.columns, link.ref_columns, strict=True))
        open_pairs = [pair for pair in pairs if pair[0] not in self._bound]
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
        self._why[anchor] = self._because(link)
        self._bound[anchor] = Bound(link.ref_table, open_pairs[0][1], anchor)
        for column, ref in open_pairs[1:]:
            self._bound[column] = Bound(link.ref_table, ref, anchor)
            generator = {"Synth.parent": {"link": anchor, "column": ref}}
            self._put(column, generator, f"goes with {anchor}: {ref} of the same row of {link.ref_table}")

    def _reference(self, link: Link, column: str) -> dict[str, Any]:
        arguments: dict[str, Any] = {"table": link.ref_table, "column": column}
        facts = self._facts_of(link)
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
        bounds = [self._bound[column] for column, _ in pairs]
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
        self._plan.findings.append(
            Finding(
                level=Level.WARNING,
                code="draft.link-not-kept",
                table=link.table,
                column=link.columns[0],
                message=f"the link {link} shares its columns with others in a way that the rules can't keep.",
                hint="Reject one of the links, or write the columns in the recipe by hand.",
            )
        )

    def _require(self, link: Link, matched: Sequence[tuple[str, str]]) -> None:
        """The rows that decide the matched columns must have a partner in this link's table."""
        anchors = {self._bound[column].anchor for column, _ in matched}
        if len(anchors) == 1 and (anchor := anchors.pop()):
            columns = {self._bound[column].column: ref for column, ref in matched}
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

    # --- primary key ---

    def _anchor(self, key: tuple[str, ...]) -> Link | None:
        """The link within a composite key under which its other columns are counted or combined."""
        if len(key) < 2 or self._group:
            return None
        inside = [
            link
            for link in self._links
            if set(link.columns) < set(key) and link.ref_table != link.table and self._wanted(link.ref_table)
        ]
        return max(inside, key=lambda link: (len(link.columns), self._wanted(link.ref_table)), default=None)

    def _joined(self, key: tuple[str, ...], anchor: Link | None) -> list[Link]:
        """Other links within the key: they become parts of the combination."""
        if anchor is None and not self._group:
            return []
        rest = set(key) - set(anchor.columns if anchor else ())
        return [
            link
            for link in self._links
            if link is not anchor and set(link.columns) & rest and set(link.columns) <= set(key)
        ]

    def _make_key(self, key: tuple[str, ...], anchor: Link | None, joined: Sequence[Link]) -> None:
        open_columns = [column for column in key if column not in self._bound]
        if not open_columns:
            self._make_unique_by_link(key)
            return
        if len(key) == 1:
            self._single(key[0])
            return
        within = self._bound[anchor.columns[0]].anchor if anchor else ""
        if self._group:
            within = self._group.column
            open_columns.remove(within)
            generator, why = group_generator(
                self._table, self._table.column(within), self._facts, self._group, None
            )
            self._put(within, generator, f"part of the primary key: {why}")
        plain = [column for column in open_columns if not any(column in link.columns for link in joined)]
        if within and not joined and len(open_columns) == 1 and self._counts(open_columns[0], anchor):
            column = open_columns[0]
            generator = {"Synth.position": {"within": within, **self._counting(column)}}
            self._put(column, generator, f"primary key: counted within {within}")
            return
        self._combine(open_columns, plain, joined, within)

    def _combine(
        self, columns: Sequence[str], plain: Sequence[str], joined: Sequence[Link], within: str
    ) -> None:
        """A combination that each row has for itself."""
        hidden = "__key"
        while any(column.name == hidden for column in self._table.columns):
            hidden += "_"
        parts: dict[str, Any] = {}
        for link in joined:
            refs = dict(zip(link.columns, link.ref_columns, strict=True))
            own = [column for column in link.columns if column in columns and column not in parts]
            own = [column for column in own if column not in self._bound]
            if not own:
                self._plan.findings.append(self._unkept(link))
                continue
            name = own[0]
            match = {refs[column]: column for column in link.columns if column in self._bound}
            parts[name] = {
                "table": link.ref_table,
                "column": refs[name],
                **({"match": match} if match else {}),
            }
            for column in own:
                more = {} if column == name else {"column": refs[column]}
                self._bound[column] = Bound(link.ref_table, refs[column], part=name)
                of = {} if hidden == "__key" else {"of": hidden}
                self._put(column, {"Synth.part": {"part": name, **of, **more}}, self._because(link))
        closed = [column for column in plain if not self._can_run_on(column)]
        need_room = not within and not joined and len(closed) == len(plain)
        for index, column in enumerate(plain):
            source = self._table.column(column)
            alone = need_room and index == len(plain) - 1
            parts[column] = part_values(
                source, profile_of(self._facts, column), self._table.wanted, alone=alone
            )
            of = {} if hidden == "__key" else {"of": hidden}
            self._put(column, {"Synth.part": {"part": column, **of}}, "part of the primary key")
        parts = with_frequent_values(parts, self._facts, self._table.wanted)
        ordered = {column: parts[column] for column in columns if column in parts}
        for column, later in later_parts(self._profile, self._table, plain).items():
            # What comes after another part stands below it.
            del ordered[column]
            ordered[column] = later
        arguments = {"parts": ordered, **({"within": within} if within else {})}
        why = (
            "primary key: each combination of "
            + ", ".join(ordered)
            + " once"
            + (f" for each {within}" if within else "")
        )
        self._plan.hidden[hidden] = FieldText(hidden, {"Synth.combination": arguments}, why)

    def _make_unique_by_link(self, key: tuple[str, ...]) -> None:
        """The key consists of link columns only: one child for each parent."""
        anchors = {self._bound[column].anchor for column in key}
        if len(anchors) == 1 and (anchor := anchors.pop()):
            arguments = self._arguments[anchor]
            arguments.pop("children", None)
            arguments.pop("grouped", None)
            arguments["unique"] = True

    def _single(self, column: str) -> None:
        family = self._families.get((self._table.name, column))
        table, source, facts = self._table, self._table.column(column), self._facts
        if family is not None:
            table = self._project.table(family[0])
            source, facts = table.column(family[1]), self._profile.table(table.name)
        generator, why = single_key(table, source, facts, shared=family is not None)
        label = "primary key" if column in self._table.key_columns else "key that other tables refer to"
        self._put(column, generator, f"{label}: {why}")

    def _number(self, link: Link) -> None:
        """Columns that number the rows of the link's parents, where rows can be counted so."""
        bound, facts = self._bound.get(link.columns[0]), self._facts_of(link)
        anchor = bound.anchor if bound else ""
        if link.table == link.ref_table or "match" in self._arguments.get(anchor, {"match": {}}):
            return
        for column, start in facts.running if facts else ():
            if column not in self._bound and column not in self._plan.made:
                begin = {} if start == 1 else {"start": start}
                self._put(column, {"Synth.position": {"within": anchor, **begin}}, f"counted within {anchor}")

    def _counting(self, column: str) -> dict[str, int]:
        """Where it begins to count, and in which steps, unless that is 1."""
        for each in self._group.counted if self._group else ():
            if each.name == column:
                return counting(each)
        facts = profile_of(self._facts, column)
        start = int(float(facts.quantiles[0])) if facts and facts.quantiles else 1
        return {} if start == 1 else {"start": start}

    def _counts(self, column: str, anchor: Link | None) -> bool:
        """The column looks like a line number: whole numbers from 0 or 1, hardly more than the most children; or it is
        known to count the rows of a group."""
        if self._group:
            return column in {each.name for each in self._group.counted}
        facts = profile_of(self._facts, column)
        links = self._facts_of(anchor) if anchor else None
        if self._table.column(column).type.value.kind is not Kind.INT64 or facts is None or links is None:
            return False
        if not facts.quantiles:
            return not has_shapes_only(facts)
        most = max((entry[1] for entry in links.children), default=0)
        return float(facts.quantiles[0]) in (0.0, 1.0) and float(facts.quantiles[-1]) <= max(3, 1.5 * most)

    def _can_run_on(self, column: str) -> bool:
        kind = self._table.column(column).type.value.kind
        if kind in NUMERIC_KINDS:
            return not has_shapes_only(profile_of(self._facts, column))
        return kind in DAYS

    # --- small things ---

    def _referred_alone(self) -> set[str]:
        """Columns of its own that other tables refer to without others beside them."""
        links = [link for link in self._project.kept_links if link.ref_table == self._table.name]
        alone = {link.ref_columns[0] for link in links if len(link.ref_columns) == 1}
        return alone.difference(*(link.columns for link in self._links))

    def _referenced(self) -> list[str]:
        names = {
            ref
            for link in self._project.kept_links
            if link.ref_table == self._table.name
            for ref in link.ref_columns
        }
        return [column.name for column in self._table.columns if column.name in names]

    def _facts_of(self, link: Link) -> LinkProfile | None:
        for facts in self._profile.links:
            if (facts.table, facts.columns, facts.ref_table) == (link.table, link.columns, link.ref_table):
                return facts
        return None

    def _nullable(self, link: Link) -> bool:
        modes = {self._table.column(column).mode.value for column in link.columns}
        return Mode.REQUIRED not in modes

    def _wanted(self, table: str) -> int:
        return self._project.table(table).wanted

    def _because(self, link: Link) -> str:
        accepted = link.accepted
        return (
            f"refers to {link.ref_table} ({accepted.origin.value} {percent(round(accepted.confidence, 2))})"
        )

    def _unkept(self, link: Link) -> Finding:
        return Finding(
            level=Level.WARNING,
            code="draft.link-not-kept",
            table=link.table,
            column=link.columns[0],
            message=f"the link {link} and another one decide the same column of the primary key.",
            hint="Reject one of the links, or write the columns in the recipe by hand.",
        )

    def _put(self, column: str, generator: Any, why: str) -> None:
        source = self._table.column(column)
        required = " REQUIRED" if source.mode.value is Mode.REQUIRED else ""
        self._plan.made[column] = FieldText(column, generator, f"{source.type.value}{required}, {why}")
