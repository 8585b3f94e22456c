"""Rules as a person writes them: `total = net + tax`, `zip -> city`, `opened <= closed`, `year = year of sold_on`.

Column names may hold signs and words of their own: what is meant is found among the columns there are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import ValidationError

from synth_core.errors import UsageError
from synth_core.model.complaints import explain
from synth_core.model.project import Table
from synth_core.model.rule import Part, Rule, Unit

_PARTS = "|".join(sorted(get_args(Part), key=len, reverse=True))
_PART = re.compile(rf"({_PARTS}) of (.+)", re.DOTALL)
_IN_UNIT = re.compile(rf"(.+?)\s+in\s+({'|'.join(get_args(Unit))})", re.DOTALL)
_SHARE = re.compile(r"(.+?)\s*[*×]\s*\(\s*1\s*([-−+])\s*(.+?)(\s*/\s*100)?\s*\)", re.DOTALL)
_TIMES = re.compile(r"(.+?)\s*(?:[*×]\s*(\d*\.?\d+(?:e-?\d+)?)|/\s*(\d+))", re.DOTALL)
_TERM = re.compile(r"\s([-−+])\s")
_NULLS = re.compile(r"(.+?)\s+null together", re.DOTALL)
_FILLED = re.compile(r"(.+?)\s+filled by\s+(.+)", re.DOTALL)
_ONCE = re.compile(r"(.+?)\s+once per\s+(.+)", re.DOTALL)
_ORDER, _ARROW = re.compile(r"<=|≤"), re.compile(r"->|→")
_SIGNS = {"sum": r"\+", "product": r"[*×]", "ratio": r"/", "difference": r"[-−]"}
FORMS = (
    "`a <= b`, `a, b -> c`, `total = a + b - c`, `total = a * b * (1 - c)`, `t = a * (1 + c / 100)`, `d = a - b`, "
    "`d = a - b in days`, `r = a / b`, `r = a / b * 100`, `a = b * 1.19`, "
    "`y = year of d`, `b = a`, `a, b null together`, `a filled by b`, `a once per b`"
)
"""How rules are written, for help."""


def parse_rule(table: Table, text: str) -> Rule:
    """The rule. Raises UsageError for what is none."""
    columns = {column.name for column in table.columns}
    rule = _parsed(columns, text.strip())
    if rule is None:
        known = ", ".join(column.name for column in table.columns)
        raise UsageError(
            f"{text!r} is no rule between columns of {table.name}, which has {known}.", hint=f"Write {FORMS}."
        )
    return rule


def _parsed(known: set[str], text: str) -> Rule | None:
    if (match := _NULLS.fullmatch(text)) and (names := _list(known, match[1])):
        return _made(kind="joint nulls", columns=names)
    if (match := _FILLED.fullmatch(text)) and {match[1], match[2]} <= known:
        return _made(kind="filled", target=match[1], columns=(match[2],))
    if (match := _ONCE.fullmatch(text)) and {match[1], match[2]} <= known:
        return _made(kind="once", target=match[1], columns=(match[2],))
    if _ORDER.search(text) and (names := _names(known, _ORDER.split(text))):
        return _made(kind="ordered", columns=names)
    for arrow in _ARROW.finditer(text):
        names = _list(known, text[: arrow.start()])
        target = text[arrow.end() :].strip()
        if names and target in known:
            return _made(kind="depends", target=target, columns=names)
    for sign in re.finditer("=", text):
        target = text[: sign.start()].strip()
        if target in known and (rule := _formula(known, target, text[sign.end() :].strip())):
            return rule
    return None


def _formula(known: set[str], target: str, text: str) -> Rule | None:
    if text in known:
        return _made(kind="equal", target=target, columns=(text,))
    if (match := _PART.fullmatch(text)) and match[2] in known:
        return _made(kind="part", target=target, columns=(match[2],), part=match[1])
    if rule := _computed(known, target, text, {}):
        return rule
    if match := _TIMES.fullmatch(text):
        factor = float(match[2]) if match[2] else 1 / int(match[3])
        return _computed(known, target, match[1], {"factor": factor})
    if match := _IN_UNIT.fullmatch(text):
        names = _names(known, re.split(_SIGNS["difference"], match[1]))
        if names and len(names) == 2:
            return _made(kind="difference", target=target, columns=names, unit=match[2])
    return None


def _computed(known: set[str], target: str, text: str, times: Mapping[str, float]) -> Rule | None:
    if (match := _SHARE.fullmatch(text)) and match[3] in known:
        names = _names(known, re.split(_SIGNS["product"], match[1]))
        share = {"surcharge" if match[2] == "+" else "discount": match[3], "percent": bool(match[4])}
        if names:
            return _made(kind="product", target=target, columns=names, **share, **times)
    for kind, sign in _SIGNS.items():
        names = _names(known, re.split(sign, text))
        least, most = 1 if times and kind == "product" else 2, 2 if kind in ("ratio", "difference") else 99
        if names and least <= len(names) <= most:
            return _made(kind=kind, target=target, columns=names, **times)
    signs = ["+", *_TERM.findall(text)]
    if (terms := _names(known, _TERM.split(text)[::2])) and len(terms) == len(signs) > 2:
        signed = list(zip(terms, signs, strict=True))
        added, less = ([n for n, sign in signed if (sign == "+") is is_added] for is_added in (True, False))
        return _made(kind="sum", target=target, columns=added, less=less, **times)
    return None


def _list(known: set[str], text: str) -> tuple[str, ...]:
    text = text.strip()
    return (text,) if text in known else _names(known, text.split(","))


def _names(known: set[str], parts: Sequence[str]) -> tuple[str, ...]:
    names = tuple(part.strip() for part in parts)
    return names if set(names) <= known else ()


def _made(**data: Any) -> Rule:
    try:
        return Rule.model_validate(data)
    except ValidationError as error:
        raise UsageError(f"That is no rule: {explain(error)}.", hint=f"Write {FORMS}.") from None
