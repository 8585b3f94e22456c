"""Objects below a prefix of a bucket as object store."""

from __future__ import annotations

import io
import mimetypes
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from google.cloud.storage import Client

from synth_core.adapters.blob_names import LONGEST, RESERVED, check_name
from synth_core.adapters.gcs.bucket import Bucket, PreconditionError
from synth_core.adapters.gcs.join import MOST, compose, copy
from synth_core.adapters.gcs.stream import RangeReader
from synth_core.adapters.gcs.upload import BucketUpload
from synth_core.errors import ConflictError, ProjectError, SynthError, TransientError
from synth_core.model.places import parse_place, shown
from synth_core.ports import BlobStat

_BUFFER = 1 << 20
_TRIES = 20
"""So often a write without a condition of its own is begun anew because somebody else wrote at the same time."""


class BucketStore:
    """Blobs as objects `gs://bucket/prefix/<name>`; their generations are Cloud Storage's own. What goes wrong is an
    `error_class`.

    Every write has a condition, so that the client may send it again when no reply came.
    """

    def __init__(
        self, client: Client, bucket: str, prefix: str = "", *, error_class: type[SynthError] = ProjectError
    ) -> None:
        self._bucket = Bucket(client, bucket, error_class)
        self._prefix = f"{prefix}/" if prefix else ""

    @property
    def uri(self) -> str:
        """`gs://BUCKET/PREFIX`."""
        return f"{self._bucket.uri}/{self._prefix}".rstrip("/")

    def put(self, name: str, data: bytes, *, if_generation: int | None = None) -> int:
        """See `ObjectStore.put`."""
        return self._write(name, lambda: io.BytesIO(data), len(data), if_generation)

    def put_file(self, name: str, path: Path) -> int:
        """See `ObjectStore.put_file`. A large file goes in parts, of which only one is in memory."""
        return self._write(name, lambda: path.open("rb"), path.stat().st_size, None)

    def begin(self, name: str) -> BucketUpload:
        """See `ObjectStore.begin`. 2 MiB of it are on this machine."""
        place = self._object(name)
        return BucketUpload(self._bucket, place, _kind_of(name), self._generation(place))

    def join(self, name: str, parts: Sequence[str]) -> int:
        """See `ObjectStore.join`; at most 32 parts. Those of other buckets are copied into this one first."""
        if not 1 <= len(parts) <= MOST:
            raise ValueError(f"{len(parts)} parts can't be joined, only 1 to {MOST}")
        if len(parts) == 1:
            return self._copy(name, parts[0])
        near: list[BlobStat] = []
        copies: list[str] = []
        try:
            for number, part in enumerate(parts):
                source, inside = self._other(part)
                if source.name != self._bucket.name:
                    copies.append(f"{name}.part{number}")
                    self._copy(copies[-1], part)
                    source, inside = self._bucket, self._object(copies[-1])
                near.append(source.stat(inside))
            place, mark, kind = self._object(name), uuid.uuid4().hex, _kind_of(name)
            return self._trying(
                name, lambda expected: compose(self._bucket, place, near, mark, kind, expected)
            )
        finally:
            for copied in copies:
                self.delete(copied)

    def get(self, name: str) -> tuple[bytes, int]:
        """See `ObjectStore.get`. The checksum is compared."""
        return self._bucket.read(self._object(name))

    def open(self, name: str) -> BinaryIO:
        """See `ObjectStore.open`: the generation that is there now, by ranges."""
        found = self._bucket.stat(self._object(name))
        return io.BufferedReader(RangeReader(self._bucket.read_range, found), _BUFFER)

    def stat(self, name: str) -> BlobStat:
        """See `ObjectStore.stat`."""
        return self._bucket.stat(self._object(name)).model_copy(update={"name": name})

    def list(self, prefix: str = "") -> Iterator[str]:
        """See `ObjectStore.list`. Passes over objects that are no blobs of a store, such as placeholders of folders."""
        for found in self._bucket.list(self._prefix + prefix, deep=True):
            name = found.name.removeprefix(self._prefix)
            if _is_name(name):
                yield name

    def delete(self, name: str, *, if_generation: int | None = None) -> None:
        """See `ObjectStore.delete`."""
        place = self._object(name)
        for _ in range(_TRIES):
            try:
                expected = self._bucket.stat(place).generation if if_generation is None else if_generation
            except FileNotFoundError:
                return
            try:
                return self._bucket.delete(place, expected)
            except PreconditionError as error:
                if if_generation is not None:
                    raise self._conflict(name, if_generation, error) from error
        raise self._contended(name)

    def _copy(self, name: str, part: str) -> int:
        source, inside = self._other(part)
        found = source.stat(inside)
        place, mark, kind = self._object(name), uuid.uuid4().hex, _kind_of(name)
        return self._trying(
            name, lambda expected: copy(self._bucket, place, source, found, mark, kind, expected)
        )

    def _trying(self, name: str, write: Callable[[int], int]) -> int:
        """Write over whatever is there."""
        for _ in range(_TRIES):
            try:
                return write(self._generation(self._object(name)))
            except PreconditionError:
                continue
        raise self._contended(name)

    def _other(self, address: str) -> tuple[Bucket, str]:
        """The bucket and the object of an address."""
        place = parse_place(address)
        return Bucket(self._bucket.client, place.bucket, self._bucket.error_class), place.name

    def _write(self, name: str, opened: Callable[[], BinaryIO], size: int, if_generation: int | None) -> int:
        place = self._object(name)
        mark, kind = uuid.uuid4().hex, _kind_of(name)
        for _ in range(_TRIES):
            expected = self._generation(place) if if_generation is None else if_generation
            try:
                with opened() as stream:
                    return self._bucket.write(place, stream, size, mark, kind, expected)
            except PreconditionError as error:
                if if_generation is not None:
                    raise self._conflict(name, if_generation, error) from error
        raise self._contended(name)

    def _generation(self, place: str) -> int:
        try:
            return self._bucket.stat(place).generation
        except FileNotFoundError:
            return 0

    def _object(self, name: str) -> str:
        check_name(name)
        place = self._prefix + name
        if "\n" in name or "\r" in name or len(place.encode()) > LONGEST:
            raise ProjectError(
                f"{name!r} can't name an object.",
                hint=f"Cloud Storage takes no line ends, and at most {LONGEST} bytes with the prefix.",
            )
        return place

    def _conflict(self, name: str, expected: int, error: PreconditionError) -> ConflictError:
        found = error.found.generation if error.found else 0
        return ConflictError(
            f"{shown(name)} was changed by someone else: expected generation {expected}, found {found}.",
            hint="Read it again and repeat the change.",
        )

    def _contended(self, name: str) -> TransientError:
        return TransientError(
            f"{self.uri}/{shown(name)} is being written by others all the time.", hint="Try again."
        )


def _is_name(name: str) -> bool:
    try:
        return not any(part.startswith(RESERVED) for part in check_name(name))
    except ProjectError:
        return False


def _kind_of(name: str) -> str:
    """The media type that browsers and other tools are told."""
    kind, packed = mimetypes.guess_type(name)
    return "application/gzip" if packed else kind or "application/octet-stream"
