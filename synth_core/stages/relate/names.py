"""What the names of columns say about keys and links."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence

from synth_core.stages.relate.called import (
    ROLES,
    by_role,
    ending,
    initials,
    is_acronym,
    is_contraction,
    is_initial,
    is_role_and_key,
    meant,
    without_numbers,
)
from synth_core.stages.relate.cutting import without_prefix
from synth_core.stages.relate.lexicon import (
    ANY_PERSONS,
    BARE_KINDS,
    COUNT_WORDS,
    DESCRIPTIVE_WORDS,
    EMPLOYEE_TABLES,
    GENITIVES,
    ID_WORDS,
    JOBS,
    KIND_WORDS,
    LINE_WORDS,
    LOGINS,
    MEASURE_WORDS,
    NUMBER_WORDS,
    PERIOD_WORDS,
    PLAIN_LINE_WORDS,
    POINTER_WORDS,
    POLYMORPHIC,
    REFERRING,
    SECOND_KEY_WORDS,
    SEQUENCE_WORDS,
    SOME_PERSONS,
)
from synth_core.stages.relate.phrases import (
    is_silent,
    likeness,
    phrase_likeness,
    words,
)
from synth_core.stages.relate.subjects import Subjects

_PART = {False: 0.85, True: 0.93}
"""What a match with the last word of a table's name is worth, or with more of its last words."""
_CALLS = frozenset(("name", "nombre", "nom", "nome", "bezeichnung", "title", "titel", "label"))
_MEASURES = tuple(sorted(word for word in MEASURE_WORDS if len(word) >= 5))
"""How compounds end that measure: `bestellmenge`, `unitprice`."""
_INITIAL = 0.6
"""What one letter before `id` is worth, where a table's name begins with it: `s_id` of a student."""


class Names(Subjects):
    """The names of a set of tables, read together: what all columns of a table begin with says nothing, and
    words are cut out of `orderkey` or `custid` where a table is called so."""

    def __init__(self, columns: Mapping[str, Sequence[str]]) -> None:
        super().__init__(columns)
        self._names = {table: tuple(names) for table, names in columns.items()}
        self._agreed: dict[tuple[str, str, str, str, bool], float] = {}
        self._columns = {
            (table, name): self._in_form(parts)
            for table, names in columns.items()
            for name, parts in without_prefix(names, self.table(table), self._vocabulary, self._first).items()
        }
        self._written = {(table, name): words(name) for table, names in columns.items() for name in names}
        """Also what all columns of a table begin with: elsewhere that is a part of the name."""
        self._bases = {
            place: without_numbers(tuple(word for word in parts if word not in ID_WORDS))
            for place, parts in self._columns.items()
        }

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
        rest = tuple(word for word in parts if word not in _CALLS)
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
        """The column is called `name` or the like and nothing else: each table's things have their own."""
        return _CALLS.issuperset(self.column(table, name))

    def is_told_by_name(self, table: str, name: str, ref_table: str, ref_name: str) -> bool:
        """The column is called after all of the other table, which has a `name`: `orders.customer` may hold the name of
        a customer, whatever the key of customers is."""
        if table == ref_table or not self.is_plain_name(ref_table, ref_name):
            return False
        return not self.is_description(table, name) and self.called_after(table, name, ref_table) > 1

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
        base, subject, own = self.base(table, name), self.table(ref_table), self.table(table)
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

    def agreement(
        self, table: str, name: str, ref_table: str, ref_name: str, *, is_key: bool = True
    ) -> float:
        """How well a column is named as a link to another, from 0 to 1.

        `is_key`: the other is its table's primary key, so that the table's name stands for it, too.
        """
        asked = (table, name, ref_table, ref_name, is_key)
        if asked not in self._agreed:
            self._agreed[asked] = self._agreement(table, name, ref_table, ref_name, is_key=is_key)
        return self._agreed[asked]

    def nested_agreement(self, path: Sequence[str], ref_table: str, ref_name: str, *, is_text: bool) -> float:
        """The same of a field inside a STRUCT or ARRAY: `items.product_id`, `product.id`, `tag_ids`, `items.sku`; where
        its values are texts, `items.product`: a number may be an `order` as well."""
        parts = words(path[-1])
        base = tuple(word for word in parts if word not in ID_WORDS)
        identifies = len(base) < len(parts)
        if not base and len(path) > 1:
            base = words(path[-2])
        key_base = self.base(ref_table, ref_name)
        if key_base and parts == self.column(ref_table, ref_name):
            return 0.9
        if not identifies and not is_text:
            return 0.0
        phrases = [phrase for phrase in (key_base, self.table(ref_table)) if phrase]
        return max(ending(base, phrase, identifies=identifies) for phrase in phrases)

    def _have_one_name(self, one: tuple[str, str], other: tuple[str, str]) -> bool:
        """Both are written alike and in several words, though all columns of one table begin so."""
        return self._written[one] == self._written[other] and len(self._written[one]) > 1

    def _agreement(self, table: str, name: str, ref_table: str, ref_name: str, *, is_key: bool) -> float:
        own, other = self.column(table, name), self.column(ref_table, ref_name)
        base, key_base = self.base(table, name), self.base(ref_table, ref_name)
        if is_silent(ref_name):
            # A headerless column has no name that could disagree: its table's name stands for it.
            other, key_base = (), ()
        elif self.is_login(ref_table, ref_name) or self.is_told_by_name(table, name, ref_table, ref_name):
            # `created_by` may hold what somebody signs in with, whatever the key is.
            key_base, is_key = (), True
        subject = self.table(ref_table)
        scores = [0.0]
        if own == other and _CALLS.issuperset(own):
            # Each table's things have names of their own.
            return 0.1
        if is_role_and_key(own, other, subject):
            return 0.85
        if own == other or self._have_one_name((table, name), (ref_table, ref_name)):
            about_parent = any(likeness(a, b) for a in key_base for b in subject)
            other_name = 0.9 if is_key else 0.5
            is_plain = own == other and not key_base
            scores.append(0.1 if is_plain else 1.0 if about_parent else other_name)
        if table == ref_table and base in (key_base, subject, subject[-1:]):
            # Another identifier of the same thing, or the one that it refers to.
            return 0.75 if own[-1] in REFERRING and own[:-1] == base and other[-1] not in REFERRING else 0.0
        identifies = self.has_id_word(table, name)
        if table == ref_table and not identifies and not is_silent(ref_name):
            # `product_inventory` in an inventory counts; only a role says that it is another row.
            return (
                by_role(base, subject, same_table=True)
                if is_key or self.has_id_word(ref_table, ref_name)
                else 0.0
            )
        # `country_region_id` of a country is the identifier of something else, unless more is said than what it is.
        refers = identifies and table != ref_table
        if is_key or not key_base:
            own_subject = self.table(table)
            ends = [subject[-size:] for size in range(1, len(subject))]
            if table != ref_table and own_subject[0] != subject[0]:
                # `path_id` of a category_path means a path or one of these, and none of an extension_path.
                ends = [
                    end
                    for end in ends
                    if own_subject[-len(end) :] != end
                    or not POINTER_WORDS.isdisjoint(own)
                    or (base == end and not identifies and end not in self._subjects)
                ]
            if len(base) > 1:
                # The type of an order is no type of encounters.
                ends = [end for end in ends if not KIND_WORDS.issuperset(end)]
            elif (
                BARE_KINDS.issuperset(base) and subject[0] != own_subject[0] and not self.is_in_group(subject)
            ):
                # Nor is its `status_id` the status of a membership.
                ends = []
            if self.adds_to(table, ref_table) and base == subject[: len(base)] and base:
                # `hold_request_note.hold` and `hold_request.id`.
                scores.append(0.75)
            if table != ref_table and own[-len(subject) - len(other) :] == (*subject, *other):
                # `from_airport_name` and `airport.name`.
                scores.append(0.95)
            if refers and own[-1] not in ID_WORDS:
                # `role_id_primary`: what stands behind only says which one.
                head = tuple(itertools.takewhile(lambda word: word not in ID_WORDS, own))
                scores.append(0.7 * ending(head, subject, identifies=True))
            scores += [ending(base, key_base or subject, identifies=refers)]
            scores += [ending(base, subject, identifies=refers), 0.85 * is_acronym(base, subject)]
            scores += [0.85 * is_contraction(base, subject), initials(base, subject)]
            # `MethodTypeCV` and `CV_MethodType`.
            scores.append(0.9 * (len(base) > 1 and sorted(base) == sorted(subject)))
            whole = subject[1:] if self.is_in_group(subject) else None
            scores += [
                (1.0 if end == whole else _PART[len(end) > 1]) * ending(base, end, identifies=refers)
                for end in ends
            ]
            if refers and is_initial(base, subject):
                scores.append(_INITIAL if subject[0] not in own_subject else 0.85)
            if (
                table != ref_table
                and base
                and any(
                    (*own_subject[-n:], *base) in (subject, _without_kind(subject), *ends) for n in (1, 2)
                )
            ):
                # `contact.group_id` and `contact_group.id`, `order.status_id` and `order_status_type.id`.
                scores.append(0.95)
        else:
            scores.append(ending(base, key_base, identifies=refers))
        if not is_key:
            if table == ref_table and self.has_id_word(ref_table, ref_name):
                # A code beside the key may be what `prerequisite` or `replaces` is told by.
                scores.append(by_role(base, subject, same_table=True))
            about = any(likeness(a, b) for a in key_base for b in subject)
            # Colours, positions and slugs of two tables have the same name and nothing else in common.
            return max(scores) if about or not key_base else min(0.5, max(scores))
        if table != ref_table and max(scores) >= 0.6:
            # Of two tables as likely: the one of the same group, as `sales_` or `hr_` begin the names of one.
            shared = sum(a == b for a, b in zip(self.table(table), subject[:-1], strict=False))
            scores.append(min(1.0, max(scores) + 0.03 * shared))
        if table != ref_table or base:
            is_own = table == ref_table or self.adds_to(table, ref_table)
            scores.append(by_role(base, subject, same_table=is_own))
        return max(scores)


def _without_kind(subject: tuple[str, ...]) -> tuple[str, ...]:
    """`participant_status_type` lists the status of participants."""
    return subject[:-1] if len(subject) > 2 and subject[-1] in KIND_WORDS else subject
