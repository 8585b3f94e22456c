"""What a writer is told who came second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from shlex import quote

from synth_core.errors import ConflictError
from synth_core.history.contents import text_of
from synth_core.history.folder import Files
from synth_core.model.version import Clash, Version


def clash(
    file: str, base: Files, theirs: Files, changes: Mapping[str, bytes | None], written: Version | None
) -> Clash:
    """A file as it was, as it is now (a version has it, perhaps), and as it is with our changes to the base."""
    from synth_core.history.compare import (
        part_change,  # what tells recipes apart is needed by a conflict alone
    )

    mine = {name: data for name, data in {**base, **changes}.items() if data is not None}
    return Clash(
        file=file,
        base=_text(base, file),
        theirs=_text(theirs, file),
        mine=_text(mine, file),
        their_changes=part_change(file, base, theirs),
        my_changes=part_change(file, base, mine),
        by=written.author if written else "",
        version=written.number if written else None,
    )


def refuse(project: str, clashes: Sequence[Clash]) -> None:
    """Raise ConflictError unless there are none."""
    if clashes:
        raise ConflictError(
            f"{_names(project, clashes)} was changed by somebody else since it was read, so nothing was saved.",
            hint="Look at both sides and try again: that begins with what is there now.",
            clashes=clashes,
        )


def refuse_late(project: str, clashes: Sequence[Clash], saved: Version) -> None:
    """The same when a version was made, but its files could not be written any more."""
    if clashes:
        raise ConflictError(
            f"{_names(project, clashes)} was edited in the folder while {saved} was saved; the edit stays.",
            hint=f"`synth restore {quote(project)} {saved.number}` takes what was saved; "
            "the edit is then a version, too.",
            clashes=clashes,
        )


def _names(project: str, clashes: Sequence[Clash]) -> str:
    return " and ".join(f"{project}/{each.file}" for each in clashes)


def _text(files: Files, file: str) -> str | None:
    return text_of(files[file]) if file in files else None
