"""What every module of the adapter needs to know: the client, the dataset, the limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from google.api_core import exceptions
from google.cloud import bigquery

from synth_core.adapters.bigquery.jobs import RETRY
from synth_core.adapters.bigquery.names import qualified
from synth_core.adapters.google.clients import bigquery_client
from synth_core.adapters.google.errors import translated
from synth_core.errors import SourceError, SynthError, TargetError, UsageError

LEAST_BILLED = 10 * 2**20
"""Of a query that reads anything."""


@dataclass(frozen=True)
class Limits:
    """What a query may read, and what it costs."""

    max_bytes_billed: int = 100 * 2**30
    """Of one query."""
    price_per_tib: float = 6.25
    """Dollars."""

    def billed(self, bytes: int) -> int:
        """What is billed for reading so much; nothing where the service says that it reads nothing."""
        return max(LEAST_BILLED, bytes) if bytes else 0

    def exceeded(self, bytes: int) -> bool:
        """Reading so much is refused."""
        return self.billed(bytes) > self.max_bytes_billed

    def dollars(self, bytes: int) -> float:
        """The price of a query that reads so much."""
        return bytes / 2**40 * self.price_per_tib


@dataclass
class Connection:
    """One dataset, and the client that bills jobs about it to `client.project`."""

    client: bigquery.Client
    project: str
    """Of the dataset."""
    dataset: str
    wanted_location: str = ""
    """Where the dataset is made if it is not there."""
    limits: Limits = field(default_factory=Limits)
    read_only: bool = False
    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Tables of a source as `tables.get` returned them: it is asked once."""
    _found: bigquery.Dataset | None = None

    @classmethod
    def open(
        cls,
        project: str,
        dataset: str,
        *,
        billing_project: str = "",
        location: str = "",
        limits: Limits | None = None,
        read_only: bool = False,
    ) -> Connection:
        """Connect to a dataset; nothing is asked yet. Jobs are billed to the dataset's own project unless another is
        named."""
        if not project or not dataset:
            raise UsageError("A project and a dataset are needed.", hint="Write `bigquery:PROJECT.DATASET`.")
        return cls(
            client=bigquery_client(billing_project or project),
            project=project,
            dataset=dataset,
            wanted_location=location,
            limits=limits or Limits(),
            read_only=read_only,
        )

    @property
    def uri(self) -> str:
        """The dataset's address."""
        return f"bigquery:{self.project}.{self.dataset}"

    @property
    def error(self) -> type[SynthError]:
        """The error of this side."""
        return SourceError if self.read_only else TargetError

    @property
    def reference(self) -> bigquery.DatasetReference:
        """The dataset for the client."""
        return bigquery.DatasetReference(self.project, self.dataset)

    def table(self, table: str) -> bigquery.TableReference:
        """A table of the dataset for the client."""
        return self.reference.table(table)

    def name_of(self, table: str) -> str:
        """A table of the dataset for SQL."""
        return qualified(self.project, self.dataset, table)

    def find(self) -> bigquery.Dataset | None:
        """The dataset as it is, asked for once; None where there is none. `forget` makes it be asked for again."""
        if self._found is None:
            with translated(self.error, f"{self.uri} can't be read", role="roles/bigquery.metadataViewer"):
                try:
                    self._found = self.client.get_dataset(self.reference, retry=RETRY)
                except exceptions.NotFound:
                    return None
        return self._found

    def forget(self) -> None:
        """The dataset was made or changed."""
        self._found = None

    @property
    def location(self) -> str:
        """Where the dataset is, and so its jobs must run; where it would be made if there is none. May be empty for a
        stand-in that has no locations."""
        found = self.find()
        return str((found.location if found else "") or self.wanted_location or "")

    def close(self) -> None:
        """Let go of the client's sockets."""
        self.client.close()
