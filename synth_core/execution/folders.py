"""Where a run keeps what it needs only while it runs."""

from __future__ import annotations

from pathlib import Path


def working_folder(home: str, run_id: str) -> Path:
    """The run's local working files: workers' messages, unfinished output. Removed when the run has ended."""
    return Path(home) / "runs" / run_id / "work"
