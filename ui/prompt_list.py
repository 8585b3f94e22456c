"""The prompts of a project, and how the one that is looked at differs from the shipped one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from synth_core.api.prompting import PromptState
from ui.difference_lines import draw_lines
from ui.words import ago, escaped


def choose_prompt(found: Sequence[PromptState]) -> PromptState:
    """The prompt that the person has chosen; it stands in the address."""
    names = {each.id: each for each in found}
    if st.session_state.get("prompt") not in names:
        named = st.query_params.get("prompt", "")
        st.session_state["prompt"] = named if named in names else next(iter(names))

    def label(name: str) -> str:
        return f"{name}: {names[name].title}" + ("" if names[name].own is None else " · the project's words")

    chosen = st.selectbox("Prompt", list(names), format_func=label, key="prompt")
    st.query_params["prompt"] = chosen
    return names[chosen]


def draw_state(prompt: PromptState) -> None:
    """Whose text it is, and since when."""
    if prompt.problem:
        st.error(escaped(prompt.problem), icon=":material/error:")
    if prompt.own is None:
        st.caption(f"The shipped text, version {escaped(prompt.version)}.")
    else:
        st.caption(
            f"The project's text, version {escaped(prompt.version)}, by {escaped(prompt.changed_by)} "
            f"{ago(prompt.changed_at)}; the shipped one is version {escaped(prompt.shipped_version)}."
        )
    filled = ", ".join(f"<< {each} >>" for each in prompt.inputs)
    st.caption(f"Filled in: {escaped(filled)}. What they may hold is decided by what the model may see.")
    if prompt.own is not None:
        with st.expander("Difference from the shipped text"):
            draw_lines(prompt.difference)
