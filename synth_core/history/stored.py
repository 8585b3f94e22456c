"""A project as its files say it: read from a snapshot, and written back to bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from shlex import quote
from typing import TypeVar, cast

from pydantic import ValidationError

from synth_core.errors import ProjectError, RecipeError
from synth_core.history.contents import digest
from synth_core.history.folder import APPROVAL, FACTS, PROJECT, RECIPE, Files
from synth_core.history.history import Snapshot
from synth_core.history.project_yaml import parse
from synth_core.model.base import Frozen
from synth_core.model.complaints import explain
from synth_core.model.findings import Finding
from synth_core.model.plan import ApprovedPlan, with_tables
from synth_core.model.profile import Profile
from synth_core.model.project import Project
from synth_core.model.prompts import prompt_of
from synth_core.recipe.files import TABLES
from synth_core.recipe.text import MAX_BYTES
from synth_core.starting import loading

Model = TypeVar("Model", bound=Frozen)


@dataclass(frozen=True)
class StoredProject:
    """A project as it lies in the store. Saving checks that nobody else wrote in between."""

    project: Project
    recipe: str | None = None
    profile: Profile | None = None
    approved: ApprovedPlan | None = None
    tables: Mapping[str, str] = field(default_factory=dict)
    """The files of `tables`, by name."""
    files: Mapping[str, str] = field(default_factory=dict)
    """The other files that the recipe includes or reads, by name."""
    prompts: Mapping[str, str] = field(default_factory=dict)
    """The project's own texts of prompts, by the prompt's id."""
    version: int | None = None
    """The version that these are; None: something was edited in the folder since the latest."""
    contents: Files = field(default_factory=dict)
    """Each file as it was read."""
    notes: tuple[Finding, ...] = ()
    """What the step that led to it could not carry along."""

    def facts(self) -> Profile:
        """The measured facts. Raises ProjectError where there are none, or where they are of other columns."""
        name, facts = self.project.name, self.profile
        if facts is None or not self.project.tables:
            raise ProjectError(
                f"{name}: nothing has been inferred yet.", hint=f"Run `synth infer {quote(name)}` first."
            )
        measured = {each.table: {column.path[0] for column in each.columns} for each in facts.tables}
        for table in self.project.tables:
            columns = {column.name for column in table.columns}
            if table.name not in measured or columns != measured[table.name]:
                other = sorted(columns ^ measured.get(table.name, set()))
                raise ProjectError(
                    f"{name}: profile.json is not about the columns of {table.name} in project.yaml; they differ in "
                    f"{', '.join(other)}.",
                    hint=f"Run `synth infer {quote(name)}`: it measures them and keeps their names.",
                )
        return facts

    @property
    def is_approved(self) -> bool:
        """A person has approved exactly what the project is now."""
        approved = self.approved
        if approved is None or not approved.is_intact:
            return False
        plan = approved.plan
        return (plan.project, plan.recipe, plan.recipe_files) == (
            self.project,
            self.recipe,
            self.recipe_files,
        )

    @property
    def fingerprint(self) -> str:
        """Of all files: the same contents have the same one."""
        return digest(repr(sorted((file, digest(data)) for file, data in self.contents.items())).encode())

    @property
    def reading(self) -> str:
        """What was read, from where, and the facts that came of it: the same until the sources are read anew, or
        others are chosen, whatever is edited."""
        tables = [(table.name, table.source) for table in self.project.tables]
        said = repr((self.project.source, self.project.only, tables))
        return digest(f"{said} {digest(self.contents.get(FACTS, b''))}".encode())

    @property
    def recipe_files(self) -> dict[str, str]:
        """All files that the recipe may include and read, by the names that it calls them."""
        return with_tables(self.files, self.tables)


@loading()
def parsed(name: str, here: Snapshot) -> StoredProject:
    """The project that a snapshot holds. Raises ProjectError, with file and line, where one of its files is broken."""
    return StoredProject(
        project=parse(_decode(name, PROJECT, here), f"{name}/{PROJECT}"),
        recipe=_decode(name, RECIPE, here) if RECIPE in here.files else None,
        profile=read(Profile, name, FACTS, here),
        approved=read(ApprovedPlan, name, APPROVAL, here),
        tables={file.removeprefix(TABLES): _decode(name, file, here) for file in here.tables},
        files={file: _decode(name, file, here, "utf-8-sig") for file in here.included},
        prompts={prompt_of(file): _decode(name, file, here, "utf-8-sig") for file in here.prompts},
        version=here.latest.number if here.latest and not here.edited else None,
        contents=here.files,
    )


def read(kind: type[Model], name: str, file: str, here: Snapshot) -> Model | None:
    """One JSON file of a snapshot; None where it is not there. Raises ProjectError where it is broken."""
    if file not in here.files:
        return None
    try:
        return cast(Model, _model(kind, here.files[file]))
    except ValidationError as error:
        raise ProjectError(
            f"{name}/{file} can't be read: {explain(error)}.",
            hint="Infer the project again." if file == FACTS else "Delete it, and approve again.",
        ) from None


def written(part: Profile | ApprovedPlan) -> bytes:
    """A part as its file holds it."""
    is_short = isinstance(part, Profile)
    return (part.model_dump_json(indent=1, exclude_defaults=is_short) + "\n").encode()


def encode(recipe: str) -> bytes:
    """The bytes of a recipe's text. Raises RecipeError where there are none, or too many."""
    try:
        data = recipe.encode()
    except UnicodeEncodeError as error:
        line = recipe.count("\n", 0, error.start) + 1
        raise RecipeError(
            f"Line {line} of the recipe holds half a character ({recipe[error.start]!r}), which is no text.",
            hint="Delete it, or write it again.",
        ) from None
    if len(data) > MAX_BYTES:
        raise RecipeError(f"The recipe has {len(data):,} bytes; {MAX_BYTES:,} are the most.")
    return data


def _decode(name: str, file: str, here: Snapshot, encoding: str = "utf-8") -> str:
    try:
        return here.files[file].decode(encoding)
    except UnicodeDecodeError as error:
        line = here.files[file].count(b"\n", 0, error.start) + 1
        raise ProjectError(
            f"{name}/{file} is no UTF-8 text: line {line} holds the byte 0x{here.files[file][error.start]:02x}.",
            hint=f"Save it as UTF-8, or go back to an older version: `synth versions {quote(name)}` lists them.",
        ) from None


@lru_cache(maxsize=16)
def _model(kind: type[Frozen], data: bytes) -> Frozen:
    return kind.model_validate_json(data)
