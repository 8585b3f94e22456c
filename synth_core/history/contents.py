"""What the files of versions hold, each content stored once."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Mapping
from contextlib import suppress

from synth_core.errors import ConflictError, ProjectError
from synth_core.ports import ObjectStore


def digest(data: bytes) -> str:
    """What names a content."""
    return hashlib.sha256(data).hexdigest()


def fingerprint(parts: Mapping[str, str]) -> str:
    """One name for a set of files with the digests of their contents."""
    return digest(json.dumps(dict(sorted(parts.items())), ensure_ascii=False).encode())


def differing(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    """The files that are not the same on both sides, or only on one of them."""
    return tuple(sorted(file for file in before.keys() | after.keys() if before.get(file) != after.get(file)))


def text_of(data: bytes) -> str:
    """Contents for people to read; bytes that are no UTF-8 show as `\\xNN`."""
    return data.decode("utf-8", "backslashreplace")


class Contents:
    """Contents by their digest, compressed, as blobs below a folder of the store."""

    def __init__(self, store: ObjectStore, folder: str) -> None:
        self._store = store
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep a content and return its digest; one that is there already is not written again."""
        name = digest(data)
        with suppress(ConflictError):
            self._store.put(self._blob(name), gzip.compress(data, mtime=0), if_generation=0)
        return name

    def get(self, name: str) -> bytes:
        """A content. Raises ProjectError when it is gone or damaged."""
        blob = self._blob(name)
        try:
            data = gzip.decompress(self._store.get(blob)[0])
        except FileNotFoundError:
            raise _lost(blob, "missing") from None
        except (OSError, EOFError, zlib.error):
            raise _lost(blob, "damaged") from None
        if digest(data) != name:
            raise _lost(blob, "damaged")
        return data

    def _blob(self, name: str) -> str:
        return f"{self._folder}/{name}.gz"


def _lost(blob: str, how: str) -> ProjectError:
    return ProjectError(
        f"{blob}, the text of a version, is {how}.",
        hint="Restore the file from a backup; versions with other texts are not affected.",
    )
