"""Tells a run that goes on from one whose process is gone."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime

from synth_core.execution import audit
from synth_core.execution.state import ENDED, Manifest, RunStore


def is_alive(manifest: Manifest) -> bool:
    """Its driver still runs on this machine; for other machines we believe the manifest."""
    if manifest.state in ENDED or not manifest.pid:
        return False
    if manifest.host != socket.gethostname():
        return True
    try:
        os.kill(manifest.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def close_if_dead(runs: RunStore, run_id: str) -> Manifest:
    """The run's state; when its process died, the run and its audit end as interrupted first. Nobody else could write
    that: the process had no time to."""
    manifest = runs.manifest(run_id)
    if manifest.state in ENDED or is_alive(manifest):
        return manifest
    now = datetime.now(UTC)
    if runs.interrupt(run_id, now):
        audit.close_starts(runs.store, run_id, now=now)
    return runs.manifest(run_id)
