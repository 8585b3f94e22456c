"""BigQuery's JSON table schema. A ValueError names the place by its path, e.g. `fields[2].fields[0]`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from synth_core.model.type_rules import ALIASES, LEGACY, MAX_DEPTH, MAX_SCALE, RANGE_ELEMENTS, checked
from synth_core.model.types import BigQueryType, Field, Kind, Mode


def fields_from_json(schema: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> tuple[Field, ...]:
    """Fields of a JSON table schema: the list itself, or an object with `fields`, as the API returns it.

    Keys that a Field does not hold (collations, say) are left out. Raises ValueError.
    """
    return _json_fields(schema["fields"] if isinstance(schema, Mapping) else schema, "fields", depth=0)


def fields_to_json(fields: Iterable[Field]) -> list[dict[str, Any]]:
    """BigQuery's JSON table schema as the API returns it: old type names, parameters as strings."""
    return [_json_field(field) for field in fields]


def _json_fields(items: Any, place: str, depth: int) -> tuple[Field, ...]:
    if not isinstance(items, Sequence) or isinstance(items, str):
        raise ValueError(f"{place} must be a list of fields, not {items!r}")
    return tuple(_from_json(item, f"{place}[{index}]", depth) for index, item in enumerate(items))


def _from_json(item: Any, place: str, depth: int) -> Field:
    if not isinstance(item, Mapping):
        raise ValueError(f"{place} must be an object with name and type, not {item!r}")
    name, word, mode = item.get("name"), item.get("type"), item.get("mode") or Mode.NULLABLE.value
    if not isinstance(name, str):
        raise ValueError(f"{place}.name must be a text, not {name!r}")
    known = isinstance(word, str) and (word.upper() in ALIASES or word.upper() in Kind.__members__)
    if not known:
        raise ValueError(f"{place}.type must be a BigQuery type, not {word!r} (field {name!r})")
    if not isinstance(mode, str) or mode.upper() not in Mode.__members__:
        raise ValueError(f"{place}.mode must be one of {', '.join(Mode)}, not {mode!r} (field {name!r})")
    kind = ALIASES.get(str(word).upper()) or Kind[str(word).upper()]
    if kind is Kind.STRUCT and depth >= MAX_DEPTH:
        raise ValueError(f"{place}: more than {MAX_DEPTH} records within each other")
    return Field(
        name=name,
        type=_type_from_json(item, kind, place, depth),
        mode=Mode[mode.upper()],
        description=str(item.get("description") or ""),
        policy_tags=_policy_tags(item, place),
    )


def _policy_tags(item: Mapping[str, Any], place: str) -> tuple[str, ...]:
    tags = item.get("policyTags") or {}
    names = tags.get("names") or () if isinstance(tags, Mapping) else None
    if names is None or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{place}.policyTags must be an object with names, not {tags!r}")
    return tuple(names)


def _type_from_json(item: Mapping[str, Any], kind: Kind, place: str, depth: int) -> BigQueryType:
    if kind is Kind.STRUCT:
        fields = _json_fields(item.get("fields") or (), f"{place}.fields", depth + 1)
        if not fields:
            raise ValueError(f"{place}.fields: a record needs at least one field")
        return BigQueryType(kind=kind, fields=fields)
    if kind is Kind.RANGE:
        element = item.get("rangeElementType")
        word = element.get("type") if isinstance(element, Mapping) else None
        if word not in list(RANGE_ELEMENTS):
            raise ValueError(
                f"{place}.rangeElementType.type must be DATE, DATETIME or TIMESTAMP, not {word!r}"
            )
        return BigQueryType(kind=kind, element=Kind(word))
    parameters: dict[str, int] = {}
    if kind in MAX_SCALE and (precision := _json_number(item, "precision", place)) is not None:
        parameters = {"precision": precision, "scale": _json_number(item, "scale", place) or 0}
    elif kind in (Kind.STRING, Kind.BYTES) and (length := _json_number(item, "maxLength", place)) is not None:
        parameters = {"max_length": length}
    try:
        return checked(BigQueryType(kind=kind, **parameters))
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None


def _json_number(item: Mapping[str, Any], key: str, place: str) -> int | None:
    """A number that the API writes as a text."""
    value = item.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not re.fullmatch("[0-9]+", str(value)):
        raise ValueError(f"{place}.{key} must be a whole number, not {value!r}")
    return int(value)


def _json_field(field: Field) -> dict[str, Any]:
    type = field.type
    item: dict[str, Any] = {"name": field.name, "type": LEGACY.get(type.kind, type.kind.value)}
    item["mode"] = field.mode.value
    if field.description:
        item["description"] = field.description
    if field.policy_tags:
        item["policyTags"] = {"names": list(field.policy_tags)}
    if type.kind is Kind.STRUCT:
        item["fields"] = fields_to_json(type.fields)
    if type.precision is not None:
        item |= {"precision": str(type.precision), "scale": str(type.scale or 0)}
    if type.max_length is not None:
        item["maxLength"] = str(type.max_length)
    if type.element is not None:
        item["rangeElementType"] = {"type": type.element.value}
    return item
