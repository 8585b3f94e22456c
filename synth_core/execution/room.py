"""What a run takes of the machine that it runs on, before it begins and while it goes on.

Finished files in a bucket take nothing: they go up while they are made. What stays are files in a folder, the database
that rows are checked in where the target is one of files, and a target that is itself a file.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from synth_core.errors import PlanError, TargetError
from synth_core.files.shape import files_place
from synth_core.model.places import is_bucket, is_remote, is_warehouse
from synth_core.model.plan import Plan
from synth_core.settings.hosting import LocalLimits

LOOKING = 1.0
"""Seconds between two looks at how much is there."""
_WAYS = "or run it where there is more room: `synth run` on a machine of your own does it with the same store"


def check_room(
    plan: Plan,
    home: Path,
    limits: LocalLimits,
    *,
    estimated: Callable[[Plan], int],
    subject: str,
    run_id: str = "",
) -> None:
    """Raise PlanError for a run that is more than this machine allows. `estimated` gives the bytes of the finished
    files; it is asked only where there is a limit. `subject` is what the run is called; what a run that has begun has
    left here itself does not count."""
    rows = sum(plan.counts.values())
    if limits.rows and rows > limits.rows:
        raise PlanError(
            f"{subject}: {rows:,} rows are more than the {limits.rows:,} that one run may make on this machine "
            f"(`local_rows`, {limits.rows_from}).",
            hint=f"Approve it with fewer rows (`--rows` or `--scale`), {_WAYS}.",
        )
    share = local_share(plan, home)
    if not limits.bytes or not share:
        return
    needed, used = estimated(plan) * share, taken(folders_of(plan, home), besides=run_id)
    if needed + used <= limits.bytes:
        return
    there = f" beside {_size(used)} that are there already" if used else ""
    raise PlanError(
        f"{subject}: its files take about {_size(needed)} of this machine{there}, and {_size(limits.bytes)} is the "
        f"most (`local_bytes`, {limits.bytes_from}).",
        hint=f"Let finished files go to a bucket (`bucket`), approve it with fewer rows, {_WAYS}.",
    )


def local_share(plan: Plan, home: Path) -> int:
    """How often all rows lie on this machine at the same time, at most; 0: never."""
    target = plan.project.target
    in_bucket = is_bucket(files_place(home, target))
    if is_warehouse(target.uri) and is_remote(target.uri):
        return 0 if in_bucket else 1
    # Rows are checked in a database of this machine, or go into one; from a bucket they come one table at a time.
    return 2


def folders_of(plan: Plan, home: Path) -> list[Path]:
    """Where files of runs lie on this machine."""
    place = files_place(home, plan.project.target)
    files = [] if is_bucket(place) else [Path(place) / "output"]
    return [home / "runs", *files]


def taken(folders: Sequence[Path], *, besides: str = "") -> int:
    """Bytes of all files in the folders, but for those of one run; those that go while they are counted are gone."""
    total = 0
    for folder in folders:
        for place, inside, names in os.walk(folder):
            inside[:] = [name for name in inside if name != besides]
            for name in names:
                try:
                    total += Path(place, name).lstat().st_size
                except FileNotFoundError:
                    continue
    return total


class Watch:
    """Looks now and then whether the files of runs have become more than they may."""

    def __init__(self, folders: Sequence[Path], limits: LocalLimits) -> None:
        self._folders, self._limits = folders, limits
        self._looked = -LOOKING

    def check(self) -> None:
        """Raise TargetError when it is too much; an estimate may have been too low."""
        now = time.monotonic()
        if not self._limits.bytes or now - self._looked < LOOKING:
            return
        self._looked = now
        used = taken(self._folders)
        if used > self._limits.bytes:
            raise TargetError(
                f"The files of runs take {_size(used)} of this machine, and {_size(self._limits.bytes)} is the most "
                f"(`local_bytes`, {self._limits.bytes_from}).",
                hint="Let finished files go to a bucket, or remove those of earlier runs, then resume the run.",
            )


def _size(number: int) -> str:
    return f"{number / 2**20:,.1f} MiB" if number < 2**30 else f"{number / 2**30:,.1f} GiB"
