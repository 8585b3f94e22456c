"""What there is in Cloud Storage: buckets of a project, folders and objects of a bucket."""

from __future__ import annotations

from collections.abc import Sequence

from google.cloud.storage import Blob, Bucket, Client

from synth_core.adapters.google.errors import translated
from synth_core.adapters.paging import take
from synth_core.errors import SourceError, UsageError
from synth_core.model.listing import Entry, EntryKind, Listing
from synth_core.model.sources import is_table

PAGE = 1000
"""Names in one answer of the service."""


class Buckets:
    """The buckets of a project."""

    def __init__(self, client: Client, project: str) -> None:
        if not project:
            raise UsageError("Buckets belong to a project, and none is named.", hint="Set PROJECT_ID.")
        self._client, self._project = client, project

    def list(self, *, search: str = "", limit: int = 50, token: str = "") -> Listing:
        """See `Catalogue.list`."""

        def read(native: str) -> tuple[Sequence[Bucket], str]:
            pages = self._client.list_buckets(
                project=self._project, page_token=native or None, page_size=PAGE
            )
            return tuple(next(pages.pages, ())), pages.next_page_token or ""

        with translated(
            SourceError,
            f"the buckets of project {self._project} can't be listed",
            role="roles/storage.bucketViewer",
        ):
            found, following, looked_at = take(
                read, lambda each: search.casefold() in each.name.casefold(), limit, token
            )
        entries = tuple(
            Entry(
                kind=EntryKind.BUCKET,
                name=each.name,
                uri=f"gs://{each.name}",
                changed=each.updated or each.time_created,
                location=(each.location or "").lower(),
            )
            for each in found
        )
        return Listing(place="gs://", entries=entries, next_token=following, looked_at=looked_at)


class Objects:
    """Folders and objects below a prefix; where it is no folder, those whose names begin with it."""

    def __init__(self, client: Client, bucket: str, prefix: str) -> None:
        self._client, self._bucket, self._prefix = client, bucket, prefix

    def list(self, *, search: str = "", limit: int = 50, token: str = "") -> Listing:
        """See `Catalogue.list`."""
        place = f"gs://{self._bucket}/{self._prefix}".rstrip("/")
        with translated(
            SourceError,
            f"{place} can't be listed",
            role="roles/storage.objectViewer",
            missing="Check the bucket's name: `synth sources gs://` lists those of your project.",
        ):
            folder = f"{self._prefix}/" if self._prefix else ""
            if folder and not self._read(folder, "", size=1)[0]:
                folder = self._prefix
            found, following, looked_at = take(
                lambda native: self._read(folder, native),
                lambda each: search.casefold() in each.name.casefold(),
                limit,
                token,
            )
        return Listing(place=place, entries=tuple(found), next_token=following, looked_at=looked_at)

    def _read(self, prefix: str, native: str, size: int = PAGE) -> tuple[Sequence[Entry], str]:
        """The entries of one of the service's pages, folders first."""
        pages = self._client.list_blobs(
            self._bucket,
            prefix=prefix or None,
            delimiter="/",
            page_token=native or None,
            page_size=size,
            fields="items(name,size,updated),prefixes,nextPageToken",
        )
        blobs: Sequence[Blob] = tuple(next(pages.pages, ()))
        parent = prefix[: prefix.rfind("/") + 1]
        folders = [
            Entry(
                kind=EntryKind.FOLDER,
                name=each.removeprefix(parent),
                uri=f"gs://{self._bucket}/{each.rstrip('/')}",
            )
            for each in sorted(pages.prefixes)
        ]
        # A name that ends with a slash stands for the folder itself.
        files = [self._file(each, parent) for each in blobs if not each.name.endswith("/")]
        return [*folders, *files], pages.next_page_token or ""

    def _file(self, blob: Blob, parent: str) -> Entry:
        return Entry(
            kind=EntryKind.FILE if is_table(blob.name) else EntryKind.OTHER,
            name=blob.name.removeprefix(parent),
            uri=f"gs://{self._bucket}/{blob.name}" if is_table(blob.name) else "",
            bytes=blob.size,
            changed=blob.updated,
        )
