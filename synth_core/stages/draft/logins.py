"""User names and e-mail addresses in the source's forms, made of the names in their row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from synth_core.model.profile import LoginProfile, TableProfile
from synth_core.model.project import Table
from synth_core.recipe.notation import FieldText, percent
from synth_core.stages.draft.columns import FAKER
from synth_core.stages.draft.formulas import name_in_formula
from synth_core.stages.draft.keys import profile_of
from synth_core.stages.draft.mailboxes import ALONE, EMAIL, each_of, has, may_be_null, replaced
from synth_core.stages.draft.names import written_like
from synth_core.stages.draft.order import leads_back, sources

_NEARLY_ALL = 0.95
"""Where forms explain so many rows, the others are none that the source means."""
_DOMAIN = {"fake": "SafeDomainName"}


def with_logins(
    table: Table, facts: TableProfile, fields: Mapping[str, FieldText], tables: Collection[str]
) -> dict[str, FieldText]:
    """The fields, with what fits the row's names where the source's does. Where the row has no such name, or other rows
    have the same address and not the same name, it fits nobody."""
    done = dict(fields)
    for found in facts.logins:
        if not {found.column, *found.names.values()} <= set(done):
            continue
        is_mailbox = table.column(found.column).meaning.value == "email"
        plain: Any = EMAIL
        if not is_mailbox:
            plain = written_like(profile_of(facts, found.column), "username", FAKER["username"])
        other = ALONE if is_mailbox else plain
        names = {argument: _who(done, name) for argument, name in found.names.items()}
        field = done[found.column]
        if not has(field.generator, plain) or leads_back(done, found.column, names.values()):
            continue
        empty = [name for name in names.values() if may_be_null(done[name].generator)]
        each = each_of(field.generator)
        if each and (empty or any(each_of(done[name].generator) != each for name in names.values())):
            continue
        made = _made(found, names, other, is_mailbox=is_mailbox)
        if empty:
            when = " or ".join(f"{name_in_formula(name, tables)} is none" for name in empty)
            alone = {"choice": {"when": f"${{{{ {when} }}}}", "pick": other}}
            made = {"if": [alone, {"choice": {"pick": made}}]}
        why = (
            f"{field.why}; of the {' and '.join(found.names.values())} in its row, as {percent(found.share)} of"
            " the source's are"
        )
        done[found.column] = FieldText(field.name, replaced(field.generator, plain, made), why)
    return done


def _made(found: LoginProfile, names: Mapping[str, str], other: Any, *, is_mailbox: bool) -> Any:
    login: dict[str, Any] = {
        "forms": {each.value: percent(each.count / found.rows) for each in found.forms},
        **names,
        **({"two_letters": True} if found.two_letters else {}),
        **({"words": found.words} if found.words != "joined" else {}),
        **({"at": _DOMAIN} if is_mailbox else {}),
    }
    share = found.share
    if share >= _NEARLY_ALL:
        return {"Synth.login": login}
    picks = ((share, {"Synth.login": login}), (1 - share, other))
    return {
        "random_choice": [{"choice": {"probability": percent(part), "pick": pick}} for part, pick in picks]
    }


def _who(fields: Mapping[str, FieldText], name: str) -> str:
    """The hidden field that has the name of the rows in which the column does not show it."""
    hidden = [each for each in sources(fields[name].generator) if each.startswith("__") and each in fields]
    return next((each for each in hidden if each_of(fields[each].generator)), name)
