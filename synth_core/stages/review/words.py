"""Edits as a person writes them on the command line: `orders.total.type=NUMERIC`, `link orders.x -> customers.id`.

Names stand as they are in the project, also those with dots and spaces: what is meant is found among the names there
are.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from pydantic import ValidationError

from synth_core.errors import UsageError
from synth_core.model.complaints import explain
from synth_core.model.dialect import Dialect
from synth_core.model.edits import (
    EDITS,
    AcceptColumn,
    AddLink,
    AddRule,
    AnyEdit,
    DecideLink,
    DecideRule,
    RemoveLink,
    RemoveRule,
    SetDialect,
)
from synth_core.model.project import Project, Table
from synth_core.stages.review.rule_words import parse_rule
from synth_core.stages.review.state import column_of

_VERB = re.compile(r"(link|unlink|rule|unrule|accept|reject)\s+(.+)", re.DOTALL)
_ARROW = re.compile(r"\s*(?:->|→)\s*")
_OF_COLUMN = ("type", "format", "mode", "meaning", "personal", "name")
_OF_PROJECT = {
    "exposure": ("exposure", "exposure"),
    "scale": ("scale", "share"),
    "source": ("sources", "sources"),
    "tables": ("tables", "tables"),
    "target": ("target", "uri"),
    "target.files": ("target", "files"),
    "target.mode": ("target", "mode"),
}
_SIGNS = {"tab": "\t", r"\t": "\t", "space": " ", "none": ""}
_ONE_SIGN = ("delimiter", "quotechar", "escapechar", "decimal", "thousands")
_HINT = "`TABLE.COLUMN.type=INT64`, `TABLE.wanted=1000`, `link TABLE.COLUMN -> TABLE.COLUMN`: docs/commands.md has all."


def parse_edits(project: Project, texts: Sequence[str]) -> tuple[AnyEdit, ...]:
    """The edits. Raises UsageError for what is none, ProjectError for a column that is not there."""
    return tuple(_parse(project, text.strip()) for text in texts)


def _parse(project: Project, text: str) -> AnyEdit:
    verb = _VERB.fullmatch(text)
    if verb is not None and (
        verb[1].endswith("rule") or _ARROW.search(verb[2]) or _is_said(project, verb[2], text)
    ):
        return _said(project, verb[1], verb[2], text)
    for left, value in _assignments(text):
        if (made := _assigned(project, left, value, text)) is not None:
            return made
    _refuse(text)


def _is_said(project: Project, what: str, text: str) -> bool:
    """`accept orders(total = net + tax)` assigns nothing."""
    return "=" not in text or (bool(_tables(project, what.strip(), "(")) and what.rstrip().endswith(")"))


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    """Names may hold `=`."""
    for sign in re.finditer("=", text):
        yield text[: sign.start()].strip(), text[sign.end() :].strip()


def _assigned(project: Project, left: str, value: str, text: str) -> AnyEdit | None:
    if left in _OF_PROJECT:
        kind, name = _OF_PROJECT[left]
        given: Any = _names(value) if kind == "tables" else value
        return _made(text, {"kind": kind, name: _places(value, text) if kind == "sources" else given})
    for table in _tables(project, left, "."):
        rest = left[len(table.name) + 1 :]
        if rest == "wanted":
            return _made(text, {"kind": "wanted", "table": table.name, "wanted": value.replace(",", "")})
        if rest == "key":
            return _made(text, {"kind": "primary-key", "table": table.name, "columns": _names(value)})
        if rest.startswith("dialect."):
            return _dialect(table, rest.removeprefix("dialect."), value, text)
        name, _, part = rest.rpartition(".")
        if part in _OF_COLUMN:
            column_of(table, name)
            given = value.upper() if part == "mode" else value
            return _made(text, {"kind": part, "table": table.name, "column": name, part: given})
    return None


def _places(value: str, text: str) -> list[str]:
    try:
        return shlex.split(value)
    except ValueError as error:
        raise UsageError(f"{text!r}: {error}.", hint="Close the quotes.") from None


def _dialect(table: Table, name: str, value: str, text: str) -> AnyEdit:
    if name != "banner" and name not in Dialect.model_fields:
        raise UsageError(
            f"{text!r}: a dialect has no {name!r}.", hint=f"It has {', '.join(Dialect.model_fields)}."
        )
    given: Any = _SIGNS.get(value, value) if name in _ONE_SIGN else value
    if name == "null_tokens":
        given = _names(value)
    if name == "banner":
        if not value.isdecimal():
            raise UsageError(f"{text!r}: {value!r} is no number of lines.")
        given = ("",) * int(value)
    before = dict(table.dialect.value) if table.dialect else {}
    try:
        return SetDialect(table=table.name, dialect=Dialect.model_validate({**before, name: given}))
    except ValidationError as error:
        raise UsageError(f"{text!r}: {explain(error)}.") from None


def _made(text: str, data: dict[str, Any]) -> AnyEdit:
    try:
        return EDITS.validate_python((data,))[0]
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise UsageError(f"{text!r}: {problem['msg'].removeprefix('Value error, ')}.") from None


def _said(project: Project, verb: str, what: str, text: str) -> AnyEdit:
    if (edit := _of_rule(project, verb, what, text)) is not None:
        return edit
    if len(ends := _ARROW.split(what)) == 2:
        (table, columns), (ref_table, ref_columns) = (_side(project, end, text) for end in ends)
        link = {"table": table, "columns": columns, "ref_table": ref_table, "ref_columns": ref_columns}
        made: dict[str, type[AddLink] | type[RemoveLink]] = {"link": AddLink, "unlink": RemoveLink}
        if verb in made:
            return made[verb](**link)
        if verb in ("accept", "reject"):
            return DecideLink(**link, accept=verb == "accept")
    elif verb == "accept":
        table, columns = _side(project, what, text)
        return AcceptColumn(table=table, column=columns[0])
    _refuse(text)


def _of_rule(project: Project, verb: str, what: str, text: str) -> AnyEdit | None:
    """`orders(total = net + tax)`; what is no rule may be a link or a column, where the verb allows one."""
    is_only = verb in ("rule", "unrule")
    if not is_only and verb not in ("accept", "reject"):
        return None
    for table in _tables(project, what, "("):
        inside = what[len(table.name) + 1 :].strip()
        if not inside.endswith(")"):
            continue
        try:
            rule = parse_rule(table, inside[:-1])
        except UsageError:
            if is_only:
                raise
            continue
        if is_only:
            return (AddRule if verb == "rule" else RemoveRule)(table=table.name, rule=rule)
        return DecideRule(table=table.name, rule=rule, accept=verb == "accept")
    return None


def _side(project: Project, end: str, text: str) -> tuple[str, tuple[str, ...]]:
    """`orders.customer_id` or `orders(order_id, line_no)`."""
    end = end.strip()
    for table in _tables(project, end, "("):
        if end.endswith(")"):
            return table.name, _names(end[len(table.name) + 1 : -1])
    for table in _tables(project, end, "."):
        return table.name, (end[len(table.name) + 1 :],)
    known = ", ".join(table.name for table in project.tables) or "none yet"
    raise UsageError(
        f"{text!r}: {end!r} names no column of a table of the project, which has {known}.",
        hint="Write TABLE.COLUMN, or TABLE(COLUMN, COLUMN).",
    )


def _tables(project: Project, text: str, sign: str) -> list[Table]:
    """Tables whose name begins the text, the longest name first."""
    found = [table for table in project.tables if text.startswith(f"{table.name}{sign}")]
    return sorted(found, key=lambda table: -len(table.name))


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _refuse(text: str) -> NoReturn:
    raise UsageError(f"{text!r} is no edit of this project.", hint=_HINT)
