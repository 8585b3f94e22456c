"""Objects of a bucket as files that tables are read from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, cast

from google.cloud.storage import Client

from synth_core.adapters.gcs.bucket import Bucket
from synth_core.adapters.gcs.stream import RangeReader
from synth_core.errors import SourceError
from synth_core.model.places import shown
from synth_core.ports import BlobStat


class BucketFiles:
    """All objects of one bucket; nothing is ever written."""

    def __init__(self, client: Client, bucket: str) -> None:
        self._bucket = Bucket(client, bucket, SourceError)
        self.uri = self._bucket.uri

    def list(self, prefix: str = "", *, deep: bool = True) -> Iterator[BlobStat]:
        """See `SourceFiles.list`."""
        return self._bucket.list(prefix, deep=deep)

    def stat(self, name: str) -> BlobStat:
        """See `SourceFiles.stat`."""
        return self._bucket.stat(name)

    def open(self, file: BlobStat) -> BinaryIO:
        """See `SourceFiles.open`."""
        return cast(BinaryIO, RangeReader(self._fetch, file))

    def _fetch(self, file: BlobStat, start: int, end: int) -> bytes:
        try:
            return self._bucket.read_range(file, start, end)
        except FileNotFoundError:
            raise SourceError(
                f"{shown(f'{self.uri}/{file.name}')} was changed or removed while it was read.",
                hint="Wait until nobody writes there, then try again.",
            ) from None
