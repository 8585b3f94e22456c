"""A store whose calls can be interrupted: by a kill, or by somebody else who acts just then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from synth_core.ports import ObjectStore

WRITES = frozenset({"put", "put_file", "delete"})


class Killed(BaseException):
    """The process ends here; nothing may catch it."""


class WatchedStore:
    """Passes every call on; before (or after) the one of that number, `act` is called. Counts what it passed on."""

    def __init__(
        self,
        store: ObjectStore,
        act: Callable[[], Any],
        *,
        at: int,
        after: bool = False,
        writes_only: bool = True,
    ) -> None:
        self._store = store
        self._act = act
        self._at = at
        self._after = after
        self._writes_only = writes_only
        self.calls = 0

    def put(self, name: str, data: bytes, *, if_generation: int | None = None) -> int:
        return self._pass("put", lambda: self._store.put(name, data, if_generation=if_generation))

    def get(self, name: str) -> tuple[bytes, int]:
        return self._pass("get", lambda: self._store.get(name))

    def put_file(self, name: str, path: Path) -> int:
        return self._pass("put_file", lambda: self._store.put_file(name, path))

    def open(self, name: str) -> BinaryIO:
        return self._pass("open", lambda: self._store.open(name))

    def list(self, prefix: str = "") -> Iterator[str]:
        return self._pass("list", lambda: iter(list(self._store.list(prefix))))

    def delete(self, name: str, *, if_generation: int | None = None) -> None:
        return self._pass("delete", lambda: self._store.delete(name, if_generation=if_generation))

    def _pass(self, kind: str, call: Callable[[], Any]) -> Any:
        if self._writes_only and kind not in WRITES:
            return call()
        self.calls += 1
        is_due = self.calls == self._at
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
