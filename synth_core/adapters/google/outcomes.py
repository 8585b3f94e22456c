"""What an error of Google's services says about why: for a question, not for a person."""

from __future__ import annotations

import re
from typing import Any

from google.api_core import exceptions
from google.auth import exceptions as auth
from google.genai import errors as genai

from synth_core.adapters.google.errors import message_of, reason_of
from synth_core.checkup.answers import Answer, Outcome

ERRORS = (exceptions.GoogleAPIError, auth.GoogleAuthError, genai.APIError, OSError, ValueError)
"""What a call to a service may raise: requests' own errors are OSErrors, an answer that is no JSON a ValueError."""
_PERMISSION = re.compile(r"\b(?:bigquery|storage|aiplatform|serviceusage)\.[a-z]\w*\.[a-z]\w*")
_REASONS = {
    "accessNotConfigured": Outcome.DISABLED,
    "SERVICE_DISABLED": Outcome.DISABLED,
    "USER_PROJECT_DENIED": Outcome.FORBIDDEN,
    "BILLING_DISABLED": Outcome.NO_BILLING,
    "billingNotEnabled": Outcome.NO_BILLING,
    "accountDisabled": Outcome.NO_BILLING,
    "quotaExceeded": Outcome.QUOTA,
    "rateLimitExceeded": Outcome.QUOTA,
    "userRateLimitExceeded": Outcome.QUOTA,
    "RATE_LIMIT_EXCEEDED": Outcome.QUOTA,
    "notImplemented": Outcome.UNKNOWN,
}
_CODES = {
    401: Outcome.SIGNED_OUT,
    403: Outcome.FORBIDDEN,
    404: Outcome.ABSENT,
    405: Outcome.UNKNOWN,
    408: Outcome.BUSY,
    429: Outcome.QUOTA,
    501: Outcome.UNKNOWN,
}


def answer_to(error: Exception, permission: str = "") -> Answer:
    """The error as an answer; `permission` is what the call needs, if the service names none."""
    reasons = _reasons(error)
    outcome = next((_REASONS[each] for each in reasons if each in _REASONS), None) or _by_code(error)
    said = _said(error)
    if outcome is not Outcome.FORBIDDEN:
        return Answer(outcome=outcome, said=said)
    named = _PERMISSION.search(said)
    if "USER_PROJECT_DENIED" in reasons:
        permission = "serviceusage.services.use"
    elif named:
        permission = named[0]
    return Answer(outcome=outcome, said=said, permission=permission)


def _by_code(error: Exception) -> Outcome:
    if isinstance(error, auth.GoogleAuthError):
        return Outcome.BUSY if isinstance(error, auth.TransportError) else Outcome.SIGNED_OUT
    code = getattr(error, "code", None)
    if isinstance(code, int):
        return _CODES.get(int(code), Outcome.BUSY if code >= 500 else Outcome.FAILED)
    return Outcome.BUSY


def _reasons(error: Exception) -> list[str]:
    """Reasons of both of Google's forms of errors: the older JSON interfaces', and the newer one with details."""
    if isinstance(error, genai.APIError):
        details = error.details if isinstance(error.details, dict) else {}
        inner: Any = details.get("error", details)
        listed = inner.get("details") if isinstance(inner, dict) else None
        return [str(each["reason"]) for each in listed or () if isinstance(each, dict) and each.get("reason")]
    return [each for each in (reason_of(error), getattr(error, "reason", None)) if isinstance(each, str)]


def _said(error: Exception) -> str:
    if isinstance(error, auth.RefreshError):
        # Its second argument is the whole answer of the service.
        return " ".join(str(error.args[0] if error.args else error).split())
    if isinstance(error, OSError) and not isinstance(error, exceptions.GoogleAPIError):
        return f"{type(error).__name__}: it was not reached."
    return message_of(error)
