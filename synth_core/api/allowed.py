"""What may be read and written, as `allowed_sources` and `allowed_targets` of the configuration have it: the one place
that each function of the api asks before it opens anything."""

from __future__ import annotations

from collections.abc import Sequence

from synth_core.errors import SourceError, SynthError, TargetError
from synth_core.execution.audit import audit_place
from synth_core.model.allowed import is_allowed, parse_pattern
from synth_core.model.places import PlaceKind, is_remote, parse_place
from synth_core.model.project import Project, SourceKind, Target
from synth_core.model.sources import files_of, pattern_of, split_sources
from synth_core.settings import Settings


def check_sources(settings: Settings, sources: Sequence[str], only: Sequence[str] = ()) -> None:
    """Raise SourceError for a SOURCE that may not be read; of a folder each file counts, and where a link leads."""
    if not settings.allowed_sources:
        return
    for source in sources:
        address = pattern_of(source)
        _check(settings, "allowed_sources", address, only)
        if parse_place(address).kind is PlaceKind.FOLDER:
            for file in files_of(address):
                _check(settings, "allowed_sources", str(file))


def check_target(settings: Settings, target: Target) -> None:
    """Raise TargetError where a project's target, the place of its files or the audit table may not be written."""
    if settings.allowed_targets:
        for place in filter(None, (target.uri, target.files, audit_address(settings, target))):
            check_written(settings, place)


def check_written(settings: Settings, place: str) -> None:
    """The same for one place."""
    if settings.allowed_targets:
        _check(settings, "allowed_targets", place)


def check_project(settings: Settings, project: Project) -> None:
    """Both, for a project that may have been made elsewhere: also where each of its tables says that it comes from, as
    its files can be edited."""
    check_sources(settings, split_sources(project.source), project.only)
    if settings.allowed_sources:
        for source, table in ((table.source, table.name) for table in project.tables):
            if source.kind is SourceKind.WAREHOUSE:
                _check(settings, "allowed_sources", source.uri, [table])
            for file in source.files:
                _check(settings, "allowed_sources", file)
    check_target(settings, project.target)


def audit_address(settings: Settings, target: Target) -> str:
    """Where the copy of the audit goes, as an address; empty where there is none, or none but in the target itself."""
    place = audit_place(target.uri, settings.audit_table)
    return place.address if place and is_remote(place.warehouse) else ""


def _check(settings: Settings, which: str, address: str, only: Sequence[str] = ()) -> None:
    allowed: tuple[str, ...] = getattr(settings, which)
    if is_allowed(address, [parse_pattern(each) for each in allowed], only):
        return
    error: type[SynthError] = SourceError if which == "allowed_sources" else TargetError
    place = parse_place(address)
    what = f"all tables of {place}" if place.kind is PlaceKind.BIGQUERY and not place.tables else address
    if only and place.kind is PlaceKind.BIGQUERY and not place.tables:
        what = f"{', '.join(only)} of {place}"
    raise error(
        f"{what} may not be {'read' if error is SourceError else 'written'}: "
        f"{settings.origin(which)} has {which} = {', '.join(allowed)}.",
        hint="Name a place that is allowed, or have this one allowed there.",
    )
