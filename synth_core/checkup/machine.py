"""What the job needs of this machine."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from synth_core.checkup.report import Result, State
from synth_core.engine import landlock
from synth_core.engine.validate import validate
from synth_core.errors import SynthError
from synth_core.recipe.compile import compile_recipe

OLDEST = (3, 11)
LITTLE = 2**30
"""Bytes of free space under which a run may end early."""
_RECIPE = "- snowfakery_version: 3\n- object: row\n  count: 1\n  fields:\n    name: x\n"


def examine_machine(home: Path) -> Iterator[Result]:
    """Python, folders, and the child process that runs recipes."""
    yield python_version(sys.version_info[:2])
    yield writable("home", home)
    yield space(home)
    yield writable("temporary files", Path(tempfile.gettempdir()))
    yield child_process()
    yield kernel(landlock.version())


def python_version(found: tuple[int, int]) -> Result:
    """Old versions can't run it, whoever installed it."""
    text, oldest = ".".join(map(str, found)), ".".join(map(str, OLDEST))
    if found >= OLDEST:
        return _ok("machine.python", "Python", f"Version {text}.")
    return Result(
        check="machine.python",
        about="Python",
        state=State.MISSING,
        message=f"This is version {text}; the oldest that works is {oldest}.",
        hint=f"Install Python {oldest} or a newer one.",
    )


def writable(what: str, folder: Path) -> Result:
    """The folder, or the nearest one above it that is there already, takes files."""
    check, there = "machine.folders", existing(folder)
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        return Result(
            check=check,
            about=f"{what} {folder}",
            state=State.MISSING,
            message=f"Nothing can be written there: {error.strerror or error}.",
            hint="Take a folder of your own: SYNTH_HOME names the home, TMPDIR that of temporary files.",
        )
    return _ok(check, f"{what} {folder}", "Files can be written.")


def space(folder: Path) -> Result:
    """Finished files lie there until they are loaded."""
    free = shutil.disk_usage(existing(folder)).free
    text = f"{free / 2**30:,.1f} GiB are free."
    if free >= LITTLE:
        return _ok("machine.space", f"home {folder}", text)
    return Result(
        check="machine.space",
        about=f"home {folder}",
        state=State.LOOK,
        message=text,
        hint="Finished files lie there until they are loaded: make room, or take another SYNTH_HOME.",
    )


def child_process() -> Result:
    """Has Snowfakery's validator look at a small recipe, in the closed process that runs all recipes."""
    try:
        compiled = compile_recipe(_RECIPE, {"row": 1}, seed=1, today=date(2024, 1, 1))
        found = [each.message for each in validate(compiled, date(2024, 1, 1)) if each.is_error]
    except (SynthError, OSError) as error:
        found = [str(error)]
    if not found:
        return _ok("machine.child", "the recipes' process", "It starts, closes itself, and answers.")
    return Result(
        check="machine.child",
        about="the recipes' process",
        state=State.MISSING,
        message=f"It does not work: {found[0]}",
        hint="Look at limits on memory and processes (`ulimit -a`), and whether all packages are installed.",
    )


def kernel(version: int) -> Result:
    """The second wall around recipes, which only newer kernels have."""
    about = "Landlock"
    if version >= landlock.WHOLE:
        return _ok("machine.kernel", about, f"The kernel has version {version} of it.")
    has = f"version {version} of it" if version else "none of it"
    return Result(
        check="machine.kernel",
        about=about,
        state=State.LOOK,
        message=f"The kernel has {has}: recipes run behind one wall less.",
        hint=f"It is whole from version {landlock.WHOLE} on (Linux 6.12). Python's own wall stands without it.",
    )


def _ok(check: str, about: str, message: str) -> Result:
    return Result(check=check, about=about, state=State.OK, message=message)


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder if folder.is_dir() or not folder.exists() else folder.parent
