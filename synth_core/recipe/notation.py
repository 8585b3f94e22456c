"""A recipe as text that a person is glad to read: every text quoted, short mappings on one line, comments above."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

WIDTH = 100
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_]+)?")
_YAML_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"])
_UNPRINTABLE = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\ufeff\u2028\u2029]")
"""What YAML does not take as it is, and what looks like the end of a line."""
_PERCENT = re.compile(r"\d+(\.\d+)?%")


@dataclass(frozen=True)
class FieldText:
    """One field of an object: its name, its generator as plain values, and why it is so."""

    name: str
    generator: Any
    why: str


@dataclass(frozen=True)
class ObjectText:
    """One object of the recipe."""

    table: str
    count: int
    why: Sequence[str]
    fields: Sequence[FieldText]


@dataclass(frozen=True)
class Locale:
    """Whose names and places the providers of Faker make, and why so."""

    name: str
    why: str


def percent(share: float) -> str:
    """A share as `7.5%`, four digits that count."""
    text = f"{100 * share:.4g}"
    return f"{float(text):f}".rstrip("0").rstrip(".") + "%" if "e" in text else f"{text}%"


def key(name: str) -> str:
    """A mapping's key, quoted unless every YAML parser reads it as the same text without quotes."""
    if _PLAIN_KEY.fullmatch(name) and name.lower() not in _YAML_WORDS:
        return name
    return quoted(name)


def quoted(text: str) -> str:
    """A text in double quotes; JSON's escapes are YAML's."""
    return _UNPRINTABLE.sub(lambda found: json.dumps(found[0])[1:-1], json.dumps(text, ensure_ascii=False))


def scalar(value: Any) -> str:
    """A scalar; texts are quoted but for percentages, which read better bare and are no number or boolean."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        # YAML 1.1 takes 1e-06 for a text, but 1.0e-06 for a number.
        return re.sub(r"^(-?\d+)e", r"\1.0e", str(value).lower())
    text = str(value)
    return text if _PERCENT.fullmatch(text) else quoted(text)


def flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key(str(name))}: {flow(each)}" for name, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    return scalar(value)


def entry_lines(name: str, value: Any, indent: int) -> list[str]:
    """`name: value` in as few lines as fit."""
    pad = " " * indent
    head = f"{pad}{key(name)}:"
    if not isinstance(value, (Mapping, list, tuple)):
        return [f"{head} {scalar(value)}"]
    if not value:
        return [f"{head} {flow(value)}"]
    one_line = f"{head} {flow(value)}"
    calls_with_names = isinstance(value, Mapping) and [type(each) for each in value.values()] == [dict]
    if len(one_line) <= WIDTH and not calls_with_names:
        return [one_line]
    lines = [head]
    if isinstance(value, Mapping):
        for inner, each in value.items():
            lines += entry_lines(str(inner), each, indent + 2)
        return lines
    line = pad + "  ["
    for index, each in enumerate(value):
        piece = flow(each) + ("," if index < len(value) - 1 else "]")
        if len(line) + len(piece) + 1 > WIDTH and line.strip() != "[":
            lines.append(line.rstrip())
            line = pad + "   "
        line += piece + " "
    lines.append(line.rstrip())
    return lines


def comment_lines(text: str, indent: int) -> list[str]:
    """A comment in as many lines as it needs; none for an empty one."""
    if not text.strip():
        return []
    pad = " " * indent + "# "
    lines, line = [], pad
    for word in _UNPRINTABLE.sub(" ", text).split():
        if len(line) + len(word) > WIDTH and line != pad:
            lines.append(line.rstrip())
            line = pad
        line += word + " "
    lines.append(line.rstrip())
    return lines


def recipe_text(
    title: Sequence[str], plugin: str, objects: Sequence[ObjectText], *, locale: Locale | None = None
) -> str:
    """The whole recipe."""
    lines = [line for text in title for line in comment_lines(text, 0)]
    lines += ["- snowfakery_version: 3", f"- plugin: {plugin}"]
    if locale is not None:
        lines += ["", *comment_lines(locale.why, 0), "- var: snowfakery_locale", f"  value: {locale.name}"]
    for each in objects:
        lines += ["", *object_lines(each)]
    return "\n".join(lines) + "\n"


def object_lines(new: ObjectText) -> list[str]:
    """One statement `- object:`, with the comments above it and its fields."""
    lines = [line for text in new.why for line in comment_lines(text, 0)]
    lines += [f"- object: {quoted(new.table)}", f"  count: {new.count}", "  fields:"]
    for field in new.fields:
        lines += comment_lines(field.why, 4)
        lines += entry_lines(field.name, field.generator, 4)
    return lines
