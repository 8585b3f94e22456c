"""The tables and columns of a recipe as a list that jumps."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from synth_core.recipe.form import OutlineColumn, OutlineTable
from ui.typing import Typed

_WANTED = "place to open"


def open_place(table: str, column: str) -> None:
    """Choose a table and column at the next run."""
    if table:
        st.session_state[_WANTED] = (table, column)


def choose_place(outline: Sequence[OutlineTable], typed: Typed) -> tuple[str, str]:
    """The table and column that the person has chosen, by name; empty where none is. A new choice is shown in the
    editor, and stands in the address."""
    if not outline:
        st.caption("The recipe can't be read, so there is no list of its columns: see the problems.")
        return "", ""
    tables = {each.name: each for each in outline}
    wanted = st.session_state.pop(_WANTED, None)
    if wanted is not None:
        st.session_state["table"], st.session_state["column"] = wanted
    table = tables[
        _chosen("Table", list(tables), "table", {name: name for name in tables}) or outline[0].name
    ]
    columns = {each.name: each for each in table.columns}
    column = _chosen(
        "Column", list(columns), "column", {name: _label(each) for name, each in columns.items()}
    )
    place = (table.name, column or "")
    if typed.place and typed.place != place and wanted is None:
        typed.go_to((columns[column] if column else table).line)
    typed.place = place
    st.query_params["table"] = table.name
    if column:
        st.query_params["column"] = column
    elif "column" in st.query_params:
        del st.query_params["column"]
    return place


def _chosen(label: str, options: list[str], key: str, labels: dict[str, str]) -> str | None:
    """A choice that the address may name. One that is not there any more is none."""
    if st.session_state.get(key) not in options:
        named = st.query_params.get(key)
        st.session_state[key] = (
            named if named in options else options[0] if key == "table" and options else None
        )
    return st.selectbox(
        label,
        options,
        key=key,
        format_func=lambda each: labels.get(each, each),
        placeholder="Choose or type a name",
    )


def _label(column: OutlineColumn) -> str:
    return f"{column.name} · {column.function or 'value'} · line {column.line}"
