"""Texts from data in Markdown: nothing in them is markup."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:])")


def escaped(text: str) -> str:
    """The text as Markdown that shows exactly it."""
    return _MARKUP.sub(r"\\\1", text)


def with_commands(text: str) -> str:
    """A text of ours as Markdown: what stands between backticks is a command or a name, all else is as it is."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escaped(text)
    return "".join(f"`{part}`" if at % 2 else escaped(part) for at, part in enumerate(parts))


def ago(time: datetime | None, now: datetime | None = None) -> str:
    """How long ago, in words."""
    if time is None:
        return ""
    seconds = ((now or datetime.now(UTC)) - time).total_seconds()
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            many = int(seconds // size)
            return f"{many} {word}{'' if many == 1 else 's'} ago"
    return "just now"


def many(number: int, word: str) -> str:
    """`1 table`, `2 tables`, `1,204 rows`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
