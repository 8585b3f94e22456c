"""Where the bytes of one file go while it is written: it appears at its place when it is whole, or not at all."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Protocol


class Sink(Protocol):
    """Takes the bytes of one file in order. Raises OSError or SynthError where they can't be kept."""

    @property
    def place(self) -> str:
        """Where the file will be: a path or an address."""
        ...

    def open(self) -> None:
        """Begin."""
        ...

    def write(self, data: Any, /) -> None:
        """More bytes."""
        ...

    def commit(self) -> None:
        """That was all: the file appears at its place, and replaces what is there."""
        ...

    def discard(self) -> None:
        """There will be no file; nothing stays. Raises nothing: an error has led here."""
        ...


class FileSink:
    """A file of this machine; until it is whole it is called `NAME.part`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = path.with_name(f"{path.name}.part")
        self._stream: BinaryIO | None = None

    @property
    def place(self) -> str:
        """See `Sink.place`."""
        return str(self.path)

    def open(self) -> None:
        """See `Sink.open`."""
        self._stream = self._part.open("wb")

    def write(self, data: Any, /) -> None:
        """See `Sink.write`."""
        assert self._stream is not None
        self._stream.write(data)

    def commit(self) -> None:
        """See `Sink.commit`."""
        assert self._stream is not None
        self._stream.close()
        self._part.replace(self.path)

    def discard(self) -> None:
        """See `Sink.discard`."""
        # No space is left, say: then closing fails as well.
        with suppress(OSError):
            if self._stream is not None:
                self._stream.close()
        with suppress(OSError):
            self._part.unlink(missing_ok=True)
