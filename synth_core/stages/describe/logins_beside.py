"""What people log in with: names of accounts, and passwords beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from synth_core.model.types import Kind
from synth_core.stages.describe.checks import CHECKS
from synth_core.stages.describe.evidence import spoken
from synth_core.stages.describe.facts import Facts
from synth_core.stages.describe.mailboxes import weigh_accounts
from synth_core.stages.describe.names_beside import LIKELY, NAMES, Weighed

_ACCOUNT, _PASSWORD, _HASH = 0.68, 0.54, 0.78
"""How sure it is what is written like names to log in with, like passwords, and like hashes of them."""
_WHO = NAMES | {"email", "ip_address"}
_OPEN = ("code_pattern", "uuid")
"""Forms that names of accounts and hashes have, too."""
_NAMED, _SAID, _PLAINLY = NAMES | {"username", "email"}, 0.5, 0.54
"""What else says who it is, how sure it must be, and how sure plain words are."""
_FEW = 3
"""Different values."""


def weigh_logins(columns: Sequence[Weighed], *, people: bool) -> None:
    """Words such as people log in with, in a table of people or one that says who they are; values alone may as well
    be codes."""
    _accounts(columns)
    if people:
        _plain_accounts(columns)
    strong = [_strong(column) for column in columns]
    if "password_hash" in strong:
        return
    has_logins = not {"username", "email"}.isdisjoint(strong)
    for place, (left, right) in enumerate(zip(strong, columns[1:], strict=False), start=1):
        who = left if left in ("username", "email") else ""
        if not who and not has_logins:
            continue
        if _is_open(right) and CHECKS["hex_hash"](right.facts) >= 0.9 and strong[place] != "password_hash":
            told = "they are written as hashed passwords, and there are names to log in with in the table"
            right.add("password_hash", _HASH, who or "username", told)
            return
    for left, right in zip(strong, columns[1:], strict=False):
        if left in ("username", "email") and _is_open(right) and _are_passwords(right.facts):
            told = f"they are single words that nobody reads, and there is a {spoken(left)} beside them"
            right.add("password_hash", _PASSWORD, left, told)
            return


def _strong(column: Weighed) -> str:
    best = column.likeliest
    return best.meaning if best and best.confidence >= LIKELY else ""


def _accounts(columns: Sequence[Weighed]) -> None:
    strong = [_strong(column) for column in columns]
    who = next((each for each in strong if each in _WHO), "")
    if not who or "username" in strong:
        return
    open_ones = [column for column in columns if _is_open(column)]
    unheard = [
        column for column in columns if column.unheard and not column.nameless and _is_doubtful(column)
    ]
    names = [column.facts for column, meaning in zip(columns, strong, strict=True) if meaning in NAMES]
    weigh_accounts([(column.facts, column.votes) for column in (*open_ones, *unheard)], names)
    if "username" in map(_strong, (*open_ones, *unheard)):
        return
    for column in open_ones:
        if CHECKS["account"](column.facts) >= 0.8:
            told = f"they are written like names to log in with, and there is a {spoken(who)} in the table"
            column.add("username", _ACCOUNT, who, told)
            return


_PLAIN = re.compile(r"[a-z][a-z\d._-]{2,30}")


def _plain_accounts(columns: Sequence[Weighed]) -> None:
    """In a table of people without names, words in small letters of which none comes twice are what they log in
    with."""
    likely = [column.likeliest for column in columns]
    found = [vote.meaning for vote in likely if vote and vote.confidence >= _SAID]
    if _NAMED.intersection(found):
        return
    for column in columns[:2]:
        facts = column.facts
        plain = sum(_PLAIN.fullmatch(text) is not None for text in facts.distinct)
        once = len(facts.values) >= 0.9 * facts.values.total()
        if column.is_unknown and len(facts.distinct) >= _FEW and once and plain >= 0.7 * len(facts.distinct):
            told = "they are words in small letters, none of them twice, in a table of people"
            column.add("username", _PLAINLY, "", told)
            return


def _is_open(column: Weighed) -> bool:
    return column.nameless and _is_doubtful(column)


def _is_doubtful(column: Weighed) -> bool:
    best = column.likeliest
    return best is None or best.confidence < LIKELY or best.meaning in _OPEN


_TOKEN = re.compile(r"\S{3,40}")


def _are_passwords(facts: Facts) -> bool:
    """Single words, hardly any twice, many with digits among letters or small letters only."""
    texts = facts.distinct
    if facts.kind is not Kind.STRING or len(texts) < _FEW or len(facts.values) < 0.6 * facts.values.total():
        return False
    tokens = sum(_TOKEN.fullmatch(text) is not None for text in texts)
    odd = sum(re.search(r"\d", text) is not None or text.islower() for text in texts)
    return tokens >= 0.9 * len(texts) and odd >= 0.7 * len(texts)
