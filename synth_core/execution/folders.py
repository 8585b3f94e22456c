"""Where a run keeps what it needs only while it runs."""

from __future__ import annotations

from pathlib import Path


def working_folder(home: Path, run_id: str) -> Path:
    """The run's local working files: workers' messages, unfinished output. Removed when the run has ended."""
    return home / "runs" / run_id / "work"


def driver_lock(home: Path, run_id: str) -> Path:
    """The file that whoever drives the run holds a lock on; it stays, as removing a lock would let two hold it. The
    store passes over files of that name."""
    return home / "runs" / run_id / ".synth-driver"
