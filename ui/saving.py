"""Edits of a page are saved on the version that it showed; what came of them is told when it is drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from synth_core import api
from synth_core.errors import ConflictError, SynthError
from synth_core.model.edits import AnyEdit
from synth_core.model.findings import Finding
from synth_core.model.proposals import Offer
from synth_core.model.version import Clash
from ui.page import Page
from ui.troubles import show_error
from ui.words import escaped

_OUTCOME, _OWN, _REFUSED = "edit outcome", "own version", "refused edits"


@dataclass(frozen=True)
class _Outcome:
    """What came of an edit, until it is told."""

    project: str
    error: SynthError | None = None
    notes: tuple[Finding, ...] = ()
    edits: tuple[AnyEdit, ...] = ()
    """Those that clashed with somebody else's."""


def save(page: Page, edits: Sequence[AnyEdit], note: str = "", *, over: bool = False) -> None:
    """Save edits that were made on what the page showed; `over`: on whatever is there now. Nothing is drawn: the page
    is drawn anew after it. As a callback for edits that its button holds; of fields it would get what stood in them
    when the page was drawn, and not what was just typed."""
    if not edits:
        return
    try:
        stored = page.desk.do(api.edit, page.name, tuple(edits), None if over else page.version, note=note)
    except SynthError as error:
        clashing = tuple(edits) if isinstance(error, ConflictError) and error.clashes else ()
        _tell_later(_Outcome(page.name, error=error, edits=clashing))
        return
    _saved(page, stored.version or 0)
    if stored.notes:
        _tell_later(_Outcome(page.name, notes=stored.notes))


def decide(page: Page, offer: Offer, *, accept: bool) -> None:
    """Accept what a model proposes, or turn it down."""
    try:
        stored = page.desk.do(api.decide, page.name, offer, accept=accept, base=page.version)
    except SynthError as error:
        _tell_later(_Outcome(page.name, error=error))
        return
    _saved(page, stored.version or 0)


def undo(page: Page) -> None:
    """Go back to the version before, as a new one."""
    try:
        latest = page.desk.do(api.latest_version, page.name)
        if latest is not None and latest.parent is not None:
            page.desk.do(
                api.restore, page.name, latest.parent, note=f"undone: {latest.note or 'the last change'}"
            )
    except SynthError as error:
        _tell_later(_Outcome(page.name, error=error))


def tell(page: Page) -> None:
    """Say what came of the last edit, once; of a conflict both sides, with a way to go on."""
    outcome: _Outcome | None = st.session_state.pop(_OUTCOME, None)
    if outcome is None or outcome.project != page.name:
        return
    for finding in outcome.notes:
        st.warning(escaped(str(finding)), icon=":material/warning:")
    if isinstance(outcome.error, ConflictError) and outcome.edits:
        _conflict(page, outcome.error, outcome.edits)
    elif outcome.error is not None:
        show_error(outcome.error)


def revision(page: Page) -> str:
    """Another one whenever what an editor shows must come from the project anew: somebody else has saved, or an edit
    was refused. Part of the keys of editors, which otherwise go on showing what was typed."""
    version, start = st.session_state.get(_OWN, (0, 0))
    if version != page.version:
        start = page.version
        st.session_state[_OWN] = (page.version, start)
    return f"{page.name} {start} {st.session_state.get(_REFUSED, 0)}"


def _saved(page: Page, version: int) -> None:
    """After one's own edit editors go on: what they show is what was saved."""
    if version == page.version + 1:
        st.session_state[_OWN] = (version, st.session_state.get(_OWN, (0, page.version))[1])


def _tell_later(outcome: _Outcome) -> None:
    st.session_state[_OUTCOME] = outcome
    if outcome.error is not None:
        st.session_state[_REFUSED] = st.session_state.get(_REFUSED, 0) + 1


def _conflict(page: Page, error: ConflictError, edits: tuple[AnyEdit, ...]) -> None:
    with st.container(border=True):
        st.warning(escaped(error.message), icon=":material/call_merge:")
        st.table(
            [
                {
                    "what": clash.file,
                    "it was": clash.base,
                    f"{_by(clash)} made it": clash.theirs,
                    "you made it": clash.mine,
                }
                for clash in error.clashes
            ]
        )
        with st.container(horizontal=True):
            st.button("Keep what is there", icon=":material/check:")
            st.button(
                "Take mine instead",
                icon=":material/edit:",
                on_click=save,
                args=(page, edits),
                kwargs={"over": True},
            )


def _by(clash: Clash) -> str:
    return clash.by or "somebody else"
