"""What the names of tables say: what each holds, and which adds to which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synth_core.stages.relate.called import groups_of
from synth_core.stages.relate.cutting import cut_all, subject_words, subjects_of
from synth_core.stages.relate.forms import forms_of
from synth_core.stages.relate.phrases import is_plural, phrase_likeness, words


class Subjects:
    """The names of a set of tables, read together."""

    def __init__(self, columns: Mapping[str, Sequence[str]]) -> None:
        said = {words(name) for names in columns.values() for name in names}
        found, self._first = subjects_of(columns, said)
        self._forms = forms_of(
            set(found.values()),
            {word for name in said for word in name},
        )
        subjects = {table: self._in_form(subject) for table, subject in found.items()}
        vocabulary = {word for subject in subjects.values() for word in subject}
        self._tables = {table: cut_all(subject, vocabulary) for table, subject in subjects.items()}
        self._vocabulary = vocabulary.union(*self._tables.values())
        self._subjects = set(self._tables.values())
        self._groups = groups_of(self._subjects)
        pieces = {table: table.strip("_").split("_") for table in subjects}
        are_cut = any(
            len(split) > 1 and any(len(words(piece)) > 1 for piece in split) for split in pieces.values()
        )
        self._pieces = {
            table: cut_all(self._in_form(subject_words(split[-1])), vocabulary) if are_cut else ()
            for table, split in pieces.items()
        }

    def _in_form(self, parts: Sequence[str]) -> tuple[str, ...]:
        """Words as columns have them."""
        return tuple(self._forms.get(word, word) for word in parts)

    def is_of_many(self, name: str) -> bool:
        """The last word of a column's name is in the plural."""
        return is_plural(name) or not self._forms.keys().isdisjoint(words(name)[-1:])

    def table(self, table: str) -> tuple[str, ...]:
        """The words of a table's name."""
        return self._tables[table]

    def last_piece(self, table: str) -> tuple[str, ...]:
        """The words behind the last underscore, where pieces between these are of several words themselves: what a
        table holds, behind the part of an application that it belongs to. `SalesOrders_OrderLine` holds order lines."""
        return self._pieces[table]

    def adds_to(self, table: str, other: str) -> bool:
        """A table's name is another's and more: `customer_photo` to `customer`, `sales_person_quota` to
        `sales_person`."""
        own, subject = self.table(table), self.table(other)
        return len(own) > len(subject) and phrase_likeness(own[: len(subject)], subject) >= 0.7

    def specializes(self, table: str, other: str) -> bool:
        """A table's name ends with all of another's: `catalog_attributes` are `attributes`."""
        own, subject = self.table(table), self.table(other)
        return len(own) > len(subject) and own[-len(subject) :] == subject

    def is_built_of(self, table: str, other: str) -> bool:
        """A table's name has all of another's in it, and more: `zone_to_geo_zone` and `geo_zone`."""
        own, subject = self.table(table), self.table(other)
        size = len(subject)
        return len(own) > size and any(own[i : i + size] == subject for i in range(len(own) - size + 1))

    def is_in_group(self, subject: tuple[str, ...]) -> bool:
        """Its first word only says to which part of the schema it belongs."""
        return len(subject) > 1 and subject[0] in self._groups
