"""Whom a token may be sent to: Google's own hosts alone, whatever the environment or a configuration says."""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

from synth_core.errors import UsageError

_OURS = ".googleapis.com"
_LOCATION = re.compile(r"[a-z][a-z0-9-]*")


def check_no_detour(variable: str) -> None:
    """Raise UsageError where a variable of Google's libraries leads signed requests to a host that is not Google's."""
    address = os.environ.get(variable, "")
    if address and not _is_google(address):
        raise UsageError(
            f"{variable} leads elsewhere: credentials are sent to hosts of googleapis.com by https only.",
            hint="Remove the variable. Addresses of stand-ins are given by BIGQUERY_EMULATOR_HOST, "
            "STORAGE_EMULATOR_HOST and `model_endpoint`; nobody signs in there.",
        )


def check_location(location: str) -> str:
    """The location, which becomes part of the host's name. Raises UsageError where it is none."""
    if not _LOCATION.fullmatch(location):
        raise UsageError(
            f"The model's location is {location!r}, which is none.",
            hint="Set `model_location` to `global` or a region such as `europe-west1`.",
        )
    return location


def _is_google(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and (parts.hostname or "").endswith(_OURS)
    except ValueError:
        return False
