"""What changed between two states of a project, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from enum import Enum
from typing import Any

from synth_core.model.base import Frozen
from synth_core.model.dialect import Dialect
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.project import Column, Link, Project, Table, Target
from synth_core.model.rule import Rule

_SAYS = {
    Origin.DECLARED: "as the source declares it",
    Origin.MEASURED: "as measured",
    Origin.MODEL: "as a model says",
    Origin.HUMAN: "as a person says",
}


def project_changes(old: Project, new: Project) -> tuple[str, ...]:
    """Each change as a line."""
    lines = list(_fields("", old, new, leave={"tables", "links"}))
    before, after = {table.name: table for table in old.tables}, {table.name: table for table in new.tables}
    for name in [*before, *(name for name in after if name not in before)]:
        if name not in after:
            lines.append(f"table {name} is gone")
        elif name not in before:
            lines.append(f"table {name} is new, with {len(after[name].columns)} columns")
        else:
            lines += _table(before[name], after[name])
    if list(before) != list(after) and set(before) == set(after):
        lines.append("the tables are in another order")
    return (*lines, *_links(old.links, new.links))


def _table(old: Table, new: Table) -> Iterator[str]:
    evidence: list[str] = []
    yield from _fields(f"{new.name}: ", old, new, leave={"columns", "rules"}, evidence=evidence)
    yield from _rules(new.name, old.rules, new.rules, evidence)
    before, after = {each.name: each for each in old.columns}, {each.name: each for each in new.columns}
    for name in [*before, *(name for name in after if name not in before)]:
        if name not in after:
            yield f"{new.name}.{name} is gone"
        elif name not in before:
            yield f"{new.name}.{name} is new, {_show(after[name].type.value)}"
        else:
            yield from _column(new.name, before[name], after[name], evidence)
    if list(before) != list(after) and set(before) == set(after):
        yield f"{new.name}: the columns are in another order"
    if evidence:
        yield f"{new.name}: other evidence or confidence for {', '.join(evidence)}"


def _column(table: str, old: Column, new: Column, evidence: list[str]) -> Iterator[str]:
    found: list[str] = []
    yield from _fields(f"{table}.{new.name}: ", old, new, leave={"name"}, evidence=found)
    evidence += [f"{what} of {new.name}" for what in found]


def _rules(
    table: str, old: Sequence[Inferred[Rule]], new: Sequence[Inferred[Rule]], evidence: list[str]
) -> Iterator[str]:
    before, after = ({_rule_name(rule.value): rule for rule in side} for side in (old, new))
    for name in [*before, *(name for name in after if name not in before)]:
        if name not in after:
            yield f"{table}: rule {name} is gone"
        elif name not in before:
            yield f"{table}: rule {name} is new{_says(after[name])}"
        elif before[name].origin != after[name].origin:
            yield f"{table}: rule {name} stays{_says(after[name])}"
        elif before[name] != after[name]:
            evidence.append(f"rule {name}")


def _rule_name(rule: Rule) -> str:
    return f"{rule.kind} {_show(rule.columns)}" if rule.kind == "ordered" else str(rule)


def _links(old: Sequence[Link], new: Sequence[Link]) -> Iterator[str]:
    before, after = {str(link): link for link in old}, {str(link): link for link in new}
    for name in [*before, *(name for name in after if name not in before)]:
        if name not in after:
            yield f"link {name} is gone"
            continue
        now = after[name].accepted
        if name not in before:
            yield f"link {name} is new, {'accepted' if now.value else 'not accepted'}{_says(now)}"
            continue
        was = before[name].accepted
        if was.value != now.value:
            yield f"link {name} is {'accepted' if now.value else 'not accepted any more'}{_says(now)}"
        elif was.origin != now.origin:
            yield f"link {name} stays {'accepted' if now.value else 'not accepted'}{_says(now)}"
        elif was != now:
            yield f"link {name}: other evidence or confidence"


def _fields(
    label: str, old: Frozen, new: Frozen, *, leave: Collection[str] = (), evidence: list[str] | None = None
) -> Iterator[str]:
    """The fields that differ; what differs in evidence only is added to that list."""
    for name in type(new).model_fields:
        was, now = getattr(old, name), getattr(new, name)
        if name in leave or was == now:
            continue
        words = name.replace("_", " ")
        if isinstance(was, Inferred) and isinstance(now, Inferred):
            yield from _inferred(label, words, was, now, evidence if evidence is not None else [])
        elif isinstance(was, Target) and isinstance(now, Target):
            yield from _fields(f"{label}target ", was, now)
        else:
            yield f"{label}{words} {_show(was)} → {_show(now)}"


def _inferred(
    label: str, words: str, was: Inferred[Any], now: Inferred[Any], evidence: list[str]
) -> Iterator[str]:
    if was.value == now.value and was.origin == now.origin:
        evidence.append(words)
    elif was.value == now.value:
        yield f"{label}{words} stays {_show(now.value)}{_says(now)}"
    elif isinstance(was.value, Dialect) and isinstance(now.value, Dialect):
        yield from _fields(f"{label}{words} ", was.value, now.value)
    else:
        yield f"{label}{words} {_show(was.value)} → {_show(now.value)}{_says(now)}"


def _says(now: Inferred[Any]) -> str:
    return f", {_SAYS[now.origin]}"


def _show(value: Any) -> str:
    """A value for people, on one line."""
    if value is None or value in ("", (), {}):
        return "none"
    if isinstance(value, Inferred):
        return _show(value.value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return f"({', '.join(_show(each) for each in value)})"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_show(each)}" for key, each in value.items())
    if isinstance(value, Frozen) and type(value).__str__ is Frozen.__str__:
        given = ((name, getattr(value, name)) for name in value.model_fields_set)
        return ", ".join(f"{name.replace('_', ' ')} {_show(each)}" for name, each in sorted(given))
    text = str(value)
    return text if text.isprintable() and text.strip() == text else repr(text)
