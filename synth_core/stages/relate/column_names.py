"""What the name of a column says: that it identifies, measures or counts, and what it is called after."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from synth_core.stages.relate.called import (
    ROLES,
    is_acronym,
    is_initial,
    meant,
    without_numbers,
)
from synth_core.stages.relate.cutting import without_prefix
from synth_core.stages.relate.lexicon import (
    ANY_PERSONS,
    COUNT_WORDS,
    DESCRIPTIVE_WORDS,
    EMPLOYEE_TABLES,
    GENITIVES,
    ID_WORDS,
    JOBS,
    LINE_WORDS,
    LOGINS,
    MEASURE_WORDS,
    NUMBER_WORDS,
    PERIOD_WORDS,
    PLAIN_LINE_WORDS,
    POLYMORPHIC,
    SECOND_KEY_WORDS,
    SEQUENCE_WORDS,
    SOME_PERSONS,
)
from synth_core.stages.relate.phrases import (
    phrase_likeness,
    words,
)
from synth_core.stages.relate.subjects import Subjects

CALLS = frozenset(("name", "nombre", "nom", "nome", "bezeichnung", "title", "titel", "label"))
"""How what things are called is called."""
_MEASURES = tuple(sorted(word for word in MEASURE_WORDS if len(word) >= 5))
"""How compounds end that measure: `bestellmenge`, `unitprice`."""


class ColumnNames(Subjects):
    """The names of a set of tables, read together: what all columns of a table begin with says nothing, and
    words are cut out of `orderkey` or `custid` where a table is called so."""

    def __init__(self, columns: Mapping[str, Sequence[str]]) -> None:
        super().__init__(columns)
        self._names = {table: tuple(names) for table, names in columns.items()}
        self._columns = {
            (table, name): self._in_form(parts)
            for table, names in columns.items()
            for name, parts in without_prefix(names, self.table(table), self._vocabulary, self._first).items()
        }
        self._written = {(table, name): words(name) for table, names in columns.items() for name in names}
        """Also what all columns of a table begin with: elsewhere that is a part of the name."""
        wholes = self._subjects | {subject[1:] for subject in self._subjects if self.is_in_group(subject)}
        self._bases = {
            place: without_numbers(tuple(word for word in parts if word not in ID_WORDS))
            or (parts[:-1] if parts[:-1] in wholes else ())
            for place, parts in self._columns.items()
        }
        """Where there is a table of codes, `code_id` says of what it is the identifier."""

    def columns(self, table: str) -> tuple[str, ...]:
        """What a table's columns are called."""
        return self._names[table]

    def column(self, table: str, name: str) -> tuple[str, ...]:
        """The words of a column's name."""
        return self._columns[table, name]

    def base(self, table: str, name: str) -> tuple[str, ...]:
        """The words of a column's name without those that only say `identifier`."""
        return self._bases[table, name]

    def has_id_word(self, table: str, name: str) -> bool:
        """The name says that the column identifies something."""
        return any(word in ID_WORDS for word in self.column(table, name))

    def is_identifier(self, table: str, name: str) -> bool:
        """The name says that the column identifies something by more than a number: `archive_id`, no `check_no`."""
        return any(word in ID_WORDS and word not in NUMBER_WORDS for word in self.column(table, name))

    def is_known_by(self, table: str, name: str, unique: Collection[str]) -> bool:
        """None of the table's `unique` columns is called its identifier, and this one says how a thing is called:
        `name`, or `dept_name`, but not `first_name`."""
        parts = self.column(table, name)
        identifiers = [
            other for other in unique if self.has_id_word(table, other) and not self.is_of_other(table, other)
        ]
        if not set(parts).isdisjoint(self.table(table)):
            # `DepartmentName` is what a department is known by, its `BudgetCode` is that of a budget.
            identifiers = [other for other in identifiers if self.own_key(table, other) >= 0.7]
        if identifiers:
            return False
        rest = tuple(word for word in parts if word not in CALLS)
        return len(rest) < len(parts) and DESCRIPTIVE_WORDS.isdisjoint(rest)

    def is_of_other(self, table: str, name: str) -> bool:
        """The column is called the identifier of another table: `address_id` of an airport, where there are
        addresses."""
        base = self.base(table, name)
        if not base or not self.has_id_word(table, name) or self.own_key(table, name) >= 0.7:
            return False
        return base in self._subjects

    def is_measure(self, table: str, name: str) -> bool:
        """The name says that the column counts or measures."""
        parts = self.column(table, name)
        # Two letters in front make another word of it: an account counts nothing.
        is_glued = parts[-1][3:].endswith(_MEASURES)
        return (is_glued or any(word in MEASURE_WORDS for word in parts)) and parts[-1:] != ("id",)

    def numbers_lines(self, table: str, name: str) -> bool:
        """The name says that the column tells rows below one parent apart: `sort_order`, `slot`, `sequence_number`."""
        parts = self.column(table, name)
        is_line = parts[-1] in LINE_WORDS and not self.has_id_word(table, name)
        is_numbered = parts[-1] in NUMBER_WORDS and len(parts) > 1 and parts[-2] in PLAIN_LINE_WORDS
        return is_line or is_numbered or self.only_orders(table, name)

    def only_orders(self, table: str, name: str) -> bool:
        """The name says no more than in which order rows stand: `sequence`, `sequence_number`, `sort_order`."""
        base = self.base(table, name)
        return bool(base) and SEQUENCE_WORDS.issuperset(base) and base not in self._subjects

    def is_of_head(self, table: str, name: str) -> bool:
        """The column is called after the table's last word: `order_id` in `customer_orders`."""
        base = self.base(table, name)
        return self.has_id_word(table, name) and phrase_likeness(base, self.table(table)[-1:]) >= 0.85

    def is_period(self, table: str, name: str) -> bool:
        """The column is called a period and nothing else: `year`, but not that of seasons or other periods."""
        return self.only_tells_when(table, name) and PERIOD_WORDS.isdisjoint(self.table(table))

    def is_polymorphic(self, table: str, name: str, beside: Collection[str]) -> bool:
        """One of the columns `beside` says which table the column refers to: `entity_table` beside `entity_id`, or
        `commentable_type`; and none is called so itself."""
        base = self.base(table, name)
        if not base or not self.has_id_word(table, name) or base in self._subjects:
            return False
        is_any = base[-1] in POLYMORPHIC or base[-1].endswith("able")
        says = {(*base, word) for word in (("table", "model", "type") if is_any else ("table", "model"))}
        return any(words(other) in says for other in beside)

    def has_others(self, table: str, name: str) -> int:
        """How many other tables have a column of that name."""
        own = self.column(table, name)
        return sum(
            any(self.column(other, each) == own for each in columns)
            for other, columns in self._names.items()
            if other != table
        )

    def only_tells_when(self, table: str, name: str) -> bool:
        """The column is called a period and nothing else."""
        return PERIOD_WORDS.issuperset(self.column(table, name))

    def is_of_time(self, table: str, name: str) -> bool:
        """The name says which period a row is of: `month`, `season_year`."""
        return not PERIOD_WORDS.isdisjoint(self.column(table, name))

    def is_role(self, table: str, name: str) -> bool:
        """The column is called what a thing is to another one: `prerequisite_id`."""
        return not ROLES.isdisjoint(self.base(table, name))

    def is_second_key(self, table: str, name: str) -> bool:
        """The column is called another identifier of what its own table holds: `ProductAlternateKey` of a product."""
        base = self.base(table, name)
        own = tuple(word for word in base if word not in SECOND_KEY_WORDS)
        return self.has_id_word(table, name) and len(own) < len(base) and own in ((), self.table(table))

    def stands_for(self, table: str, name: str) -> bool:
        """The column is called what its table holds, without a word for identifiers: `film` of `pixar_films`."""
        parts = self.column(table, name)
        return not self.has_id_word(table, name) and parts == self.table(table)[-len(parts) :]

    def is_of_own(self, table: str, name: str) -> float:
        """How well a column is called after what its table holds, as its identifier or just so: `employee_id` of
        employees, `tech` of a technology, `film` of `pixar_films`."""
        alike = 0.7 * phrase_likeness(self.column(table, name), self.table(table))
        return max(self.own_key(table, name), alike, 0.5 * self.stands_for(table, name))

    def counts(self, table: str, name: str) -> bool:
        """The name begins with how many or how much: `count_teams`, `num_pages`; the `NumCliente` is that of one."""
        parts = self.column(table, name)
        if parts[0] in NUMBER_WORDS and parts[1:] in self._subjects and not self.is_of_many(name):
            return False
        return len(parts) > 1 and parts[0] in COUNT_WORDS and parts[-1] not in ID_WORDS

    def counts_many(self, table: str, name: str, ref_table: str, ref_name: str) -> bool:
        """A number called after many things says how many there are, `NumberEmployees` or `responses`, unless the other
        table or its key is called the same."""
        if self.has_id_word(table, name) and not self.counts(table, name):
            return False
        parts = self.column(table, name)
        if not GENITIVES.isdisjoint(parts):
            return False
        return self.is_of_many(name) and parts not in (
            self.table(ref_table),
            self.column(ref_table, ref_name),
        )

    def is_login(self, table: str, name: str) -> bool:
        """The column holds what somebody signs in with: `username`."""
        return "".join(self.column(table, name)) in LOGINS

    def is_plain_name(self, table: str, name: str) -> bool:
        """The column is called `name` or the like and nothing else, but for a language (`name_en`): each table's things
        have their own."""
        return CALLS.issuperset(_without_language(self.column(table, name)))

    def told(self, table: str, name: str) -> tuple[str, ...]:
        """Of what the column holds the name: `item` of `item`, `item2_name` and `item_en`."""
        return tuple(word for word in _without_language(self.base(table, name)) if word not in CALLS)

    def is_told_by_name(self, table: str, name: str, ref_table: str, ref_name: str) -> bool:
        """The column is called after all of the other table, which has a `name`: `orders.customer` may hold the name of
        a customer, whatever the key of customers is."""
        if table == ref_table or not self.is_plain_name(ref_table, ref_name):
            return False
        return self._after(self.told(table, name), table, ref_table) > 1

    def is_description(self, table: str, name: str) -> bool:
        """The name says that the column holds a name or text of its own: `stop_name`, `customer_email`."""
        parts = self.column(table, name)
        return parts[-1] in DESCRIPTIVE_WORDS and len(parts) > 1

    def own_key(self, table: str, name: str) -> float:
        """How well the column is named as the key of its own table: `id`, `customer_id`, `CustomerCode`."""
        base, subject = self.base(table, name), self.table(table)
        if not self.has_id_word(table, name):
            return 0.7 if phrase_likeness(base, subject) == 1.0 or is_acronym(base, subject) else 0.0
        if not base:
            return 1.0
        if is_initial(base, subject) or is_acronym(base, subject):
            return 0.7
        return max(
            phrase_likeness(base, subject), *(0.8 * phrase_likeness(base, (word,)) for word in subject), 0.0
        )

    def is_said_to_identify(self, table: str, name: str) -> bool:
        """The column is called an identifier or after its table."""
        return self.has_id_word(table, name) or self.own_key(table, name) > 0

    def is_half_of_pair(self, table: str, name: str) -> bool:
        """The table is called after two things, and this column identifies one and another column the other:
        `employee_territories(employee_id, territory_id)`."""
        subject, base = self.table(table), self.base(table, name)
        if self._names[table][0] == name and base == subject[-len(base) :] and base not in self._subjects:
            # `course_offering(offering_id, course_id)`: an offering is what the table itself holds.
            return False
        halves = [
            meant(self.base(table, other), subject)
            for other in self._names[table]
            if self.has_id_word(table, other) and 0 < len(self.base(table, other)) < len(subject)
        ]
        own = meant(base, subject)
        return bool(own) and own != set(subject) and any(half and not half & own for half in halves)

    def are_persons(self, table: str, other: str) -> bool:
        """A table of some persons and one of persons altogether, `patients` and `person`, or of a job and of all
        employees, and no column of the first is called after the other."""
        some, everybody = self.table(table)[-1], self.table(other)[-1]
        are_some = everybody in ANY_PERSONS and some in SOME_PERSONS | JOBS
        if not are_some and not (some in JOBS and self.are_employees(other)):
            return False
        return not any(self.called_after(table, name, other) for name in self._names[table])

    def are_employees(self, table: str) -> bool:
        """A table of all who work there."""
        return self.table(table)[-1] in EMPLOYEE_TABLES

    def called_after(self, table: str, name: str, ref_table: str) -> int:
        """How surely a column is called after another table: 3 after one of its own table's group
        (`sales_lines.order_id` after `sales_orders`), 2 after all of its name, 1 after its end, 0 not at all. A role
        may stand before it."""
        return self._after(self.base(table, name), table, ref_table)

    def _after(self, base: tuple[str, ...], table: str, ref_table: str) -> int:
        subject, own = self.table(ref_table), self.table(table)
        shared = 0
        while shared < min(len(own), len(subject) - 1) and own[shared] == subject[shared]:
            shared += 1
        if not base:
            return 0
        if shared and base[-len(subject[shared:]) :] == subject[shared:]:
            return 3
        wholes = [subject, self.last_piece(ref_table), subject[1:] if self.is_in_group(subject) else ()]
        if any(base[-len(whole) :] == whole for whole in wholes) or sorted(base) == sorted(subject):
            return 2
        return int(subject[-len(base) :] == base)


def _without_language(parts: tuple[str, ...]) -> tuple[str, ...]:
    return parts[:-1] if len(parts) > 1 and parts[-1] in _LANGUAGES else parts


_LANGUAGES = frozenset(
    ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "ja", "zh", "ko", "tr", "sv", "da", "fi", "cs")
)
"""Behind a name, in which language it is."""
