"""The one place that makes clients of Vertex AI."""

from __future__ import annotations

from google import genai
from google.auth.credentials import Credentials
from google.genai import types
from google.oauth2.credentials import Credentials as Token

from synth_core.adapters.google.clients import credentials
from synth_core.adapters.google.hosts import check_location, check_no_detour
from synth_core.errors import UsageError


def model_client(
    project: str, location: str, endpoint: str = "", *, milliseconds: int | None = None
) -> genai.Client:
    """A client that asks in the project's name. With an endpoint, the URL of a stand-in, nobody signs in.

    Without options of its own the client does not retry, so that we alone decide how long a question may take.
    """
    if endpoint and not endpoint.startswith(("http://", "https://")):
        raise UsageError("The model's endpoint is no URL.", hint="Write it like http://localhost:8080.")
    check_location(location)
    if not endpoint:
        check_no_detour("GOOGLE_VERTEX_BASE_URL")
    signed: Credentials = Token("stand-in") if endpoint else credentials()
    options = types.HttpOptions(base_url=endpoint or None, timeout=milliseconds)
    return genai.Client(
        vertexai=True, project=project, location=location, credentials=signed, http_options=options
    )
