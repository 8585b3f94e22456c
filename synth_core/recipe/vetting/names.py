"""Which names are safe: of tables as file names, of fields as column names, of others inside formulas."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

MAX_TABLE = 150
MAX_FIELD = 300
_TABLE_SIGNS = frozenset(" ._-()%#$&+,:'")
_JOINERS = frozenset("\u200c\u200d")
_CLOSE = 0.8
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")


def table_fault(name: str) -> str:
    """Why the name can't be that of a table, and so of a file; empty when it can."""
    for character in name:
        if not (character in _TABLE_SIGNS or unicodedata.category(character)[0] in "LMN"):
            return f"the name of a table can't contain {character!r}"
    if name.startswith("."):
        return "the name of a table can't begin with a dot"
    return _common_fault(name, MAX_TABLE)


def field_fault(name: str) -> str:
    """Why the name can't be that of a field; empty when it can."""
    for character in name:
        if unicodedata.category(character) in _UNSEEN and character not in _JOINERS:
            return f"the name of a field can't contain the invisible character {character!r}"
    return _common_fault(name, MAX_FIELD)


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def nickname_fault(name: str) -> str:
    """Why the name can't be a nickname; empty when it can. Formulas can use only those that are plain words."""
    for character in name:
        if not (character in " _-'" or unicodedata.category(character)[0] in "LMN"):
            return f"a nickname can't contain {character!r}"
    return _common_fault(name, MAX_TABLE)


def _common_fault(name: str, longest: int) -> str:
    if not name.strip():
        return "the name is empty"
    if name != name.strip():
        return "the name begins or ends with a space"
    if len(name) > longest:
        return f"the name has more than {longest} characters"
    if name.startswith("__") and name.endswith("__"):
        return "names like `__name__` are Python's own"
    return ""


def is_word(name: str) -> bool:
    """Fit for a nickname, variable, option or macro: a letter, then letters, digits, underscores."""
    return bool(_WORD.fullmatch(name))


@dataclass(frozen=True)
class Near:
    """The most similar of the names that would be right; `name` is empty when none is similar."""

    name: str = ""
    wrong: str = ""
    """What stands there now."""
    is_close: bool = False
    """So similar that it is surely meant."""

    @property
    def hint(self) -> str:
        """A sentence for people; empty when there is no name."""
        return f"Did you mean `{self.name}`?" if self.name else ""


NOTHING_NEAR = Near()


def near(name: str, known: Iterable[str]) -> Near:
    """The most similar of the known names."""
    return _near(name, tuple(known))


@lru_cache(maxsize=4096)
def _near(name: str, known: tuple[str, ...]) -> Near:
    """Remembered: while a person types, the same mistakes are looked at again and again."""
    lowered = {each.lower(): each for each in known}
    found = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    if not found:
        return NOTHING_NEAR
    ratio = difflib.SequenceMatcher(None, found[0], name.lower()).ratio()
    return Near(lowered[found[0]], name, ratio >= _CLOSE)
