"""The plan as it is or would be, and its approval."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

import pandas as pd
import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.api import RunPlan
from synth_core.errors import SynthError
from synth_core.model.places import parse_place
from ui.at_target import KEPT, rows_at_target
from ui.grids import height_for
from ui.page import Page
from ui.seeds import seed_field
from ui.troubles import show_error
from ui.words import ago, escaped, many

MODES = {"append": "Add to the rows that are there", "replace": "Replace the rows that are there"}
_DIGITS = 10
"""Of a plan's fingerprint."""


def draw_plan(plan: RunPlan, there: dict[str, int] | None) -> None:
    """What would run, and the rows that are at the target already, where they are known."""
    numbers = {
        "rows to make": [each.rows for each in plan.tables],
        "rows of the source": [each.source_rows for each in plan.tables],
    }
    if there is not None:
        numbers["rows at the target now"] = [there.get(each.table, 0) for each in plan.tables]
    st.dataframe(
        pd.DataFrame({"table": [each.table for each in plan.tables], **numbers}),
        hide_index=True,
        height=height_for(len(plan.tables)),
        column_config={name: st.column_config.NumberColumn(format="localized") for name in numbers},
        alt=f"The plan: table, {', '.join(numbers)}",
    )
    for each in plan.fewer:
        st.info(escaped(str(each)), icon=":material/remove:")
    files = f" · files in {plan.files}" if plan.files else ""
    st.markdown(
        f"**{many(plan.rows, 'row')}** in {many(len(plan.tables), 'table')} to **{escaped(plan.target)}**"
        f"{escaped(files)} · {MODES[plan.mode].lower()} · seed {plan.seed}"
    )


def draw_approved(plan: RunPlan) -> None:
    """Who approved it, or that nobody has."""
    if not plan.fingerprint:
        st.markdown(
            ":material/pending: **Not approved yet.** A run makes exactly what a person has approved."
        )
        return
    note = f": “{plan.note}”" if plan.note else ""
    told = escaped(
        f"by {plan.approved_by} {ago(plan.approved_at)}{note} · version {plan.version} · "
        f"plan {plan.fingerprint.partition(':')[2][:_DIGITS]}"
    )
    if plan.is_current:
        st.markdown(f":material/verified: **Approved** {told}")
    else:
        st.warning(
            f"Approved {told}, but changed since, last by {escaped(plan.edited_by)}. It has to be approved again.",
            icon=":material/update:",
        )


def draw_published(page: Page, plan: RunPlan, there: Mapping[str, int]) -> None:
    """It was made: where that is told, and what can come next."""
    again = (
        "Its rows are at the target. More of them on top, which go on where these end: **approve** once more below, "
        "with the same seed or another one. "
        if plan.would_repeat(there)
        else "The same plan makes the same rows once more. "
    )
    with st.container(border=True):
        st.markdown(
            f":material/check_circle: **Published** by run {escaped(plan.published_by)}. {again}"
            "Another recipe, other counts: change them; what changed is approved anew."
        )
        st.page_link(
            "pages/history.py",
            label="Open its report",
            icon=":material/description:",
            query_params={"project": page.name, "run": plan.published_by},
        )


def draw_approval(page: Page, plan: RunPlan, there: dict[str, int]) -> None:
    """The fields and the button."""
    if not page.can(Role.APPROVER):
        st.caption(":material/lock: Approvers approve and run. Send one of them this page's address.")
        return
    if plan.refused:
        st.info(escaped(plan.refused), icon=":material/group:")
    st.caption(f"You approve as {escaped(page.person.name)}: exactly this project, recipe, counts and seed.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        mode = st.selectbox(
            "Rows at the target",
            list(MODES),
            index=list(MODES).index(plan.mode),
            format_func=MODES.__getitem__,
            width=320,
        )
        seed = seed_field(plan.seed, f"seed {page.name}")
        note = st.text_input("Note", placeholder="Why, for the record", width=400)
    is_sure = _confirmed(page, plan, there) if mode == "replace" and any(there.values()) else True
    if st.button(
        "Approve",
        type="secondary" if plan.is_current and not plan.would_repeat(there) else "primary",
        icon=":material/verified:",
        disabled=bool(plan.refused) or not is_sure or seed is None,
    ):
        with st.spinner("Checking the recipe once more"):
            page.do(api.approve, page.name, note=note, seed=seed or 0, mode=mode)
        st.rerun()


def rows_there(page: Page) -> dict[str, int]:
    """Rows at the target; an error is shown, and nothing is known then."""
    try:
        return rows_at_target(page)
    except SynthError as error:
        show_error(error)
        return {}


def why_not_here(page: Page) -> str:
    """Why the plan is too much for this machine; empty where it is not. It may take a preview to find that out."""
    return _why_not_here(page, page.name, page.stored.fingerprint)


@st.cache_data(ttl=KEPT, max_entries=20, show_spinner="Looking whether it fits here")
def _why_not_here(_page: Page, name: str, fingerprint: str) -> str:
    return _page.do(api.why_not_here, name)


def _confirmed(page: Page, plan: RunPlan, there: dict[str, int]) -> bool:
    """Somebody has typed what will be replaced."""
    place = parse_place(plan.target)
    word = place.dataset or PurePosixPath(place.path).name
    lost = sum(there.get(each.table, 0) for each in plan.tables)
    st.warning(
        f"{many(lost, 'row')} at {escaped(plan.target)} will be gone once the run is published.",
        icon=":material/warning:",
    )
    typed = st.text_input(f"Type {escaped(word)} to replace them", key=f"replace {page.name}", width=400)
    return typed.strip() == word
