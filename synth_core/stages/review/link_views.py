"""The links of a project as a person looks them over, and their picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from synth_core.model.base import Frozen
from synth_core.model.profile import LinkProfile, Profile
from synth_core.model.project import Link, Project, Table
from synth_core.stages.review.attention import Attention
from synth_core.stages.review.state import is_open

State = Literal["accepted", "proposed", "rejected"]
_UNFIT = re.compile(r"[^\w .-]")
_UNFIT_WORD = re.compile(r"\W")
_MOST_COLUMNS = 12


class LinkView(Frozen):
    """One link at a glance."""

    link: Link
    state: State
    facts: LinkProfile | None
    """As it was measured; None where it was not."""
    fit: float | None
    """Of the rows that refer to something, the share of those that do."""
    told: str
    """What was counted, in words."""
    looks: tuple[str, ...]
    """Why it wants a look."""


def link_views(project: Project, profile: Profile | None, looks: Sequence[Attention]) -> tuple[LinkView, ...]:
    """All links: those that hold, then what may be one, then what is none. `looks` is what `attention` says."""
    facts = {(x.table, x.columns, x.ref_table, x.ref_columns): x for x in profile.links} if profile else {}
    why: dict[str, list[str]] = {}
    for each in looks:
        if each.what == "link":
            why.setdefault(each.place, []).append(each.why)
    views = [
        _view(
            link,
            facts.get((link.table, link.columns, link.ref_table, link.ref_columns)),
            tuple(why.get(str(link), ())),
        )
        for link in project.links
    ]
    order: tuple[State, ...] = ("accepted", "proposed", "rejected")
    return tuple(sorted(views, key=lambda view: order.index(view.state)))


def _view(link: Link, facts: LinkProfile | None, looks: tuple[str, ...]) -> LinkView:
    state: State = "accepted" if link.accepted.value else "proposed" if is_open(link.accepted) else "rejected"
    fit = 1 - facts.orphans / facts.rows if facts and facts.rows else None
    return LinkView(link=link, state=state, facts=facts, fit=fit, told=_told(link, facts), looks=looks)


def _told(link: Link, facts: LinkProfile | None) -> str:
    if facts is None:
        return "not measured"
    counted = "element" if link.nested else "row"
    parts = [
        f"{facts.orphans:,} of {facts.rows:,} {counted}s refer to nothing"
        if facts.orphans
        else f"all {counted}s refer to one"
    ]
    if facts.nulls:
        parts.append(f"{facts.nulls:,} {counted}{'s have' if facts.nulls > 1 else ' has'} no value")
    if facts.unique:
        parts.append(f"at most one of {link.table} each")
    elif children := _children(facts):
        what = f"{link.columns[0]} of {link.table}" if link.nested else link.table
        parts.append(f"{children} of {what} for each of {link.ref_table}")
    return "; ".join(parts)


def _children(facts: LinkProfile) -> str:
    """`0 to 41, median 3`."""
    if not facts.children:
        return ""
    parents = sum(count for _, _, count in facts.children)
    seen, median = 0, 0.0
    for fewest, most, count in facts.children:
        seen += count
        if 2 * seen >= parents:
            median = (fewest + most) / 2
            break
    return f"{facts.children[0][0]:,} to {facts.children[-1][1]:,}, median {median:g}"


def entity_diagram(project: Project, around: str = "") -> str:
    """The accepted links as Mermaid draws them: tables with their key and link columns. `around`: only that table and
    what it is linked with."""
    links = [link for link in project.kept_links if not around or around in (link.table, link.ref_table)]
    near = {around, *(name for link in links for name in (link.table, link.ref_table))}
    tables = [table for table in project.tables if not around or table.name in near]
    numbers = {table.name: f"t{number}" for number, table in enumerate(tables, 1)}
    one_to_one = {str(link) for link in links if link.columns == project.table(link.table).key_columns}
    lines = ["erDiagram"]
    for table in tables:
        lines += [
            f'  {numbers[table.name]}["{_UNFIT.sub("_", table.name)}"] {{',
            *_columns(project, table),
            "  }",
        ]
    for link in links:
        many = "o|" if str(link) in one_to_one else "o{"
        label = _UNFIT.sub("_", ", ".join(link.columns))
        lines.append(f'  {numbers[link.ref_table]} ||--{many} {numbers[link.table]} : "{label}"')
    return "\n".join(lines)


def _columns(project: Project, table: Table) -> Iterator[str]:
    referred = {
        name for link in project.kept_links if link.ref_table == table.name for name in link.ref_columns
    }
    foreign = {
        table.inner(name).path[0] if link.nested else name
        for link in project.kept_links
        if link.table == table.name
        for name in link.columns
    }
    linked = {*referred, *foreign, *table.key_columns}
    shown = [column for column in table.columns if column.name in linked]
    for column in shown[:_MOST_COLUMNS]:
        keys = {"PK": column.name in table.key_columns, "FK": column.name in foreign}
        marks = [word for word, there in keys.items() if there]
        name = _UNFIT_WORD.sub("_", column.name)
        yield f"    {column.type.value.kind} {name if name[:1].isalpha() else f'c{name}'} {', '.join(marks)}".rstrip()
