"""What the caller may not read: columns under policy tags are found by free dry runs, and then not asked for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from google.api_core import exceptions

from synth_core.adapters.bigquery.names import quote
from synth_core.adapters.google.errors import message_of
from synth_core.model.names import fold
from synth_core.model.types import Field, Mode

Path = tuple[str, ...]
_COLUMNS = re.compile(r"\bon columns?:? (?P<names>.+)", re.IGNORECASE | re.DOTALL)


def leaves(fields: Sequence[Field], above: Path = ()) -> Iterator[tuple[Path, Field]]:
    """Every column, and every field of nested ones, by its path."""
    for field in fields:
        path = (*above, field.name)
        yield path, field
        yield from leaves(field.type.fields, path)


def has_policy_tags(fields: Sequence[Field]) -> bool:
    """Some column or field is guarded."""
    return any(field.policy_tags for _, field in leaves(fields))


def refused_columns(error: exceptions.Forbidden, fields: Sequence[Field]) -> frozenset[Path]:
    """The columns that a refusal names; all guarded ones where it names none that we know. Empty where nothing is
    guarded: then the whole table is refused."""
    paths = {fold(".".join(path)): path for path, _ in leaves(fields)}
    found = set()
    if said := _COLUMNS.search(message_of(error)):
        for name in re.split(r"\s*,\s*|\s+and\s+", said["names"]):
            parts = fold(re.sub(r"[`'\"]", "", name).strip().rstrip(".")).split(".")
            ends = (".".join(parts[start:]) for start in range(len(parts)))
            if path := next((paths[end] for end in ends if end in paths), None):
                found.add(path)
    return frozenset(found) or frozenset(path for path, field in leaves(fields) if field.policy_tags)


def visible(fields: Sequence[Field], hidden: Collection[Path], above: Path = ()) -> tuple[Field, ...]:
    """The fields without hidden ones; a STRUCT of which nothing is left goes, too."""
    kept = []
    for field in fields:
        path = (*above, field.name)
        if path in hidden:
            continue
        if field.type.fields:
            inner = visible(field.type.fields, hidden, path)
            if not inner:
                continue
            field = field.model_copy(update={"type": field.type.model_copy(update={"fields": inner})})
        kept.append(field)
    return tuple(kept)


def select_list(fields: Sequence[Field], hidden: Collection[Path]) -> list[str]:
    """SQL for each visible column, hidden fields of nested ones as NULL."""
    return [
        quote(field.name)
        if not _touched(field, hidden, ())
        else f"{_without(field, hidden)} AS {quote(field.name)}"
        for field in visible_columns(fields, hidden)
    ]


def visible_columns(fields: Sequence[Field], hidden: Collection[Path]) -> tuple[Field, ...]:
    """The whole fields of which something is visible."""
    names = {field.name for field in visible(fields, hidden)}
    return tuple(field for field in fields if field.name in names)


def _touched(field: Field, hidden: Collection[Path], above: Path) -> bool:
    path = (*above, field.name)
    return any(other[: len(path)] == path for other in hidden)


def _without(field: Field, hidden: Collection[Path], value: str = "", above: Path = ()) -> str:
    value, path = value or quote(field.name), (*above, field.name)
    repeated = field.mode is Mode.REPEATED
    element = f"e{len(path)}" if repeated else value
    kept = {inner.name for inner in visible(field.type.fields, hidden, path)}
    parts = []
    for inner in field.type.fields:
        below = f"{element}.{quote(inner.name)}"
        if inner.name not in kept:
            below = f"CAST(NULL AS {_sql_type(inner)})"
        elif _touched(inner, hidden, path):
            below = _without(inner, hidden, below, path)
        parts.append(f"{below} AS {quote(inner.name)}")
    struct = f"STRUCT({', '.join(parts)})"
    if repeated:
        return f"ARRAY(SELECT {struct} FROM UNNEST({value}) AS {element})"
    # To ask whether it is NULL would be to read it: a NULL comes as a STRUCT of NULLs.
    return struct


def _sql_type(field: Field) -> str:
    """The type as a query writes it: without modes and options of inner fields."""
    text = str(field.type)
    if field.type.fields:
        inner = ", ".join(f"{quote(each.name)} {_sql_type(each)}" for each in field.type.fields)
        text = f"STRUCT<{inner}>"
    return f"ARRAY<{text}>" if field.mode is Mode.REPEATED else text
