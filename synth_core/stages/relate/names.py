"""How well a column is named as a link to another."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from synth_core.stages.relate.called import (
    by_role,
    ending,
    initials,
    is_acronym,
    is_contraction,
    is_initial,
    is_role_and_key,
)
from synth_core.stages.relate.column_names import CALLS, ColumnNames
from synth_core.stages.relate.lexicon import (
    BARE_KINDS,
    ID_WORDS,
    KIND_WORDS,
    POINTER_WORDS,
    REFERRING,
)
from synth_core.stages.relate.phrases import (
    is_silent,
    likeness,
    words,
)

_PART = {False: 0.85, True: 0.93}
"""What a match with the last word of a table's name is worth, or with more of its last words."""
_INITIAL = 0.6
"""What one letter before `id` is worth, where a table's name begins with it: `s_id` of a student."""


class Names(ColumnNames):
    """The names of a set of tables, read together, and how well they agree with each other."""

    def __init__(self, columns: Mapping[str, Sequence[str]]) -> None:
        super().__init__(columns)
        self._agreed: dict[tuple[str, str, str, str, bool], float] = {}

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
        elif self.is_login(ref_table, ref_name):
            # `created_by` may hold what somebody signs in with, whatever the key is.
            key_base, is_key = (), True
        elif self.is_told_by_name(table, name, ref_table, ref_name):
            base, key_base, is_key = self.told(table, name), (), True
        subject = self.table(ref_table)
        scores = [0.0]
        if own == other and CALLS.issuperset(own):
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
                whole = self.last_piece(ref_table) or (subject[1:] if self.is_in_group(subject) else ())
                ends = [
                    end
                    for end in ends
                    if own_subject[-len(end) :] != end
                    or end == whole
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
            behind_group = subject[1:] if self.is_in_group(subject) else None
            scores += [
                (1.0 if end == behind_group else _PART[len(end) > 1]) * ending(base, end, identifies=refers)
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
