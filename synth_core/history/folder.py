"""The files of a project as they lie in the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO

from synth_core.history.contents import digest, text_of
from synth_core.model.prompts import PROMPTS, is_prompt_file
from synth_core.ports import ObjectStore
from synth_core.recipe.files import TABLES, Read, decode, gather
from synth_core.recipe.text import compose

PROJECT = "project.yaml"
RECIPE = "recipe.yml"
FACTS = "profile.json"
APPROVAL = "approved.json"
UNVERSIONED = frozenset({FACTS, APPROVAL})
"""Measured facts are taken from the source again; approvals are kept by themselves."""
OWN = frozenset({PROJECT, RECIPE, FACTS, APPROVAL})

Files = Mapping[str, bytes]


class Folder:
    """Reads the files of one project: its own, those of `tables` and `prompts`, and those that the recipe includes or
    reads."""

    def __init__(self, store: ObjectStore, project: str) -> None:
        self._store = store
        self._prefix = f"{project}/"

    def read(
        self, before: Iterable[str] = (), *, also: Iterable[str] = ()
    ) -> tuple[dict[str, bytes], dict[str, int]]:
        """All files, and their generations; `also` those that the recipe does not name. Before there were those files:
        while the recipe can't be read, it includes what it did."""
        files: dict[str, bytes] = {}
        generations: dict[str, int] = {}
        for file in (
            *sorted(OWN),
            *self._listed(TABLES),
            *filter(is_prompt_file, self._listed(PROMPTS)),
            *also,
        ):
            try:
                files[file], generations[file] = self._store.get(self._prefix + file)
            except FileNotFoundError:
                continue

        def text(file: str) -> str | None:
            if file not in files:
                found = self._included(file)
                if found is None:
                    return None
                files[file], generations[file] = found
            return decode(file, BytesIO(files[file]))

        _gather(files, before, text)
        return files, generations

    def after(self, before: Files, changes: Mapping[str, bytes | None]) -> dict[str, bytes]:
        """The files that versions are made of, once these are changed: the recipe may include others then."""
        merged = {**before, **changes}
        files = {file: data for file, data in merged.items() if data is not None and is_kept(file)}

        def text(file: str) -> str | None:
            if file not in files:
                found = self._included(file) if file not in merged else None
                data = found[0] if found else merged.get(file)
                if data is None:
                    return None
                files[file] = data
            return decode(file, BytesIO(files[file]))

        _gather(files, before, text)
        return files

    def _listed(self, folder: str) -> list[str]:
        return [name.removeprefix(self._prefix) for name in self._store.list(self._prefix + folder)]

    def has_other(self, file: str, data: bytes) -> bool:
        """There is such a file, and it holds something else."""
        try:
            return self._store.get(self._prefix + file)[0] != data
        except FileNotFoundError:
            return False

    def _included(self, file: str) -> tuple[bytes, int] | None:
        """A file that a recipe includes, and its generation. None where it is missing, too large or no text: then it is
        no part of a plan either."""
        try:
            with self._store.open(self._prefix + file) as stream:
                if decode(file, stream) is None:
                    return None
            return self._store.get(self._prefix + file)
        except FileNotFoundError:
            return None


def _gather(files: Files, before: Iterable[str], read: Read) -> None:
    recipe = text_of(files.get(RECIPE, b""))
    included = [file for file in before if file not in OWN and not is_kept(file)]
    if included and compose(recipe)[0] is None:
        for file in included:
            read(file)
    else:
        gather(recipe, read)


def is_kept(file: str) -> bool:
    """The file is part of versions whatever the recipe says."""
    return file in (PROJECT, RECIPE) or file.startswith(TABLES) or is_prompt_file(file)


def parts_of(files: Files) -> dict[str, str]:
    """The files that versions are made of, with the digests of their contents."""
    return {file: digest(data) for file, data in files.items() if file not in UNVERSIONED}
