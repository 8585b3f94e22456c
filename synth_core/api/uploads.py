"""Files that come with the browser: they lie beside the project that is begun over them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from synth_core.api.configured import settings_for, store_of
from synth_core.api.ground import projects_in
from synth_core.errors import ProjectError, SourceError
from synth_core.files.json_form import holds_rows
from synth_core.model.sources import READABLE
from synth_core.projects import check_name

__all__ = ["READABLE", "upload"]

FOLDER = "source"


def upload(name: str, files: Mapping[str, bytes], *, home: Path | None = None) -> str:
    """Keep files for a project that is about to be begun, and return the address of their folder, to be its SOURCE.
    Those of an earlier try are written over. Raises ProjectError where there is such a project already, SourceError
    for files that are not read as tables."""
    check_name(name)
    if name in projects_in(home).names():
        raise ProjectError(f"There is a project called {name!r} already.", hint="Take another name.")
    unfit = [
        file
        for file, data in files.items()
        if not holds_rows(file, data) or "/" in file or file.startswith(".")
    ]
    if unfit or not files:
        raise SourceError(
            f"{', '.join(unfit) or 'Nothing'}: not read as a table.",
            hint=f"Readable are {READABLE}.",
        )
    settings = settings_for(home)
    store = store_of(settings)
    for blob in list(store.list(f"{name}/{FOLDER}/")):
        store.delete(blob)
    for file, data in files.items():
        store.put(f"{name}/{FOLDER}/{file}", data)
    return f"{settings.store or settings.home.absolute()}/{name}/{FOLDER}"
