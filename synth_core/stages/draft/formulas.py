"""Columns that a rule computes from others: sums, products, parts of dates and the like, as formulas of the recipe."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, prod
from typing import Any

from synth_core.model.profile import ColumnProfile, TableProfile
from synth_core.model.project import Column, Table
from synth_core.model.rule import Part, Rule
from synth_core.model.types import NUMERIC_KINDS, Kind, Mode
from synth_core.recipe.catalogue.formulas import VALUES
from synth_core.recipe.catalogue.plugins import PLUGINS
from synth_core.recipe.catalogue.stock import STOCK
from synth_core.recipe.formulas import is_name
from synth_core.recipe.notation import FieldText
from synth_core.stages.draft.columns import CLOSE, filled, sentence, with_nulls
from synth_core.stages.draft.order import leads_back

_TAKEN = frozenset({*VALUES, *STOCK, *PLUGINS, "fake"})
"""Words of formulas that a column may be called, too."""
_PARTS: Mapping[Part, str] = {
    "date": "{}.date()",
    "year": "{}.year",
    "quarter": "({}.month + 2) // 3",
    "month": "{}.month",
    "week": "{}.strftime('%V') | int",
    "day": "{}.day",
    "day of year": "{}.strftime('%j') | int",
    "hour": "{}.hour",
    "minute": "{}.minute",
    "weekday": "{}.isoweekday()",
    "weekday from 0": "{}.weekday()",
    "weekday from Sunday": "{}.isoweekday() % 7 + 1",
    "weekday from Sunday 0": "{}.isoweekday() % 7",
    "month name": "{}.strftime('%B')",
    "short month name": "{}.strftime('%b')",
    "weekday name": "{}.strftime('%A')",
    "short weekday name": "{}.strftime('%a')",
    "year and month": "{}.strftime('%Y-%m')",
    "year and quarter": "{0}.strftime('%Y-Q') ~ ({0}.month + 2) // 3",
    "quarter and year": "'Q' ~ ({0}.month + 2) // 3 ~ {0}.strftime(' %Y')",
    "short month and year": "{}.strftime('%b %Y')",
    "month and year": "{}.strftime('%B %Y')",
}
_SECONDS = {"days": 86_400, "hours": 3_600, "minutes": 60}


@dataclass(frozen=True)
class _Made:
    """How a column is made, as far as formulas have to know it."""

    kind: str
    """`int`, `decimal`, `float`, `moment`, or empty: perhaps a text that has to be read first."""
    decimals: int | None = None


def with_formulas(
    table: Table,
    facts: TableProfile,
    fields: Mapping[str, FieldText],
    fixed: Collection[str],
    tables: Collection[str],
) -> dict[str, FieldText]:
    """The fields with a formula in place of each column that a rule computes. Those that are `fixed`, by keys, links
    and orders, stay; and so do those of which a formula may make what does not fit."""
    done = dict(fields)
    made: dict[str, _Made] = {}
    for rule in _inputs_first([each.value for each in table.rules if each.value.is_formula]):
        if rule.target in fixed or rule.target not in fields or not set(rule.inputs) <= set(fields):
            continue
        if not leads_back(done, rule.target, rule.inputs):
            formula = _Formula(table, facts, done, rule, tables, made)
            field = formula.field()
            if field is not None:
                done[rule.target], made[rule.target] = field, formula.result()
    return done


def _inputs_first(rules: Sequence[Rule]) -> list[Rule]:
    """What is computed from something that is computed itself comes behind it."""
    waiting, placed = list(rules), []
    while waiting:
        targets = {rule.target for rule in waiting}
        free = next((rule for rule in waiting if not targets & set(rule.inputs)), waiting[0])
        placed.append(free)
        waiting.remove(free)
    return placed


def name_in_formula(name: str, tables: Collection[str]) -> str:
    """How a formula names a column of its row."""
    is_free = is_name(name) and name not in _TAKEN and name not in tables
    return name if is_free else f"this[{name!r}]"


class _Formula:
    def __init__(
        self,
        table: Table,
        facts: TableProfile,
        fields: Mapping[str, FieldText],
        rule: Rule,
        tables: Collection[str],
        computed: Mapping[str, _Made],
    ) -> None:
        self._table, self._rule, self._tables, self._known = table, rule, tables, computed
        self._facts = {each.path[0]: each for each in facts.columns if len(each.path) == 1}
        self._fields = fields
        self._own = fields[rule.target]
        self._stands_alone = False
        self._target = table.column(rule.target)
        self._columns = {name: table.column(name) for name in rule.inputs}

    def field(self) -> FieldText | None:
        """The target's field; None where no formula would always make a value of its type. Where it is filled more
        often than what it is computed from, it is drawn in the other rows."""
        empty = [name for name in self._rule.inputs if self._nulls(name)]
        guards = [f"{self._name(name)} is none" for name in empty]
        if self._rule.kind == "ratio" and not self._is_positive(self._rule.columns[1]):
            guards.append(f"{self._number(self._rule.columns[1])} == 0")
        said = self._said()
        if said is None or not self._has_room():
            return None
        there = prod(1.0 - self._nulls(name) for name in self._rule.inputs)
        nulls = self._nulls(self._rule.target)
        why = f"computed as in the source: {self._rule}"
        when = " or ".join(guards)
        self._stands_alone = bool(guards) and (
            there + CLOSE < 1.0 - nulls or self._target.mode.value is not Mode.NULLABLE
        )
        made: Any = f"${{{{ NULL if {when} else {said} }}}}" if guards else f"${{{{ {said} }}}}"
        if self._stands_alone:
            # It is there also where nothing says what it is.
            alone = {"choice": {"when": f"${{{{ {when} }}}}", "pick": filled(self._own.generator)}}
            made, there = {"if": [alone, {"choice": {"pick": f"${{{{ {said} }}}}"}}]}, 1.0
            why += ", where that is known"
        own = max(0.0, 1.0 - (1.0 - nulls) / there) if there else 0.0
        generator = with_nulls(made, round(own, 3), self._target.mode.value)
        return FieldText(self._rule.target, generator, sentence(self._target, why, nulls))

    def _said(self) -> str | None:
        rule = self._rule
        if rule.kind == "equal":
            return self._name(rule.columns[0]) if self._is_safe() else None
        if rule.kind == "part":
            assert rule.part is not None
            moment = self._moment(rule.columns[0])
            return moment and _PARTS[rule.part].format(moment)
        if rule.kind == "difference" and self._columns[rule.columns[0]].type.value.kind not in NUMERIC_KINDS:
            return self._elapsed()
        return self._computed()

    def _computed(self) -> str:
        rule = self._rule
        values = [self._number(name) for name in rule.columns]
        if rule.kind == "product":
            if rule.share:
                whole = 100 if rule.percent else 1
                values.append(f"({whole} {'-' if rule.discount else '+'} {self._number(rule.share)})")
            said = " * ".join(values)
        else:
            said = {"sum": " + ", "difference": " - ", "ratio": " / "}[rule.kind].join(values)
            said += "".join(f" - {self._number(name)}" for name in rule.less)
        above, below = self._factor()
        said += f" * {above}" * (above != 1) + f" / {below}" * (below != 1)
        is_exact = rule.kind != "ratio" and below == 1 and self._result_decimals() <= (rule.decimals or 0)
        return said if rule.decimals is None or is_exact else f"({said}) | round({rule.decimals})"

    def _factor(self) -> tuple[int, int]:
        """What all rows are times, as a fraction: a decimal number takes none with a point."""
        factor = Fraction(repr(self._rule.factor or 1.0)) / (100 if self._rule.percent else 1)
        return factor.numerator, factor.denominator

    def _result_decimals(self) -> float:
        """Digits after the point before rounding."""
        if self._is_float():
            return inf
        places = [0 if self._is_whole(name) else self._made(name).decimals or 0 for name in self._rule.inputs]
        return sum(places) if self._rule.kind == "product" else max(places)

    def _elapsed(self) -> str | None:
        rule, unit = self._rule, self._rule.unit or "days"
        kinds = {each.type.value.kind for each in self._columns.values()}
        moments = [self._moment(name) for name in rule.columns]
        if None in moments:
            return None
        if unit == "days" and Kind.DATE in kinds:
            days = [
                f"{moment}.date()" if self._columns[name].type.value.kind is not Kind.DATE else moment
                for moment, name in zip(moments, rule.columns, strict=True)
            ]
            return f"({' - '.join(map(str, days))}).days"
        if len({self._made(name).kind for name in rule.columns}) > 1:
            # One has a time zone then, and the other has none.
            return None
        seconds = f"({' - '.join(map(str, moments))}).total_seconds()"
        said = seconds if unit == "seconds" else f"{seconds} / {_SECONDS[unit]}"
        return said if rule.decimals is None else f"({said}) | round({rule.decimals})"

    def _is_safe(self) -> bool:
        """What a formula makes is read as a value again: a text that looks like a number would become one."""
        source = self._facts.get(self._rule.columns[0])
        if self._target.type.value.kind is not Kind.STRING:
            return True
        shapes = source.shapes if source else ()
        return bool(shapes) and all(each.value[:1] in ("A", "a") for each in shapes)

    def _has_room(self) -> bool:
        """The target's type takes the largest number that may come out."""
        type = self._target.type.value
        if type.precision is None or type.kind not in NUMERIC_KINDS:
            return True
        rule = self._rule
        sizes = [size for name in rule.inputs if (size := self._largest(name)) is not None]
        if len(sizes) < len(rule.inputs):
            return False
        most = sum(sizes)
        if rule.kind == "product":
            most = prod(sizes[: len(rule.columns)])
            most *= 1 + (sizes[-1] / (100 if rule.percent else 1) if rule.surcharge else 0)
        elif rule.kind == "ratio":
            below = rule.columns[1]
            most = sizes[0] / min(_values(self._facts[below])) if self._is_positive(below) else inf
        return bool(most * (rule.factor or 1) < 10 ** (type.precision - (type.scale or 0)))

    def _largest(self, name: str) -> float | None:
        values = _values(self._facts.get(name))
        return max(map(abs, values)) if values else None

    def _is_positive(self, name: str) -> bool:
        values = _values(self._facts.get(name))
        # What is computed may be anything.
        return name not in self._known and min(values, default=0.0) > 0

    def _nulls(self, name: str) -> float:
        facts = self._facts.get(name)
        is_nullable = self._table.column(name).mode.value is Mode.NULLABLE
        return facts.nulls / facts.rows if facts and facts.rows and is_nullable else 0.0

    def _name(self, name: str) -> str:
        return name_in_formula(name, self._tables)

    def _number(self, name: str) -> str:
        """The column as a number that can be computed with the others."""
        made = self._made(name)
        if made.kind == "int" or made.kind == "float" or (made.kind == "decimal" and not self._is_float()):
            return self._name(name)
        return f"({self._name(name)} | {'int' if self._is_whole(name) else 'float'})"

    def _is_float(self) -> bool:
        """Floating point is among the inputs, which no decimal number can be added to."""
        return any(
            self._made(name).kind not in ("int", "decimal") and not self._is_whole(name)
            for name in self._rule.inputs
        )

    def _is_whole(self, name: str) -> bool:
        return self._columns[name].type.value.kind is Kind.INT64

    def _moment(self, name: str) -> str | None:
        """The column as a date or time; None where none can be made of it."""
        if self._made(name).kind == "moment":
            return self._name(name)
        kind = self._columns[name].type.value.kind
        columns = {column.name for column in self._table.columns}
        function = "date" if kind is Kind.DATE else "datetime"
        return None if function in columns else f"{function}({self._name(name)})"

    def result(self) -> _Made:
        """What kind of value the formula makes."""
        rule = self._rule
        if (
            self._stands_alone
            or rule.kind not in ("sum", "product", "difference", "ratio")
            or self._is_float()
        ):
            return _Made("")
        if all(self._is_whole(name) or self._made(name).kind == "int" for name in rule.inputs):
            return _Made("float") if rule.kind == "ratio" or self._factor()[1] != 1 else _Made("int", 0)
        return _Made("decimal", rule.decimals)

    def _made(self, name: str) -> _Made:
        return self._known.get(name) or made_by(self._fields[name].generator, self._table.column(name))


def made_by(generator: Any, column: Column) -> _Made:
    """What kind of value a drafted generator makes."""
    if isinstance(generator, Mapping) and len(generator) == 1:
        (function, arguments), *_ = generator.items()
        if function == "Synth.nullable":
            return made_by(arguments["value"], column)
        if function == "Synth.offset" and "unit" in arguments:
            return _Made("moment")
        if function == "Synth.quantiles":
            values = arguments["values"] if isinstance(arguments, Mapping) else arguments
            decimals = arguments.get("decimals") if isinstance(arguments, Mapping) else None
            if all(isinstance(each, str) for each in values):
                return _Made("moment")
            if decimals == 0 or (decimals is None and all(isinstance(each, int) for each in values)):
                return _Made("int", 0)
            return _Made("float") if decimals is None else _Made("decimal", decimals)
    return _Made("")


def _values(facts: ColumnProfile | None) -> list[float]:
    """The ends of what is drawn."""
    if facts is None:
        return []
    return [float(text) for text in (*facts.quantiles, *(each.value for each in facts.top))]
