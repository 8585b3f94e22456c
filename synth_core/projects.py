"""Projects on disk: readable folders, each save of which is a version, so that two writers notice each other."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from synth_core.errors import ConflictError, ProjectError
from synth_core.history.compare import Difference
from synth_core.history.contents import text_of
from synth_core.history.folder import APPROVAL, FACTS, PROJECT, RECIPE, Files, parts_of
from synth_core.history.history import History, Snapshot
from synth_core.history.project_yaml import dump, parse
from synth_core.history.stored import StoredProject, encode, parsed, read, written
from synth_core.model.plan import ApprovedPlan
from synth_core.model.profile import Profile
from synth_core.model.project import Project
from synth_core.model.prompts import prompt_file, prompt_of
from synth_core.model.version import Approval, Listed, Version
from synth_core.ports import ObjectStore

RESERVED = frozenset({"runs", "output"})
_NAME = re.compile(r"[^\W_][\w .-]{0,99}")


class Projects:
    """The projects of a store, each a folder `<name>/`. What is written is signed with the author and the time."""

    def __init__(self, store: ObjectStore, *, author: str, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._author = author
        self._clock = clock

    def names(self) -> list[str]:
        """All projects, sorted."""
        names = {name.partition("/")[0] for name in self._store.list() if name.endswith(f"/{PROJECT}")}
        return sorted(names - RESERVED)

    def create(
        self,
        project: Project,
        profile: Profile | None = None,
        *,
        files: Files | None = None,
        note: str = "",
    ) -> StoredProject:
        """A new project; `files` are recipe, tables and what else it reads, by their names. Raises ProjectError when
        the name is taken or can't be a folder's."""
        history = self._history(project.name)
        here = history.snapshot()
        mine = {**(files or {}), PROJECT: dump(project)} | ({FACTS: written(profile)} if profile else {})
        try:
            if PROJECT in here.files:
                raise ConflictError(f"There is a {project.name}/{PROJECT}.")
            history.write(mine, here.files, note=note)
        except ConflictError:
            raise ProjectError(
                f"There is a project called {project.name!r} already.",
                hint="Take another name, or infer that one again.",
            ) from None
        return self._parsed(project.name, history.snapshot())

    def load(self, name: str) -> StoredProject:
        """A project with all of its files. Raises ProjectError when there is none or a file is broken."""
        return self._parsed(name, self._history(name).snapshot())

    def record(self, name: str) -> StoredProject:
        """The same; what was edited in the folder becomes a version, even if it is broken."""
        return self._parsed(name, self._known(name).record())

    def save(
        self,
        before: StoredProject,
        *,
        project: Project | None = None,
        recipe: str | None = None,
        profile: Profile | None = None,
        note: str = "",
        drafted: bool = False,
    ) -> StoredProject:
        """Make the parts that are given a version, all of them or none; `drafted` marks its recipe as a draft. Raises
        ConflictError, which holds both sides, when somebody else changed one of them since `before` was read."""
        mine: dict[str, bytes] = {}
        if project is not None:
            # A person's way to write it stays, comments too, unless something in it changed.
            mine[PROJECT] = before.contents[PROJECT] if project == before.project else dump(project)
        if recipe is not None:
            mine[RECIPE] = encode(recipe)
        if profile is not None:
            mine[FACTS] = written(profile)
        history = self._history(before.project.name)
        history.write(mine, before.contents, note=note, drafted=drafted)
        return self._parsed(before.project.name, history.snapshot())

    def save_recipe(self, name: str, text: str, base: int | str, *, note: str = "") -> Version:
        """Make a text that was written from the recipe of version `base` the project's recipe; the version that has it.
        It may have errors that linting finds. Raises ConflictError, which holds both sides, when the recipe is another
        one by now, and RecipeError when this can't be the text of a recipe."""
        return self._save_file(name, RECIPE, encode(text), base, note)

    def draft_version(self, name: str) -> Version | None:
        """The latest version whose recipe is a draft as it was made."""
        return self._known(name).draft()

    def undo_recipe(self, name: str, base: int | str) -> Version:
        """Make the recipe what it was before the last change of it, and nothing else. Raises ProjectError where it was
        never changed, ConflictError as `save_recipe` does."""
        history = self._known(name)
        history.record()
        last = history.written(RECIPE)
        before = history.log.version(last.parent) if last and last.parent else None
        if last is None or before is None or RECIPE not in before.parts:
            raise ProjectError(f"{name}: the recipe was not changed yet, so there is nothing to undo.")
        data = history.contents(before)[RECIPE]
        return history.write(
            {RECIPE: data}, history.contents(history.pick(base)), note=f"version {last.number} undone"
        )

    def save_prompt(
        self, name: str, prompt: str, text: str | None, base: int | str, *, note: str = ""
    ) -> Version:
        """Make a text the project's own of a prompt, None: the project has none of its own any more. Raises
        ConflictError as `save_recipe` does."""
        return self._save_file(name, prompt_file(prompt), None if text is None else text.encode(), base, note)

    def prompt_versions(self, name: str) -> dict[str, Version]:
        """By prompt, of those that have a text in the project: the version that made it what it is."""
        history = self._known(name)
        here = history.record()
        made = {prompt_of(file): history.written(file) for file in here.prompts}
        return {prompt: version for prompt, version in made.items() if version is not None}

    def _save_file(self, name: str, file: str, data: bytes | None, base: int | str, note: str) -> Version:
        history = self._known(name)
        # The base may be an edit in the folder that no version holds yet.
        history.record()
        return history.write({file: data}, history.contents(history.pick(base)), note=note)

    def version_of(self, stored: StoredProject) -> int:
        """The version that holds exactly what was read; an edit in the folder becomes one first. Raises ConflictError
        when something was changed since."""
        name = stored.project.name
        history = self._history(name)
        version = history.write(stored.contents, stored.contents)
        if version.parts != parts_of(stored.contents):
            raise ConflictError(f"{name} has got or lost a file since it was read.", hint="Try again.")
        return version.number

    def approve(self, before: StoredProject, approved: ApprovedPlan) -> None:
        """Write the approval; the one that it replaces is kept in the history."""
        history = self._history(before.project.name)
        for approval in _approvals(before.approved):
            history.log.keep_approval(approval)
        history.write({APPROVAL: written(approved)}, before.contents)

    def ends(self, name: str) -> tuple[Version | None, Version | None]:
        """The first version and the latest; None where nothing was saved yet."""
        log = self._history(name).log
        numbers = log.numbers()
        return (log.version(numbers[0]), log.version(numbers[-1])) if numbers else (None, None)

    def versions(self, name: str) -> list[Listed]:
        """The history, newest first."""
        history = self._known(name)
        latest = read(ApprovedPlan, name, APPROVAL, history.record())
        approvals = sorted(
            {*history.log.approvals(), *_approvals(latest)}, key=lambda each: (each.at.timestamp(), each.by)
        )
        return [
            Listed(
                version=history.log.version(number),
                approvals=tuple(each for each in approvals if each.version == number),
            )
            for number in reversed(history.log.numbers())
        ]

    def show(self, name: str, version: int | str = "latest") -> tuple[Version, Files]:
        """A version and its files; it is a number, `latest`, `draft`, or the beginning of a fingerprint."""
        history = self._known(name)
        history.record()
        shown = history.pick(version)
        return shown, history.contents(shown)

    def at(self, name: str, version: int | str) -> Project:
        """The project as a version has it. Raises ProjectError where that was broken."""
        history = self._known(name)
        shown = history.pick(version)
        text = text_of(history.contents(shown).get(PROJECT, b""))
        return parse(text, f"{name}/{PROJECT}, version {shown.number}")

    def last_change(self, name: str, file: str = PROJECT) -> Version | None:
        """The latest version in which a file was changed."""
        log = self._known(name).log
        versions = (log.version(number) for number in reversed(log.numbers()))
        return next((version for version in versions if file in version.changed), None)

    def readable(self, name: str) -> Version | None:
        """The latest version whose files can all be read; None where there is none, or no such project."""
        history = self._history(name)
        for number in reversed(history.log.numbers()):
            version = history.log.version(number)
            try:
                parsed(name, Snapshot(history.contents(version), {}, version))
            except ProjectError:
                continue
            return version
        return None

    def diff(self, name: str, older: int | str | None = None, newer: int | str = "latest") -> Difference:
        """How two versions differ; without an older one, what the newer one changed."""
        history = self._known(name)
        history.record()
        new = history.pick(newer)
        if older is None and new.parent is None:
            raise ProjectError(f"{name} has no version before {new.number}.", hint="Name two versions.")
        old = history.pick(new.parent if older is None and new.parent is not None else older or "")
        return Difference(old, new, history.contents(old), history.contents(new))

    def clone(self, name: str, new: str, version: int | str = "latest") -> StoredProject:
        """A new project with the contents of a version of another one, and with its facts, if they are about the same
        columns; nobody has approved it. Raises ProjectError as `create` does."""
        check_name(new)
        shown, files = self.show(name, version)
        if PROJECT not in files:
            raise ProjectError(
                f"Version {shown.number} of {name} has no {PROJECT}.", hint="Take another one."
            )
        project = parse(text_of(files[PROJECT]), f"{name}/{PROJECT}").model_copy(update={"name": new})
        here = self.load(name)
        same = [(table.name, [column.name for column in table.columns]) for table in project.tables] == [
            (table.name, [column.name for column in table.columns]) for table in here.project.tables
        ]
        rest = {file: data for file, data in files.items() if file not in (PROJECT, FACTS, APPROVAL)}
        return self.create(
            project,
            here.profile if same else None,
            files=rest,
            note=f"cloned from {name}, version {shown.number}",
        )

    def restore(self, name: str, version: int | str, *, note: str = "") -> Version:
        """Make a new version with the contents of an old one. Nothing is deleted: what was there is a version, too."""
        history = self._known(name)
        history.record()
        old = history.pick(version)
        return history.restore(old, note=note or f"restored version {old.number}")

    def _history(self, name: str) -> History:
        check_name(name)
        return History(self._store, name, author=self._author, clock=self._clock)

    def _known(self, name: str) -> History:
        """The history of a project that is there, be its files broken or not."""
        history = self._history(name)
        here = history.snapshot()
        if PROJECT not in here.files and here.latest is None:
            raise self._unknown(name)
        return history

    def _unknown(self, name: str) -> ProjectError:
        known = ", ".join(self.names()) or "none yet"
        return ProjectError(f"There is no project called {name!r}.", hint=f"There are: {known}.")

    def _parsed(self, name: str, here: Snapshot) -> StoredProject:
        if PROJECT not in here.files:
            raise self._unknown(name)
        return parsed(name, here)


def check_name(name: str) -> None:
    """Raise ProjectError unless the name can be a folder of the store."""
    if not _NAME.fullmatch(name) or name != name.strip() or name.lower() in RESERVED or name.endswith("."):
        raise ProjectError(
            f"{name!r} can't be a project's name.",
            hint="Take letters, digits, spaces, dots, - and _, first a letter or digit; not `runs` or `output`.",
        )


def _approvals(approved: ApprovedPlan | None) -> tuple[Approval, ...]:
    """What the history keeps of an approval; nothing where it names no version."""
    if approved is None or approved.version is None:
        return ()
    return (
        Approval(
            version=approved.version,
            by=approved.approved_by,
            at=approved.approved_at,
            note=approved.note,
            plan=approved.fingerprint,
        ),
    )
