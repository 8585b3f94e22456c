"""Measured facts, k-anonymous from the start: this is what `profile.json` holds and what drafting reads.

No value in here has fewer than k source rows behind it, the ends of a quantile table are means of the k
smallest and largest values, and a personal column shows shapes instead of values. A shape keeps no letter and no
digit; the punctuation that at least k rows share (`+99 999-9999`) is the form of the column and stays.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from synth_core.model.base import Frozen
from synth_core.model.dialect import Dialect
from synth_core.model.types import Field

_OLDER = ("prefix", "hexadecimal", "moulds")


class ValueCount(Frozen):
    """A value (as text, in the type's plain form) or a shape, and how many source rows have it."""

    value: str
    count: int


class ColumnProfile(Frozen):
    """Facts of one column (of a nested leaf: `name` is its path, joined by `.`; `path` keeps the parts)."""

    name: str
    path: tuple[str, ...]
    rows: int
    """Rows of the table; for a leaf inside an array, elements. 0 also where the column may not be read."""
    nulls: int
    distinct: int
    """Distinct non-null values; exact up to a million, approximate above."""
    unique: bool
    """Every non-null value occurs once."""
    quantiles: tuple[str, ...] = ()
    """33 evenly spaced quantiles of numbers, dates and times, as text; empty for other types, under k, and for
    personal columns and links."""
    integral: bool = False
    """Every number is whole."""
    decimals: int | None = None
    """The most digits after the point, for numbers."""
    resolution: Literal["", "days", "hours", "minutes", "seconds"] = ""
    """For DATETIME, TIMESTAMP and TIME: every value is a whole multiple of this; empty when finer or no time."""
    step: str = ""
    """Nearly all numbers, dates or times, and all quantiles, lie apart by this or a multiple of it: `100`, `0.25`,
    `15 minutes`, `7 days`; empty where they are as fine as `decimals` or `resolution` say, and without quantiles."""
    within: tuple[int, int] | None = None
    """Of numbers that are too few for quantiles, but more than one: round ones between which all lie, powers of ten or
    centuries; none for personal columns and links."""
    years: tuple[int, int] | None = None
    """Of dates without quantiles: the years of what would be the lowest and the highest one, means of k dates each."""
    top: tuple[ValueCount, ...] = ()
    """Most frequent values with at least k rows each, at most 200; none for personal columns and links."""
    top_rows: int = 0
    """Rows that `top` covers."""
    shapes: tuple[ValueCount, ...] = ()
    """Texts with each letter as A or a, each digit as 9, all else kept; at least k rows each (in tables
    of fewer rows, of columns that are not personal, one that all have: shapes are no values). Of numbers,
    dates and times without quantiles their plain text likewise."""
    forms: tuple[ValueCount, ...] = ()
    """How texts are written, as shapes of `Synth.pattern`: what all texts of a form share stands in it, of other places
    which characters they have. From at least k different texts each; where few texts have one of the shapes above,
    letters and digits are no different ones, or `~` stands for a word (`products/~.jpg`). Forms of personal columns
    allow many times their rows, and have no word of the source."""
    length_quantiles: tuple[int, ...] = ()
    """Of texts and bytes, in characters or bytes: 9 evenly spaced quantiles; empty under k."""
    words_quantiles: tuple[int, ...] = ()
    """Of texts: words a value, 9 evenly spaced quantiles; empty under k."""
    language: str = ""
    """Of texts of several words: the language that most of their plain words are of, such as `de`; empty where that is
    English, or none that is known."""
    sentence_words: int | None = None
    """Words a sentence, where most texts end with a full stop or the like."""
    array_lengths: tuple[ValueCount, ...] = ()
    """For a REPEATED column: how many rows have so many elements (NULL counts as 0)."""
    sorted: bool = False
    """Values never decrease from the first row to the last."""
    falling: bool = False
    """They never increase."""

    @model_validator(mode="before")
    @classmethod
    def _older(cls, value: Any) -> Any:
        """Files from before `forms` was measured told what it tells now in other fields."""
        if isinstance(value, dict):
            return {name: each for name, each in value.items() if name not in _OLDER}
        return value

    @property
    def is_hexadecimal(self) -> bool:
        """Texts are nothing but hexadecimal digits, letters among them."""
        return bool(self.forms) and all(set(each.value) in ({"x"}, {"#"}) for each in self.forms)


class NullShare(Frozen):
    """A value, so many rows with it, and in how many of them another column is null; counts of fewer than k rows with
    or without are none."""

    value: str
    rows: int
    nulls: int


class NullsProfile(Frozen):
    """How often a column is null beside each frequent value of another one that says where it is: of a `filled` rule,
    and of fields inside of one struct."""

    path: tuple[str, ...]
    """The column, or the field by its path."""
    by: tuple[str, ...]
    """The column whose values these are, or the field, which stands beside the other one or farther out."""
    shares: tuple[NullShare, ...]


class CountedColumn(Frozen):
    """A column that counts the rows of each group: from `start` on, in steps."""

    name: str
    start: int
    step: int
    digits: int = 0
    """Of texts: as many as each of them has, with zeros in front."""


class GroupProfile(Frozen):
    """Rows with the same value in `column` stand together, and others never do."""

    column: str
    sizes: tuple[tuple[int, int, int], ...]
    """(fewest, most, groups): so many groups have between fewest and most rows; as `LinkProfile.children`."""
    first: tuple[str, ...] = ()
    """Columns that only the first row of a group has, of those with a `once` rule."""
    counted: tuple[CountedColumn, ...] = ()


class BalanceProfile(Frozen):
    """Each row's value of `column` is that of the row before plus its own amount: the first of `amounts`, without the
    second where there are two."""

    column: str
    amounts: tuple[str, ...]


class LoginProfile(Frozen):
    """By which forms user names, or what stands before the @ of e-mail addresses, are made of names in their rows."""

    column: str
    first: str = ""
    last: str = ""
    person: str = ""
    user: str = ""
    """The columns of the names: those of `Synth.login`, as the next two are."""
    two_letters: bool = False
    words: Literal["joined", "hyphens", "first"] = "joined"
    looked_at: int
    """Different rows that have all of them."""
    forms: tuple[ValueCount, ...]
    """Forms as in `Synth.login`, each with at least k of the rows. No letter of the source stands in them."""

    @property
    def rows(self) -> int:
        """So many rows are of one of the forms."""
        return sum(each.count for each in self.forms)

    @property
    def share(self) -> float:
        """The part of the rows that is of one of them, in whole percents."""
        return round(self.rows / self.looked_at, 2)

    @property
    def names(self) -> dict[str, str]:
        """The columns of the names, by argument."""
        named = {"first": self.first, "last": self.last, "person": self.person, "user": self.user}
        return {argument: column for argument, column in named.items() if column}


class TableProfile(Frozen):
    """Facts of one table."""

    table: str
    rows: int
    columns: tuple[ColumnProfile, ...]
    """Top-level columns and the leaves of nested ones."""
    nulls: tuple[NullsProfile, ...] = ()
    group: GroupProfile | None = None
    balances: tuple[BalanceProfile, ...] = ()
    logins: tuple[LoginProfile, ...] = ()

    def column(self, *path: str) -> ColumnProfile:
        """The facts of a column, or of a leaf by its path; KeyError if there are none."""
        for column in self.columns:
            if column.path == path:
                return column
        raise KeyError(f"no profile of {self.table}.{'.'.join(path)}")


class LinkProfile(Frozen):
    """Facts of one link."""

    table: str
    columns: tuple[str, ...]
    ref_table: str
    ref_columns: tuple[str, ...]
    rows: int
    """Child rows with every link column set."""
    nulls: int
    """Child rows in which a link column is null."""
    orphans: int
    """Child rows that refer to nothing."""
    parents: int
    """Distinct parent keys."""
    unique: bool
    """No parent has more than one child: one to one."""
    children: tuple[tuple[int, int, int], ...] = ()
    """(fewest, most, parents): so many parents have between fewest and most children; parents without any
    included; neighbouring counts are merged until each entry has at least k parents. Entries ascend without
    overlapping, and the middle of each is the mean of its parents."""
    grouped: bool = False
    """Child rows of one parent stand together in the source."""
    running: tuple[tuple[str, int], ...] = ()
    """Other columns of the child that number the rows of each parent without a gap, and where they start, 0 or 1."""
    copied: tuple[tuple[str, str], ...] = ()
    """Other columns of the child that have what the parent has, and in which column it has it."""


class RuleProfile(Frozen):
    """Facts of an `ordered` rule: the gap from the first column to each next one. Of a date and the moment that it is
    the date of: the time of day."""

    table: str
    columns: tuple[str, ...]
    unit: str
    """`days`, `hours`, `minutes` or `seconds`, the coarsest in which all gaps are whole; empty for numbers."""
    gaps: tuple[tuple[str, ...], ...]
    """For each column after the first: 33 quantiles of (column minus the one before it); empty under k, and
    where one of the two is personal."""


class Pair(Frozen):
    """A value of one column, what another one has beside it in most rows (None: nothing), and in how many."""

    value: str
    target: str | None
    count: int


class PairsProfile(Frozen):
    """Facts of a dependency of one column on another one."""

    table: str
    column: str
    target: str
    pairs: tuple[Pair, ...]
    """Each with at least k rows; both values are among the frequent ones of their columns."""


class FileRead(Frozen):
    """A file as it was when it was read."""

    file: str
    size: int
    stamp: str
    """Of a local file the time of its last change, of an object its generation: another one after each write."""


class TableRead(Frozen):
    """What a table was when its source was read: whether facts are still those of the source, and of the project."""

    table: str
    files: tuple[FileRead, ...] = ()
    declared: tuple[Field, ...] = ()
    """Of a warehouse's table: its schema."""
    rows: int | None = None
    """As the warehouse says, where it does for free."""
    bytes: int | None = None
    dialect: Dialect | None = None
    """How its text files were read."""
    columns: tuple[tuple[str, str], ...] = ()
    """Name and type of each column as it was measured."""


class LocaleProfile(Frozen):
    """Where the people of a project are from."""

    name: str
    """A locale of Faker, such as `de_DE`."""
    names: int
    """Different names that are known of any locale."""
    share: float
    """How much of them is known of the locale's language."""


class Profile(Frozen):
    """All measured facts of a project."""

    k: int
    locale: LocaleProfile | None = None
    tables: tuple[TableProfile, ...] = ()
    links: tuple[LinkProfile, ...] = ()
    rules: tuple[RuleProfile, ...] = ()
    pairs: tuple[PairsProfile, ...] = ()
    read: tuple[TableRead, ...] = ()
    """What the sources were. Facts from before that was kept have none."""

    def read_of(self, table: str) -> TableRead | None:
        """What a table's source was when it was read."""
        return next((each for each in self.read if each.table == table), None)

    def table(self, name: str) -> TableProfile:
        """The facts of a table; KeyError if there are none."""
        for table in self.tables:
            if table.table == name:
                return table
        raise KeyError(f"no profile of table {name}")
