"""By which forms a table's user names and e-mail addresses are made of the names in their rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import get_args

import duckdb

from synth_core.files.sql import quote
from synth_core.model.profile import LoginProfile, ValueCount
from synth_core.model.project import Table
from synth_core.model.types import Kind
from synth_core.recipe.functions import escape_shape
from synth_core.recipe.functions.login import Joining, Part, given_and_family, spelled
from synth_core.stages.profile.sql import table_ref

_LOOKED_AT = 2_000
"""Different rows."""
_EXPLAINED, _MORE = 0.3, 0.3
"""The share of rows that forms must explain, and by how much more than with the names of the next row."""
_FORMS, _TRIED = 12, 60
_COLUMNS = 3
"""Columns of one meaning that are tried."""
_BETWEEN = frozenset("._-+0123456789")
"""What may stand around names. Letters may be somebody's."""
_ORDERS = (("first", "last"), ("last", "first"), ("first",), ("last",), ("user",))
_CASES = ("lower", "", "upper")

Names = Mapping[str, str]
"""By role: the name as it stands in addresses, in its own case."""
Form = tuple[Part | str, ...]
"""Pieces of names, and what stands around them, with 9 for each digit."""


def measure_logins(con: duckdb.DuckDBPyConnection, table: Table, k: int) -> Iterator[LoginProfile]:
    """The forms of each column of e-mail addresses and user names, of which k different rows are each."""
    texts = [column for column in table.columns if column.type.value.kind is Kind.STRING]
    texts = [column for column in texts if not column.field.is_nested]
    by_meaning = {
        meaning: [column.name for column in texts if column.meaning.value == meaning][:_COLUMNS]
        for meaning in ("email", "username", "first_name", "last_name", "person_name")
    }
    for meaning in ("username", "email"):
        for target in by_meaning[meaning]:
            measured = [
                found
                for columns in _sources(by_meaning, has_user=meaning == "email")
                if (found := _Measured(con, table.name, target, columns, k).best()) is not None
            ]
            if measured:
                # Of two that say as much, the one with fewer digits of its own.
                yield max(measured, key=lambda each: (each.share, bool(each.user)))


def _sources(by_meaning: Mapping[str, Sequence[str]], *, has_user: bool) -> Iterator[dict[str, str]]:
    """Columns that the names may stand in, by argument of `Synth.login`."""
    if has_user:
        yield from ({"user": name} for name in by_meaning["username"])
    first, last = by_meaning["first_name"], by_meaning["last_name"]
    for given, family in product(first or [""], last or [""]):
        if given or family:
            yield {role: name for role, name in (("first", given), ("last", family)) if name}
    yield from ({"person": name} for name in by_meaning["person_name"])


@dataclass(frozen=True)
class _Row:
    login: str
    """With 9 for each digit."""
    names: Names


class _Measured:
    """Logins beside names."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, table: str, target: str, columns: Mapping[str, str], k: int
    ) -> None:
        self._target, self._columns, self._k = target, columns, k
        listed = ", ".join(quote(name) for name in (target, *columns.values()))
        filled = " AND ".join(f"{quote(name)} IS NOT NULL" for name in (target, *columns.values()))
        self._rows = con.execute(
            f"SELECT DISTINCT {listed} FROM {table_ref(table)} WHERE {filled} ORDER BY hash({quote(target)}), {listed}"
            f" LIMIT {_LOOKED_AT}"
        ).fetchall()

    def best(self) -> LoginProfile | None:
        """With the spelling that explains most; None where nothing explains enough."""
        found: LoginProfile | None = None
        for two_letters, words in product((False, True), get_args(Joining)):
            rows = [self._row(row, two_letters=two_letters, words=words) for row in self._rows]
            forms = _explaining(rows, self._k)
            explained = sum(forms.values())
            if found is None or explained > found.rows:
                found = LoginProfile(
                    column=self._target,
                    **self._columns,
                    two_letters=two_letters,
                    words=words,
                    looked_at=len(rows),
                    forms=tuple(ValueCount(value=_text(form), count=count) for form, count in forms.items()),
                )
        return found if found and found.forms else None

    def _row(self, row: Sequence[str], *, two_letters: bool, words: Joining) -> _Row:
        login, *texts = row
        names = dict(zip(self._columns, texts, strict=True))
        if "person" in names:
            names["first"], names["last"] = given_and_family(names.pop("person"))
        written = {
            role: name if role == "user" else spelled(name, two_letters=two_letters, words=words)
            for role, name in names.items()
        }
        mailbox = login.strip().rpartition("@")[0] if "@" in login else login.strip()
        return _Row(_masked(mailbox), {role: _masked(name) for role, name in written.items() if name})


def _masked(text: str) -> str:
    return "".join("9" if each.isdigit() else each for each in text)


def _explaining(rows: Sequence[_Row], k: int) -> dict[Form, int]:
    """The fewest forms that say how most rows are made, and how many rows each: of those with k rows the one that
    explains most, then the one that explains most of the others, and so on. None where they explain too few."""
    tried = [form for form, count in Counter(_all_forms(rows)).most_common(_TRIED) if count >= k]
    left, chosen = list(rows), dict[Form, int]()
    while tried and len(chosen) < _FORMS:
        explained = {form: sum(_is_written(row, form) for row in left) for form in tried}
        form = max(tried, key=lambda each: (explained[each], -_cuts(each)))
        if explained[form] < k:
            break
        chosen[form] = explained[form]
        left = [row for row in left if not _is_written(row, form)]
    others = [*rows[1:], *rows[:1]]
    chance = sum(
        any(_is_written(_Row(row.login, other.names), form) for form in chosen)
        for row, other in zip(rows, others, strict=True)
    )
    known = sum(chosen.values())
    return chosen if known >= _EXPLAINED * len(rows) and known - chance >= _MORE * len(rows) else {}


def _cuts(form: Form) -> int:
    """Pieces that are no whole names."""
    return sum(isinstance(piece, Part) and piece.length is not None for piece in form)


def _is_written(row: _Row, form: Form) -> bool:
    text = ""
    for piece in form:
        if isinstance(piece, str):
            text += piece
        elif name := row.names.get(piece.role):
            text += piece.of(name)
        else:
            return False
    return text == row.login


def _all_forms(rows: Iterable[_Row]) -> Iterator[Form]:
    """Each form that a row may be of."""
    for row in rows:
        for roles in _ORDERS:
            if all(role in row.names for role in roles):
                for case in _CASES:
                    yield from _forms_of(row.login, row.names, roles, case)


def _forms_of(login: str, names: Names, roles: Sequence[str], case: str) -> Iterator[Form]:
    """Forms with these names in this order, all of them in one case."""
    start = 0
    while start < len(login) and login[start] in _BETWEEN:
        start += 1
    before: Form = (login[:start],) if start else ()
    if not roles:
        if start == len(login):
            yield before
        return
    name = Part(roles[0], case, None).of(names[roles[0]])
    same = start
    while same < len(login) and same - start < len(name) and login[same] == name[same - start]:
        same += 1
    for end in range(same, start, -1):
        is_whole = end - start == len(name)
        part = Part(roles[0], case, None if is_whole else end - start)
        for rest in _forms_of(login[end:], names, roles[1:], case):
            yield (*before, part, *rest)


def _text(form: Form) -> str:
    return "".join(escape_shape(piece, but="9") if isinstance(piece, str) else str(piece) for piece in form)
