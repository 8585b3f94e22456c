"""Forms for links, primary keys and rules: add, change, remove."""

from __future__ import annotations

import streamlit as st

from synth_core.access import Role
from synth_core.errors import UsageError
from synth_core.model.edits import (
    AddLink,
    AddRule,
    ChangeLink,
    DecideLink,
    RemoveLink,
    RemoveRule,
    SetPrimaryKey,
    ends_of,
)
from synth_core.model.nested import inner_fields
from synth_core.model.project import Project, Table
from synth_core.model.rule import Rule
from synth_core.stages.review.link_views import LinkView
from synth_core.stages.review.rule_words import FORMS, parse_rule
from ui.page import Page
from ui.saving import revision, save
from ui.words import escaped


def draw_chosen(page: Page, view: LinkView) -> None:
    """What can be done with the link that is chosen in the list."""
    link = view.link
    table, columns, ref_table, ref_columns = ends_of(link)
    ends = {"table": table, "columns": columns, "ref_table": ref_table, "ref_columns": ref_columns}
    with st.container(border=True):
        st.markdown(f"**{escaped(str(link))}** {escaped(link.accepted.evidence)}. {escaped(view.told)}.")
        with st.container(horizontal=True):
            if view.state != "accepted":
                _button(page, "Accept", "accept", DecideLink(**ends, accept=True))
            if view.state != "rejected":
                _button(page, "Remove", "remove", RemoveLink(**ends))
        if view.state != "rejected" and page.can(Role.EDITOR):
            new = _ends(page.project, f"change {link} {revision(page)}", ends_of(link), fixed=True)
            edit = ChangeLink(**ends, new_columns=new[1], new_ref_table=new[2], new_ref_columns=new[3])
            _button(page, "Change to these", "change", edit, disabled=new == ends_of(link) or not new[1])


def draw_new_link(page: Page) -> None:
    """A link that nobody saw, also of several columns, and of a table with itself."""
    project = page.project
    first = project.tables[0].name
    ends = _ends(project, f"new {revision(page)}", (first, (), first, ()), fixed=False)
    table, columns, ref_table, ref_columns = ends
    is_whole = bool(columns) and len(columns) == len(ref_columns)
    if st.button(
        "Add the link",
        icon=":material/add_link:",
        disabled=not is_whole or not page.can(Role.EDITOR),
        help=None if is_whole else "Choose as many columns on both sides.",
    ):
        save(page, [AddLink(table=table, columns=columns, ref_table=ref_table, ref_columns=ref_columns)])
        st.rerun()


Ends = tuple[str, tuple[str, ...], str, tuple[str, ...]]


def _ends(project: Project, key: str, now: Ends, *, fixed: bool) -> Ends:
    """Both ends as they are chosen. `fixed`: the table that refers stays."""
    names = [table.name for table in project.tables]
    with st.container(horizontal=True):
        table = now[0]
        if not fixed:
            table = st.selectbox("Table", names, index=names.index(now[0]), key=f"{key} table", width=200)
        columns = st.multiselect(
            "Its columns",
            [
                *_flat(project.table(table)),
                *(each.place for each in inner_fields(project.table(table).fields)),
            ],
            default=now[1] if table == now[0] else (),
            key=f"{key} columns {table}",
            width=260,
        )
        ref = st.selectbox("Refers to", names, index=names.index(now[2]), key=f"{key} ref", width=200)
        refs = st.multiselect(
            "By its columns",
            _flat(project.table(ref)),
            default=now[3] if ref == now[2] else (project.table(ref).key_columns if fixed else ()),
            key=f"{key} refs {ref}",
            width=260,
        )
    return table, tuple(columns), ref, tuple(refs)


def _flat(table: Table) -> list[str]:
    return [column.name for column in table.columns if not column.field.is_nested]


def draw_key_form(page: Page) -> None:
    """The primary key of a table, and its rules."""
    project = page.project
    names = [table.name for table in project.tables]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("Key of table", names, key=f"key of {page.name}", width=240)
        table = project.table(name)
        columns = _flat(table)
        chosen = st.multiselect(
            "Primary key",
            columns,
            default=[each for each in table.key_columns if each in columns],
            key=f"key columns {name} {revision(page)}",
            placeholder="none",
            width=360,
        )
        _button(
            page,
            "Set the key" if chosen else "It has no key",
            "key",
            SetPrimaryKey(table=name, columns=tuple(chosen)),
            disabled=tuple(chosen) == table.key_columns and bool(chosen),
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        ordered = st.multiselect(
            "Columns that never decrease from left to right",
            columns,
            key=f"rule columns {name} {revision(page)}",
            placeholder="dates or numbers",
            width=612,
        )
        _button(
            page,
            "Add the rule",
            "rule",
            AddRule(table=name, rule=Rule(kind="ordered", columns=tuple(ordered))),
            disabled=len(ordered) < 2,
        )
    _rule_in_words(page, table)
    _rules_there(page, table)


def _rules_there(page: Page, table: Table) -> None:
    """Those of the table, of which there may be many: one is chosen to be removed."""
    rules = {str(rule.value): rule for rule in table.rules}
    if not rules:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            f"Its rules ({len(rules)})",
            list(rules),
            index=None,
            key=f"rules of {table.name} {revision(page)}",
            placeholder="Choose one to see why, and to remove it",
            width=612,
        )
        if chosen:
            _button(page, "Remove the rule", "drop", RemoveRule(table=table.name, rule=rules[chosen].value))
    if chosen:
        st.caption(escaped(rules[chosen].evidence))


def _rule_in_words(page: Page, table: Table) -> None:
    """All other rules are written as they are shown."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Or a rule in words",
            key=f"rule words {table.name} {revision(page)}",
            placeholder="total = net + tax",
            help=f"One of {FORMS}.",
            width=612,
        )
        rule, trouble = _read_rule(table, text)
        if rule is not None:
            _button(page, "Add this rule", "rule in words", AddRule(table=table.name, rule=rule))
    if trouble:
        st.markdown(f":material/error: {escaped(trouble)}")


def _read_rule(table: Table, text: str) -> tuple[Rule | None, str]:
    """The rule, or why it is none."""
    if not text.strip():
        return None, ""
    try:
        return parse_rule(table, text), ""
    except UsageError as error:
        return None, error.message


def _button(
    page: Page,
    label: str,
    key: str,
    edit: DecideLink | RemoveLink | ChangeLink | SetPrimaryKey | AddRule | RemoveRule,
    *,
    disabled: bool = False,
) -> None:
    if st.button(label, key=f"{key} button", disabled=disabled or not page.can(Role.EDITOR)):
        save(page, [edit])
        st.rerun()
