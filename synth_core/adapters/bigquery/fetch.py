"""Finished files on this machine, wherever they lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from google.cloud.storage import Client
from google.cloud.storage.blob import Blob

from synth_core.adapters.gcs.bucket import RETRY
from synth_core.adapters.google.clients import storage_client
from synth_core.adapters.google.errors import translated
from synth_core.errors import TargetError
from synth_core.files.scratch import ScratchFolder
from synth_core.model.places import is_bucket
from synth_core.ports import LoadFiles

CHUNK = 8 * 2**20
"""Bytes of an object that are read at a time."""
_ROLE = "roles/storage.objectViewer on the bucket"


@contextmanager
def local_copies(files: LoadFiles) -> Iterator[LoadFiles]:
    """The same files, with copies of those in a bucket. An error that names a copy names its address instead."""
    with ExitStack() as stack:
        names: dict[str, str] = {}
        if any(map(is_bucket, files.paths)):
            folder = stack.enter_context(ScratchFolder("load"))
            client = storage_client()
            stack.callback(client.close)
            for number, uri in enumerate(filter(is_bucket, files.paths)):
                copy = folder / f"{number:06}-{uri.rpartition('/')[2]}"
                names[uri] = str(copy)
                with _reading(uri), copy.open("wb") as stream:
                    blob(client, uri).download_to_file(stream, retry=RETRY)
        local = tuple(names.get(path, path) for path in files.paths)
        try:
            yield files.model_copy(update={"paths": local})
        except TargetError as error:
            message, hint = error.message, error.hint
            for uri, path in names.items():
                message = message.replace(path, uri)
            raise TargetError(message, hint=hint) from error


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """A file or object for reading; of an object only those parts come over that are read."""
    if not is_bucket(path):
        with reading_file(path), Path(path).open("rb") as stream:
            yield stream
        return
    client = storage_client()
    try:
        with _reading(path):
            found = blob(client, path)
            # Google's reader would ask for the size by itself, with a patience of its own.
            found.reload(retry=RETRY)
            with found.open("rb", chunk_size=CHUNK, retry=RETRY) as stream:
                yield stream
    finally:
        client.close()


def generations(uris: Sequence[str]) -> list[int]:
    """Which versions of objects are there now. Raises TargetError where there is none."""
    client = storage_client()
    try:
        found = []
        for uri in uris:
            with _reading(uri):
                one = blob(client, uri)
                one.reload(retry=RETRY)
                found.append(int(one.generation or 0))
        return found
    finally:
        client.close()


def list_objects(prefix: str) -> list[str]:
    """The addresses of objects that begin like this, sorted."""
    bucket, _, name = prefix.removeprefix("gs://").partition("/")
    client = storage_client()
    try:
        with _reading(prefix):
            found = client.list_blobs(bucket, prefix=name, retry=RETRY)
            return sorted(f"gs://{bucket}/{each.name}" for each in found)
    finally:
        client.close()


def blob(client: Client, uri: str) -> Blob:
    """The object behind `gs://bucket/name`; nothing is asked yet."""
    bucket, _, name = uri.removeprefix("gs://").partition("/")
    found: Blob = client.bucket(bucket).blob(name)
    return found


@contextmanager
def reading_file(path: str) -> Iterator[None]:
    """A file that can't be read, as a TargetError."""
    try:
        yield
    except OSError as error:
        raise TargetError(
            f"{path} can't be read: {error.strerror or error}.", hint="Is it still there?"
        ) from error


def _reading(uri: str) -> AbstractContextManager[None]:
    return translated(TargetError, f"{uri} can't be read", role=_ROLE)
