"""The code editor: the only place that knows streamlit-ace.

What it can't do by itself is done by a few lines of script beside it: it gets a name for screen readers, lets go of the
keyboard on Escape, and goes to a line without being drawn anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit_ace import _render_component

from synth_core.model.findings import Finding, Level

_KINDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "info"}
_AID = st.components.v2.component(
    "synth_editor_aid",
    html='<span tabindex="-1"></span>',
    js=(Path(__file__).parent / "static" / "editor_aid.js").read_text("utf-8"),
)


def draw_editor(
    text: str,
    *,
    name: str,
    key: str,
    language: str = "yaml",
    findings: Sequence[Finding] = (),
    height: int = 440,
    wrap: bool = False,
    read_only: bool = False,
    go_to: tuple[int, int] = (0, 0),
) -> str:
    """A text to edit, and what it is now. `name` is read out to those who do not see it.

    The text counts when the key is new; for another text take another key. Findings stand in the gutter. `go_to`: a
    line from 1, and a number that is another one each time somebody wants to go there.
    """
    dark = st.context.theme.type == "dark"
    typed = _render_component(
        defaultValue=text,
        height=f"{height}px",
        minLines=None,
        maxLines=None,
        fontSize=15,
        tabSize=2,
        mode=language,
        theme="tomorrow_night" if dark else "textmate",
        showGutter=True,
        showPrintMargin=False,
        wrapEnabled=wrap,
        readOnly=read_only,
        keyboardHandler="vscode",
        annotations=[_annotation(each) for each in findings if each.line],
        markers=[],
        autoUpdate=True,
        navigateToFileEnd=False,
        placeholder="",
        # The component switches completion on by itself, but what is said here comes after it: Enter must not write
        # the name of a function where a person typed the beginning of one.
        setOptions={
            "enableLiveAutocompletion": False,
            "enableBasicAutocompletion": False,
            "useSoftTabs": True,
        },
        key=key,
        default=text,
    )
    line, turn = go_to
    _AID(key=f"{key} aid", data={"name": name, "line": line, "turn": turn}, height=1)
    return str(typed)


def _annotation(finding: Finding) -> dict[str, object]:
    return {
        "row": (finding.line or 1) - 1,
        "column": (finding.column_number or 1) - 1,
        "type": _KINDS[finding.level],
        "text": f"{finding.message} {finding.hint}".strip(),
    }
