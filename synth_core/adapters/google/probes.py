"""Asks Google's services whether what the job needs is there, by the cheapest real calls."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import google.auth
from google.auth.transport.requests import Request

from synth_core.adapters.google.clients import SCOPES, bigquery_client, storage_client
from synth_core.adapters.google.outcomes import ERRORS, answer_to
from synth_core.adapters.google.probe_bigquery import BigQueryProbe
from synth_core.adapters.google.probe_model import ask_model
from synth_core.adapters.google.probe_storage import ask_bucket
from synth_core.checkup.answers import Answer, Outcome


class GoogleProbes:
    """Implements `Probes`; the project pays for the calls. With `stand_ins`, which say what serves instead, nobody
    signs in."""

    def __init__(self, project: str, stand_ins: str = "") -> None:
        self._project, self._stand_ins = project, stand_ins

    @cached_property
    def _bigquery(self) -> BigQueryProbe:
        return BigQueryProbe(bigquery_client(self._project))

    def credentials(self) -> Answer:
        """See `Probes.credentials`: a token is fetched with them."""
        if self._stand_ins:
            return Answer(outcome=Outcome.FINE, said=f"Nobody signs in: {self._stand_ins}.")
        try:
            found, _ = google.auth.default(scopes=SCOPES)
            found.refresh(Request())
        except ERRORS as error:
            return answer_to(error)
        who = str(getattr(found, "service_account_email", "") or getattr(found, "account", "") or "")
        return Answer(outcome=Outcome.FINE, said=f"They hold{f', for {who}' if who else ''}.")

    def query(self, project: str, location: str) -> Answer:
        """See `Probes.query`."""
        return self._bigquery.query(location)

    def dataset(self, name: str) -> Answer:
        """See `Probes.dataset`."""
        return self._bigquery.dataset(name)

    def tables(self, dataset: str) -> Answer:
        """See `Probes.tables`."""
        return self._bigquery.tables(dataset)

    def read(self, table: str, permissions: Sequence[str]) -> Answer:
        """See `Probes.read`."""
        return self._bigquery.read(table, permissions)

    def create_dataset(self, name: str, location: str) -> Answer:
        """See `Probes.create_dataset`."""
        return self._bigquery.create_dataset(name, location)

    def write(self, dataset: str, table: str = "") -> Answer:
        """See `Probes.write`."""
        return self._bigquery.add_rows(dataset, table) if table else self._bigquery.make_table(dataset)

    def bucket(self, name: str, permissions: Sequence[str]) -> Sequence[Answer]:
        """See `Probes.bucket`."""
        return ask_bucket(storage_client(self._project), name, permissions)

    def model(self, model: str, project: str, location: str, endpoint: str) -> Answer:
        """See `Probes.model`."""
        return ask_model(model, project, location, endpoint)
