"""Links as cards that want a decision, and as a list of all."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from synth_core.access import Role
from synth_core.model.edits import DecideLink, DecideRule, SetPrimaryKey, ends_of
from synth_core.model.project import Link, Project
from synth_core.stages.review import Attention
from synth_core.stages.review.link_views import LinkView
from synth_core.stages.review.overview import WORDS
from ui.grids import height_for
from ui.look_row import look_row
from ui.page import Page
from ui.saving import save
from ui.words import escaped

MOST = 12
_STATES = {"accepted": "✓ accepted", "proposed": "? may be one", "rejected": "– none"}


def draw_looks(page: Page, views: Sequence[LinkView], looks: Sequence[Attention]) -> None:
    """What wants a decision: links, keys and rules of which nobody is sure."""
    unsure = [view for view in views if view.looks]
    others = [each for each in looks if each.what in ("key", "rule")]
    if not unsure and not others:
        return
    with st.container(border=True):
        st.markdown("**Needs attention**")
        for view in unsure[:MOST]:
            text = f":material/warning: **{escaped(str(view.link))}** {escaped(' '.join(view.looks))}"
            with look_row(text):
                _decide(page, view.link, True, "It is a link")
                _decide(page, view.link, False, "It is none")
        for each in others[:MOST]:
            _other(page, each)
        left = len(unsure[MOST:]) + len(others[MOST:])
        if left:
            st.caption(f"and {left} more, once these are decided")


def _decide(page: Page, link: Link, accept: bool, label: str) -> None:
    table, columns, ref_table, ref_columns = ends_of(link)
    edit = DecideLink(
        table=table, columns=columns, ref_table=ref_table, ref_columns=ref_columns, accept=accept
    )
    st.button(
        label,
        key=f"{accept} {link}",
        disabled=not page.can(Role.EDITOR),
        on_click=save,
        args=(page, [edit]),
    )


def _other(page: Page, look: Attention) -> None:
    """A key or a rule of which nobody is sure."""
    table = page.project.table(look.table)
    edits: list[SetPrimaryKey | DecideRule] = []
    if look.what == "key":
        edits = [SetPrimaryKey(table=table.name, columns=columns) for columns in (table.key_columns, ())]
        title, yes, no = f"Primary key of {table.name}", "It is the key", "It has no key"
    else:
        rule = next(rule.value for rule in table.rules if str(rule.value) == look.place)
        edits = [DecideRule(table=table.name, rule=rule, accept=accept) for accept in (True, False)]
        title, yes, no = f"Rule of {table.name}: {look.place}", "It is a rule", "It is none"
    with look_row(f":material/warning: **{escaped(title)}** {escaped(look.why)}"):
        for label, edit in ((yes, edits[0]), (no, edits[1])):
            st.button(
                label,
                key=f"{label} {look.table} {look.place}",
                disabled=not page.can(Role.EDITOR),
                on_click=save,
                args=(page, [edit]),
            )


def draw_links(page: Page, views: Sequence[LinkView]) -> LinkView | None:
    """All links; the one that is chosen in the list."""
    chosen = st.dataframe(
        pd.DataFrame(
            {
                "": [_STATES[view.state] for view in views],
                "link": [str(view.link) for view in views],
                "fits": [None if view.fit is None else 100 * view.fit for view in views],
                "from": [WORDS[view.link.accepted.origin] for view in views],
                "sure": [100 * view.link.accepted.confidence for view in views],
                "counted": [view.told for view in views],
                "why": [view.link.accepted.evidence for view in views],
            }
        ),
        hide_index=True,
        height=height_for(len(views)),
        key=f"links {page.name}",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "link": st.column_config.TextColumn(width="large"),
            "fits": st.column_config.NumberColumn(
                format="%.1f %%", help="Of the rows that refer to something, those whose value occurs there."
            ),
            "sure": st.column_config.NumberColumn(format="%.0f %%"),
            "counted": st.column_config.TextColumn(width="large"),
        },
        alt="Links: whether it is one, its ends, how many rows fit, who says so, how sure that is and why",
    )
    rows = chosen["selection"]["rows"]
    return views[rows[0]] if rows and rows[0] < len(views) else None


def draw_keys(project: Project) -> None:
    """The primary key of each table, and the rules that its rows keep."""
    tables = project.tables
    st.dataframe(
        pd.DataFrame(
            {
                "table": [table.name for table in tables],
                "primary key": [", ".join(table.key_columns) or "none" for table in tables],
                "from": [WORDS[table.primary_key.origin] if table.primary_key else "" for table in tables],
                "sure": [
                    100 * table.primary_key.confidence if table.primary_key else None for table in tables
                ],
                "why": [table.primary_key.evidence if table.primary_key else "" for table in tables],
                "rules": ["; ".join(str(rule.value) for rule in table.rules) for table in tables],
            }
        ),
        hide_index=True,
        height=height_for(len(tables)),
        key=f"keys {project.name}",
        column_config={"sure": st.column_config.NumberColumn(format="%.0f %%")},
        alt="Tables with their primary keys and rules, who says so, how sure that is and why",
    )
