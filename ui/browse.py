"""Browsing what can be read: projects, datasets and tables; buckets, folders and files. The place stands in the
address; what is chosen at it is what a new project reads."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import streamlit as st

from synth_core import api
from synth_core.errors import SynthError
from synth_core.model.cost import size_text
from synth_core.model.doubts import SURE
from synth_core.model.listing import Entry, EntryKind, Listing
from synth_core.stages.review.offers import spoken
from ui.grids import height_for
from ui.page import Page
from ui.troubles import show_error
from ui.words import ago, escaped, many

PAGE = 200
_FRESH = 60
_NAMED = 8
_MOVES = "moves while looking around"
_KNOWN = 3600
_PATIENCE = 5.0
"""Seconds for which files are looked into at once."""
_PLACES = (EntryKind.PROJECT, EntryKind.DATASET, EntryKind.BUCKET, EntryKind.FOLDER)
_TABLES = (EntryKind.TABLE, EntryKind.VIEW, EntryKind.EXTERNAL)
KINDS = {"bigquery": "BigQuery", "gcs": "Cloud Storage", "folder": "Folder or DuckDB"}
WAYS = {**KINDS, "upload": "Upload"}
_ROOTS = {"bigquery": "", "gcs": "gs://"}


@dataclass(frozen=True)
class Chosen:
    """What a new project reads."""

    sources: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    """Of a warehouse: only these."""
    name: str = ""
    """A name that suggests itself."""

    def __bool__(self) -> bool:
        return bool(self.sources)


def browse(page: Page, kind: str) -> Chosen:
    """Look around from the root of that kind (`bigquery`, `gcs`, `folder`), and choose."""
    place = _place(kind)
    if kind == "folder" and not place:
        st.markdown("Name a folder of this machine, or a DuckDB file as `duckdb:PATH`.")
        return Chosen()
    search = st.text_input("Search", key=f"search {place}", placeholder="part of a name", width=260)
    found = _listed(page, place, search)
    if found is None:
        return Chosen()
    inner = [entry for entry in found.entries if entry.kind in _PLACES]
    readable = [entry for entry in found.entries if entry.kind in _TABLES or entry.kind is EntryKind.FILE]
    if inner:
        _go_deeper(inner)
    chosen = _choose(page, found, readable) if readable else Chosen()
    if not inner and not readable:
        st.markdown(
            f"There is nothing to read at {escaped(place or 'your projects')}. Look at another place."
        )
    if found.next_token:
        st.caption(f"The first {found.looked_at:,} were looked at: search for what is missing.")
    return chosen


def _place(kind: str) -> str:
    """Where one is, with a field to go elsewhere and a way up."""
    root = _ROOTS.get(kind, "")
    place = st.query_params.get("at", "") or root
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input(
            "Place",
            place,
            key=f"place {kind} {place}",
            placeholder="/data/shop, duckdb:shop.duckdb" if kind == "folder" else "your projects",
            width=560,
        ).strip()
        above = _above(place, root)
        if above is not None and st.button("Up", icon=":material/arrow_upward:"):
            _go(above)
    if typed != place:
        _go(typed)
    return place


def _above(place: str, root: str) -> str | None:
    if place in ("", root):
        return None
    if place.startswith("bigquery:"):
        return place.rpartition(".")[0] if "." in place else ""
    if place.startswith("gs://"):
        up = place.rstrip("/").rpartition("/")[0]
        return up if up not in ("gs:", "gs:/") else "gs://"
    if place.startswith("duckdb:"):
        return str(Path(place.removeprefix("duckdb:")).expanduser().absolute().parent)
    return str(Path(place).expanduser().absolute().parent)


def _go(place: str) -> None:
    st.query_params["at"] = place
    # What was opened before is not to be opened again when one comes back.
    st.session_state[_MOVES] = st.session_state.get(_MOVES, 0) + 1
    st.rerun()


def _listed(page: Page, place: str, search: str) -> Listing | None:
    """A page of what is there; None where it can't be listed, which is said."""
    try:
        return _list(page, page.person.name, place, search)
    except SynthError as error:
        show_error(error)
        return None


@st.cache_data(ttl=_FRESH, show_spinner="Looking around", max_entries=256)
def _list(_page: Page, person: str, place: str, search: str) -> Listing:
    """For each person by itself: not everybody may see everything."""
    return _page.desk.do(api.sources, place, search=search, limit=PAGE)


def _go_deeper(inner: list[Entry]) -> None:
    word = inner[0].kind.value
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = [entry.name for entry in inner]
        name = st.selectbox(
            f"Open a {word}",
            names,
            index=None,
            key=f"open {inner[0].uri} {len(inner)} {st.session_state.get(_MOVES, 0)}",
            placeholder=f"{len(names)} to choose from",
            width=420,
        )
    if name:
        _go(inner[names.index(name)].uri)


def _choose(page: Page, found: Listing, readable: list[Entry]) -> Chosen:
    """Tables, or files, of which several can be taken; none marked: all."""
    written = _written(page, readable) if readable[0].kind is EntryKind.FILE else []
    frame = pd.DataFrame(
        {
            "name": [entry.name for entry in readable],
            "rows": [entry.rows for entry in readable],
            "size": ["" if entry.bytes is None else size_text(entry.bytes) for entry in readable],
            **({"written": written} if written else {}),
            "last change": [ago(entry.changed) for entry in readable],
            "kind": [entry.kind.value for entry in readable],
            "about": [entry.about for entry in readable],
        }
    )
    unknown = [
        name for name in frame.columns if not any(value not in (None, "") for value in frame[name].dropna())
    ]
    st.caption("Mark the tables to imitate; with none marked, all of them are taken.")
    marked = st.dataframe(
        frame.drop(columns=unknown),
        hide_index=True,
        height=height_for(len(readable)),
        on_select="rerun",
        selection_mode="multi-row",
        key=f"found {found.place}",
        column_config={"rows": st.column_config.NumberColumn(format="localized")},
        alt=f"What can be read at {found.place}: name, rows, size, last change and kind",
    )["selection"]["rows"]
    taken = [readable[row] for row in marked if row < len(readable)]
    if taken:
        names = ", ".join(escaped(entry.name) for entry in taken[:_NAMED])
        more = f" and {len(taken) - _NAMED} more" if len(taken) > _NAMED else ""
        st.caption(f"Marked: {names}{more}.")
    name = _name(found.place)
    if readable[0].kind in _TABLES:
        return Chosen((found.place,), tuple(entry.name for entry in taken), name)
    if not taken:
        return Chosen((found.place,), (), name)
    return Chosen(tuple(entry.uri for entry in taken), (), name)


def _written(page: Page, files: list[Entry]) -> list[str]:
    """How the files are written, once somebody wants to see it; what is not looked at yet is empty."""
    with st.container(horizontal=True, vertical_alignment="center"):
        is_wanted = st.toggle(
            "Show how the files are written",
            key="written",
            bind="query-params",
            help="Looks into each of them: at a small part, and at as many as can be looked at in a few seconds.",
        )
        if not is_wanted:
            return []
        told: list[str] = []
        end = time.monotonic() + _PATIENCE
        with st.spinner("Looking into the files"):
            while len(told) < len(files) and time.monotonic() < end:
                file = files[len(told)]
                told.append(_dialect(page, page.person.name, file.uri, file.bytes, file.changed))
        left = len(files) - len(told)
        if left:
            st.button(f"Look at {many(left, 'more file')}", icon=":material/more_horiz:")
    return told + [""] * left


@st.cache_data(ttl=_KNOWN, show_spinner=False, max_entries=4096)
def _dialect(_page: Page, person: str, file: str, size: int | None, changed: datetime | None) -> str:
    """By what it is now: written again, it is looked at again."""
    try:
        found = _page.desk.do(api.dialect_of, file)
    except SynthError as error:
        return f"can't be told: {error.message}"
    if found is None:
        return "as its format says"
    return spoken(found.value) + ("" if found.confidence >= SURE else f" ({found.confidence:.0%} sure)")


def _name(place: str) -> str:
    """`shop` of `bigquery:acme.shop`, `gs://acme/shop` and `/data/shop.duckdb`."""
    last = place.rstrip("/").rpartition("/")[2].rpartition(":")[2]
    return (last.rpartition(".")[2] if place.startswith("bigquery:") else last.partition(".")[0]) or "project"
