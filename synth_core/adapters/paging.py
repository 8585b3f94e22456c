"""Pages of a filtered listing, made of a service's own pages."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from synth_core.errors import UsageError

T = TypeVar("T")
MAX_NATIVE = 20
"""So many pages of the service are looked through for one of ours."""


def take(
    read: Callable[[str], tuple[Sequence[T], str]], keep: Callable[[T], bool], limit: int, token: str
) -> tuple[list[T], str, int]:
    """At most `limit` items that are kept, the token that goes on behind them, and how many items were looked at.

    `read` gives the items of the service's page with that token ("" is the first) and the next page's token.
    """
    native, skip = _position(token)
    taken: list[T] = []
    looked_at = 0
    for _ in range(MAX_NATIVE):
        items, following = read(native)
        for index, item in enumerate(items[skip:], start=skip):
            if len(taken) == limit:
                return taken, _token(native, index), looked_at
            looked_at += 1
            if keep(item):
                taken.append(item)
        if not following:
            return taken, "", looked_at
        native, skip = following, 0
        if len(taken) == limit:
            break
    return taken, _token(native, 0), looked_at


def take_sorted(
    items: Iterable[T], keep: Callable[[T], bool], limit: int, token: str
) -> tuple[list[T], str, int]:
    """The same for items that are all there, in an order that stays."""
    everything = list(items)
    return take(lambda native: (everything, ""), keep, limit, token)


def _token(native: str, skip: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([native, skip]).encode()).decode().rstrip("=")


def _position(token: str) -> tuple[str, int]:
    if not token:
        return "", 0
    try:
        native, skip = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, ValueError, TypeError):
        native, skip = None, None
    if not isinstance(native, str) or not isinstance(skip, int) or skip < 0:
        raise UsageError(
            f"{token!r} is no token of a page.", hint="Take the one that the page before ended with."
        )
    return native, skip
