"""The places of a table that want a look, each with its answers."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from synth_core.access import Role
from synth_core.model.edits import AcceptColumn, AnyEdit, ColumnPart
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.project import Table
from synth_core.model.proposals import Offer
from synth_core.stages.review import Attention
from synth_core.stages.review.overview import ColumnView
from ui.column_detail import PARTS, part_words
from ui.look_row import look_row
from ui.page import Page
from ui.saving import decide, save
from ui.words import escaped

MOST = 6
"""Places that are shown at once, so that the grid stays in sight; the others follow as these are decided."""


def draw_looks(page: Page, table: Table, views: Sequence[ColumnView], offers: Sequence[Offer]) -> None:
    """The places that want a look, with what can be answered; what a model proposes of them stands beside."""
    rest = [each for each in offers if each.column]
    looks = [(view, look) for view in views for look in view.looks]
    if not looks and not rest:
        return
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown("**Needs attention**" if looks else "**The model sees it otherwise**")
            if len(looks) > 1:
                _keep_all(page, table, looks)
        for view, look in looks[:MOST]:
            mine = [each for each in rest if each.column == look.column and each.part == look.what]
            rest = [each for each in rest if each not in mine]
            _look(page, table, view, look, mine)
        for offer in rest[:MOST]:
            with look_row(f"**{escaped(offer.column)}** {offer.part}: {escaped(offer.now)}"):
                offer_buttons(page, offer)
        left = len(looks[MOST:]) + len(rest[MOST:])
        if left:
            st.caption(f"and {left} more, once these are decided")


def _look(page: Page, table: Table, view: ColumnView, look: Attention, offers: Sequence[Offer]) -> None:
    with look_row(f":material/warning: **{escaped(look.column)}** {escaped(look.why)}"):
        if (kept := _keeping(table, view, look)) is not None:
            said = ", ".join(part_words(part, getattr(view.column, part)) for part in kept.parts)
            _button(page, f"Keep {said}", f"keep {table.name} {look.column} {look.what}", [kept])
        for offer in offers:
            offer_buttons(page, offer)


def _keep_all(page: Page, table: Table, looks: Sequence[tuple[ColumnView, Attention]]) -> None:
    """One word for all of them, of which there may be many that say the same."""
    kept = [edit for view, look in looks if (edit := _keeping(table, view, look)) is not None]
    if len(kept) < 2:
        return
    st.button(
        f"Keep all {len(kept)} as they are",
        key=f"keep all {table.name}",
        icon=":material/done_all:",
        help="What stands in the grid is your word then, also in the places that are not shown here.",
        disabled=not page.can(Role.EDITOR),
        on_click=save,
        args=(page, tuple(kept)),
    )


def _keeping(table: Table, view: ColumnView, look: Attention) -> AcceptColumn | None:
    """What makes the value a person's word; None where it is one already, or is no part of a column."""
    part = look.what
    if part not in PARTS or not _is_open(getattr(view.column, part)):
        return None
    parts: tuple[ColumnPart, ...] = (part, "personal") if look.with_personal else (part,)
    return AcceptColumn(table=table.name, column=look.column, parts=parts)


def offer_buttons(page: Page, offer: Offer) -> None:
    """What a model proposes, to take or to turn down."""
    key = f"{offer.table} {offer.column} {offer.part}"
    told = " ".join(filter(None, [offer.evidence, offer.against and f"But {offer.against}."]))
    st.button(
        f"Take {offer.proposed}",
        key=f"take {key}",
        icon=":material/warning:" if offer.against else ":material/smart_toy:",
        help=told or "Proposed by the model.",
        disabled=not page.can(Role.EDITOR),
        on_click=decide,
        args=(page, offer),
        kwargs={"accept": True},
    )
    st.button(
        "Turn down",
        key=f"down {key}",
        type="tertiary",
        help=f"{offer.proposed} is not proposed again.",
        disabled=not page.can(Role.EDITOR),
        on_click=decide,
        args=(page, offer),
        kwargs={"accept": False},
    )


def _button(page: Page, label: str, key: str, edits: Sequence[AnyEdit]) -> None:
    st.button(label, key=key, disabled=not page.can(Role.EDITOR), on_click=save, args=(page, tuple(edits)))


def _is_open(found: Inferred[object]) -> bool:
    return found.origin in (Origin.MEASURED, Origin.MODEL)
