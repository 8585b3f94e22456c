"""What every row of a table keeps: columns that follow from others, in order, or empty together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from pydantic import Field, model_validator

from synth_core.model.base import Frozen

RuleKind = Literal[
    "ordered",
    "equal",
    "sum",
    "difference",
    "product",
    "ratio",
    "part",
    "depends",
    "filled",
    "once",
    "joint nulls",
]
Part = Literal[
    "date",
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "day of year",
    "hour",
    "minute",
    "weekday",
    "weekday from 0",
    "weekday from Sunday",
    "weekday from Sunday 0",
    "month name",
    "short month name",
    "weekday name",
    "short weekday name",
    "year and month",
    "year and quarter",
    "quarter and year",
    "short month and year",
    "month and year",
]
"""`week` is ISO's; `weekday` counts from Monday, which is 1, `weekday from 0` from Monday, which is 0; `year and month`
is `2024-01`, `year and quarter` is `2024-Q1`, `quarter and year` is `Q1 2024`, `short month and year` is `Jan 2024`,
and `month and year` is `January 2024`."""
Unit = Literal["days", "hours", "minutes", "seconds"]


def _none(value: object) -> bool:
    return not value


class Rule(Frozen):
    """A rule that every row keeps, or nearly every one. Rows in which one of its columns is null keep it.

    - `ordered`: `columns` never decrease from left to right;
    - `equal`: `target` is a copy of the one column;
    - `sum`: `target` is that of all `columns`, without those in `less`;
    - `product`: `target` is that of all `columns`, perhaps reduced by a share, `discount`, or with one on top,
      `surcharge`, and times a `factor`;
    - `difference`, `ratio`: `target` is the first column minus, or divided by, the second one; of dates and times the
      time from the second one to the first, in `unit`; a ratio may be times a `factor`;
    - `part`: `target` is the `part` of the one column, which is a date or time;
    - `depends`: rows with the same values in `columns` have the same value in `target`;
    - `filled`: the value of the one column says where `target` is empty: rows with a value that mostly goes without it
      have none at all;
    - `once`: of the rows with the same value in the one column no more than one has a `target`: what an order has on
      the first of its lines;
    - `joint nulls`: `columns` are null in the same rows.
    """

    kind: RuleKind
    target: str = Field(default="", exclude_if=_none)
    """The column that follows from `columns`."""
    columns: tuple[str, ...]
    discount: str = Field(default="", exclude_if=_none)
    """A column of shares, of which one minus it is a factor."""
    surcharge: str = Field(default="", exclude_if=_none)
    """A column of shares, of which one plus it is a factor."""
    percent: bool = Field(default=False, exclude_if=_none)
    """The shares count in percent."""
    less: tuple[str, ...] = Field(default=(), exclude_if=_none)
    factor: float | None = Field(default=None, gt=0, exclude_if=lambda value: value is None)
    """A number that all rows have in common: 100 of what counts in percent or in cents."""
    part: Part | None = Field(default=None, exclude_if=_none)
    unit: Unit | None = Field(default=None, exclude_if=_none)
    decimals: int | None = Field(default=None, ge=0, le=38, exclude_if=lambda value: value is None)
    """Of `target`, to which it is rounded; None: as exact as a computer counts."""

    @model_validator(mode="after")
    def _whole(self) -> Rule:
        counts = dict.fromkeys(("equal", "part", "filled", "once"), (1, 1))
        counts |= dict.fromkeys(("difference", "ratio"), (2, 2))
        has_more = self.kind == "depends" or self.share or self.factor or len(self.less) > 1
        least, most = counts.get(self.kind, (1 if has_more else 2, 99))
        if self.kind != "ordered" and not least <= len(self.columns) <= most:
            wanted = str(least) if least == most else f"{least} or more"
            raise ValueError(f"the rule `{self.kind}` takes {wanted} columns, not {len(self.columns)}")
        if self.is_derived != bool(self.target):
            raise ValueError(f"the rule `{self.kind}` {'needs a' if self.is_derived else 'has no'} target")
        if len(set(self.all_columns)) < len(self.all_columns):
            raise ValueError(f"the rule `{self.kind}` names a column twice")
        for name, kinds in _OF_KINDS.items():
            if getattr(self, name) and self.kind not in kinds:
                raise ValueError(f"the rule `{self.kind}` has no {name}")
        if self.discount and self.surcharge:
            raise ValueError("a product has a discount or a surcharge, not both")
        if self.percent and not self.share:
            raise ValueError("only a discount or a surcharge counts in percent")
        if self.kind == "part" and self.part is None:
            raise ValueError("the rule `part` says which part it is")
        return self

    @property
    def is_derived(self) -> bool:
        """One column follows from others."""
        return self.kind not in ("ordered", "joint nulls")

    @property
    def is_formula(self) -> bool:
        """The target can be computed from the other columns of the row."""
        return self.is_derived and not self.is_of_groups

    @property
    def is_of_groups(self) -> bool:
        """It is about rows with the same values in `columns`, not about each row by itself."""
        return self.kind in ("depends", "filled", "once")

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns that the target follows from."""
        return (*self.columns, *self.less, *((self.share,) if self.share else ()))

    @property
    def share(self) -> str:
        """The column of its discount or surcharge; empty where there is none."""
        return self.discount or self.surcharge

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Every column that it names."""
        return (self.target, *self.inputs) if self.target else self.inputs

    def renamed(self, among: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Rule:
        """The same of columns with other names."""
        return self.model_copy(
            update={
                "target": among((self.target,))[0] if self.target else "",
                "columns": among(self.columns),
                "less": among(self.less) if self.less else (),
                "discount": among((self.discount,))[0] if self.discount else "",
                "surcharge": among((self.surcharge,))[0] if self.surcharge else "",
            }
        )

    def is_same(self, other: Rule) -> bool:
        """It says the same, however finely it is rounded."""
        return self.model_copy(update={"decimals": None}) == other.model_copy(update={"decimals": None})

    def __str__(self) -> str:
        return _TEXTS[self.kind](self)


_OF_KINDS: Mapping[str, tuple[RuleKind, ...]] = {
    "discount": ("product",),
    "surcharge": ("product",),
    "less": ("sum",),
    "factor": ("product", "ratio"),
    "part": ("part",),
    "unit": ("difference",),
}


def _product(rule: Rule) -> str:
    share = f"{rule.share} / 100" if rule.percent else rule.share
    rest = f" × (1 {'-' if rule.discount else '+'} {share})" if share else ""
    return f"{rule.target} = {' × '.join(rule.columns)}{rest}{_times(rule)}"


def _times(rule: Rule) -> str:
    if rule.factor is None:
        return ""
    below = next((number for number in (10, 100, 1_000, 1_000_000) if rule.factor == 1 / number), None)
    return f" / {below}" if below else f" × {rule.factor:.12g}"


def _sum(rule: Rule) -> str:
    return f"{rule.target} = {' + '.join(rule.columns)}{''.join(f' - {name}' for name in rule.less)}"


def _difference(rule: Rule) -> str:
    unit = f" in {rule.unit}" if rule.unit else ""
    return f"{rule.target} = {' - '.join(rule.columns)}{unit}"


_TEXTS: Mapping[str, Callable[[Rule], str]] = {
    "ordered": lambda rule: " ≤ ".join(rule.columns),
    "equal": lambda rule: f"{rule.target} = {rule.columns[0]}",
    "sum": _sum,
    "difference": _difference,
    "product": _product,
    "ratio": lambda rule: f"{rule.target} = {' / '.join(rule.columns)}{_times(rule)}",
    "part": lambda rule: f"{rule.target} = {rule.part} of {rule.columns[0]}",
    "depends": lambda rule: f"{', '.join(rule.columns)} → {rule.target}",
    "filled": lambda rule: f"{rule.target} filled by {rule.columns[0]}",
    "once": lambda rule: f"{rule.target} once per {rule.columns[0]}",
    "joint nulls": lambda rule: f"{', '.join(rule.columns)} null together",
}
