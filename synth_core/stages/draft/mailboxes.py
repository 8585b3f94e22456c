"""E-mail addresses that fit a name of their row.

`fake: Email` puts the first and the last name into an address that were drawn last: of the row, where names stand above
it, or else of the row before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from synth_core.recipe.notation import FieldText
from synth_core.stages.draft.formulas import name_in_formula

_NAMES = ("firstname", "lastname")
EMAIL = {"fake": "Email"}
ALONE = {"fake.Email": {"matching": False}}
"""It fits nobody."""
_PROVIDER = re.compile(r"fake\.(\w+)")


def names_for(fields: Sequence[FieldText]) -> dict[str, tuple[str, ...]]:
    """By field that makes e-mail addresses: those that make the names in them. The ones that stand before it where
    there are any, otherwise the first ones behind it, which then have to be made before."""
    found: dict[str, tuple[str, ...]] = {}
    for place, field in enumerate(fields):
        if has(field.generator, EMAIL):
            names = _both(fields[:place][::-1]) or _both(fields[place + 1 :])
            if names:
                found[field.name] = names
    return found


def with_mailboxes(fields: Mapping[str, FieldText], tables: Collection[str]) -> dict[str, FieldText]:
    """The fields with addresses that fit nobody where the row has no name: otherwise it would be that of the row
    before. And nobody where they go with another column, and a name does not."""
    done = dict(fields)
    for mailbox, names in names_for(list(fields.values())).items():
        each = each_of(fields[mailbox].generator)
        empty = [name for name in names if may_be_null(fields[name].generator)]
        if each and (empty or any(each_of(fields[name].generator) != each for name in names)):
            # The same address in rows that have no name, or another one.
            done[mailbox] = _with(done[mailbox], ALONE)
        elif empty:
            when = " or ".join(f"{name_in_formula(name, tables)} is none" for name in empty)
            alone = {"choice": {"when": f"${{{{ {when} }}}}", "pick": ALONE}}
            made = {"if": [alone, {"choice": {"pick": EMAIL}}]}
            done[mailbox] = _with(done[mailbox], made)
    return done


def _with(field: FieldText, made: Any) -> FieldText:
    return FieldText(field.name, replaced(field.generator, EMAIL, made), field.why)


def each_of(generator: Any) -> str:
    """The column of which each value gets one value; empty where there is none."""
    if isinstance(generator, Mapping):
        if "Synth.per" in generator:
            return str(generator["Synth.per"]["each"])
        return next(filter(None, map(each_of, generator.values())), "")
    return next(filter(None, map(each_of, generator)), "") if isinstance(generator, list) else ""


def is_mailbox(field: FieldText) -> bool:
    """It makes addresses that wait for names."""
    return has(field.generator, EMAIL)


def _both(fields: Sequence[FieldText]) -> tuple[str, ...]:
    """The first fields that make a first and a last name between them; none where they do not."""
    makers: dict[str, str] = {}
    for field in fields:
        for kind in _NAMES:
            if kind in _providers(field.generator):
                makers.setdefault(kind, field.name)
        if len(makers) == len(_NAMES):
            return tuple(dict.fromkeys(makers.values()))
    return ()


def _providers(generator: Any) -> set[str]:
    """Names of the providers in a generator, as Snowfakery looks them up."""
    if isinstance(generator, str):
        return {name.lower().replace("_", "") for name in _PROVIDER.findall(generator)}
    if isinstance(generator, Mapping):
        own = {str(generator["fake"]).lower().replace("_", "")} if "fake" in generator else set()
        return own.union(*(_providers(each) for each in generator.values()))
    if isinstance(generator, list):
        return set().union(*map(_providers, generator))
    return set()


def may_be_null(generator: Any) -> bool:
    """It makes nulls, as far as it shows."""
    if isinstance(generator, Mapping):
        if "Synth.nullable" in generator or generator.get("pick", "") is None:
            return True
        return any(may_be_null(each) for each in generator.values())
    return isinstance(generator, list) and any(map(may_be_null, generator))


def has(generator: Any, wanted: Any) -> bool:
    """It is, or has inside of it, this generator."""
    if generator == wanted:
        return True
    inner = generator.values() if isinstance(generator, Mapping) else generator
    return isinstance(generator, (Mapping, list)) and any(has(each, wanted) for each in inner)


def replaced(generator: Any, old: Any, new: Any) -> Any:
    """The generator with another one in place of one."""
    if generator == old:
        return new
    if isinstance(generator, Mapping):
        return {name: replaced(each, old, new) for name, each in generator.items()}
    return [replaced(each, old, new) for each in generator] if isinstance(generator, list) else generator
