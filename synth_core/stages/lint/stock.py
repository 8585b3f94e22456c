"""What Snowfakery's own validator reports, as findings at the author's lines.

It reads the compiled recipe, so its lines are found again by table and field. Of formulas it works out the first row
only, some of its values made up: what it says of them is a warning. What it says of arguments holds for every row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from yaml.nodes import Node, ScalarNode

from synth_core.engine.validate import Reported, validate
from synth_core.model.findings import Finding, Level
from synth_core.recipe.catalogue.stock import STOCK
from synth_core.recipe.compile import Compiled, compile_recipe
from synth_core.recipe.files import NO_FILES, data_files, is_recipe_name
from synth_core.recipe.formulas import is_formula
from synth_core.recipe.text import compose, walk
from synth_core.recipe.vetting import examine
from synth_core.recipe.vetting.nodes import entries, items
from synth_core.recipe.vetting.remarks import NOWHERE, Where, findings_of, remark
from synth_core.recipe.vetting.scope import Scope, templates_in

_FORMULA = re.compile(r"Jinja (template |syntax )?(type |attribute |evaluation )?error: ")
_INTERNAL = re.compile(r"Internal validation error for '[^']*': ")
_WARNING = re.compile(r"(?<=: )Warning - ")
_MISTAKEN = re.compile(r"choice: Missing required parameter 'pick'")
"""It says so of each generator inside of another one of which it can't work out the value. Vetting knows better."""


def check_stock(
    text: str,
    counts: Mapping[str, int],
    today: date,
    columns: Mapping[str, tuple[str, ...]],
    files: Mapping[str, str] = NO_FILES,
) -> list[Finding]:
    """Compile a recipe without errors for these counts, and ask the validator, unless there is nothing in it that this
    knows more of than vetting; `files`: what it includes and reads. Raises GenerationError when the child fails."""
    if not any(map(asks_much, [text, *(each for name, each in files.items() if is_recipe_name(name))])):
        return []
    compiled = compile_recipe(text, counts, seed=0, today=today, columns=columns, files=files)
    read = data_files(compiled.text, files)
    reported = _reported(_Question(compiled.text, today, tuple(sorted(read.items())), compiled))
    return stock_findings(reported, compiled, text, files)


@dataclass(frozen=True)
class _Question:
    """What decides the validator's answer, and the recipe as it gets it."""

    text: str
    today: date
    files: tuple[tuple[str, str], ...]
    compiled: Compiled = field(compare=False)


@lru_cache(maxsize=64)
def _reported(question: _Question) -> tuple[Reported, ...]:
    """A process is started for it, which takes longer than a small run: before approving, before running and each time
    that somebody lints, the same recipe is asked about once."""
    return tuple(validate(question.compiled, question.today, dict(question.files)))


def asks_much(text: str) -> bool:
    """The recipe holds formulas, functions of Snowfakery, or providers with arguments."""
    root, _ = compose(text)
    return root is not None and any(_asks_much(node) for node in walk(root))


def _asks_much(node: Node) -> bool:
    if isinstance(node, ScalarNode):
        return is_formula(node.value)
    return any(
        entry.name.startswith("fake.") or (entry.name in STOCK and entry.name != "fake")
        for entry in entries(node)
    )


def stock_findings(
    reported: Iterable[Reported], compiled: Compiled, text: str, files: Mapping[str, str] = NO_FILES
) -> list[Finding]:
    """What it reported, by place; `text` is the author's recipe that was compiled."""
    scope = examine(text, files).scope
    fields = _fields_by_line(compiled)
    remarks = []
    for each in reported:
        if _MISTAKEN.match(each.message):
            continue
        where = _where(each.line, fields)
        is_evaluated = bool(_FORMULA.match(each.message) or _INTERNAL.match(each.message))
        level = Level.ERROR if each.is_error and not is_evaluated else Level.WARNING
        message = f"Snowfakery's validator: {_plain(each.message, compiled, where)}"
        remarks.append(remark("snowfakery", message, _place(scope, where), level=level, where=where))
    return findings_of(remarks, None)


def _where(line: int | None, fields: Mapping[int, Where]) -> Where:
    """The last field that begins at or above the line."""
    lines = [known for known in fields if line is not None and known <= line]
    return fields[max(lines)] if lines else NOWHERE


def _fields_by_line(compiled: Compiled) -> dict[int, Where]:
    """The line where each field of the compiled recipe begins: its table and column by their real names; the column
    is empty for the object itself."""
    root, _ = compose(compiled.text)
    found: dict[int, Where] = {}
    for template in templates_in(root) if root is not None else ():
        named = {entry.name: entry for entry in entries(template)}
        table = compiled.tables.get(named["object"].value.value, "")
        found[_line(template)] = Where(table)
        for entry in entries(named["fields"].value) if "fields" in named else ():
            column = compiled.columns.get(table, {}).get(entry.name, entry.name)
            found[_line(entry.key)] = Where(table, column)
    for statement in items(root) if root is not None else ():
        # What stands below belongs to no field of the object above.
        found.setdefault(_line(statement), NOWHERE)
    return found


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _place(scope: Scope, where: Where) -> Node | None:
    seen = scope.tables.get(where.table)
    if seen is None:
        return None
    return seen.fields[where.column].key if where.column in seen.fields else seen.node


def _plain(message: str, compiled: Compiled, where: Where) -> str:
    """Its message without what only a programmer can use, and with the names of the author."""
    if _FORMULA.match(message):
        message = f"a formula fails for the first row: {_FORMULA.sub('', message)}"
    message = _WARNING.sub("", _INTERNAL.sub("", message))
    for alias, name in {**compiled.tables, **compiled.columns.get(where.table, {})}.items():
        if alias != name:
            message = message.replace(f"'{alias}'", repr(name))
    return message.rstrip(".") + "."
