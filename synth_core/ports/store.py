"""Where projects, runs and finished files are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from synth_core.model.base import Frozen


class BlobStat(Frozen):
    """What is known of a blob without reading it."""

    name: str
    size: int
    """Bytes as they are stored."""
    generation: int
    """Never 0, and another one after each write."""


class Upload(Protocol):
    """A blob while it is written: it is there, whole, after `commit`; before that nobody sees it. The bytes go where
    the blob will be, so that of a large one only a part is on this machine."""

    def write(self, data: bytes, /) -> None:
        """More bytes."""
        ...

    def commit(self) -> int:
        """That was all; the blob's generation. Raises TransientError when somebody else wrote it meanwhile."""
        ...

    def discard(self) -> None:
        """There will be no blob. Raises nothing, as an error has led here; what can't be removed nobody sees."""
        ...


class ObjectStore(Protocol):
    """Named blobs with generations, as Cloud Storage has them. Names are relative, `/`-separated."""

    def put(self, name: str, data: bytes, *, if_generation: int | None = None) -> int:
        """Write a blob whole and return its new generation.

        `if_generation=0` creates only; another number replaces exactly that generation; None replaces
        whatever is there. Raises ConflictError when the condition does not hold.
        """
        ...

    def get(self, name: str) -> tuple[bytes, int]:
        """The blob and its generation (never 0). Raises FileNotFoundError."""
        ...

    def put_file(self, name: str, path: Path) -> int:
        """Like `put` without a condition, streamed from a local file."""
        ...

    def begin(self, name: str) -> Upload:
        """Write a blob piece by piece; it replaces what is there now."""
        ...

    def join(self, name: str, parts: Sequence[str]) -> int:
        """Write a blob that is the parts, one behind the other; one part is copied. Parts are addresses: files for a
        folder, objects `gs://…` for Cloud Storage, which does it without sending them through this machine. Replaces
        what is there; its generation. Raises FileNotFoundError when a part is not there."""
        ...

    def open(self, name: str) -> BinaryIO:
        """Read a blob as a stream that can be sought in; of a large one only what is asked for is fetched. Raises
        FileNotFoundError."""
        ...

    def stat(self, name: str) -> BlobStat:
        """Size and generation of a blob. Raises FileNotFoundError."""
        ...

    def list(self, prefix: str = "") -> Iterator[str]:
        """The names that begin with the prefix, sorted."""
        ...

    def delete(self, name: str, *, if_generation: int | None = None) -> None:
        """Remove a blob; no error where there is none. With a generation only exactly that one is removed: raises
        ConflictError when another is there."""
        ...
