"""What there is in BigQuery: projects, their datasets, and their tables.

Only calls that cost nothing: lists, which come in pages, and one `get` for each table of the page that is shown, since
no list tells rows, bytes and the last change.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from google.api_core.exceptions import Forbidden, NotFound
from google.api_core.page_iterator import Iterator as Pages
from google.cloud import bigquery
from google.cloud.bigquery.dataset import DatasetListItem
from google.cloud.bigquery.table import TableListItem

from synth_core.adapters.bigquery.jobs import RETRY
from synth_core.adapters.google.errors import message_of, translated
from synth_core.adapters.paging import take
from synth_core.errors import SourceError
from synth_core.model.listing import Entry, EntryKind, Listing

PAGE = 1000
"""Names in one answer of the service."""
OURS = "_synth_"
"""How tables begin that runs make for a while."""
AT_ONCE = 8
"""Tables that are asked about at the same time; the client may be shared among threads."""
_KINDS = {
    "VIEW": EntryKind.VIEW,
    "MATERIALIZED_VIEW": EntryKind.VIEW,
    "EXTERNAL": EntryKind.EXTERNAL,
}


class Projects:
    """The projects that the caller may see."""

    def __init__(self, client: bigquery.Client) -> None:
        self._client = client

    def list(self, *, search: str = "", limit: int = 50, token: str = "") -> Listing:
        """See `Catalogue.list`. The search also looks at the projects' display names."""
        with translated(SourceError, "projects can't be listed", role="roles/browser"):
            found, following, looked_at = take(
                lambda native: _page(
                    self._client.list_projects(page_token=native or None, page_size=PAGE, retry=RETRY)
                ),
                lambda each: _matches(search, each.project_id, each.friendly_name),
                limit,
                token,
            )
        entries = tuple(
            Entry(
                kind=EntryKind.PROJECT,
                name=each.project_id,
                uri=f"bigquery:{each.project_id}",
                about=each.friendly_name if each.friendly_name != each.project_id else "",
            )
            for each in found
        )
        return Listing(place="", entries=entries, next_token=following, looked_at=looked_at)


class Datasets:
    """The datasets of a project that the caller may see."""

    def __init__(self, client: bigquery.Client, project: str) -> None:
        self._client, self._project = client, project

    def list(self, *, search: str = "", limit: int = 50, token: str = "") -> Listing:
        """See `Catalogue.list`."""
        with translated(
            SourceError,
            f"the datasets of project {self._project} can't be listed",
            role="roles/bigquery.metadataViewer",
            missing="Check the project's id: `synth sources` lists those that you may see.",
        ):
            found, following, looked_at = take(
                lambda native: _page(
                    self._client.list_datasets(
                        self._project, page_token=native or None, page_size=PAGE, retry=RETRY
                    )
                ),
                lambda each: _matches(search, each.dataset_id, each.friendly_name),
                limit,
                token,
            )
        return Listing(
            place=f"bigquery:{self._project}",
            entries=tuple(map(self._entry, found)),
            next_token=following,
            looked_at=looked_at,
        )

    def _entry(self, item: DatasetListItem) -> Entry:
        return Entry(
            kind=EntryKind.DATASET,
            name=item.dataset_id,
            uri=f"bigquery:{item.project}.{item.dataset_id}",
            # The list tells it; the client has no name for it.
            location=str(item._properties.get("location") or ""),
            about=item.friendly_name or "",
        )


class Tables:
    """The tables, views and external tables of a dataset."""

    def __init__(self, client: bigquery.Client, project: str, dataset: str) -> None:
        self._client, self._project, self._dataset = client, project, dataset

    def list(self, *, search: str = "", limit: int = 50, token: str = "") -> Listing:
        """See `Catalogue.list`."""
        name = f"{self._project}.{self._dataset}"
        with translated(
            SourceError,
            f"the tables of {name} can't be listed",
            role="roles/bigquery.metadataViewer",
            missing=f"`synth sources bigquery:{self._project}` lists the datasets that there are.",
        ):
            found, following, looked_at = take(
                lambda native: _page(
                    self._client.list_tables(name, page_token=native or None, page_size=PAGE, retry=RETRY)
                ),
                lambda each: (
                    not each.table_id.startswith(OURS) and _matches(search, each.table_id, each.friendly_name)
                ),
                limit,
                token,
            )
            with ThreadPoolExecutor(AT_ONCE) as pool:
                entries = tuple(pool.map(self._entry, found))
        return Listing(place=f"bigquery:{name}", entries=entries, next_token=following, looked_at=looked_at)

    def _entry(self, item: TableListItem) -> Entry:
        entry = Entry(
            kind=_KINDS.get(item.table_type, EntryKind.TABLE),
            name=item.table_id,
            uri=f"bigquery:{self._project}.{self._dataset}#{item.table_id}",
            about=item.friendly_name or "",
        )
        try:
            table = self._client.get_table(item.reference, retry=RETRY)
        except (Forbidden, NotFound) as error:
            # Listed is not readable, and a table may go while we look.
            return entry.model_copy(update={"about": message_of(error)})
        return entry.model_copy(
            update={
                "rows": table.num_rows if entry.kind is EntryKind.TABLE else None,
                "bytes": table.num_bytes if entry.kind is EntryKind.TABLE else None,
                "changed": table.modified,
                "location": table.location or "",
                "about": table.description or entry.about,
            }
        )


def _page(pages: Pages) -> tuple[Sequence[Any], str]:
    """The items of the first page, and the token of the next."""
    return tuple(next(pages.pages, ())), pages.next_page_token or ""


def _matches(search: str, *names: str | None) -> bool:
    return not search or any(search.casefold() in name.casefold() for name in names if name)
