"""Who acts: whoever saves, approves and runs, where that is another than the user of the operating system."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ACTING: ContextVar[str] = ContextVar("acting", default="")


@contextmanager
def acting(user: str) -> Iterator[None]:
    """In here `Settings.user` is this one. A service does what it does for many people, each in a thread of its own."""
    token = _ACTING.set(user)
    try:
        yield
    finally:
        _ACTING.reset(token)


def current_user() -> str:
    """The one who acts, else the user of the operating system."""
    if user := _ACTING.get():
        return user
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container's user id may have no name.
        return f"uid {os.getuid()}"
