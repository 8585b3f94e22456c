"""The project: everything that was inferred and reviewed about a set of tables."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field as PydanticField
from pydantic import model_validator

from synth_core.model.base import Frozen
from synth_core.model.dialect import Dialect
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.names import duplicates
from synth_core.model.nested import Inner, inner_fields
from synth_core.model.rule import Rule
from synth_core.model.types import BigQueryType, Field, Mode


class Exposure(StrEnum):
    """What a model may see of the source, from least to most."""

    SCHEMA = "schema"
    PROFILE = "profile"
    MASKED_ROWS = "masked rows"
    ROWS = "rows"


class Column(Frozen):
    """One column as it is in the source and will be in the target; the name is exactly the source's."""

    name: str
    type: Inferred[BigQueryType]
    mode: Inferred[Mode]
    meaning: Inferred[str]
    """From the catalogue of meanings; `unknown` is an answer."""
    personal: Inferred[bool]
    format: str = ""
    """How values are written in a text file, where it is not the type's plain form: for dates and times what
    `files.moment_formats` reads (`%d.%m.%Y`), `true|false` words for BOOL (`Y|N`), `hex` or `base64` for BYTES, and
    for numbers a prefix, `#` and a suffix (`$#`, `#%`), where `#.00` always has two digits after the point, `#.#` none
    where a number is whole, `+#` a plus before what is above zero, and `#` alone has no thousands marks even if the
    file's dialect has some."""
    null_text: str | None = None
    """How NULL is written in this column of a text file; None: by the first null token of the file's dialect."""
    description: str = ""
    policy_tags: tuple[str, ...] = ()
    """Of the source; the target gets them where they are allowed there."""

    @property
    def field(self) -> Field:
        """The column as a schema field."""
        return Field(
            name=self.name,
            type=self.type.value,
            mode=self.mode.value,
            description=self.description,
            policy_tags=self.policy_tags,
        )


def columns_of(fields: Sequence[Field]) -> tuple[Column, ...]:
    """Columns of declared fields, about whose meaning nothing is known."""
    return tuple(
        Column(
            name=field.name,
            type=Inferred(value=field.type),
            mode=Inferred(value=field.mode),
            meaning=Inferred(value="unknown"),
            personal=Inferred(value=False),
            description=field.description,
            policy_tags=field.policy_tags,
        )
        for field in fields
    )


class SourceKind(StrEnum):
    """What a table is read from."""

    DELIMITED = "delimited"
    PARQUET = "parquet"
    NDJSON = "ndjson"
    WAREHOUSE = "warehouse"


class TableSource(Frozen):
    """Where one table is read from."""

    kind: SourceKind
    uri: str
    """As given: a folder, `duckdb:PATH`, `bigquery:PROJECT.DATASET` or `gs://BUCKET/PREFIX`."""
    files: tuple[str, ...] = ()
    """The files that form the table, absolute; empty for a warehouse table."""
    full_name: str
    """Unique among all sources: a file's path, or database.schema.table."""
    table: str = ""
    """What a warehouse calls its table, where the project calls it otherwise."""
    file_name: str = ""
    """What the finished file is called, where the name of the source's one tells who somebody is."""


class Table(Frozen):
    """One source table; `name` is its bare name in output, target and JSON."""

    name: str
    source: TableSource
    rows: int = PydanticField(ge=0)
    """Rows in the source."""
    wanted: int = PydanticField(ge=0)
    """Rows to make unless the plan says otherwise."""
    dialect: Inferred[Dialect] | None = None
    """Of text files; for a warehouse table the one that its finished files shall have, Parquet where there is none."""
    columns: tuple[Column, ...]
    primary_key: Inferred[tuple[str, ...]] | None = None
    rules: tuple[Inferred[Rule], ...] = ()
    rejected_rules: tuple[Rule, ...] = PydanticField(default=(), exclude_if=lambda rules: not rules)
    """Those that a person says are none: measured again, they stay out. Where there are none, nothing is written, so
    that plans from before are still the ones that were approved."""
    description: str = ""
    partitioning: str = ""
    """The warehouse's own expression, kept for the target."""
    require_partition_filter: bool = False
    clustering: tuple[str, ...] = ()
    labels: dict[str, str] = {}

    @model_validator(mode="before")
    @classmethod
    def _measured_rules_follow(cls, data: Any) -> Any:
        """As it is read from a file: a column may have got another name by hand. What was measured of it as a formula
        or dependency goes, and is measured again; an order, and what a person said, has to be put right."""
        rules, columns = (
            (data.get(name) for name in ("rules", "columns")) if isinstance(data, dict) else (None, None)
        )
        if not isinstance(rules, list) or not isinstance(columns, list):
            return data
        known = {column.get("name") for column in columns if isinstance(column, dict)}
        return {**data, "rules": [rule for rule in rules if not _is_lost(rule, known)]}

    @model_validator(mode="after")
    def _consistent(self) -> Table:
        if twice := duplicates([column.name for column in self.columns]):
            same = " and ".join(map(repr, twice))
            raise ValueError(
                f"columns of table {self.name!r} are called {same}, which is one name to a database"
            )
        self.check_columns("the primary key", self.key_columns)
        self.check_columns("the clustering", self.clustering)
        for rule in self.rules:
            self.check_columns(f"the rule `{rule.value.kind}`", rule.value.all_columns)
        return self

    def check_columns(self, what: str, columns: tuple[str, ...]) -> None:
        """Raise ValueError, which names the columns there are, unless it names columns of this table only."""
        known = [column.name for column in self.columns]
        for column in columns:
            if column not in known:
                way_out = (
                    ". If it was renamed by hand: give it its old name again, and `synth rename` changes it everywhere"
                    if self.is_headerless
                    else ""
                )
                raise ValueError(
                    f"{what} names column {self.name}.{column}, which does not exist; {self.name} has "
                    f"{', '.join(known)}{way_out}"
                )

    def inner(self, place: str) -> Inner:
        """The field inside of a nested column, as `items.product_id`. Raises ValueError, which names what there is."""
        known = {each.place: each for each in inner_fields(self.fields)}
        if place not in known:
            raise ValueError(
                f"{self.name} has no nested field {place}; it has {', '.join(known) or 'none at all'}"
            )
        return known[place]

    def column(self, name: str) -> Column:
        """The column of that exact name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")

    @property
    def is_asked_for(self) -> bool:
        """A person wants another number of rows than the source has."""
        return self.wanted != self.rows

    @property
    def fields(self) -> tuple[Field, ...]:
        """The target's schema."""
        return tuple(column.field for column in self.columns)

    @property
    def is_headerless(self) -> bool:
        """A text file without a header: only the project knows what its columns are called."""
        is_text = self.source.kind is SourceKind.DELIMITED
        return is_text and self.dialect is not None and self.dialect.value.header_rows == 0

    @property
    def own_name(self) -> str:
        """What the source's warehouse calls it."""
        return self.source.table or self.name

    @property
    def key_columns(self) -> tuple[str, ...]:
        """Columns of the primary key; empty where there is none."""
        return self.primary_key.value if self.primary_key else ()


def _is_lost(rule: Any, known: set[Any]) -> bool:
    """A measured rule, as it stands in a file, that names a column which is not there."""
    value = rule.get("value") if isinstance(rule, dict) else None
    if not isinstance(value, dict) or value.get("kind") == "ordered" or rule.get("origin") == Origin.HUMAN:
        return False
    listed = (value.get(part) for part in ("columns", "less"))
    names = [value.get(part) for part in ("target", "discount", "surcharge")]
    names += [name for part in listed if isinstance(part, list) for name in part]
    return any(name and name not in known for name in names)


class Link(Frozen):
    """A foreign key: `columns` of `table` refer to `ref_columns` of `ref_table`. Of a nested link the one column is the
    path of a field inside of a STRUCT or ARRAY, as `items.product_id`."""

    table: str
    columns: tuple[str, ...]
    ref_table: str
    ref_columns: tuple[str, ...]
    accepted: Inferred[bool]
    """Carries origin, confidence and evidence of the whole link."""
    nested: bool = PydanticField(default=False, exclude_if=lambda nested: not nested)
    """It leads from inside of a nested column: each element refers to a row, so that no parent has children of its own
    to be dealt."""

    def __str__(self) -> str:
        return f"{self.table}({', '.join(self.columns)}) → {self.ref_table}({', '.join(self.ref_columns)})"


LoadMode = Literal["append", "replace"]


class Target(Frozen):
    """Where synthetic tables go."""

    uri: str
    """`bigquery:PROJECT.DATASET`, `duckdb:PATH`, `gs://BUCKET/PREFIX` or a folder."""
    files: str = ""
    """A folder or `gs://BUCKET/PREFIX` for finished files beside a warehouse target, and for staged input."""
    stage: bool = False
    """A run first copies its input to `staging/<batch id>/` beside the finished files, as the pipeline that we replace
    does; it is removed when the run ends."""
    keep_staged: bool = False
    """The copy stays."""
    mode: LoadMode = "append"
    """How plans load, unless whoever approves one says otherwise."""


class Project(Frozen):
    """What flows through every stage: values in, a new project out."""

    version: Literal[1] = 1
    name: str
    source: str
    """The SOURCE as given by the user; several are joined as a shell would write them."""
    only: tuple[str, ...] = ()
    """Take only these tables of the source; empty: all."""
    tables: tuple[Table, ...] = ()
    links: tuple[Link, ...] = ()
    exposure: Exposure = Exposure.PROFILE
    k: int = PydanticField(default=10, ge=1)
    """No literal from data with fewer source rows than this enters profile or recipe."""
    target: Target

    @model_validator(mode="after")
    def _consistent(self) -> Project:
        names = [table.name for table in self.tables]
        if twice := duplicates(names):
            raise ValueError(
                f"two tables are called {' and '.join(map(repr, twice))}, which is one name to a database"
            )
        for link in self.links:
            for table in (link.table, link.ref_table):
                if table not in names:
                    raise ValueError(f"link {link} names table {table!r}, which is not in the project")
            self._check_columns(link)
        return self

    def _check_columns(self, link: Link) -> None:
        child, parent = self.table(link.table), self.table(link.ref_table)
        parent.check_columns(f"link {link}", link.ref_columns)
        if not link.nested:
            child.check_columns(f"link {link}", link.columns)
        elif len(link.columns) != 1 or len(link.ref_columns) != 1:
            raise ValueError(f"link {link} is nested, so that it has one column on each side")
        elif link.accepted.value:
            # What is no link must not keep a column from becoming another type.
            child.inner(link.columns[0])

    def table(self, name: str) -> Table:
        """The table of that bare name; KeyError if there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(f"the project has no table {name}")

    @property
    def accepted_links(self) -> tuple[Link, ...]:
        """The links between columns that generated data must keep."""
        return tuple(link for link in self.links if link.accepted.value and not link.nested)

    @property
    def nested_links(self) -> tuple[Link, ...]:
        """The links from inside of nested columns that generated data must keep."""
        return tuple(link for link in self.links if link.accepted.value and link.nested)

    @property
    def kept_links(self) -> tuple[Link, ...]:
        """Both."""
        return (*self.accepted_links, *self.nested_links)
