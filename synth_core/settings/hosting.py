"""What a run may take of the machine that it runs on: a laptop gives what it has, a hosted service keeps some back.

On Cloud Run the file system is memory, and an instance that needs more than its memory is ended.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from synth_core.settings.parameters import DEFAULT, Settings

CLOUD_RUN = "K_SERVICE"
"""Names the service; Cloud Run sets it for each."""
HOSTED_ROWS = 1_000_000
HOSTED_BYTES = 512 * 2**20


@dataclass(frozen=True)
class LocalLimits:
    """At most so much of this machine; 0: no limit."""

    rows: int
    bytes: int
    rows_from: str
    """Where the limit comes from, for people: `synth.toml:12`, or Cloud Run itself."""
    bytes_from: str


UNLIMITED = LocalLimits(0, 0, DEFAULT, DEFAULT)


def is_hosted(variables: Mapping[str, str] | None = None) -> bool:
    """This process is one of a Cloud Run service."""
    return bool((os.environ if variables is None else variables).get(CLOUD_RUN))


def limits_of(settings: Settings, variables: Mapping[str, str] | None = None) -> LocalLimits:
    """The limits that hold here."""
    rows, bytes_ = settings.local_rows, settings.local_bytes
    if not is_hosted(variables):
        return LocalLimits(rows, bytes_, settings.origin("local_rows"), settings.origin("local_bytes"))
    return LocalLimits(
        rows=rows or HOSTED_ROWS,
        bytes=bytes_ or HOSTED_BYTES,
        rows_from=settings.origin("local_rows") if rows else f"{DEFAULT} on Cloud Run",
        bytes_from=settings.origin("local_bytes") if bytes_ else f"{DEFAULT} on Cloud Run",
    )
