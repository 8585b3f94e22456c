"""What goes wrong between us and Vertex AI: what passes by itself, how long to wait, and what to tell a person."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from google.auth import exceptions as auth
from google.genai import errors

from synth_core.errors import ModelAccessError, ModelError, ModelGoneError, SynthError, TransientError

ROLE = "roles/aiplatform.user"
_PASSING = frozenset({408, 429, 500, 502, 503, 504})
_SIGN_IN = "Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS."


def is_passing(error: Exception) -> bool:
    """Another try may work: the service is busy, the line was cut, or the answer was torn on its way."""
    if isinstance(error, errors.APIError):
        return error.code in _PASSING
    if _is_unreadable(error):
        return False
    # A body that is no JSON is a ValueError.
    return isinstance(error, (auth.TransportError, ConnectionError, ValueError)) or _is_network(error)


def wait_of(error: Exception) -> float:
    """Seconds that the service asks to wait; 0 where it asks for nothing."""
    if not isinstance(error, errors.APIError):
        return 0.0
    headers = getattr(error.response, "headers", None) or {}
    asked = str(headers.get("retry-after") or headers.get("Retry-After") or "")
    try:
        return max(0.0, float(asked))
    except ValueError:
        pass  # It may be a date, or missing; both are looked at next.
    try:
        until = parsedate_to_datetime(asked)
    except (ValueError, TypeError):
        return _retry_info(error)
    return max(0.0, (until - datetime.now(UTC if until.tzinfo else None)).total_seconds())


def as_error(error: Exception, model: str, project: str) -> SynthError:
    """The error for a person."""
    said = _message(error)
    if isinstance(error, errors.APIError):
        if error.code == 404:
            return ModelGoneError(
                f"The model {model} is not there: {said}",
                hint="Name another under `models`, or another `model_location`.",
            )
        if error.code == 401:
            return ModelAccessError(f"Vertex AI refused the credentials: {said}", hint=_SIGN_IN)
        if error.code == 403:
            return ModelAccessError(
                f"Vertex AI may not be used in project {project}: {said}",
                hint=f"The role {ROLE} lets you ask a model; the Vertex AI API must be enabled in the project.",
            )
        if error.code not in _PASSING:
            return ModelError(f"Vertex AI refused the question to {model}: {said}")
    if _is_unreadable(error):
        return ModelError(f"{model} answered with JSON that nobody can read: {said}")
    if isinstance(error, auth.GoogleAuthError) and not isinstance(error, auth.TransportError):
        return ModelAccessError(f"Signing in to Google failed: {said}", hint=_SIGN_IN)
    return TransientError(f"Vertex AI did not answer for {model}: {said}", hint="Try again later.")


def is_about_the_question(error: ModelError) -> bool:
    """The service does not like this question; another one, or the same in another form, may do."""
    return not isinstance(error, (ModelAccessError, ModelGoneError))


def is_ours(error: Exception) -> bool:
    """The error is one of those above, not a mistake in this program."""
    known = isinstance(error, (errors.APIError, auth.GoogleAuthError))
    return known or is_passing(error) or _is_unreadable(error)


def _is_unreadable(error: Exception) -> bool:
    """The client reads the answer's JSON before we do, and stops at what is nested without end, or numbers that are."""
    endless = isinstance(error, ValueError) and "integer string conversion" in str(error)
    return endless or isinstance(error, RecursionError)


def _is_network(error: Exception) -> bool:
    # The client brings one of two HTTP libraries along, whose errors share this name only.
    return any(
        base.__name__ == "TransportError" and base.__module__.startswith("httpx")
        for base in type(error).__mro__
    )


def _retry_info(error: errors.APIError) -> float:
    """`retryDelay: "3s"` among the details of the error."""
    body = error.details if isinstance(error.details, dict) else {}
    inner = body.get("error")
    details = inner.get("details") if isinstance(inner, dict) else None
    for each in details if isinstance(details, list) else ():
        delay = str(each.get("retryDelay", "")) if isinstance(each, dict) else ""
        try:
            return max(0.0, float(delay.removesuffix("s")))
        except ValueError:
            continue
    return 0.0


def _message(error: Exception) -> str:
    text = (
        (error.message if isinstance(error, errors.APIError) else None) or str(error) or type(error).__name__
    )
    text = " ".join(str(text).split())[:500]
    code = f"{error.code}, " if isinstance(error, errors.APIError) else ""
    return f"{code}{text}" if text.endswith((".", "!", "?")) else f"{code}{text}."
