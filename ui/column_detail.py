"""What is said of one column, by whom and why; its distribution; its exact type."""

from __future__ import annotations

import streamlit as st

from synth_core.access import Role
from synth_core.model.edits import AnyEdit, ColumnPart, SetFormat, SetType
from synth_core.model.inferred import Inferred
from synth_core.model.project import SourceKind, Table
from synth_core.model.types import BigQueryType
from synth_core.stages.review.overview import WORDS, ColumnView
from ui.charts import distribution
from ui.page import Page
from ui.saving import revision, save
from ui.words import escaped

PARTS: tuple[ColumnPart, ...] = ("type", "mode", "meaning", "personal")


def draw_detail(page: Page, table: Table, view: ColumnView) -> None:
    """All that is known of one column: who says what, how sure and why; its distribution; its exact type."""
    column = view.column
    said, spread = st.columns([3, 2])
    with said:
        st.dataframe(
            {
                "": list(PARTS),
                "is": [part_words(part, getattr(column, part)) for part in PARTS],
                "from": [WORDS[getattr(column, part).origin] for part in PARTS],
                "sure": [100 * getattr(column, part).confidence for part in PARTS],
                "why": [getattr(column, part).evidence for part in PARTS],
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


def part_words(part: ColumnPart, found: Inferred[object]) -> str:
    """What a part of a column is, in words."""
    if part == "personal":
        return "personal" if found.value else "not personal"
    return str(getattr(found.value, "value", found.value))
