"""Errors and remarks about the likeness of a file say where the file itself is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from synth_core.errors import SourceError
from synth_core.model.findings import Finding
from synth_core.model.places import shown


@dataclass
class Likeness:
    """Where it is, and of which file. `starts` has for each part behind the head the line of the likeness and the byte
    of the file at which it begins."""

    address: str
    path: Path
    starts: list[tuple[int, int]] = field(default_factory=list)

    def place(self, line: int) -> str:
        """A line of the likeness as a place in the file: behind the head only bytes are known."""
        before = [byte for first, byte in self.starts if first <= line]
        return f", behind byte {before[-1]:,}" if before else f", line {line}"

    def told(self, text: str) -> str:
        """The text with the file's own address."""
        path = re.escape(str(self.path))
        text = re.sub(rf"{path}, line (\d+)", lambda m: self._name + self.place(int(m[1])), text)
        return text.replace(str(self.path), self._name)

    @property
    def _name(self) -> str:
        return shown(self.address)


@contextmanager
def renamed(files: Sequence[Likeness]) -> Iterator[None]:
    """SourceErrors of the block are about the files."""
    try:
        yield
    except SourceError as error:
        message, hint = error.message, error.hint
        for each in files:
            message, hint = each.told(message), each.told(hint)
        raise SourceError(message, hint=hint) from error


def renamed_findings(findings: Sequence[Finding], files: Sequence[Likeness]) -> list[Finding]:
    """The same for remarks."""
    found = []
    for finding in findings:
        for each in files:
            changes: dict[str, object] = {
                "message": each.told(finding.message),
                "hint": each.told(finding.hint),
            }
            if finding.file == str(each.path):
                changes["file"] = each.address
                if finding.line is not None and each.place(finding.line) != f", line {finding.line}":
                    changes["line"] = None
            finding = finding.model_copy(update=changes)
        found.append(finding)
    return found
