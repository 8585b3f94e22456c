"""The text of `project.yaml`."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import ValidationError

from synth_core.errors import ProjectError
from synth_core.model.project import Project
from synth_core.recipe.world import explain

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""The same in C where there is one: a project of many tables is read ten times as fast."""


def dump(project: Project) -> bytes:
    """The text of `project.yaml`."""
    data = project.model_dump(mode="json", exclude_defaults=True)
    text: str = yaml.dump(
        {"version": 1, **data}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110
    )
    return text.encode()


def parse(text: str, where: str) -> Project:
    """A project from the text of `project.yaml`. Raises ProjectError that names the entry."""
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - one of the two safe loaders
    except yaml.YAMLError as error:
        raise ProjectError(f"{where} is no valid YAML: {error}.") from None
    try:
        return Project.model_validate(data)
    except ValidationError as error:
        raise ProjectError(f"{where} can't be read: {explain(error)}.", hint="Correct the entry.") from None
