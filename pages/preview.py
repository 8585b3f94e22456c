"""Preview: a few rows of each table exactly as a run would make them, beside the source."""

from __future__ import annotations

import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.model.cost import price_text
from synth_core.previews import KeptPreview
from synth_core.report import words
from ui.checks import draw_checks, held
from ui.copied import draw_copied
from ui.not_yet import stop_if_too_early
from ui.page import Page
from ui.preview_columns import draw_columns
from ui.preview_rows import draw_rows, views
from ui.seeds import seed_field
from ui.shell import open_page
from ui.waiting import draw_job, start
from ui.words import ago, escaped, many

COLUMNS = "Columns"
MOST = 10_000


def draw_making(page: Page, kept: KeptPreview | None) -> None:
    """How many rows, and the button; what goes on."""
    job = page.do(api.job, page.name, "preview")
    is_going = job is not None and job.is_going
    with st.container(horizontal=True, vertical_alignment="bottom"):
        may = page.can(Role.EDITOR)
        rows = st.number_input(
            "Rows of each table",
            1,
            MOST,
            kept.wanted if kept else 100,
            key="rows",
            disabled=not may,
            width=160,
        )
        seed = seed_field(kept.seed if kept else api.DEFAULT_SEED, "seed", disabled=not may)
        if st.button(
            "Make it again" if kept else "Make a preview",
            icon=":material/refresh:" if kept else ":material/play_arrow:",
            type="secondary" if kept and kept.is_current else "primary",
            disabled=is_going or seed is None or not may,
            help=None if may else "Editors make previews.",
        ):
            start(page, "preview", {"rows": rows, "seed": seed})
            st.rerun()
    # How an earlier try ended is of no interest once there is a newer preview.
    is_over = job is not None and not is_going and kept is not None and kept.made_at > job.started_at
    if not is_over or "not started preview" in st.session_state:
        draw_job(page, "preview", "Preview")


def draw_full_run(page: Page, kept: KeptPreview) -> None:
    """What the full run takes, and the way there."""
    estimate = kept.estimate
    cost = kept.cost.how if not kept.cost.queries else f"load free · query {price_text(kept.cost.dollars)}"
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", border=True
    ):
        st.markdown(
            f"**Full run:** {many(estimate.rows, 'row')} · about {words.duration(estimate.seconds)} in one process · "
            f"{words.size(estimate.bytes)} · {escaped(cost)}"
        )
        may = page.can(Role.APPROVER)
        if st.button(
            "Approve…" if may else "See the plan",
            type="primary" if kept.is_current and may else "secondary",
            icon=":material/arrow_forward:",
            icon_position="right",
        ):
            page.go("run")


def draw_found(page: Page, kept: KeptPreview) -> None:
    """What was checked, and what is known to come from data."""
    by_kind = {
        kind: [check for check in kept.checks if check.kind == kind]
        for kind in dict.fromkeys(check.kind for check in kept.checks)
    }
    st.markdown(
        " · ".join(
            ["**Checks**", "✓ types load", *(f"{kind} {held(checks)}" for kind, checks in by_kind.items())]
        )
    )
    if kept.checks:
        with st.expander("All checks", expanded=not all(check.ok for check in kept.checks)):
            draw_checks(kept.checks)
    found = page.do(api.literals, page.name)
    support = found.smallest_support
    least = f", smallest support {support:,} source rows" if support is not None else ""
    with st.expander(f"Literals from data: {found.count:,}{least}"):
        draw_copied(found)


def draw_tables(page: Page, kept: KeptPreview) -> None:
    """One table at a time: rows, or charts."""
    names = list(kept.rows)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        table = st.selectbox(
            f"Table ({many(len(names), 'table')})", names, key="table", bind="query-params", width=320
        )
        view = st.radio("Look at", (*views(page), COLUMNS), horizontal=True, key="view")
    table = table or names[0]
    if view == COLUMNS:
        draw_columns(page, table, kept.rows[table])
    else:
        draw_rows(page, kept, table, view or views(page)[0])


page = open_page("preview")
stop_if_too_early(page)
kept = page.do(api.kept_preview, page.name)
draw_making(page, kept)
if kept is None:
    st.markdown(
        "There is no preview yet. It makes a few rows of each table exactly as a run would, and checks them."
    )
else:
    made_of = f", version {kept.version}" if kept.version else ""
    st.caption(
        f"{many(kept.wanted, 'row')} of each table at most, seed {kept.seed}{made_of}, made "
        f"{ago(kept.made_at)} by {escaped(kept.made_by)} in {words.duration(kept.seconds)}"
    )
    if not kept.is_current:
        st.warning(
            "The project was changed since this preview was made. Make it again to see what would run now.",
            icon=":material/update:",
        )
    for each in kept.fewer:
        st.info(escaped(str(each)), icon=":material/remove:")
    draw_full_run(page, kept)
    draw_found(page, kept)
    draw_tables(page, kept)
page.back_and_next()
