"""What a run tells while it goes on. The core prints nothing; whoever starts a run listens."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from synth_core.execution.folders import working_folder
from synth_core.stages.verify import Check

_FILE = "rows.json"


class RunProgress(Protocol):
    """Listens to a run."""

    def staging(self, table: str) -> None:
        """A table's input is being copied."""
        ...

    def generating(self, wanted: Mapping[str, int]) -> None:
        """Rows are being made: so many by table."""
        ...

    def rows(self, done: Mapping[str, int]) -> None:
        """Rows made so far, by table."""
        ...

    def generated(self, rows: Mapping[str, int]) -> None:
        """All rows are made."""
        ...

    def loading(self, table: str) -> None:
        """A table is being loaded into staging."""
        ...

    def checked(self, checks: Sequence[Check]) -> None:
        """All checks are done."""
        ...


class Silent:
    """Listens and says nothing."""

    def staging(self, table: str) -> None:
        """Nothing."""

    def generating(self, wanted: Mapping[str, int]) -> None:
        """Nothing."""

    def rows(self, done: Mapping[str, int]) -> None:
        """Nothing."""

    def generated(self, rows: Mapping[str, int]) -> None:
        """Nothing."""

    def loading(self, table: str) -> None:
        """Nothing."""

    def checked(self, checks: Sequence[Check]) -> None:
        """Nothing."""


def tell_rows(folder: Path, rows: Mapping[str, int]) -> None:
    """A worker says how far it is; a hint only, so it may be lost."""
    part = folder / f".{_FILE}"
    part.write_text(json.dumps(dict(rows)))
    part.replace(folder / _FILE)


def rows_so_far(home: Path, run_id: str) -> dict[str, int]:
    """What the workers said last, all tables together."""
    rows: dict[str, int] = {}
    for path in working_folder(home, run_id).glob(f"*/{_FILE}"):
        with suppress(FileNotFoundError):
            # A worker that an earlier driver left behind removes its folder.
            rows.update(json.loads(path.read_text()))
    return rows
