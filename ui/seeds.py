"""The field for a seed. A number field of a browser can't hold all of them."""

from __future__ import annotations

import streamlit as st

from synth_core.model.plan import MAX_SEED


def seed_field(seed: int, key: str, *, disabled: bool = False) -> int | None:
    """The seed that was typed; None for what is none, which it says."""
    typed = st.text_input(
        "Seed", str(seed), key=key, help="Same plan and seed, same bytes.", disabled=disabled, width=200
    )
    if typed.strip().isdecimal() and int(typed) <= MAX_SEED:
        return int(typed)
    st.caption(f":material/error: The seed is a whole number from 0 to {MAX_SEED:,}.")
    return None
