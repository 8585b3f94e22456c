"""Projects on disk: readable folders, versioned by the store's generations, so that two writers notice each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from pydantic import ValidationError

from synth_core.errors import ConflictError, ProjectError
from synth_core.model.plan import ApprovedPlan, with_tables
from synth_core.model.profile import Profile
from synth_core.model.project import Project
from synth_core.ports import ObjectStore
from synth_core.recipe.files import TABLES, decode, gather
from synth_core.recipe.world import explain

RESERVED = frozenset({"runs", "output"})
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""The same in C where there is one: a project of many tables is read ten times as fast."""
_NAME = re.compile(r"[^\W_][\w .-]{0,99}")


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
    generations: Mapping[str, int] = field(default_factory=dict)
    """What each file's generation was when it was read; 0 where there was none."""

    def facts(self) -> Profile:
        """The measured facts. Raises ProjectError where there are none, or where they are of other columns."""
        name, facts = self.project.name, self.profile
        if facts is None or not self.project.tables:
            raise ProjectError(
                f"{name}: nothing has been inferred yet.", hint=f"Run `synth infer {name}` first."
            )
        measured = {each.table: {column.path[0] for column in each.columns} for each in facts.tables}
        for table in self.project.tables:
            columns = {column.name for column in table.columns}
            if table.name not in measured or columns != measured[table.name]:
                other = sorted(columns ^ measured.get(table.name, set()))
                raise ProjectError(
                    f"{name}: profile.json is not about the columns of {table.name} in project.yaml; they differ in "
                    f"{', '.join(other)}.",
                    hint=f"Run `synth infer {name}`: it measures them and keeps their names.",
                )
        return facts

    @property
    def recipe_files(self) -> dict[str, str]:
        """All files that the recipe may include and read, by the names that it calls them."""
        return with_tables(self.files, self.tables)


class Projects:
    """The projects of a store, each a folder `<name>/`."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def names(self) -> list[str]:
        """All projects, sorted."""
        names = {name.partition("/")[0] for name in self._store.list() if name.endswith("/project.yaml")}
        return sorted(names - RESERVED)

    def create(self, project: Project) -> StoredProject:
        """A new project. Raises ProjectError when the name is taken or can't be a folder's."""
        check_name(project.name)
        try:
            self._store.put(f"{project.name}/project.yaml", dump(project), if_generation=0)
        except ConflictError:
            raise ProjectError(
                f"There is a project called {project.name!r} already.",
                hint="Take another name, or infer that one again.",
            ) from None
        return self.load(project.name)

    def load(self, name: str) -> StoredProject:
        """A project with all of its files. Raises ProjectError when there is none or a file is broken."""
        check_name(name)
        generations: dict[str, int] = {}

        def read(file: str) -> str | None:
            try:
                data, generations[file] = self._store.get(f"{name}/{file}")
            except FileNotFoundError:
                generations[file] = 0
                return None
            return data.decode("utf-8")

        text = read("project.yaml")
        if text is None:
            known = ", ".join(self.names()) or "none yet"
            raise ProjectError(f"There is no project called {name!r}.", hint=f"There are: {known}.")
        project = parse(text, f"{name}/project.yaml")
        recipe = read("recipe.yml")
        facts, approved = read("profile.json"), read("approved.json")
        prefix = f"{name}/tables/"
        tables = {
            path.removeprefix(prefix): self._store.get(path)[0].decode("utf-8")
            for path in self._store.list(prefix)
        }
        try:
            return StoredProject(
                project=project,
                recipe=recipe,
                profile=Profile.model_validate_json(facts) if facts else None,
                approved=ApprovedPlan.model_validate_json(approved) if approved else None,
                tables=tables,
                files=self._named_files(name, recipe),
                generations=generations,
            )
        except ValidationError as error:
            raise ProjectError(
                f"{name}: profile.json or approved.json can't be read: {explain(error)}.",
                hint="Infer the project again; delete approved.json if that is the broken one.",
            ) from None

    def _named_files(self, name: str, recipe: str | None) -> dict[str, str]:
        """Those that the recipe names, but for the files of `tables`."""

        def read(file: str) -> str | None:
            try:
                with self._store.open(f"{name}/{file}") as stream:
                    return decode(file, stream)
            except FileNotFoundError:
                return None

        found = gather(recipe or "", read)
        return {file: text for file, text in found.items() if not file.startswith(TABLES)}

    def save(
        self,
        before: StoredProject,
        *,
        project: Project | None = None,
        recipe: str | None = None,
        profile: Profile | None = None,
        approved: ApprovedPlan | None = None,
    ) -> StoredProject:
        """Write the parts that are given, each only if it is still what `before` read. Raises ConflictError."""
        name = before.project.name
        parts = {
            "project.yaml": dump(project) if project is not None else None,
            "recipe.yml": recipe.encode() if recipe is not None else None,
            "profile.json": (profile.model_dump_json(indent=1, exclude_defaults=True) + "\n").encode()
            if profile
            else None,
            "approved.json": (approved.model_dump_json(indent=1) + "\n").encode() if approved else None,
        }
        for file, data in parts.items():
            if data is None:
                continue
            try:
                self._store.put(f"{name}/{file}", data, if_generation=before.generations.get(file, 0))
            except ConflictError:
                raise ConflictError(
                    f"{name}/{file} was changed by somebody else since it was read.",
                    hint="Look at it and try again.",
                ) from None
        return self.load(name)


def check_name(name: str) -> None:
    """Raise ProjectError unless the name can be a folder of the store."""
    if not _NAME.fullmatch(name) or name != name.strip() or name.lower() in RESERVED or name.endswith("."):
        raise ProjectError(
            f"{name!r} can't be a project's name.",
            hint="Take letters, digits, spaces, dots, - and _, first a letter or digit; not `runs` or `output`.",
        )


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
