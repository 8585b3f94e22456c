"""What publishing will do: which tables are new, with which keys, and whether the others fit."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synth_core.adapters.duckdb.catalogue import DuckColumn, Keys, Place, columns, declared_keys, find
from synth_core.adapters.duckdb.create import check_schema
from synth_core.adapters.duckdb.keys import in_order, own_keys, reference
from synth_core.adapters.duckdb.names import STAGING, split_staging
from synth_core.adapters.schemas import other_schema
from synth_core.errors import TargetError
from synth_core.files.duck import duckdb_type, field_from_duckdb
from synth_core.model.names import duplicates, fold
from synth_core.model.types import Field
from synth_core.model.warehouse import ForeignKey, TableSchema
from synth_core.ports import Publication

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Move:
    """One staging table and its target, looked up."""

    staging: str
    """Within the staging schema."""
    target: str
    """As the catalogue spells it, where it exists."""
    exists: bool
    replaces: bool
    schema: TableSchema
    """How the target is wanted."""
    columns: tuple[DuckColumn, ...]
    """Of the staging table."""


@dataclass(frozen=True)
class NewTable:
    """A target that has to be made."""

    move: Move
    keys: Keys
    """To be declared."""
    left_out: Keys
    """Wanted, but DuckDB can't hold them."""


def check_targets(place: Place, publications: Sequence[Publication]) -> None:
    """Raise TargetError where a target could not be made, or exists and doesn't fit."""
    if same := duplicates([each.target.name for each in publications]):
        raise TargetError(
            f"Tables {', '.join(same)} would be one table in DuckDB.", hint="Rename all but one of them."
        )
    for each in publications:
        check_schema(each.target)
        found = find(place, each.target.name)
        if found and found.is_view:
            raise TargetError(f"{found.name} is a view in the target.", hint="Rows can't go there; drop it.")
        if found:
            _compare(found.name, columns(place, found.name), each)


def look_up(place: Place, publications: Sequence[Publication]) -> list[Move]:
    """Find the tables. Raises TargetError where a target doesn't fit or a staging table is gone."""
    check_targets(place, publications)
    return [_look_up(place, each) for each in publications]


def _look_up(place: Place, publication: Publication) -> Move:
    schema = publication.target
    staging = split_staging(publication.staging)
    staged = columns(place.other(STAGING), staging) if staging else []
    if not staging or not staged:
        raise TargetError(
            f"There is no staging table {publication.staging!r} for {schema.name}.",
            hint="It was published already, or dropped.",
        )
    found = find(place, schema.name)
    return Move(
        staging=staging,
        target=found.name if found else schema.name,
        exists=found is not None,
        replaces=publication.mode == "replace",
        schema=schema,
        columns=tuple(staged),
    )


def _compare(table: str, found: Sequence[DuckColumn], publication: Publication) -> None:
    """Raise TargetError with every difference between an existing target and what is to go there."""
    there = {fold(column.name): column for column in found}
    ours = {fold(field.name): field for field in publication.target.fields}
    problems = []
    for key, field in ours.items():
        if key not in there:
            problems.append(f"column {field.name} is missing in the target")
        elif not _are_alike(there[key], field):
            wanted = duckdb_type(field)
            problems.append(f"column {field.name} is {there[key].type} in the target and {wanted} is wanted")
    problems += [
        f"column {column.name} ({column.type}) is in the target only"
        for key, column in there.items()
        if key not in ours
    ]
    if problems:
        raise other_schema(table, problems, publication.mode)


def _are_alike(found: DuckColumn, wanted: Field) -> bool:
    """One BigQuery type: an INTEGER column is as good as a BIGINT for INT64."""
    first, second = (
        field_from_duckdb(wanted.name, type_text, True, "") for type_text in (found.type, duckdb_type(wanted))
    )
    return first == second


def plan_new_tables(place: Place, moves: Sequence[Move]) -> list[NewTable]:
    """The targets to make, those that others refer to first, each with the keys it can declare."""
    new = {fold(move.target): move for move in moves if not move.exists}
    own = {name: own_keys(move.schema) for name, move in new.items()}
    foreign = {name: _references(place, move, new, own) for name, move in new.items()}
    order, cut = in_order(
        {name: [fold(key.ref_table) for key in keys.values()] for name, keys in foreign.items()}
    )
    made = []
    for name in order:
        schema = new[name].schema
        kept = {
            key: as_declared
            for key, as_declared in foreign[name].items()
            if (name, fold(key.ref_table)) not in cut
        }
        keys = Keys(own[name].primary, own[name].unique, tuple(kept.values()))
        left_out = Keys(
            () if keys.primary else schema.primary_key,
            tuple(names for names in schema.unique if names not in (*keys.unique, schema.primary_key)),
            tuple(key for key in schema.foreign_keys if key not in kept),
        )
        if left_out != Keys():
            log.info("table %s: DuckDB can't hold these keys, they are recorded: %s", schema.name, left_out)
        made.append(NewTable(new[name], keys, left_out))
    return made


def _references(
    place: Place, move: Move, new: Mapping[str, Move], own: Mapping[str, Keys]
) -> dict[ForeignKey, ForeignKey]:
    """The wanted foreign keys that a table could declare, with how DuckDB takes them."""
    types = {fold(column.name): column.type for column in move.columns}
    found = {}
    for key in move.schema.foreign_keys:
        parent = fold(key.ref_table)
        if parent == fold(move.target):
            continue
        if parent in new:
            name, parent_keys, parent_columns = new[parent].target, own[parent], list(new[parent].columns)
        elif relation := find(place, key.ref_table):
            name = relation.name
            parent_keys, parent_columns = declared_keys(place, name), columns(place, name)
        else:
            continue
        parent_types = {fold(column.name): column.type for column in parent_columns}
        if as_declared := reference(key, types, name, parent_keys, parent_types):
            found[key] = as_declared
    return found
