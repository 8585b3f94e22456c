"""The one place that makes Google's clients.

`BIGQUERY_EMULATOR_HOST` and `STORAGE_EMULATOR_HOST` (URLs) lead to stand-ins; with them nobody signs in. Everywhere
else the application-default credentials are used.
"""

from __future__ import annotations

import os
from importlib.metadata import version

import google.auth
from google.api_core.client_info import ClientInfo
from google.auth import exceptions
from google.auth.credentials import AnonymousCredentials, Credentials
from google.cloud import bigquery
from google.cloud.storage import Client as StorageClient

from synth_core.adapters.google.hosts import check_no_detour
from synth_core.errors import SynthError, UsageError

SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
LABELS = {"synth-studio": "true"}
"""On every job and every table that we make."""


def bigquery_client(project: str, location: str = "") -> bigquery.Client:
    """A client that bills jobs to the project. With a location, its jobs run there."""
    host = os.environ.get("BIGQUERY_EMULATOR_HOST", "")
    _check_url("BIGQUERY_EMULATOR_HOST", host)
    return bigquery.Client(
        project=project,
        credentials=AnonymousCredentials() if host else credentials(),
        location=location or None,
        client_info=ClientInfo(user_agent=_agent()),
    )


def storage_client(project: str = "") -> StorageClient:
    """A client for objects. A project is needed to make buckets only."""
    host = os.environ.get("STORAGE_EMULATOR_HOST", "")
    _check_url("STORAGE_EMULATOR_HOST", host)
    if not host:
        check_no_detour("API_ENDPOINT_OVERRIDE")
    client = StorageClient(
        project=project or None,
        credentials=AnonymousCredentials() if host else credentials(),
        client_info=ClientInfo(user_agent=_agent()),
    )
    # Else it asks for the bucket in the background after each 404, for traces that nobody takes; that needs a
    # permission which whoever may use objects often lacks.
    client._bucket_metadata_cache = None  # type: ignore[assignment]
    return client


def credentials() -> Credentials:
    """The application-default credentials. Raises SynthError where there are none."""
    try:
        found, _ = google.auth.default(scopes=SCOPES)
    except exceptions.DefaultCredentialsError as error:
        raise SynthError(
            "There are no Google credentials.",
            hint="Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS.",
        ) from error
    return found


def default_project() -> str:
    """The project that the environment names; empty where it names none."""
    named = os.environ.get("GOOGLE_CLOUD_PROJECT") or os.environ.get("PROJECT_ID")
    if named or os.environ.get("BIGQUERY_EMULATOR_HOST"):
        return named or ""
    try:
        return google.auth.default(scopes=SCOPES)[1] or ""
    except exceptions.DefaultCredentialsError:
        return ""


def _check_url(name: str, value: str) -> None:
    if value and not value.startswith(("http://", "https://")):
        raise UsageError(f"{name} is no URL.", hint=f"Write it like {name}=http://localhost:9050.")


def _agent() -> str:
    return f"synth-studio/{version('synth-studio')}"
