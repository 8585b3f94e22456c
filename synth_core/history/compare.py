"""How the files of two states differ: in words where we know what a file means, else by lines."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from synth_core.errors import SynthError
from synth_core.history.contents import text_of
from synth_core.history.project_changes import project_changes
from synth_core.history.project_yaml import parse
from synth_core.model.version import PartChange, Version

Kind = Literal["new", "gone", "changed"]


@dataclass(frozen=True)
class Difference:
    """Two versions, and what differs between them."""

    older: Version
    newer: Version
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]

    @cached_property
    def parts(self) -> tuple[PartChange, ...]:
        """Each file that differs, with its changes in words."""
        return tuple(part_change(file, self.before.get(file), self.after.get(file)) for file in self._files)

    @property
    def text(self) -> str:
        """The lines that differ, as `diff -u` writes them."""
        lines: list[str] = []
        for file in self._files:
            old, new = (_lines(text_of(side.get(file, b""))) for side in (self.before, self.after))
            lines += difflib.unified_diff(old, new, f"{file} ({self.older})", f"{file} ({self.newer})")
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
        )

    @property
    def _files(self) -> list[str]:
        names = sorted(self.before.keys() | self.after.keys())
        return [name for name in names if self.before.get(name) != self.after.get(name)]


def part_change(file: str, before: bytes | None, after: bytes | None) -> PartChange:
    """How a file differs; None: it is not there."""
    kind: Kind = "new" if before is None else "gone" if after is None else "changed"
    old, new = text_of(before or b""), text_of(after or b"")
    was, now = Counter(_lines(old)), Counter(_lines(new))
    words = _in_words(file, old, new) if kind == "changed" else ()
    return PartChange(
        file=file, kind=kind, changes=words, added=(now - was).total(), removed=(was - now).total()
    )


def _lines(text: str) -> list[str]:
    """Lines as `diff` has them, each with its end."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _in_words(file: str, old: str, new: str) -> tuple[str, ...]:
    if file != "project.yaml":
        return ()
    try:
        return project_changes(parse(old, file), parse(new, file))
    except SynthError as error:
        return (f"only lines were compared: {error.message}",)
