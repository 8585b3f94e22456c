"""Objects made of others by the service itself: nothing passes through this machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from google.api_core import exceptions
from google.cloud.storage import Blob

from synth_core.adapters.gcs.bucket import MARK, RETRY, WRITER, Bucket, PreconditionError
from synth_core.ports import BlobStat

MOST = 32
"""Objects that one composition takes."""


def compose(bucket: Bucket, name: str, parts: Sequence[BlobStat], mark: str, kind: str, expected: int) -> int:
    """Write an object that is the given generations of others of its bucket, one behind the other; its generation.
    Raises PreconditionError when what is there is not of the expected generation."""
    blob = _destination(bucket, name, mark, kind)
    sources = [bucket.blob(part.name, part.generation) for part in parts]
    with bucket.told(name, "written", WRITER):
        try:
            blob.compose(sources, if_generation_match=expected, retry=RETRY)
        except exceptions.PreconditionFailed as error:
            return bucket.own_work(name, mark, error)
    return int(blob.generation)


def copy(
    bucket: Bucket, name: str, source: Bucket, part: BlobStat, mark: str, kind: str, expected: int
) -> int:
    """Write an object that is that generation of another, of any bucket; its generation. Raises PreconditionError."""
    blob = _destination(bucket, name, mark, kind)
    token: Any = None
    with bucket.told(name, "written", WRITER):
        while True:
            try:
                # A large object takes several calls, each of which goes on where the last one ended.
                token, _, _ = blob.rewrite(
                    source.blob(part.name, part.generation),
                    token=token,
                    if_generation_match=expected,
                    retry=RETRY,
                )
            except exceptions.PreconditionFailed as error:
                return bucket.own_work(name, mark, error)
            if token is None:
                return int(blob.generation)


def _destination(bucket: Bucket, name: str, mark: str, kind: str) -> Blob:
    blob = bucket.blob(name)
    blob.metadata = {MARK: mark}
    blob.content_type = kind
    return blob


__all__ = ["MOST", "PreconditionError", "compose", "copy"]
