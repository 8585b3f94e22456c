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
from synth_core.history.contents import differing, text_of
from synth_core.history.folder import PROJECT, RECIPE, Files
from synth_core.history.project_changes import project_changes
from synth_core.history.project_yaml import parse
from synth_core.model.version import PartChange, Version
from synth_core.recipe.diff import diff_recipes
from synth_core.recipe.files import is_data_name, is_recipe_name

Kind = Literal["new", "gone", "changed", "same"]


@dataclass(frozen=True)
class Difference:
    """Two versions, and what differs between them."""

    older: Version
    newer: Version
    before: Files
    after: Files

    @cached_property
    def parts(self) -> tuple[PartChange, ...]:
        """Each file that differs, with its changes in words."""
        return tuple(part_change(file, self.before, self.after) for file in self._files)

    @property
    def text(self) -> str:
        """The lines that differ, as `diff -u` writes them."""
        lines: list[str] = []
        for file in self._files:
            old, new = (text_of(side.get(file, b"")) for side in (self.before, self.after))
            lines.append(unified(old, new, f"{file} ({self.older})", f"{file} ({self.newer})"))
        return "".join(lines)

    @property
    def _files(self) -> tuple[str, ...]:
        return differing(self.before, self.after)


@dataclass(frozen=True)
class TextDifference:
    """Two texts of a recipe, and what differs between them."""

    change: PartChange
    """In words."""
    text: str
    """The lines that differ, as `diff -u` writes them."""


def recipe_difference(old: str, new: str, files: Mapping[str, str]) -> TextDifference:
    """How two texts of a recipe differ that include and read the same files."""
    others = {file: text.encode() for file, text in files.items()}
    before, after = ({**others, RECIPE: text.encode()} for text in (old, new))
    return TextDifference(part_change(RECIPE, before, after), unified(old, new, RECIPE, RECIPE))


def part_change(file: str, before: Files, after: Files) -> PartChange:
    """How a file differs between two states of a project."""
    data = before.get(file), after.get(file)
    old, new = (text_of(each or b"") for each in data)
    was, now = Counter(_lines(old)), Counter(_lines(new))
    kind: Kind = "changed"
    words: tuple[str, ...] = ()
    if data[0] == data[1]:
        kind = "same"
    elif data[0] is None:
        kind = "new"
    elif data[1] is None:
        kind = "gone"
    else:
        words = _in_words(file, before, after)
    return PartChange(
        file=file, kind=kind, changes=words, added=(now - was).total(), removed=(was - now).total()
    )


def unified(old: str, new: str, old_name: str, new_name: str) -> str:
    """The lines that differ between two texts, as `diff -u` writes them."""
    lines = difflib.unified_diff(_lines(old), _lines(new), old_name, new_name)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(text: str) -> list[str]:
    """Lines as `diff` has them, each with its end."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _in_words(file: str, before: Files, after: Files) -> tuple[str, ...]:
    try:
        if file == PROJECT:
            return project_changes(parse(text_of(before[file]), file), parse(text_of(after[file]), file))
        if file == _first_recipe(before, after):
            return _recipe_changes(before, after)
    except SynthError as error:
        return (f"only lines were compared: {error.message}",)
    return ()


def _first_recipe(before: Files, after: Files) -> str:
    """All that the recipe and those that it includes make is compared at once: here it is told."""
    changed = [file for file in differing(before, after) if is_recipe_name(file)]
    return RECIPE if before.get(RECIPE) != after.get(RECIPE) else changed[0] if changed else ""


def _recipe_changes(before: Files, after: Files) -> tuple[str, ...]:
    if RECIPE not in before or RECIPE not in after:
        return ()
    old, new = ({file: text_of(data) for file, data in side.items()} for side in (before, after))
    # Rows of datasets and tables are compared by lines, as files of their own.
    data = {file: text for file, text in {**old, **new}.items() if is_data_name(file)}
    found = diff_recipes(old[RECIPE], new[RECIPE], old_files={**old, **data}, new_files={**new, **data})
    return tuple(map(str, found))
