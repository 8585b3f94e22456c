"""A store whose calls can be interrupted: by a kill, or by somebody else who acts just then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Literal

from synth_core.ports import BlobStat, ObjectStore


class Killed(BaseException):
    """The process ends here; nothing may catch it."""


class WatchedStore:
    """Passes every call on; before (or after) the one of that number, `act` is called. Counts `which` calls: all, those
    that write, or those of them that have a condition."""

    def __init__(
        self,
        store: ObjectStore,
        act: Callable[[], Any],
        *,
        at: int,
        after: bool = False,
        which: Literal["all", "writes", "conditions"] = "writes",
    ) -> None:
        self._store = store
        self._act = act
        self._at = at
        self._after = after
        self._which = which
        self.calls = 0

    def put(self, name: str, data: bytes, *, if_generation: int | None = None) -> int:
        return self._write(if_generation, lambda: self._store.put(name, data, if_generation=if_generation))

    def put_file(self, name: str, path: Path) -> int:
        return self._write(None, lambda: self._store.put_file(name, path))

    def delete(self, name: str, *, if_generation: int | None = None) -> None:
        self._write(if_generation, lambda: self._store.delete(name, if_generation=if_generation))

    def get(self, name: str) -> tuple[bytes, int]:
        return self._pass(self._which == "all", lambda: self._store.get(name))

    def open(self, name: str) -> BinaryIO:
        return self._pass(self._which == "all", lambda: self._store.open(name))

    def stat(self, name: str) -> BlobStat:
        return self._pass(self._which == "all", lambda: self._store.stat(name))

    def list(self, prefix: str = "") -> Iterator[str]:
        return self._pass(self._which == "all", lambda: iter(list(self._store.list(prefix))))

    def _write(self, condition: int | None, call: Callable[[], Any]) -> Any:
        return self._pass(self._which != "conditions" or condition is not None, call)

    def _pass(self, counts: bool, call: Callable[[], Any]) -> Any:
        self.calls += counts
        is_due = counts and self.calls == self._at
        if is_due and not self._after:
            self._act()
        try:
            return call()
        finally:
            if is_due and self._after:
                self._act()


def kill() -> None:
    """Ends the process that a test plays."""
    raise Killed
