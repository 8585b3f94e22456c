"""The columns of one table as a grid that can be edited in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from synth_core.access import Role
from synth_core.model.edits import AnyEdit, RenameColumn, SetMeaning, SetMode, SetPersonal, SetType
from synth_core.model.project import Column, Table
from synth_core.model.type_text import parse_type
from synth_core.model.types import Kind, Mode
from synth_core.stages.describe import catalogue
from synth_core.stages.review.overview import WORDS, ColumnView
from ui.grids import height_for
from ui.page import Page
from ui.saving import revision, save

_KINDS = [kind.value for kind in Kind if kind not in (Kind.STRUCT, Kind.RANGE)]
EDITABLE = ("name", "type", "mode", "meaning", "personal")


def draw_grid(page: Page, table: Table, views: Sequence[ColumnView], view: str) -> None:
    """Draw the columns; what is changed in it is saved at once."""
    names = tuple(each.column.name for each in views)
    key = f"columns {table.name} {view} {hash(names)} {revision(page)}"
    fixed: tuple[str, ...] = EDITABLE
    if page.can(Role.EDITOR):
        fixed = () if table.is_headerless else ("name",)
    st.data_editor(
        frame_of(views),
        key=key,
        hide_index=True,
        height=height_for(len(views)),
        num_rows="fixed",
        disabled=[*fixed, "look", "nulls", "spread", "values", "from", "sure"],
        column_config=_config(views),
        on_change=_changed,
        args=(page, table, names, key),
        alt=f"Columns of {table.name}: name, type, mode, meaning, personal, values and how sure that is",
    )


def frame_of(views: Sequence[ColumnView]) -> pd.DataFrame:
    """What the grid shows."""
    return pd.DataFrame(
        {
            "look": ["⚠ look" if each.looks else "" for each in views],
            "name": [each.column.name for each in views],
            "type": [str(each.column.type.value) for each in views],
            "mode": [each.column.mode.value.value for each in views],
            "meaning": [each.column.meaning.value for each in views],
            "personal": [each.column.personal.value for each in views],
            "nulls": [None if each.nulls is None else 100 * each.nulls for each in views],
            "spread": [list(each.bars) for each in views],
            "values": [each.values for each in views],
            "from": [WORDS[each.origin] for each in views],
            "sure": [100 * each.sure for each in views],
        }
    )


def edits_of(table: Table, names: Sequence[str], patch: Mapping[int, Mapping[str, Any]]) -> list[AnyEdit]:
    """What a grid's patch (by row, by column of the grid) changes of the table."""
    edits = [
        made
        for row, cells in patch.items()
        for what, value in cells.items()
        if what in EDITABLE and value is not None
        if (made := _MAKE[what](table.name, table.column(names[row]), value)) is not None
    ]
    # A name last: until then the others are about the name that is shown.
    return sorted(edits, key=lambda edit: isinstance(edit, RenameColumn))


def _type(table: str, column: Column, value: Any) -> AnyEdit | None:
    type = parse_type(str(value))
    return None if type == column.type.value else SetType(table=table, column=column.name, type=type)


def _mode(table: str, column: Column, value: Any) -> AnyEdit | None:
    mode = Mode(value)
    return None if mode is column.mode.value else SetMode(table=table, column=column.name, mode=mode)


def _meaning(table: str, column: Column, value: Any) -> AnyEdit | None:
    if value == column.meaning.value:
        return None
    return SetMeaning(table=table, column=column.name, meaning=str(value))


def _personal(table: str, column: Column, value: Any) -> AnyEdit | None:
    if bool(value) == column.personal.value:
        return None
    return SetPersonal(table=table, column=column.name, personal=bool(value))


def _name(table: str, column: Column, value: Any) -> AnyEdit | None:
    name = str(value).strip()
    return None if name in ("", column.name) else RenameColumn(table=table, column=column.name, name=name)


_MAKE: dict[str, Callable[[str, Column, Any], AnyEdit | None]] = {
    "type": _type,
    "mode": _mode,
    "meaning": _meaning,
    "personal": _personal,
    "name": _name,
}


def _changed(page: Page, table: Table, names: Sequence[str], key: str) -> None:
    """A cell was changed."""
    save(page, edits_of(table, names, st.session_state[key]["edited_rows"]))


def _config(views: Sequence[ColumnView]) -> dict[str, Any]:
    types = dict.fromkeys([*_KINDS, *(str(each.column.type.value) for each in views)])
    config = st.column_config
    return {
        "look": config.TextColumn(
            "", width=70, pinned=True, help="Wants a look: it is listed below, with the reason."
        ),
        "name": config.TextColumn("name", pinned=True, help="Can be changed where the file has no header."),
        "type": config.SelectboxColumn("type", options=list(types), required=True),
        "mode": config.SelectboxColumn("mode", options=[mode.value for mode in Mode], required=True),
        "meaning": config.SelectboxColumn("meaning", options=["unknown", *catalogue()], required=True),
        "personal": config.CheckboxColumn(
            "personal", help="Values are never copied, and shown as shapes only."
        ),
        "nulls": config.NumberColumn("nulls", format="%.0f %%", help="Share of rows without a value."),
        "spread": config.BarChartColumn("spread", help="How the rows are spread over its values.", y_min=0),
        "values": config.TextColumn(
            "values", width="medium", help="Frequent values; of personal columns shapes."
        ),
        "from": config.TextColumn("from", help="Who says so: declared, measured, a model or a person."),
        "sure": config.NumberColumn("sure", format="%.0f %%", help="Of what is least sure of it."),
    }
