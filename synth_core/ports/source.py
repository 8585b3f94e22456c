"""What is looked through for sources, and the files of a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Protocol

from synth_core.model.listing import Listing
from synth_core.ports.store import BlobStat


class Catalogue(Protocol):
    """What is at one place, for somebody who looks for sources."""

    def list(self, *, search: str = "", limit: int = 50, token: str = "") -> Listing:
        """A page of what is there, of which the name holds `search` in any case. Raises SourceError where the place
        can't be listed, UsageError for a token that no page gave."""
        ...


class SourceFiles(Protocol):
    """The files of one bucket that tables are read from. Names are whatever they are there: no two of them mean the
    same, none leads anywhere else."""

    uri: str
    """`gs://BUCKET`."""

    def list(self, prefix: str = "", *, deep: bool = True) -> Iterator[BlobStat]:
        """The files whose names begin with the prefix, sorted; unless `deep`, those with a `/` behind it are one entry
        that ends with it. Raises SourceError when the bucket is not there or can't be read."""
        ...

    def stat(self, name: str) -> BlobStat:
        """Size and generation. Raises FileNotFoundError."""
        ...

    def open(self, file: BlobStat) -> BinaryIO:
        """Exactly that generation, as it is stored; each read fetches what it asks for, or less of it, and nothing
        else. Reading raises SourceError when the file was changed or removed."""
        ...
