"""What every row of a table keeps: columns that follow from others, in order, or empty together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from pydantic import Field, model_validator

from synth_core.model.base import Frozen

RuleKind = Literal[
    "ordered", "equal", "sum", "difference", "product", "ratio", "part", "depends", "joint nulls"
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
]
"""`week` is ISO's; `weekday` counts from Monday, which is 1, `weekday from 0` from Monday, which is 0; `year and month`
is `2024-01`."""
Unit = Literal["days", "hours", "minutes", "seconds"]


def _none(value: object) -> bool:
    return not value


class Rule(Frozen):
    """A rule that every row keeps, or nearly every one. Rows in which one of its columns is null keep it.

    - `ordered`: `columns` never decrease from left to right;
    - `equal`: `target` is a copy of the one column;
    - `sum`, `product`: `target` is that of all `columns`; a product may be reduced by a share, `discount`;
    - `difference`, `ratio`: `target` is the first column minus, or divided by, the second one; of dates and times the
      time from the second one to the first, in `unit`;
    - `part`: `target` is the `part` of the one column, which is a date or time;
    - `depends`: rows with the same values in `columns` have the same value in `target`;
    - `joint nulls`: `columns` are null in the same rows.
    """

    kind: RuleKind
    target: str = Field(default="", exclude_if=_none)
    """The column that follows from `columns`."""
    columns: tuple[str, ...]
    discount: str = Field(default="", exclude_if=_none)
    """A column of shares from 0 to 1, of which one minus it is a factor."""
    part: Part | None = Field(default=None, exclude_if=_none)
    unit: Unit | None = Field(default=None, exclude_if=_none)
    decimals: int | None = Field(default=None, ge=0, le=38, exclude_if=lambda value: value is None)
    """Of `target`, to which it is rounded; None: as exact as a computer counts."""

    @model_validator(mode="after")
    def _whole(self) -> Rule:
        counts = {"equal": (1, 1), "part": (1, 1), "difference": (2, 2), "ratio": (2, 2)}
        least, most = counts.get(self.kind, (1 if self.kind == "depends" or self.discount else 2, 99))
        if self.kind != "ordered" and not least <= len(self.columns) <= most:
            wanted = str(least) if least == most else f"{least} or more"
            raise ValueError(f"the rule `{self.kind}` takes {wanted} columns, not {len(self.columns)}")
        if self.is_derived != bool(self.target):
            raise ValueError(f"the rule `{self.kind}` {'needs a' if self.is_derived else 'has no'} target")
        if len(set(self.all_columns)) < len(self.all_columns):
            raise ValueError(f"the rule `{self.kind}` names a column twice")
        for name, kind in (("discount", "product"), ("part", "part"), ("unit", "difference")):
            if getattr(self, name) and self.kind != kind:
                raise ValueError(f"the rule `{self.kind}` has no {name}")
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
        return self.is_derived and self.kind != "depends"

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns that the target follows from."""
        return (*self.columns, self.discount) if self.discount else self.columns

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
                "discount": among((self.discount,))[0] if self.discount else "",
            }
        )

    def is_same(self, other: Rule) -> bool:
        """It says the same, however finely it is rounded."""
        return self.model_copy(update={"decimals": None}) == other.model_copy(update={"decimals": None})

    def __str__(self) -> str:
        return _TEXTS[self.kind](self)


def _product(rule: Rule) -> str:
    less = f" × (1 - {rule.discount})" if rule.discount else ""
    return f"{rule.target} = {' × '.join(rule.columns)}{less}"


def _difference(rule: Rule) -> str:
    unit = f" in {rule.unit}" if rule.unit else ""
    return f"{rule.target} = {' - '.join(rule.columns)}{unit}"


_TEXTS: Mapping[str, Callable[[Rule], str]] = {
    "ordered": lambda rule: " ≤ ".join(rule.columns),
    "equal": lambda rule: f"{rule.target} = {rule.columns[0]}",
    "sum": lambda rule: f"{rule.target} = {' + '.join(rule.columns)}",
    "difference": _difference,
    "product": _product,
    "ratio": lambda rule: f"{rule.target} = {' / '.join(rule.columns)}",
    "part": lambda rule: f"{rule.target} = {rule.part} of {rule.columns[0]}",
    "depends": lambda rule: f"{', '.join(rule.columns)} → {rule.target}",
    "joint nulls": lambda rule: f"{', '.join(rule.columns)} null together",
}
