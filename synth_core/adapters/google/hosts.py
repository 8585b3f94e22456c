"""Whom a token may be sent to: Google's own hosts alone, whatever the environment or a configuration says."""

from __future__ import annotations

import os
import re
import socket
from urllib.parse import urlsplit

from synth_core.errors import SynthError, UsageError

_OURS = ".googleapis.com"
_PATIENCE = 3.0
"""Seconds until a stand-in, which is close by, must have answered."""
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


def check_answers(variable: str) -> None:
    """Raise SynthError at once where a variable leads to a stand-in that is not there: Google's libraries would go on
    asking for minutes, as they do of a service that is busy."""
    address = os.environ.get(variable, "")
    if not address:
        return
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        socket.create_connection((host, port), timeout=_PATIENCE).close()
    except (OSError, ValueError) as error:
        raise SynthError(
            f"Nothing answers at the address that {variable} names.",
            hint="Start the stand-in there, or remove the variable to ask Google Cloud.",
        ) from error


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
