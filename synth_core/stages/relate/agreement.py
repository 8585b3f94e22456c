"""How well a column is named as a link to a key, and whether its name is its own table's."""

from __future__ import annotations

from synth_core.stages.relate.keys import counts_from_one
from synth_core.stages.relate.lexicon import POINTER_WORDS
from synth_core.stages.relate.names import Names
from synth_core.stages.relate.phrases import is_silent
from synth_core.stages.relate.schema import Schema
from synth_core.stages.relate.stats import ColumnStats

OWN, EXPLAINED = 0.7, 0.5
"""Names that agree so well say what is identified."""
NAMED = 0.6
"""Names that agree so well are looked at even if values do not fit."""
_SAME_OF_ADDED = 0.95
_SIBLING = 0.5
_SHARED, _ENOUGH = 0.75, 20
"""Names that only two tables have agree so well where the one has so many rows."""


def counts_many(names: Names | None, child: ColumnStats, parent: ColumnStats) -> bool:
    """A number called after many things: `NumberEmployees`."""
    if names is None or child.group != "number":
        return False
    return names.counts_many(child.table, child.name, parent.table, parent.name)


def is_line_of(names: Names, child: ColumnStats, parent: ColumnStats) -> bool:
    """It numbers lines by its name, but there is a table of such: `latest_revision` of `page_revisions`."""
    place = (child.table, child.name)
    return (
        names.numbers_lines(*place)
        and not names.only_orders(*place)
        and names.called_after(*place, parent.table) > 1
    )


def measures(names: Names, child: ColumnStats) -> bool:
    """The column's name says that it measures, describes or numbers lines, and so refers to nothing. A number describes
    nothing: as a `billing_address` it stands for one."""
    place = (child.table, child.name)
    describes = child.group != "number" and names.is_description(*place)
    return describes or names.is_measure(*place) or names.numbers_lines(*place)


def agreement_of(schema: Schema, child: ColumnStats, parent: ColumnStats) -> float | None:
    """From 0 to 1 as `Names.agreement` has it, with what the values of both say about the names; None where a name says
    nothing."""
    if schema.names is None or is_silent(child.name):
        return None
    is_key = is_primary_key(schema, parent)
    if is_silent(parent.name) and not is_key:
        return None
    found = schema.names.agreement(child.table, child.name, parent.table, parent.name, is_key=is_key)
    if (
        (is_key or (parent.group == "text" and _tells_whose(schema.names, child, parent)))
        and not is_primary_key(schema, child)
        and _is_same_of_added(schema.names, child, parent, is_key=is_key)
    ):
        found = max(found, _SAME_OF_ADDED)
    if not is_key and is_only_place(schema, child, parent):
        found = max(found, _SHARED)
    if (
        is_key
        and found >= NAMED
        and not POINTER_WORDS.isdisjoint(schema.names.column(child.table, child.name))
    ):
        # `estado_ptr_id` says that it is that of another row, even as the key of its own.
        found = max(found, _SAME_OF_ADDED)
    if _are_counters(schema, child, parent):
        found = min(found, _COUNTERS)
    if _are_persons(schema, child, parent):
        found = max(found, _SAME_OF_ADDED)
    if is_primary_key(schema, child) and schema.names.is_period(parent.table, parent.name):
        # Two tables of so much a year are siblings.
        found = min(found, _SIBLING)
    # A key without a name can be meant by its table's name, but it can't disagree.
    return None if is_silent(parent.name) and found < NAMED else found


def is_only_place(schema: Schema, child: ColumnStats, parent: ColumnStats) -> bool:
    """Of the tables that have a column of this name, the parent is the only one in which it is unique, and what it is
    called is neither a measure nor a text: `CGID` of `CAREGIVERS`, beside the numbers of its rows. Some of the parent's
    rows may have none where the name says that it identifies: `coach_id` of a person who was a player only."""
    names = schema.names
    if names is None or child.is_unique or not parent.is_unique:
        return False
    if not parent.is_full and not names.has_id_word(parent.table, parent.name):
        return False
    called = names.column(child.table, child.name)
    if called != names.column(parent.table, parent.name) or parent.rows < _ENOUGH:
        return False
    if measures(names, child) or names.is_of_time(child.table, child.name):
        return False
    return not any(
        column.is_unique and names.column(table, column.name) == called
        for table, columns in schema.stats.items()
        for column in columns.values()
        if table != parent.table
    )


def _tells_whose(names: Names, child: ColumnStats, parent: ColumnStats) -> bool:
    """A `name` is that of the other table's thing only where nothing else says whose: no key of its own, and no column
    that is called after the other table."""
    if not names.is_plain_name(parent.table, parent.name):
        return True
    others = [name for name in names.columns(child.table) if name != child.name]
    return not any(
        names.own_key(child.table, name) >= OWN or names.called_after(child.table, name, parent.table) > 1
        for name in others
    )


def _is_same_of_added(names: Names, child: ColumnStats, parent: ColumnStats, *, is_key: bool) -> bool:
    """`booking_status_texts.code` and `booking_status.code`; and, of a key, `flight_customer.nr` and `customer.nr`."""
    same = names.column(child.table, child.name) == names.column(parent.table, parent.name)
    is_of_it = names.is_built_of if is_key else names.adds_to
    return same and is_of_it(child.table, parent.table)


def _are_counters(schema: Schema, child: ColumnStats, parent: ColumnStats) -> bool:
    """The keys of both tables number their rows from the first, as those of one more table or several do under the same
    name, and neither is called so: `value_id` of any kind of values."""
    names = schema.names
    if names is None or names.adds_to(child.table, parent.table) or names.adds_to(parent.table, child.table):
        return False
    own = names.column(child.table, child.name)
    if not is_primary_key(schema, child) or own != names.column(parent.table, parent.name):
        return False
    base = names.base(child.table, child.name)
    if any(names.table(column.table)[-len(base) :] == base for column in (child, parent)):
        return False
    counters = schema.counters.get(own, frozenset())
    return len(counters) >= _SEVERAL and counters.issuperset((child.table, parent.table))


_SEVERAL, _COUNTERS = 3, 0.1


def _are_persons(schema: Schema, child: ColumnStats, parent: ColumnStats) -> bool:
    """The key of some persons beside that of all: a patient is a person, a pilot one of the staff unless pilots are
    numbered for themselves."""
    names = schema.names
    are_keys = is_primary_key(schema, child) and is_primary_key(schema, parent)
    if not are_keys or names is None or not names.are_persons(child.table, parent.table):
        return False
    return not (names.are_employees(parent.table) and counts_from_one(child))


def is_own_name(schema: Schema, child: ColumnStats, parent: ColumnStats) -> bool:
    """An identifier called after its own table, and not just as the key of the table that it adds to."""
    names = schema.names
    if names is None or is_silent(child.name) or _are_persons(schema, child, parent):
        return False
    if not POINTER_WORDS.isdisjoint(names.column(child.table, child.name)):
        return False
    if names.is_second_key(child.table, child.name):
        return True
    place = (child.table, child.name)
    is_beside_key = child.table in schema.keys and not is_primary_key(schema, child)
    if is_beside_key and child.table != parent.table and names.called_after(*place, parent.table) > 1:
        # The `media_id` of `product_media`, which have an `id`, is one of all media.
        return False
    own = names.own_key(*place)
    is_own = own >= 0.7 if is_primary_key(schema, child) else own >= 0.9 or _is_called_own(names, child)
    is_called_own = own >= 0.9 and bool(names.base(*place)) and not names.is_role(*place)
    if is_called_own and not child.is_unique:
        # In a history of products each has several rows with its `product_id`.
        agreed = names.agreement(child.table, child.name, parent.table, parent.name)
        return child.table != parent.table and agreed < EXPLAINED
    if not is_own or not child.is_unique:
        return False
    if not names.base(child.table, child.name):
        return True
    if names.column(child.table, child.name) != names.column(parent.table, parent.name):
        # `move_details.move_id` and `moves.id`: the key of what the table adds to.
        return bool(names.base(parent.table, parent.name)) or not names.adds_to(child.table, parent.table)
    if names.adds_to(child.table, parent.table) or names.specializes(child.table, parent.table):
        return False
    return names.own_key(parent.table, parent.name) <= own


def is_extension(names: Names, child: ColumnStats, parent: ColumnStats) -> bool:
    """The child's table adds to the parent's, or the child is called after that and not after its own."""
    if names.adds_to(child.table, parent.table):
        return True
    called = names.called_after(child.table, child.name, parent.table)
    return called > 1 and names.own_key(child.table, child.name) < OWN


def _is_called_own(names: Names, column: ColumnStats) -> bool:
    place = (column.table, column.name)
    is_text_of_own = column.group == "text" and names.stands_for(*place)
    return names.is_of_head(*place) or is_text_of_own


def is_primary_key(schema: Schema, column: ColumnStats) -> bool:
    """Alone, not as a part of it."""
    return schema.keys.get(column.table) == (column.name,)
