"""An object as a stream that fetches only what is read."""

from __future__ import annotations

import io
from collections.abc import Callable

from synth_core.adapters.gcs.bucket import PART
from synth_core.ports import BlobStat

Fetch = Callable[[BlobStat, int, int], bytes]


class RangeReader(io.RawIOBase):
    """Each read is one request for a range of one generation, of at most 8 MiB; nothing is read ahead."""

    def __init__(self, fetch: Fetch, file: BlobStat) -> None:
        super().__init__()
        self._fetch, self._file = fetch, file
        self._position = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As of any file."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._file.size}[whence]
        if start + offset < 0:
            raise ValueError(f"there is nothing before the beginning ({start + offset})")
        self._position = start + offset
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        """At most `size` bytes, fewer where a range would be too long; all without one."""
        if size is None or size < 0:
            return self.readall()
        end = min(self._position + min(size, PART), self._file.size)
        if end <= self._position:
            return b""
        data = self._fetch(self._file, self._position, end)
        self._position += len(data)
        return data

    def readinto(self, buffer: object, /) -> int:
        """See `io.RawIOBase`."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        """Whatever is left, range by range."""
        parts = []
        while data := self.read(PART):
            parts.append(data)
        return b"".join(parts)
