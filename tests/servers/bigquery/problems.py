"""What BigQuery answers when it refuses: status, reason and wording."""

from __future__ import annotations

from typing import Any

STATUS = {
    "accessDenied": 403,
    "backendError": 503,
    "billingNotEnabled": 403,
    "billingTierLimitExceeded": 400,
    "bytesBilledLimitExceeded": 400,
    "conditionNotMet": 412,
    "duplicate": 409,
    "internalError": 500,
    "invalid": 400,
    "invalidQuery": 400,
    "jobBackendError": 400,
    "jobInternalError": 400,
    "jobRateLimitExceeded": 400,
    "notFound": 404,
    "notImplemented": 501,
    "quotaExceeded": 403,
    "rateLimitExceeded": 403,
    "required": 400,
    "resourceInUse": 400,
    "resourcesExceeded": 400,
    "responseTooLarge": 403,
    "stopped": 200,
    "tableUnavailable": 400,
    "timeout": 400,
}
"""The HTTP status of each reason, as the table of error messages has it."""


class Problem(Exception):
    """A refusal, of a call or of a job."""

    def __init__(
        self, reason: str, message: str, *, location: str = "", more: list[dict[str, Any]] | None = None
    ):
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.location = location
        self.more = more or []
        """Further entries of a job's `errors`."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        return STATUS.get(self.reason, 400)

    def error(self) -> dict[str, Any]:
        """As `status.errorResult` of a job and as an entry of `errors`."""
        about = {"reason": self.reason, "message": self.message}
        if self.location:
            about["location"] = self.location
        return about


def invalid(message: str, location: str = "") -> Problem:
    """A request or a job that can't be."""
    return Problem("invalid", message, location=location)


def invalid_query(message: str) -> Problem:
    """A query that can't be."""
    return Problem("invalidQuery", message, location="query")


def not_found(what: str, place: str = "") -> Problem:
    """`what` names the kind: `Table p:d.t`."""
    return Problem(
        "notFound", f"Not found: {what}" + (f" was not found in location {place}" if place else "")
    )


def duplicate(what: str) -> Problem:
    """`what` names the kind: `Table p:d.t`."""
    return Problem("duplicate", f"Already Exists: {what}")


def denied(what: str, why: str) -> Problem:
    """`what` names the kind: `Table p:d.t`."""
    return Problem("accessDenied", f"Access Denied: {what}: {why}")
