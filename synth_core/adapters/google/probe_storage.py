"""Asks for a bucket, and for the permissions that we have on it. Both calls cost nothing."""

from __future__ import annotations

from collections.abc import Sequence

from google.cloud.storage import Bucket, Client

from synth_core.adapters.google.outcomes import ERRORS, answer_to
from synth_core.checkup.answers import Answer, Outcome

_SECONDS = 15


def ask_bucket(client: Client, name: str, permissions: Sequence[str]) -> list[Answer]:
    """First whether it is there, then an answer to each permission; only the first where asking on is of no use."""
    bucket = client.bucket(name)
    try:
        bucket.reload(timeout=_SECONDS, retry=None)
        seen = Answer(outcome=Outcome.FINE, location=_location(bucket))
    except ERRORS as error:
        seen = answer_to(error, "storage.buckets.get")
        if seen.outcome is not Outcome.FORBIDDEN:
            return [seen]
    try:
        held = bucket.test_iam_permissions(list(permissions), timeout=_SECONDS, retry=None)
    except ERRORS as error:
        told = answer_to(error)
        unknown = Answer(outcome=Outcome.UNKNOWN, said=told.said)
        return [seen, *([told if told.outcome is Outcome.BUSY else unknown] * len(permissions))]
    return [
        seen,
        *(
            Answer(outcome=Outcome.FINE if each in held else Outcome.FORBIDDEN, permission=each)
            for each in permissions
        ),
    ]


def _location(bucket: Bucket) -> str:
    """In small letters; two regions that were chosen for it are joined by `+`."""
    chosen = bucket.data_locations or ()
    return "+".join(each.lower() for each in chosen) or str(bucket.location or "").lower()
