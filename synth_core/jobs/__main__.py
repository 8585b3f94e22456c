"""A job's process: `python -m synth_core.jobs --home HOME --lock FILE --user USER PROJECT KIND ID`, started by
`synth_core.jobs.start` alone. FILE is the open file that the job's lock is on."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from synth_core.api import kinds
from synth_core.api.ground import jobs_in, runs_in
from synth_core.errors import SynthError
from synth_core.jobs.record import JobKind
from synth_core.jobs.work import work
from synth_core.settings import acting


def main() -> int:
    """Entry of the process."""
    parser = argparse.ArgumentParser(prog="synth-job")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--lock", type=int, required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("project")
    parser.add_argument("kind", type=JobKind)
    parser.add_argument("id")
    options = parser.parse_args()
    # Children of this process are not to hold the lock when it is gone.
    os.set_inheritable(options.lock, False)
    with acting(options.user):
        try:
            return work(
                jobs_in(options.home),
                options.project,
                options.kind,
                options.id,
                lambda job, reporter: kinds.do(job, reporter, options.home),
                stop_run=runs_in(options.home).cancel,
            )
        except SynthError as error:
            sys.stderr.write(f"{error}\n")
            return 1


if __name__ == "__main__":
    sys.exit(main())
