"""What can name a blob in a store of ours, whatever it lies on."""

from __future__ import annotations

from synth_core.errors import ProjectError

RESERVED = ".synth-"
"""Names that begin with this are the store's own: its lock and files that are being written."""
LONGEST = 1024
"""Bytes of an object's name in Cloud Storage."""


def check_name(name: str) -> tuple[str, ...]:
    """The name's parts. One name means one place: nothing to normalise, nothing outside the store. Raises ProjectError
    for any other."""
    parts = tuple(name.split("/"))
    if not is_plain(name) or any(part in ("", ".", "..") or part.startswith(RESERVED) for part in parts):
        raise ProjectError(
            f"{name!r} can't name a blob.",
            hint=f"It is relative: parts between slashes, none of them '.', '..' or {RESERVED}….",
        )
    return parts


def is_plain(name: str) -> bool:
    """Neither NUL nor half a surrogate pair: a file system takes neither."""
    try:
        return b"\0" not in name.encode()
    except UnicodeEncodeError:
        return False
