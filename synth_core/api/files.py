"""Files by themselves: which there are, and what each holds."""

from __future__ import annotations

from synth_core.api.allowed import check_sources
from synth_core.api.configured import buckets_for, settings_for
from synth_core.model.findings import Finding
from synth_core.stages.look import Looked, files_in
from synth_core.stages.look import look as look_at_file


def files_to_look_at(place: str) -> tuple[list[str], tuple[Finding, ...]]:
    """The file itself, or the files of a folder, or of a pattern in Cloud Storage, that are read as tables; also what
    is passed over. Raises SourceError for a folder without tables."""
    settings = settings_for()
    check_sources(settings, [place])
    return files_in(place, buckets_for(settings))


def look(file: str) -> Looked:
    """The dialect and columns of one file, from a bounded part of it. Raises SourceError when it can't be read."""
    settings = settings_for()
    check_sources(settings, [file])
    return look_at_file(file, buckets_for(settings))
