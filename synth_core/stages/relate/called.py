"""How a column's words agree with those of a table: as its end, its initials, a role."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise

from synth_core.stages.relate.lexicon import (
    ANY_PERSONS,
    CUSTOMER_ROLES,
    CUSTOMER_TABLES,
    EMPLOYEE_TABLES,
    FILE_ROLES,
    FILE_TABLES,
    GENITIVES,
    ID_WORDS,
    JOBS,
    KIND_WORDS,
    PERSON_ROLES,
    PERSON_TABLES,
    PLACE_ROLES,
    PLACE_TABLES,
    SELF_ROLES,
    SOME_PERSONS,
    STAFF_TABLES,
    TEAM_ROLES,
    TEAM_TABLES,
)
from synth_core.stages.relate.phrases import (
    likeness,
    phrase_likeness,
)

ROLES = PERSON_ROLES | SELF_ROLES | PLACE_ROLES | TEAM_ROLES | {"by"}
"""What one thing may be to another one, of whatever kind they are."""


def groups_of(subjects: Collection[tuple[str, ...]]) -> frozenset[str]:
    """First words that several tables share and none is called by: parts of an application or a business, `auth_user`
    and `auth_group`."""
    firsts = Counter(subject[0] for subject in subjects if len(subject) > 1)
    return frozenset(word for word, count in firsts.items() if count >= _TABLES and (word,) not in subjects)


_TABLES = 3


def without_numbers(base: tuple[str, ...]) -> tuple[str, ...]:
    """`bus0` and `bus1` are each a bus, and so is each of `person_a` and `person_b` a person."""
    rest = tuple(word for word in base if not (word.isdigit() and len(word) < 3))
    if len(rest) > 1 and rest[-1] in _LETTERS:
        rest = rest[:-1]
    return rest or base


_LETTERS = frozenset("abc")


def is_acronym(base: Sequence[str], subject: Sequence[str]) -> bool:
    """The first letters of a table's name: `tod` of `time_of_day`."""
    return len(subject) >= 3 and list(base) == ["".join(word[0] for word in subject)]


def initials(base: Sequence[str], subject: Sequence[str]) -> float:
    """The two first letters of a table of two words, a role before them or not: `work_ou` of an `org_unit`."""
    if len(subject) != 2 or not base or base[-1] in _SMALL:
        return 0.0
    return 0.7 * (base[-1] == subject[0][0] + subject[1][0])


_SMALL = frozenset(
    ["at", "by", "in", "is", "of", "on", "or", "to", "up", "as", "an", "am", "pm", "de", "en", "no"]
)


def is_contraction(base: Sequence[str], subject: Sequence[str]) -> bool:
    """Beginnings of all words of a table's name, one of them telling: `hdemo` of `household_demographics`."""
    if len(subject) < 2 or not base or len(base[-1]) < 4:
        return False
    return _is_contracted(base[-1], subject) and not any(base[-1] == word for word in subject)


def _is_contracted(word: str, subject: Sequence[str], longest: int = 0) -> bool:
    if not subject:
        return not word and longest >= 3
    first = subject[0]
    return any(
        _is_contracted(word[size:], subject[1:], max(longest, size))
        for size in range(1, min(len(word), len(first)) + 1)
        if word[:size] == first[:size]
    )


def is_initial(base: Sequence[str], subject: Sequence[str]) -> bool:
    """One letter, with which the table's name begins."""
    return len(base) == 1 and len(base[0]) == 1 and subject[-1].startswith(base[0])


def is_role_and_key(own: Sequence[str], other: Sequence[str], subject: Sequence[str]) -> bool:
    """A key's name of its own with a role or the initial of its table before it, written together: `mgrssn` and `essn`
    of an employee's `ssn`."""
    word, key = "".join(own), "".join(other)
    before = word.removesuffix(key)
    if len(key) < 3 or before in ("", word) or ID_WORDS.issuperset(other):
        return False
    return before in ROLES or (len(before) == 1 and subject[-1].startswith(before))


def meant(base: Sequence[str], subject: Sequence[str]) -> set[str]:
    """Words of a table's name that a column's name has, as they are or else abbreviated."""
    same = set(subject).intersection(base)
    return same or {word for word in subject for part in base if likeness(word, part) >= 0.85}


def ending(base: Sequence[str], phrase: Sequence[str], *, identifies: bool) -> float:
    """A column's words against what a key is about: all of it, its end (a role before), its beginning."""
    if not base or not phrase:
        return 0.0
    scores = [0.95 * phrase_likeness(base, phrase)]
    size = len(phrase)
    # The `post_type_id` of a post stands for no post.
    is_kind = len(base) > 1 and base[-1] in KIND_WORDS
    identifies = identifies and not is_kind
    if len(base) > size and base[-size - 1] not in GENITIVES:
        scores.append(0.85 * phrase_likeness(base[-size:], phrase))
    if len(base) > size:
        # `customer_name` and `customer_count` are about a customer; only `customer_from_id` refers to one.
        refers = 0.7 if ROLES.issuperset(base[size:]) else 0.2 if is_kind else 0.4
        scores.append(refers * phrase_likeness(base[:size], phrase))
        if base[size] in GENITIVES:
            # `adresse_des_kunden` is an address.
            scores.append(0.8 * phrase_likeness(base[:size], phrase))
    if any(len(a) >= 4 and b.startswith(a) for a in base for b in phrase):
        scores.append(0.1 if is_kind else 0.45 if identifies or len(base) > 1 else 0.3)
    return max(scores)


def by_role(base: Sequence[str], subject: Sequence[str], *, same_table: bool) -> float:
    if CUSTOMER_ROLES.intersection(base) and CUSTOMER_TABLES.intersection(subject):
        return 0.8
    by = any(word == "by" or word.endswith("edby") for word in base)
    if (by or PERSON_ROLES.intersection(base)) and PERSON_TABLES.intersection(subject[-1:]):
        # Who buys or is sent something is more likely a customer than one of the staff.
        is_staff = STAFF_TABLES.intersection(subject) and not (
            CUSTOMER_ROLES.intersection(base) and EMPLOYEE_TABLES.intersection(subject)
        )
        return 0.75 if is_staff or (by and same_table) else 0.6
    together = {one + other for one, other in pairwise(base)}
    if same_table and not SELF_ROLES.isdisjoint({*base, *together}):
        # The manager of an order is no order.
        are_persons = not (PERSON_TABLES | SOME_PERSONS | ANY_PERSONS | JOBS).isdisjoint(subject)
        return 0.75 if are_persons or PERSON_ROLES.isdisjoint(set(base) - _OF_ANY) else 0.4
    if TEAM_ROLES.intersection(base) and TEAM_TABLES.intersection(subject) and not same_table:
        return 0.75
    if base and base[-1] in FILE_ROLES and FILE_TABLES.intersection(subject[-1:]) and not same_table:
        return 0.65
    is_place = PLACE_ROLES.intersection(base) and (PLACE_ROLES | PLACE_TABLES).issuperset(base)
    if is_place and PLACE_TABLES.intersection(subject) and not same_table:
        return 0.65
    return 0.0


_OF_ANY = frozenset(("report", "rpt"))
"""A department may report to another one."""
