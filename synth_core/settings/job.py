"""The whole job as the configuration has it: sources, tables, target, place of files.

It may be said in our parameters or in those of the pipeline that we replace, which has a project and a dataset where we
have an address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from synth_core.errors import UsageError
from synth_core.model.base import Frozen
from synth_core.model.places import is_warehouse, parse_place
from synth_core.settings.load import COMMAND_LINE
from synth_core.settings.parameters import DEFAULT, PARAMETERS, Settings

_FULL = re.compile(
    r"(?:(?P<project>(?:[A-Za-z0-9.-]+:)?[A-Za-z0-9_-]+)[.:])?(?P<dataset>\w+)\.(?P<table>[^.]+)"
)
_SOURCE_PARTS = ("source_type", "source_project", "source_dataset", "input_files")
_TARGET_PARTS = ("target_project", "target_dataset")
INPUT = "input"
"""Folder of the bucket in which the files of a job lie, where nothing says otherwise."""


class Job(Frozen):
    """What the whole job is about."""

    sources: tuple[str, ...]
    only: tuple[str, ...] = ()
    """Tables that are taken of the sources, where the sources don't say it themselves."""
    counts: dict[str, int] = {}
    """Rows wanted, by the names that whoever configured it gave to tables."""
    headers: dict[str, str] = {}
    """By table: a file with the names of its columns."""
    target: str
    files: str = ""
    """Place of finished files beside a warehouse; empty: the home, or the target itself."""
    used: dict[str, tuple[str, ...]] = {}
    """By field of this job: the parameters that it was made of."""


def job_of(settings: Settings) -> Job:
    """The job. Raises UsageError, which names the parameters, where something is missing or said twice."""
    is_other = bool(settings.source) and settings.origin("source") == COMMAND_LINE
    if is_other:
        # A source that is given with the call is another job: tables and counts of the configuration are not about it.
        settings = _without(settings, "tables", "counts", "header_files")
    if settings.source and _said_last(settings, "source", _SOURCE_PARTS):
        sources, only = _explicit(settings)
        used: tuple[str, ...] = ("source", "tables")
    elif settings.source_type == "GCS" or (settings.input_files and not settings.source_type):
        sources, only, used = _files(settings)
    else:
        sources, only, used = _dataset(settings)
    target, target_used = _target(settings)
    files = (settings.bucket or settings.output) if is_warehouse(target) else ""
    return Job(
        sources=tuple(sources),
        only=tuple(only),
        counts=settings.counts,
        headers=settings.header_files,
        target=target,
        files=files,
        used={
            "source": used,
            "target": target_used,
            "counts": ("counts",),
            "files": ("bucket",) if settings.bucket else ("output",),
        },
    )


def full_name(name: str) -> tuple[str, str, str]:
    """Project, dataset and table of a name like `dataset.table` or `project.dataset.table`; what it does not say is
    empty."""
    plain = name.strip().replace("`", "").removeprefix("bigquery:")
    found = _FULL.fullmatch(plain)
    return (found["project"] or "", found["dataset"], found["table"]) if found else ("", "", plain)


def _explicit(settings: Settings) -> tuple[list[str], list[str]]:
    """SOURCEs as they are; tables of BigQuery that are named in full add theirs."""
    sources, names = list(settings.source), list(settings.tables)
    if not names:
        return sources, []
    if not all(source.startswith("bigquery:") for source in sources):
        return sources, names
    places = [parse_place(source) for source in sources]
    if len(places) == 1 and not places[0].tables:
        [place] = places
        return _grouped(settings, names, (place.project, place.dataset)), []
    only, others = [], []
    for name in names:
        project, dataset, table = full_name(name)
        known = any(
            place.dataset == dataset
            and place.project.lower() == (project or place.project).lower()
            and (not place.tables or table in place.tables)
            for place in places
        )
        only.append(table)
        if dataset and not known:
            others.append(name)
    return sources + _grouped(settings, others, ("", "")), only


def _files(settings: Settings) -> tuple[list[str], list[str], tuple[str, ...]]:
    if settings.input_files:
        sources = [f"{table}={address}" for table, address in settings.input_files.items()]
        return sources, list(settings.tables), ("source_type", "input_files", "tables")
    if not settings.bucket:
        raise UsageError(
            f"{settings.origin('source_type')}: {_called('source_type')} is GCS, but nothing says where the files are.",
            hint=f"Give {_called('input_files')}, or {_called('bucket')}: then it is its folder `{INPUT}`.",
        )
    used = ("source_type", "bucket", "tables")
    return [f"{settings.bucket}/{INPUT}"], list(settings.tables), used


def _dataset(settings: Settings) -> tuple[list[str], list[str], tuple[str, ...]]:
    base = ("", "")
    if settings.source_dataset:
        base = (_project(settings, "source_project", "source_dataset"), settings.source_dataset)
    elif not any(full_name(name)[1] for name in settings.tables):
        raise UsageError(
            "There is no SOURCE.",
            hint=f"Give it as an argument, or write `source` or {_called('source_dataset')} into synth.toml.",
        )
    used = ("source_type", "source_project", "source_dataset", "tables")
    if settings.tables:
        return _grouped(settings, settings.tables, base), [], used
    return [f"bigquery:{base[0]}.{base[1]}"], [], used


def _grouped(settings: Settings, names: Sequence[str], base: tuple[str, str]) -> list[str]:
    """One SOURCE for each dataset that the names are of, in their order; a bare name is of the dataset `base`."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name in names:
        project, dataset, table = full_name(name)
        if not dataset and not base[1]:
            raise UsageError(
                f"{settings.origin('tables')}: nothing says which dataset the table {name!r} is of.",
                hint="Write `project.dataset.table`.",
            )
        if not project and dataset:
            project = base[0] or _project(settings, "source_project", "tables")
        key = (project, dataset) if dataset else base
        if table not in groups.setdefault(key, []):
            groups[key].append(table)
    return [f"bigquery:{project}.{dataset}#{','.join(found)}" for (project, dataset), found in groups.items()]


def _target(settings: Settings) -> tuple[str, tuple[str, ...]]:
    if settings.target and _said_last(settings, "target", _TARGET_PARTS):
        return settings.target, ("target",)
    if settings.target_dataset:
        project = _project(settings, "target_project", "target_dataset")
        return f"bigquery:{project}.{settings.target_dataset}", ("target_project", "target_dataset")
    if settings.bucket:
        return settings.bucket, ("bucket",)
    raise UsageError(
        "There is no TARGET.",
        hint=f"Give it with --target, or write `target` or {_called('target_dataset')} into synth.toml.",
    )


def _project(settings: Settings, which: str, needed_by: str) -> str:
    found: str = getattr(settings, which) or settings.project
    if not found:
        raise UsageError(
            f"{settings.origin(needed_by)}: nothing says which project {_called(needed_by)} is of.",
            hint=f"Give {_called(which)} or {_called('project')}.",
        )
    return found


def _said_last(settings: Settings, name: str, parts: Sequence[str]) -> bool:
    """What was said of the whole was said after what was said of its parts. Raises UsageError where both were said in
    the same place."""
    mine = _rank(settings.origin(name))
    parts = [part for part in parts if getattr(settings, part)]
    for part in parts:
        other = _rank(settings.origin(part))
        if other == mine:
            raise UsageError(
                f"{settings.origin(name)} gives {name}, and {settings.origin(part)} gives {_called(part)}: "
                f"both say what the {name} is.",
                hint="Give one of them.",
            )
    return all(mine > _rank(settings.origin(part)) for part in parts)


def _rank(origin: str) -> int:
    if origin == DEFAULT:
        return 0
    if origin == COMMAND_LINE:
        return 3
    return 2 if origin.startswith("environment ") else 1


def _called(name: str) -> str:
    original = PARAMETERS[name].original
    return f"`{name}` ({original})" if original and original != name else f"`{name}`"


def _without(settings: Settings, *names: str) -> Settings:
    """The settings without these, but for what was given with the call, too."""
    kept: dict[str, Any] = {}
    for name in names:
        value = getattr(settings, name)
        if isinstance(value, dict):
            kept[name] = {
                entry: each
                for entry, each in value.items()
                if settings.origin(f"{name}.{entry}") == COMMAND_LINE
            }
        elif settings.origin(name) != COMMAND_LINE:
            kept[name] = PARAMETERS[name].default
    return replace(settings, **kept)
