"""Checks of loaded rows, those that do not hold first."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from synth_core.report import words
from synth_core.stages.verify import Check
from ui.grids import height_for


def draw_checks(checks: Sequence[Check]) -> None:
    """All of them, as a grid."""
    ordered = sorted(checks, key=lambda check: check.ok)
    st.dataframe(
        pd.DataFrame(
            {
                "result": [_result(check) for check in ordered],
                "table": [check.table for check in ordered],
                "what must hold": [check.what for check in ordered],
            }
        ),
        hide_index=True,
        height=height_for(len(ordered)),
        placeholder="",
        alt="Checks: result, table, what must hold",
    )


def held(checks: Sequence[Check]) -> str:
    """`12 of 14 checks hold`, with a sign."""
    good = sum(check.ok for check in checks)
    sign = "✓" if good == len(checks) else "✗"
    return f"{sign} {good} of {len(checks)} hold"


def _result(check: Check) -> str:
    return "✓ holds" if check.ok else f"✗ fails for {words.plural(check.bad, 'row')}"
