"""The text of `project.yaml`."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from functools import lru_cache
from typing import Any

import yaml
from pydantic import ValidationError

from synth_core.errors import ProjectError
from synth_core.model.complaints import explain
from synth_core.model.project import Project, Table

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""The same in C where there is one: a project of many tables is read ten times as fast."""
_TABLES = "tables"


class _Known:
    """The last few texts that were read or written, with what they say: a page is drawn again at each click."""

    MOST = 8

    def __init__(self) -> None:
        self._found: OrderedDict[str, Project] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, text: str) -> Project | None:
        with self._lock:
            if text in self._found:
                self._found.move_to_end(text)
            return self._found.get(text)

    def keep(self, text: str, project: Project) -> None:
        with self._lock:
            self._found[text] = project
            while len(self._found) > self.MOST:
                self._found.popitem(last=False)


_KNOWN = _Known()


def dump(project: Project) -> bytes:
    """The text of `project.yaml`. An edit changes one table of many, so each is written by itself, and once. Raises
    ProjectError for a project that can't be."""
    data = {"version": 1, **project.model_dump(mode="json", exclude_defaults=True, exclude={_TABLES})}
    tables = [_written(table.model_dump_json(exclude_defaults=True)) for table in project.tables]
    parts = []
    for name in Project.model_fields:
        if name == _TABLES and tables:
            parts += [f"{_TABLES}:\n", *(text for text, _ in tables)]
        elif name in data:
            parts.append(_yaml({name: data[name]}))
    text = "".join(parts)
    try:
        _KNOWN.keep(text, Project.model_validate({**data, _TABLES: tuple(table for _, table in tables)}))
    except ValidationError as error:
        raise ProjectError(f"{project.name} can't be written: {explain(error)}.") from None
    return text.encode()


@lru_cache(maxsize=256)
def _written(table: str) -> tuple[str, Table]:
    """The text of a table, given as JSON, as an item of the list of tables; and what it says."""
    return _yaml([json.loads(table)]), Table.model_validate_json(table)


def _yaml(data: Any) -> str:
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return text


def parse(text: str, where: str) -> Project:
    """A project from the text of `project.yaml`. Raises ProjectError that names the entry."""
    known = _KNOWN.get(text)
    if known is not None:
        return known
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - one of the two safe loaders
    except yaml.YAMLError as error:
        raise ProjectError(f"{where} is no valid YAML: {error}.") from None
    try:
        found = Project.model_validate(data)
    except ValidationError as error:
        raise ProjectError(f"{where} can't be read: {explain(error)}.", hint="Correct the entry.") from None
    _KNOWN.keep(text, found)
    return found
