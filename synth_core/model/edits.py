"""What a person changes of a project before it is approved, as data: pages, the command line and jobs say the same.

Each edit names what it is about by the project's own names. `synth_core.stages.review` applies them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from synth_core.model.base import Frozen
from synth_core.model.dialect import Dialect
from synth_core.model.project import Exposure, Link, LoadMode
from synth_core.model.rule import Rule
from synth_core.model.types import BigQueryType, Mode

ColumnPart = Literal["type", "mode", "meaning", "personal"]
COLUMN_PARTS: tuple[ColumnPart, ...] = ("type", "mode", "meaning", "personal")


class OfColumn(Frozen):
    """About one column."""

    table: str
    column: str

    @property
    def place(self) -> str:
        """`table.column`."""
        return f"{self.table}.{self.column}"


class SetType(OfColumn):
    """Another type. Without a format, the column's own stays as long as the kind of type does."""

    kind: Literal["type"] = "type"
    type: BigQueryType
    format: str | None = None

    def __str__(self) -> str:
        return f"{self.place}: type {self.type}"


class SetFormat(OfColumn):
    """How the column's values are written in its text file; see `Column.format`."""

    kind: Literal["format"] = "format"
    format: str

    def __str__(self) -> str:
        return f"{self.place}: format {self.format or 'plain'}"


class SetMode(OfColumn):
    """NULLABLE or REQUIRED."""

    kind: Literal["mode"] = "mode"
    mode: Mode

    def __str__(self) -> str:
        return f"{self.place}: {self.mode}"


class SetMeaning(OfColumn):
    """A meaning of the catalogue, or `unknown`."""

    kind: Literal["meaning"] = "meaning"
    meaning: str

    def __str__(self) -> str:
        return f"{self.place}: meaning {self.meaning}"


class SetPersonal(OfColumn):
    """Whether its values tell something about a person."""

    kind: Literal["personal"] = "personal"
    personal: bool

    def __str__(self) -> str:
        return f"{self.place}: {'personal' if self.personal else 'not personal'}"


class RenameColumn(OfColumn):
    """Another name for a column of a headerless file, in project, facts and recipe."""

    kind: Literal["name"] = "name"
    name: str

    def __str__(self) -> str:
        return f"{self.place} is called {self.name!r}"


class AcceptColumn(OfColumn):
    """What was measured, or proposed by a model, is right; only these parts of it, if some are named."""

    kind: Literal["accept-column"] = "accept-column"
    parts: tuple[ColumnPart, ...] = COLUMN_PARTS

    def __str__(self) -> str:
        return f"{self.place} accepted"


class AcceptAbove(Frozen):
    """All that is at least so sure is right: types, modes, meanings and personal marks of columns and how files are
    written (`schema`), or primary keys, links and rules (`keys`); of one table, or of all."""

    kind: Literal["accept-above"] = "accept-above"
    confidence: float = Field(ge=0, le=1)
    table: str = ""
    step: Literal["schema", "keys"] = "schema"

    def __str__(self) -> str:
        return f"all of {self.table or 'all tables'} above {self.confidence:.0%} accepted ({self.step})"


class SetDialect(Frozen):
    """How the table's files are written; of a table of a warehouse, how its finished files shall be."""

    kind: Literal["dialect"] = "dialect"
    table: str
    dialect: Dialect

    def __str__(self) -> str:
        return f"{self.table}: written in another way"


class SetPrimaryKey(Frozen):
    """The columns of the primary key; none: the table has no key."""

    kind: Literal["primary-key"] = "primary-key"
    table: str
    columns: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.table}: primary key {', '.join(self.columns) or 'none'}"


Ends = tuple[str, tuple[str, ...], str, tuple[str, ...]]


class OfLink(Frozen):
    """About one link."""

    table: str
    columns: tuple[str, ...]
    ref_table: str
    ref_columns: tuple[str, ...]

    @property
    def ends(self) -> Ends:
        """What tells it from other links."""
        return self.table, self.columns, self.ref_table, self.ref_columns

    @property
    def place(self) -> str:
        """`orders(customer_id) → customers(id)`."""
        return ends_text(self.ends)


def ends_text(ends: Ends) -> str:
    """`orders(customer_id) → customers(id)`."""
    table, columns, ref_table, ref_columns = ends
    return f"{table}({', '.join(columns)}) → {ref_table}({', '.join(ref_columns)})"


def ends_of(link: Link) -> Ends:
    """The same of a link of the project."""
    return link.table, link.columns, link.ref_table, link.ref_columns


class AddLink(OfLink):
    """A foreign key that nobody saw; one that was measured is accepted by it."""

    kind: Literal["add-link"] = "add-link"

    def __str__(self) -> str:
        return f"link {self.place}"


class RemoveLink(OfLink):
    """It is none; inferring again does not bring it back."""

    kind: Literal["remove-link"] = "remove-link"

    def __str__(self) -> str:
        return f"no link {self.place}"


class DecideLink(OfLink):
    """A link of the project is one, or is none."""

    kind: Literal["decide-link"] = "decide-link"
    accept: bool

    def __str__(self) -> str:
        return f"link {self.place} {'accepted' if self.accept else 'rejected'}"


class ChangeLink(OfLink):
    """A link has other ends: the old one is none."""

    kind: Literal["change-link"] = "change-link"
    new_columns: tuple[str, ...]
    new_ref_table: str
    new_ref_columns: tuple[str, ...]

    @property
    def new(self) -> Ends:
        """Its ends from now on."""
        return self.table, self.new_columns, self.new_ref_table, self.new_ref_columns

    def __str__(self) -> str:
        return f"link {self.place} is {ends_text(self.new)}"


class OfRule(Frozen):
    """About one rule."""

    table: str
    rule: Rule

    @property
    def place(self) -> str:
        """`orders(ordered_on ≤ shipped_on)`."""
        return f"{self.table}({self.rule})"


class AddRule(OfRule):
    """A rule that every row keeps."""

    kind: Literal["add-rule"] = "add-rule"

    def __str__(self) -> str:
        return f"rule {self.place}"


class RemoveRule(OfRule):
    """It is none; inferring again does not bring it back."""

    kind: Literal["remove-rule"] = "remove-rule"

    def __str__(self) -> str:
        return f"no rule {self.place}"


class DecideRule(OfRule):
    """A rule of the project is one, or is none."""

    kind: Literal["decide-rule"] = "decide-rule"
    accept: bool

    def __str__(self) -> str:
        return f"rule {self.place} {'accepted' if self.accept else 'rejected'}"


class SetWanted(Frozen):
    """Rows to make of a table."""

    kind: Literal["wanted"] = "wanted"
    table: str
    wanted: int = Field(ge=0)

    def __str__(self) -> str:
        return f"{self.table}: {self.wanted:,} rows wanted"


class ScaleAll(Frozen):
    """Rows to make of each table, as a share of those of its source."""

    kind: Literal["scale"] = "scale"
    share: float = Field(gt=0, allow_inf_nan=False)

    def __str__(self) -> str:
        return f"{self.share:.6g} times the rows of the source wanted"


class SetTarget(Frozen):
    """Where synthetic tables go; what is not given stays."""

    kind: Literal["target"] = "target"
    uri: str | None = None
    files: str | None = None
    mode: LoadMode | None = None

    def __str__(self) -> str:
        parts = [self.uri, self.files and f"files in {self.files}", self.mode]
        return f"target: {', '.join(filter(None, parts))}"


class SetExposure(Frozen):
    """What a model may see of the source."""

    kind: Literal["exposure"] = "exposure"
    exposure: Exposure

    def __str__(self) -> str:
        return f"a model may see: {self.exposure}"


class SetTables(Frozen):
    """Take only these tables of the source, by the names that they have there; empty: all. Those that are taken now
    are read when the project is inferred again; what is known of the others goes."""

    kind: Literal["tables"] = "tables"
    tables: tuple[str, ...]

    def __str__(self) -> str:
        return f"tables: {', '.join(self.tables) or 'all'}"


class SetSources(Frozen):
    """Read from these places, each as a SOURCE of `synth init`. Tables of a place that is none of them any more go,
    with their facts and links; those of a new one are read when the project is inferred again."""

    kind: Literal["sources"] = "sources"
    sources: tuple[str, ...] = Field(min_length=1)
    only: tuple[str, ...] | None = None
    """Where a project takes only some tables: those that it takes from now on. None: as it is."""

    def __str__(self) -> str:
        return f"read from: {' '.join(self.sources)}"


AnyEdit = (
    SetType
    | SetFormat
    | SetMode
    | SetMeaning
    | SetPersonal
    | RenameColumn
    | AcceptColumn
    | AcceptAbove
    | SetDialect
    | SetPrimaryKey
    | AddLink
    | RemoveLink
    | DecideLink
    | ChangeLink
    | AddRule
    | RemoveRule
    | DecideRule
    | SetWanted
    | ScaleAll
    | SetTarget
    | SetExposure
    | SetTables
    | SetSources
)
Edit = Annotated[AnyEdit, Field(discriminator="kind")]
EDITS: TypeAdapter[tuple[AnyEdit, ...]] = TypeAdapter(tuple[Edit, ...])
"""Reads and writes edits as JSON."""
