"""What is said of one column, by whom and why; and the places of a table that want a look, each with its answers."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from synth_core.access import Role
from synth_core.model.edits import AcceptColumn, AnyEdit, ColumnPart, SetFormat, SetType
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.project import SourceKind, Table
from synth_core.model.proposals import Offer
from synth_core.model.types import BigQueryType
from synth_core.stages.review import Attention
from synth_core.stages.review.overview import WORDS, ColumnView
from ui.charts import distribution
from ui.page import Page
from ui.saving import decide, revision, save
from ui.words import escaped

MOST = 12
"""Places that are shown at once; the others follow as these are decided."""
_PARTS: tuple[ColumnPart, ...] = ("type", "mode", "meaning", "personal")


def draw_looks(page: Page, table: Table, views: Sequence[ColumnView], offers: Sequence[Offer]) -> None:
    """The places that want a look, with what can be answered; what a model proposes of them stands beside."""
    rest = [each for each in offers if each.column]
    looks = [(view, look) for view in views for look in view.looks]
    if not looks and not rest:
        return
    with st.container(border=True):
        st.markdown("**Needs attention**" if looks else "**The model sees it otherwise**")
        for view, look in looks[:MOST]:
            mine = [each for each in rest if each.column == look.column and each.part == look.what]
            rest = [each for each in rest if each not in mine]
            _look(page, table, view, look, mine)
        for offer in rest[:MOST]:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(
                    f"**{escaped(offer.column)}** {offer.part}: {escaped(offer.now)}", width="stretch"
                )
                offer_buttons(page, offer)
        left = len(looks[MOST:]) + len(rest[MOST:])
        if left:
            st.caption(f"and {left} more, once these are decided")


def _look(page: Page, table: Table, view: ColumnView, look: Attention, offers: Sequence[Offer]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/warning: **{escaped(look.column)}** {escaped(look.why)}",
            width="stretch",
        )
        part = look.what
        if part in _PARTS and _is_open(getattr(view.column, part)):
            value = getattr(view.column, part).value
            said = ("personal" if value else "not personal") if part == "personal" else str(value)
            _button(
                page,
                f"Keep {said}",
                f"keep {table.name} {look.column} {part}",
                [AcceptColumn(table=table.name, column=look.column, parts=(part,))],
            )
        for offer in offers:
            offer_buttons(page, offer)


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


def draw_detail(page: Page, table: Table, view: ColumnView) -> None:
    """All that is known of one column: who says what, how sure and why; its distribution; its exact type."""
    column = view.column
    said, spread = st.columns([3, 2])
    with said:
        st.dataframe(
            {
                "": list(_PARTS),
                "is": [_words(part, getattr(column, part)) for part in _PARTS],
                "from": [WORDS[getattr(column, part).origin] for part in _PARTS],
                "sure": [100 * getattr(column, part).confidence for part in _PARTS],
                "why": [getattr(column, part).evidence for part in _PARTS],
            },
            hide_index=True,
            column_config={"sure": st.column_config.NumberColumn(format="%.0f %%")},
            alt=f"What is said of {column.name}: its parts, who says so, how sure that is and why",
        )
        if column.description:
            st.caption(escaped(column.description))
        _exact_type(page, table, view)
    with spread:
        distribution(view.facts, None, name=column.name, is_personal=view.is_personal)


def _exact_type(page: Page, table: Table, view: ColumnView) -> None:
    """A type with its parameters, and how it is written: more than a list can offer."""
    column = view.column
    start = revision(page)
    with (
        st.form(f"type {table.name} {column.name} {start}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        text = st.text_input(
            "Exact type",
            str(column.type.value),
            help="As BigQuery writes it: NUMERIC(10, 2), STRING(40), STRUCT<a INT64>.",
            disabled=not page.can(Role.EDITOR),
        )
        written = ""
        if table.source.kind is SourceKind.DELIMITED:
            written = st.text_input(
                "Written as",
                column.format,
                help="%d.%m.%Y for dates, Y|N for BOOL, #.00 or $# for numbers; empty: plainly.",
                disabled=not page.can(Role.EDITOR),
            )
        sent = st.form_submit_button("Set", disabled=not page.can(Role.EDITOR))
    if not sent:
        return
    try:
        type = BigQueryType.model_validate(text)
    except ValueError as error:
        st.error(escaped(_message(error)), icon=":material/error:")
        return
    place = {"table": table.name, "column": column.name}
    edits: list[AnyEdit] = []
    if type != column.type.value:
        edits.append(SetType(**place, type=type, format=written if written != column.format else None))
    elif written != column.format:
        edits.append(SetFormat(**place, format=written))
    if edits:
        save(page, edits)
        st.rerun()


def _message(error: ValueError) -> str:
    """The first complaint in words."""
    problems = getattr(error, "errors", lambda **_: [{"msg": str(error)}])(include_url=False)
    return str(problems[0]["msg"]).removeprefix("Value error, ")


def _words(part: ColumnPart, found: Inferred[object]) -> str:
    if part == "personal":
        return "personal" if found.value else "not personal"
    return str(getattr(found.value, "value", found.value))


def _is_open(found: Inferred[object]) -> bool:
    return found.origin in (Origin.MEASURED, Origin.MODEL)
