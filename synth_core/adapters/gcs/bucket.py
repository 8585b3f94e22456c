"""The calls to one bucket, with the client's errors as ours. Names are whatever they are there.

Objects are always taken as they are stored: one with `Content-Encoding: gzip` comes compressed. The service unpacks it
otherwise, and then ranges, sizes and checksums are of something else.
"""

from __future__ import annotations

import base64
import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import google_crc32c
from google.api_core import exceptions
from google.cloud.storage import Blob, Client
from google.cloud.storage.exceptions import DataCorruption
from google.cloud.storage.fileio import BlobWriter
from google.cloud.storage.retry import DEFAULT_RETRY

from synth_core.adapters.google.errors import translated
from synth_core.adapters.google.patience import patient
from synth_core.errors import SynthError, TargetError, TransientError
from synth_core.model.places import shown
from synth_core.ports import BlobStat

RETRY = patient(DEFAULT_RETRY)
"""Backs off with jitter after 429, 5xx and lost connections. All our writes have a condition, so each of them may be
sent again."""
MARK = "synth-write"
"""Metadata of each object that we write: which call wrote it. After a lost reply the client asks again, and is told
that the condition does not hold any more; by the mark a call knows its own work, even from an equal content of
somebody else."""
PART = 8 << 20
"""Bytes of an upload's part and of a range, at most."""
HELD = 2 << 20
"""Bytes of an object that is written piece by piece: so many are held in memory and sent at once. A worker may write
many files side by side."""
PAGE = 1000
READER = "Storage Object Viewer (roles/storage.objectViewer)"
WRITER = "Storage Object Admin (roles/storage.objectAdmin)"


class Pieces(BlobWriter):
    """Google's writer, but that what was not ended is not made: theirs makes an object of whatever has come when it is
    collected."""

    def __init__(self, blob: Blob, **options: Any) -> None:
        super().__init__(blob, **options)  # type: ignore[no-untyped-call]

    def __del__(self) -> None:
        """Nothing."""


class PreconditionError(Exception):
    """The condition of a write does not hold. `found` is what is there instead; None: nothing."""

    def __init__(self, found: BlobStat | None) -> None:
        super().__init__()
        self.found = found


@dataclass(frozen=True)
class Bucket:
    """One bucket; what goes wrong is an `error_class`, FileNotFoundError where an object is not there."""

    client: Client
    name: str
    error_class: type[SynthError]

    @property
    def uri(self) -> str:
        """`gs://BUCKET`."""
        return f"gs://{self.name}"

    def blob(self, name: str, generation: int | None = None) -> Blob:
        """Google's handle; asks nothing."""
        return Blob(name, self.client.bucket(self.name), chunk_size=None, generation=generation)

    def stat(self, name: str) -> BlobStat:
        """Raises FileNotFoundError."""
        return _stat_of(self._reloaded(name))

    def read(self, name: str) -> tuple[bytes, int]:
        """A whole object, its checksum compared. Raises FileNotFoundError."""
        blob = self.blob(name)
        with self.told(name, "read", READER):
            data: bytes = blob.download_as_bytes(raw_download=True, checksum="crc32c", retry=RETRY)
        return data, int(blob.generation)

    def read_range(self, file: BlobStat, start: int, end: int) -> bytes:
        """The bytes from `start` to before `end`, of exactly that generation. Raises FileNotFoundError when it is not
        there any more."""
        blob = self.blob(file.name, file.generation)
        with self.told(file.name, "read", READER):
            data: bytes = blob.download_as_bytes(
                start=start, end=end - 1, raw_download=True, checksum=None, retry=RETRY
            )
        if len(data) != end - start:
            raise TransientError(
                f"{self._shown(file.name)}: of {end - start:,} bytes from {start:,} on only {len(data):,} came.",
                hint="Try again.",
            )
        return data

    def list(self, prefix: str, *, deep: bool) -> Iterator[BlobStat]:
        """Objects by name; unless `deep`, a folder below the prefix is one entry of size 0."""
        pages = self.client.list_blobs(
            self.name,
            prefix=prefix or None,
            delimiter=None if deep else "/",
            page_size=PAGE,
            fields="items(name,size,generation),prefixes,nextPageToken",
            retry=RETRY,
        )
        found: list[BlobStat] = []
        folders: set[str] = set()
        with self.told(prefix, "listed", READER):
            for page in pages.pages:
                found += map(_stat_of, page)
                folders |= set(pages.prefixes)
        found += [BlobStat(name=name, size=0, generation=0) for name in folders]
        yield from sorted(found, key=lambda each: each.name)

    def write(self, name: str, stream: BinaryIO, size: int, mark: str, kind: str, if_generation: int) -> int:
        """Write an object from a stream that can be sought in, in parts if it is large; its generation. Raises
        PreconditionError."""
        blob = self.blob(name)
        blob.chunk_size = PART
        blob.metadata = {MARK: mark}
        is_large = size > PART
        with self.told(name, "written", WRITER, is_write=True):
            try:
                blob.upload_from_file(
                    stream,
                    size=size,
                    content_type=kind,
                    if_generation_match=if_generation,
                    # The service compares it before it makes the object. (For a large one the client would compare
                    # afterwards, and remove what it takes for damaged whoever wrote it.)
                    checksum=None if is_large else "crc32c",
                    crc32c_checksum_value=_checksum(stream) if is_large else None,
                    retry=RETRY,
                )
            except exceptions.PreconditionFailed as error:
                return self.own_work(name, mark, error)
        return int(blob.generation)

    def begin(self, name: str, mark: str, kind: str, if_generation: int) -> Pieces:
        """Google's writer of an object piece by piece; the service makes the object when the last one has come. Its
        errors are InvalidResponse."""
        blob = self.blob(name)
        blob.metadata = {MARK: mark}
        return Pieces(
            blob,
            chunk_size=HELD,
            content_type=kind,
            if_generation_match=if_generation,
            # It goes along with the last piece, and the service compares it.
            checksum="crc32c",
            retry=RETRY,
        )

    def own_work(self, name: str, mark: str, error: Exception | None = None) -> int:
        """After a condition did not hold: the generation of what this very call wrote before its reply was lost. Raises
        PreconditionError when it was somebody else."""
        found = self._found(name)
        if found is not None and (found.metadata or {}).get(MARK) == mark:
            return int(found.generation)
        raise PreconditionError(_stat_of(found) if found else None) from error

    def delete(self, name: str, if_generation: int) -> None:
        """Remove exactly that generation; nothing where there is none. Raises PreconditionError."""
        with self.told(name, "removed", WRITER):
            try:
                self.blob(name).delete(if_generation_match=if_generation, retry=RETRY)
            except exceptions.NotFound:
                return
            except exceptions.PreconditionFailed as error:
                found = self._found(name)
                # The answer to an earlier try was lost, or somebody else was faster.
                if found is not None:
                    raise PreconditionError(_stat_of(found)) from error

    def _reloaded(self, name: str) -> Blob:
        blob = self.blob(name)
        with self.told(name, "read", READER):
            blob.reload(retry=RETRY)
        return blob

    def _found(self, name: str) -> Blob | None:
        try:
            return self._reloaded(name)
        except FileNotFoundError:
            return None

    @contextmanager
    def told(self, name: str, what: str, role: str, *, is_write: bool = False) -> Iterator[None]:
        """The client's errors in the block as ours; a missing object is a FileNotFoundError."""
        place = self._shown(name)
        with translated(self.error_class, f"{place} can't be {what}", role=f"{role} on {self.uri}"):
            try:
                yield
            except exceptions.NotFound as error:
                if is_write or what == "listed":
                    raise self.error_class(
                        f"There is no bucket {self.uri}.",
                        hint=f"Check its name, or make it: `gcloud storage buckets create {self.uri} --location=…`.",
                    ) from error
                raise FileNotFoundError(errno.ENOENT, "there is no such object", place) from None
            except DataCorruption as error:
                raise TransientError(f"{place} arrived damaged: {error}", hint="Try again.") from error

    def _shown(self, name: str) -> str:
        return shown(f"{self.uri}/{name}")


def location_of(client: Client, name: str) -> str:
    """Where a bucket is (`EU`, `US-EAST1`); empty where the caller may not know, as its role may be about objects only.
    Raises TargetError where there is none."""
    bucket = Bucket(client, name, TargetError)
    with bucket.told("", "listed", READER):
        try:
            return str(client.get_bucket(name, retry=RETRY).location or "")
        except exceptions.Forbidden:
            return ""


def _stat_of(blob: Blob) -> BlobStat:
    return BlobStat(name=blob.name, size=int(blob.size), generation=int(blob.generation))


def _checksum(stream: BinaryIO) -> str:
    """As Cloud Storage writes it; the stream is at its beginning afterwards."""
    checksum = 0
    while data := stream.read(1 << 20):
        checksum = google_crc32c.extend(checksum, data)
    stream.seek(0)
    return base64.b64encode(checksum.to_bytes(4, "big")).decode()
