"""How a table's files are written, to be changed beside a live preview of their first rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import pandas as pd
import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.model.dialect import Comment, Dialect, Encoding
from synth_core.model.edits import SetDialect
from synth_core.model.inferred import Inferred
from synth_core.model.project import SourceKind, Table
from synth_core.model.proposals import Offer
from synth_core.stages.reread import Reread
from synth_core.stages.review.offers import spoken
from synth_core.stages.review.overview import WORDS
from ui.column_looks import offer_buttons
from ui.look_row import look_row
from ui.page import Page
from ui.saving import revision, save
from ui.words import escaped

_DELIMITERS = {
    ",": "comma ,",
    ";": "semicolon ;",
    "\t": "tab",
    "|": "pipe |",
    " ": "space",
    "^": "caret ^",
    "~": "tilde ~",
}
_QUOTES = {'"': 'double "', "'": "single '", "": "none"}
_ESCAPES = {"": "doubled", "\\": "behind a \\"}
_BLANKS = {False: "are of the value", True: "are left out"}
_HEADERS = {0: "no header", 1: "one row", 2: "two rows"}
_COMMENTS = {sign: f"begin with {sign}" if sign else "none" for sign in get_args(Comment)}
_DECIMALS = {".": "point .", ",": "comma ,"}
_THOUSANDS = {
    "": "none",
    ",": "comma ,",
    ".": "point .",
    " ": "space",
    "'": "apostrophe '",
    "\u00a0": "no-break space",
    "\u2009": "thin space",
    "\u202f": "narrow no-break space",
    "’": "apostrophe ’",
}
_MOST_BANNER = 200


def draw_file(page: Page, table: Table, offers: Sequence[Offer]) -> None:
    """How the files are written; nothing for tables that have no text files."""
    if table.source.kind is not SourceKind.DELIMITED or table.dialect is None:
        return
    found = table.dialect
    part = st.expander(
        f"File: {spoken(found.value)}",
        icon=":material/description:",
        key=f"file {table.name}",
        on_change="rerun",
    )
    if not part.open:
        # The file is read where somebody looks at it.
        return
    with part:
        st.caption(_said(found))
        for offer in (each for each in offers if each.part == "dialect"):
            with look_row(f"The model says: {escaped(offer.proposed)}"):
                offer_buttons(page, offer)
        if page.can(Role.EDITOR):
            _live(page, table, found.value)
            _lines_kept(found.value)
        else:
            st.caption("Rows of the source are shown to the project's editors.")


def _said(found: Inferred[Dialect]) -> str:
    return f"{WORDS[found.origin].capitalize()}, {found.confidence:.0%} sure: {escaped(found.evidence)}"


def _lines_kept(dialect: Dialect) -> None:
    """Nobody knows whom a title names: a person should see what is passed on."""
    for lines, where in ((dialect.banner, "above"), (dialect.footer, "below")):
        if any(map(str.strip, lines)):
            anew = "; totals in braces are counted anew" if any("{" in line for line in lines) else ""
            st.caption(f"The files made have these lines {where} their rows, too{anew}.")
            st.code("\n".join(lines), language=None)


@st.fragment
def _live(page: Page, table: Table, before: Dialect) -> None:
    """The form, and below it the first rows as they would be read."""
    dialect = _form(table, before, revision(page))
    read = page.do(api.reread, page.name, table.name, dialect)
    _preview(read)
    changed = read.dialect != before
    if st.button(
        "Read the file so",
        key=f"write {table.name}",
        type="primary",
        disabled=not changed or bool(read.problem),
        help="Saved at once; the columns follow when the schema is inferred again."
        if changed
        else "Nothing is changed.",
    ):
        save(page, [SetDialect(table=table.name, dialect=read.dialect)])
        st.rerun()


def _form(table: Table, before: Dialect, start: str) -> Dialect:
    """What is chosen now."""

    def choice(label: str, options: dict[Any, str], now: Any) -> Any:
        known = options if now in options else {now: repr(now), **options}
        keys = list(known)
        return st.selectbox(
            label,
            keys,
            index=keys.index(now),
            format_func=lambda key: known[key],
            key=f"{label} {table.name} {start}",
            width=150,
        )

    with st.container(horizontal=True, vertical_alignment="bottom"):
        encodings = {name: name for name in get_args(Encoding)}
        chosen = {
            "delimiter": choice("Delimiter", _DELIMITERS, before.delimiter),
            "initial_space": choice("Blanks behind it", _BLANKS, before.initial_space),
            "quotechar": choice("Quote", _QUOTES, before.quotechar),
            "escapechar": choice("A quote inside is", _ESCAPES, before.escapechar),
            "encoding": choice("Encoding", encodings, before.encoding),
            "header_rows": choice("Header", _HEADERS, before.header_rows),
            "banner": ("",)
            * int(
                st.number_input(
                    "Lines above",
                    0,
                    _MOST_BANNER,
                    before.skip_rows,
                    key=f"banner {table.name} {start}",
                    width=130,
                )
            ),
            "comment": choice("Comments", _COMMENTS, before.comment),
            "decimal": choice("Decimal mark", _DECIMALS, before.decimal),
            "thousands": choice("Thousands", _THOUSANDS, before.thousands),
        }
    if chosen["delimiter"] == " " and chosen["initial_space"]:
        # Nothing lies between blanks, so only quotes can be empty.
        chosen["quoted_empty_is_empty"] = False
    if chosen["comment"][:1] in (chosen["delimiter"], chosen["quotechar"]):
        # Rows begin with that sign themselves.
        chosen["comment"] = ""
    return before.model_copy(update=chosen)


def _preview(read: Reread) -> None:
    if read.problem:
        st.warning(escaped(f"It can't be read so: {read.problem}"), icon=":material/warning:")
        return
    width = len(read.names)
    rows = [(*row, *[""] * width)[:width] for row in read.rows]
    names = [
        f"{name}{' ' * place}" if read.names.count(name) > 1 else name
        for place, name in enumerate(read.names)
    ]
    st.dataframe(
        pd.DataFrame(rows, columns=names, dtype="str"),
        hide_index=True,
        height=240,
        key=f"first rows {read.table}",
        alt=f"The first rows of {read.table} as they would be read",
    )
    told = [f"{width} columns; the first {read.looked_at:,} rows were looked at"]
    if read.uneven:
        told.append(f"{read.uneven:,} of them have another number of values")
    told += [f"{count:,} values of {name} are not of its type" for name, count in read.misfits.items()]
    mark = ":material/warning: " if read.uneven or read.misfits else ""
    st.caption(f"{mark}{escaped('; '.join(told))}. Of personal columns only shapes are shown.")
