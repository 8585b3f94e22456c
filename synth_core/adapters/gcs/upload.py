"""An object that is written piece by piece, by Google's resumable upload: the service makes it when the last one has
come, and forgets an upload that nobody ends."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from google.api_core import exceptions
from google.cloud.storage.exceptions import InvalidResponse

from synth_core.adapters.gcs.bucket import WRITER, Bucket, PreconditionError
from synth_core.errors import SynthError, TransientError
from synth_core.model.places import shown


class BucketUpload:
    """See `ports.Upload`. The object replaces the generation that is there when it begins; 0: none."""

    def __init__(self, bucket: Bucket, name: str, kind: str, if_generation: int) -> None:
        self._bucket, self._name = bucket, name
        self._mark = uuid.uuid4().hex
        self._writer: Any = bucket.begin(name, self._mark, kind, if_generation)

    def write(self, data: bytes, /) -> None:
        """See `Upload.write`."""
        with self._told():
            try:
                with _as_of_other_calls():
                    self._writer.write(data)
            except exceptions.PreconditionFailed as error:
                raise self._changed() from error

    def commit(self) -> int:
        """See `Upload.commit`. The generation is asked for, as Google's writer does not tell it."""
        with self._told(), suppress(exceptions.PreconditionFailed), _as_of_other_calls():
            self._writer.close()
        try:
            # Where the condition did not hold, the mark tells a lost reply from somebody else's work.
            return self._bucket.own_work(self._name, self._mark)
        except PreconditionError as error:
            raise self._changed() from error

    def discard(self) -> None:
        """See `Upload.discard`."""
        # The service forgets it by itself, within a week.
        with suppress(SynthError), self._told(), _as_of_other_calls():
            self._writer.terminate()

    def _changed(self) -> TransientError:
        place = shown(f"{self._bucket.uri}/{self._name}")
        return TransientError(f"{place} was changed while it was written.", hint="Resume the run.")

    @contextmanager
    def _told(self) -> Iterator[None]:
        with self._bucket.told(self._name, "written", WRITER, is_write=True):
            yield


@contextmanager
def _as_of_other_calls() -> Iterator[None]:
    """The errors of an upload's parts are of another family; they hold the same replies."""
    try:
        yield
    except InvalidResponse as error:
        response: Any = error.response
        text = response.text or str(error)
        raise exceptions.from_http_status(response.status_code, text, response=response) from error
