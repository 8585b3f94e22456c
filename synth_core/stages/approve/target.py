"""A target that is also a source is refused."""

from __future__ import annotations

from pathlib import Path

from synth_core.errors import PlanError
from synth_core.model.places import parse_place
from synth_core.stages.gather.find import split_sources


def check_target(source: str, target: str, files: str = "") -> None:
    """Raise PlanError when the target, or the folder for files, is what the tables are read from."""
    sources = [_place(each) for each in split_sources(source)]
    for place in filter(None, (target, files)):
        if _place(place) in sources:
            raise PlanError(
                f"{place} is the source, so it can't be the target: real and synthetic rows would mix.",
                hint="Choose another place.",
            )


def _place(uri: str) -> Path | str:
    """What a source or target points to; on disk a file's or pattern's folder stands for itself only."""
    place = parse_place(uri)
    if place.is_cloud:
        return str(place)
    return Path(place.path).expanduser().resolve()
