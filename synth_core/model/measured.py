"""What is asked of a warehouse about the whole of a table, and what it answers.

Values in an answer are those of single rows. They are never kept: `stages.profile` makes k-anonymous facts of them.
"""

from __future__ import annotations

from typing import Any

from synth_core.model.base import Frozen
from synth_core.model.rule import Rule

STEPS = 32
"""Steps between the quantiles of a profile."""


class ColumnQuestion(Frozen):
    """What to measure of one flat column, besides how many of its values are filled and how many are different."""

    name: str
    ends: bool = False
    """The smallest and the largest value."""
    quantiles: bool = False
    """Fine quantiles, `STEPS` times k steps."""
    top: bool = False
    """The most frequent values."""


class LinkQuestion(Frozen):
    """Columns that may refer to columns of another table, or of the same one."""

    columns: tuple[str, ...]
    ref_table: str
    ref_full_name: str
    """`TableSource.full_name` of that table."""
    ref_own_name: str = ""
    """What its warehouse calls it, where that is not `ref_table`."""
    ref_columns: tuple[str, ...]


class RuleFacts(Frozen):
    """How a rule holds; exact."""

    rule: Rule
    rows: int
    """That it says something of."""
    broken: int
    """Of those, the ones that break it."""


class Question(Frozen):
    """All that is to be measured of one table."""

    k: int = 10
    columns: tuple[ColumnQuestion, ...] = ()
    keys: tuple[tuple[str, ...], ...] = ()
    """Columns that may be unique together; counted exactly."""
    links: tuple[LinkQuestion, ...] = ()
    rules: tuple[Rule, ...] = ()
    """Rules that its rows may keep; counted exactly."""


class ColumnFacts(Frozen):
    """Facts of one column over all rows. Values are as Python has them; NaN and infinity are no values here."""

    name: str
    filled: int
    """Rows in which it is not NULL."""
    distinct: int | None = None
    """Different values, about; None for types that can't be compared."""
    low: Any = None
    high: Any = None
    quantiles: tuple[Any, ...] = ()
    """Evenly spaced from the smallest to the largest value, `STEPS` times `k` steps, about."""
    top: tuple[tuple[Any, int], ...] = ()
    """The most frequent values and how many rows have each, about; exact where there are not more than there are
    here."""


class KeyFacts(Frozen):
    """How unique columns are together; exact."""

    columns: tuple[str, ...]
    filled: int
    """Rows in which all of them are filled."""
    distinct: int
    """Different combinations of filled ones."""


class LinkFacts(Frozen):
    """How a link holds; exact."""

    columns: tuple[str, ...]
    ref_table: str
    ref_columns: tuple[str, ...]
    rows: int
    """Child rows with every link column filled."""
    rows_in: int
    """Of those, the ones that refer to something."""
    keys: int
    """Different filled combinations in the child."""
    keys_in: int
    """Of those, the ones that are in the parent."""
    children: tuple[tuple[int, int], ...]
    """(children, parents): so many parents have so many children, those without any included; ascending."""


class TableFacts(Frozen):
    """The answer about one table."""

    rows: int
    """That the caller may see."""
    columns: tuple[ColumnFacts, ...] = ()
    keys: tuple[KeyFacts, ...] = ()
    links: tuple[LinkFacts, ...] = ()
    rules: tuple[RuleFacts, ...] = ()
    lacking: str = ""
    """What the warehouse could not tell, in words; empty: it told all."""

    def column(self, name: str) -> ColumnFacts | None:
        """The facts of a column, if it was measured."""
        return next((each for each in self.columns if each.name == name), None)

    def key(self, columns: tuple[str, ...]) -> KeyFacts | None:
        """How unique the columns are together, in any order, if that was measured."""
        return next((each for each in self.keys if set(each.columns) == set(columns)), None)

    def rule(self, rule: Rule) -> RuleFacts | None:
        """How the rule holds, if that was counted."""
        return next((each for each in self.rules if each.rule.is_same(rule)), None)

    def link(
        self, columns: tuple[str, ...], ref_table: str, ref_columns: tuple[str, ...]
    ) -> LinkFacts | None:
        """How the link holds, if that was measured."""
        wanted = (columns, ref_table, ref_columns)
        return next(
            (each for each in self.links if (each.columns, each.ref_table, each.ref_columns) == wanted), None
        )
