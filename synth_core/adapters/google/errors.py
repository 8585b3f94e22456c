"""Google's exceptions as errors that a person can act upon."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from google.api_core import exceptions
from google.auth import exceptions as auth

from synth_core.errors import SynthError, TransientError

_SESSION = re.compile(r"upload_id=[^&\s)\"']+")
"""Whoever knows the address of an upload may write there."""
_FINAL = {
    "quotaExceeded": "A quota is used up; trying again does not help. Raise it in the console under IAM & Admin, "
    "Quotas, or wait until it is renewed, then resume.",
    "billingNotEnabled": "Link a billing account to the project.",
    "bytesBilledLimitExceeded": "Raise the limit `max_bytes_billed`, or take fewer tables or columns.",
    "accessNotConfigured": "Enable the service's API in the project.",
    "responseTooLarge": "Take fewer columns or rows.",
}
FINAL_REASONS = frozenset(_FINAL)
"""What no other try and no other way helps against."""
_BUSY = (
    exceptions.TooManyRequests,
    exceptions.ServerError,
    exceptions.RetryError,
    ConnectionError,
    requests.RequestException,
    auth.TransportError,
)


@contextmanager
def translated(
    error_class: type[SynthError], what: str, *, role: str = "", missing: str = ""
) -> Iterator[None]:
    """Google's errors in the block become `error_class` (or TransientError where another try may help), beginning with
    `what` (a sentence without its point: "table x can't be read"). `role` is the role that lets a
    caller do it, `missing` what to do where it is not there."""
    try:
        yield
    except (
        exceptions.GoogleAPIError,
        auth.GoogleAuthError,
        ConnectionError,
        requests.RequestException,
    ) as error:
        raise as_synth_error(error, error_class, what, role=role, missing=missing) from error


def as_synth_error(
    error: Exception, error_class: type[SynthError], what: str, *, role: str = "", missing: str = ""
) -> SynthError:
    """The error for a person; see `translated`."""
    text = message_of(error)
    reason = reason_of(error)
    if hint := _FINAL.get(reason):
        return error_class(f"{what}: {text}", hint=hint)
    if isinstance(error, auth.GoogleAuthError) and not isinstance(error, auth.TransportError):
        return error_class(
            f"{what}: signing in failed, {text}", hint="Run `gcloud auth application-default login`."
        )
    if isinstance(error, exceptions.Unauthorized):
        return error_class(
            f"{what}: the credentials were refused.", hint="Run `gcloud auth application-default login`."
        )
    if reason == "rateLimitExceeded" or isinstance(error, _BUSY):
        return TransientError(f"{what}: {text}", hint="The service is busy or was not reached: try again.")
    if isinstance(error, exceptions.Forbidden):
        hint = f"The role {role} lets you do it." if role else "`synth doctor` says which role is missing."
        return error_class(f"{what}: {text}", hint=hint)
    return error_class(f"{what}: {text}", hint=missing if isinstance(error, exceptions.NotFound) else "")


def reason_of(error: Exception) -> str:
    """Google's word for what is wrong (`quotaExceeded`); empty where it says none."""
    return next((str(each["reason"]) for each in _details(error) if each.get("reason")), "")


def message_of(error: Exception) -> str:
    """What the service says, without the address of the call, ended by a point."""
    if isinstance(error, exceptions.RetryError):
        error = error.cause if isinstance(error.cause, Exception) else error
    said = [each.get("message") for each in _details(error)]
    text = str(next(filter(None, said), None) or getattr(error, "message", "") or error)
    text = _SESSION.sub("upload_id=…", " ".join(text.split()))
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _details(error: Exception) -> list[dict[str, Any]]:
    """What the service says, one by one. Errors of uploads and downloads hold it only in the reply."""
    found = getattr(error, "errors", None)
    if not found:
        try:
            found = error.response.json()["error"]["errors"]  # type: ignore[attr-defined]
        except (AttributeError, ValueError, KeyError, TypeError):
            return []
    return [each for each in found if isinstance(each, dict)]
