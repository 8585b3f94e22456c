"""The primary key of one table beside its links, and what makes the columns of both.

Columns are decided in this order: links with several columns, other links, then what the primary key still needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synth_core.model.profile import CountedColumn, Profile
from synth_core.model.project import Link, Project, Table
from synth_core.model.types import NUMERIC_KINDS, Kind
from synth_core.recipe.notation import FieldText
from synth_core.stages.draft.dates import DAYS
from synth_core.stages.draft.groups import counting, group_generator, group_of
from synth_core.stages.draft.keys import part_values, profile_of, single_key, with_frequent_values
from synth_core.stages.draft.links import Bound, KeyPlan, LinkPlanner, because
from synth_core.stages.draft.rules import later_parts
from synth_core.stages.draft.shapes import has_shapes_only


class KeyPlanner:
    """Decides the key and link columns of one table."""

    def __init__(
        self, project: Project, profile: Profile, table: Table, families: dict[tuple[str, str], Any]
    ) -> None:
        self._project = project
        self._facts = profile.table(table.name)
        self._profile = profile
        self._table = table
        self._families = families
        self._plan = KeyPlan(table)
        self.linking = LinkPlanner(project, profile, self._plan)
        self._links = self.linking.links
        self._bound = self.linking.bound
        # Rows of one part of the key stand together, and the others count or differ within them.
        linked = {name for link in self._links for name in link.columns}
        found = group_of(table, self._facts, linked) if len(table.key_columns) > 1 else None
        # What other tables refer to has to follow from the number of a row, which no group does.
        is_own = found and found.column in table.key_columns and found.column not in self._referenced()
        self._group = found if is_own else None

    def plan(self) -> KeyPlan:
        """All generators."""
        key = self._table.key_columns
        # What other tables refer to by itself is unique by itself, and so is a key with it.
        alone = sorted(self._referred_alone().intersection(key)) if len(key) > 1 else []
        anchor = None if alone else self._anchor(key)
        joined = self._joined(key, anchor)
        for link in self._links:
            if link not in joined:
                self.linking.bind(link)
        for column in alone:
            self._single(column)
        if key and not alone:
            self._make_key(key, anchor, joined)
        for link in self._links:
            self.linking.number(link)
        for column in self._referenced():
            if column not in self._bound and column not in self._plan.made:
                self._single(column)
        self.linking.finish()
        return self._plan

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
            self.linking.refer_once(key)
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
            self._plan.put(within, generator, f"part of the primary key: {why}")
        plain = [column for column in open_columns if not any(column in link.columns for link in joined)]
        if within and not joined and len(open_columns) == 1 and self._counts(open_columns[0], anchor):
            column = open_columns[0]
            generator = {"Synth.position": {"within": within, **self._counting(column, anchor)}}
            self._plan.put(column, generator, f"primary key: counted within {within}")
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
                self._plan.leave(link, "and another one decide the same column of the primary key")
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
                self._plan.put(column, {"Synth.part": {"part": name, **of, **more}}, because(link))
        closed = [column for column in plain if not self._can_run_on(column)]
        need_room = not within and not joined and len(closed) == len(plain)
        for index, column in enumerate(plain):
            source = self._table.column(column)
            alone = need_room and index == len(plain) - 1
            parts[column] = part_values(
                source, profile_of(self._facts, column), self._table.wanted, alone=alone
            )
            of = {} if hidden == "__key" else {"of": hidden}
            self._plan.put(column, {"Synth.part": {"part": column, **of}}, "part of the primary key")
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

    def _single(self, column: str) -> None:
        family = self._families.get((self._table.name, column))
        table, source, facts = self._table, self._table.column(column), self._facts
        if family is not None:
            table = self._project.table(family[0])
            source, facts = table.column(family[1]), self._profile.table(table.name)
        generator, why = single_key(table, source, facts, shared=family is not None)
        label = "primary key" if column in self._table.key_columns else "key that other tables refer to"
        self._plan.put(column, generator, f"{label}: {why}")

    def _counting(self, column: str, anchor: Link | None) -> dict[str, int]:
        """Where it begins to count, and in which steps, unless that is 1."""
        for each in self._counted(anchor):
            if each.name == column:
                return counting(each)
        facts = profile_of(self._facts, column)
        start = int(float(facts.quantiles[0])) if facts and facts.quantiles else 1
        return {} if start == 1 else {"start": start}

    def _counted(self, anchor: Link | None) -> Sequence[CountedColumn]:
        """Columns that are known to count the rows of the group, or of each parent where these stand together."""
        if self._group:
            return self._group.counted
        group = self._facts.group
        return group.counted if group and anchor and anchor.columns == (group.column,) else ()

    def _counts(self, column: str, anchor: Link | None) -> bool:
        """The column is known to count rows, or looks like a line number: whole numbers from 0 or 1, hardly more than
        the most children."""
        is_known = column in {each.name for each in self._counted(anchor)}
        if self._group or is_known:
            return is_known
        facts = profile_of(self._facts, column)
        links = self.linking.facts_of(anchor) if anchor else None
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

    def _wanted(self, table: str) -> int:
        return self._project.table(table).wanted
