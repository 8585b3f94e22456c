"""One column of a recipe as a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from synth_core import api
from synth_core.model.profile import ColumnProfile
from synth_core.recipe.catalogue import CATALOGUE
from synth_core.recipe.form import (
    NULLABLE,
    FieldForm,
    Parameter,
    Wanted,
    WantedCall,
    WantedValue,
    WantedYaml,
)
from ui.charts import distribution
from ui.page import Page
from ui.words import escaped

FORMULA, VALUE, YAML = "a formula", "a plain value", "YAML"
_LONG = frozenset({"any", "children", "columns", "generator", "generators", "list", "numbers", "parts"}) | {
    "quantiles",
    "shapes",
    "tables",
    "values",
    "weights",
}


def draw_field(
    page: Page, text: str, table: str, column: str, *, revision: int, apply: Callable[[Wanted], None] | None
) -> None:
    """How a column is made: the function and its arguments, the source's distribution. `apply` writes what is wanted;
    None: the person may not."""
    form = page.do(api.field_form, page.name, table, column, text=text)
    st.subheader(f"{escaped(table)}.{escaped(column)}", anchor=False)
    if form.comment:
        st.caption(escaped(form.comment))
    key = f"{table}.{column} {revision}"
    made = st.selectbox(
        "Made by",
        _ways(form),
        index=_ways(form).index(_way(form)),
        format_func=_word,
        key=f"by {key}",
        disabled=apply is None or bool(form.locked),
        help="What makes the values: a function of the recipe language, a formula, or always the same value.",
    )
    if made in CATALOGUE:
        if made != form.function:
            form = page.do(api.field_form, page.name, table, column, text=text, made_by=made)
        _draw_help(made)
    if form.locked:
        st.caption(f":material/lock: {escaped(form.locked)}")
    with st.form(f"field {key} {made}", border=False):
        wanted = _inputs(form, made, f"{key} {made}", disabled=apply is None or bool(form.locked))
        is_wanted = st.form_submit_button(
            "Write into the recipe",
            icon=":material/edit:",
            disabled=apply is None or bool(form.locked),
            help=None if apply else "This needs an editor.",
        )
    if is_wanted and apply is not None:
        apply(wanted)
    _draw_distribution(page, table, column)


def _ways(form: FieldForm) -> list[str]:
    found = dict.fromkeys([*([form.function] if form.function else []), *form.fitting, FORMULA, VALUE, YAML])
    return list(found)


def _way(form: FieldForm) -> str:
    if form.kind == "missing":
        return form.fitting[0] if form.fitting else VALUE
    return {"function": form.function, "formula": FORMULA, "value": VALUE, "yaml": YAML}[form.kind]


def _word(way: str) -> str:
    declared = CATALOGUE.get(way)
    return f"{way}: {declared.help}" if declared else way.capitalize() if way != YAML else way


def _draw_help(name: str) -> None:
    declared = CATALOGUE[name]
    st.caption(escaped(declared.help))
    with st.popover("Help", icon=":material/help:"):
        st.markdown(f"**{escaped(name)}**: {escaped(declared.help)}")
        st.code(declared.example, language="yaml", wrap_lines=True)
        for argument, each in declared.arguments.items():
            needed = ", needed" if each.required else f", otherwise {each.default}" if each.default else ""
            st.markdown(f"- **{escaped(argument)}**: {escaped(each.help)} ({escaped(each.type + needed)})")
        st.caption(escaped(f"It can fill {declared.types}."))


def _inputs(form: FieldForm, made: str, key: str, *, disabled: bool) -> Wanted:
    if made == YAML:
        text = st.text_area("Generator", form.yaml, key=f"yaml {key}", height=200, disabled=disabled)
        return WantedYaml(text=text or "")
    if made not in CATALOGUE:
        label = "Formula" if made == FORMULA else "Value"
        shown = form.value if form.kind in ("formula", "value") else ""
        value = st.text_input(
            label,
            shown,
            key=f"value {key}",
            placeholder="${{ first_name }} ${{ last_name }}" if made == FORMULA else "",
            disabled=disabled,
        )
        return WantedValue(value=value or "", nulls=_nulls(form, key, disabled))
    arguments = {each.name: _argument(each, f"{each.name} {key}", disabled) for each in form.parameters}
    # Of a function that makes nulls itself they are an argument.
    nulls = "" if made == NULLABLE else _nulls(form, key, disabled)
    return WantedCall(function=made, arguments=arguments, nulls=nulls)


def _argument(parameter: Parameter, key: str, disabled: bool) -> str:
    label = (parameter.name or "Arguments") + (f", in {parameter.unit}" if parameter.unit else "")
    about: dict[str, Any] = {
        "key": key,
        "help": escaped(f"{parameter.help} ({parameter.type})"),
        "disabled": disabled,
    }
    options = parameter.choices or (("true", "false") if parameter.kind == "flag" else ())
    if options:
        shown = list(dict.fromkeys(["", *options, parameter.text]))
        otherwise = f"as usual ({parameter.default})" if parameter.default else "as usual"
        return str(
            st.selectbox(
                label,
                shown,
                index=shown.index(parameter.text),
                format_func=lambda each: each or otherwise,
                **about,
            )
        )
    if parameter.kind in _LONG and len(parameter.text) > 24:
        return st.text_area(label, parameter.text, height=120, **about) or ""
    hint = parameter.default or ("needed" if parameter.required else "left out")
    return st.text_input(label, parameter.text, placeholder=hint, **about) or ""


def _nulls(form: FieldForm, key: str, disabled: bool) -> str:
    return (
        st.text_input(
            "Share of nulls",
            form.nulls,
            key=f"nulls {key}",
            placeholder="none",
            help="Such as 7%; empty: there are none.",
            disabled=disabled,
        )
        or ""
    )


def _draw_distribution(page: Page, table: str, column: str) -> None:
    facts = _facts(page, table, column)
    known = {each.name: each for each in page.project.tables}.get(table)
    here = next((each for each in known.columns if each.name == column), None) if known else None
    if facts is None or here is None:
        return
    st.caption("In the source")
    distribution(facts, None, name=f"{table}.{column}", is_personal=here.personal.value)


def _facts(page: Page, table: str, column: str) -> ColumnProfile | None:
    for each in page.profile.tables if page.profile else ():
        if each.table == table:
            return next((one for one in each.columns if one.path == (column,)), None)
    return None
