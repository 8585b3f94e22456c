"""Saving a project's files so that each save is a version, and edits made in the folder are versions, too.

Nothing here knows what the files mean: a project whose files are broken can be looked at and restored as well.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from shlex import quote

from synth_core.errors import ConflictError, ProjectError
from synth_core.history.conflicts import clash, refuse, refuse_late
from synth_core.history.contents import differing, fingerprint
from synth_core.history.folder import OWN, RECIPE, UNVERSIONED, Files, Folder, is_kept, parts_of
from synth_core.history.log import Record, VersionLog
from synth_core.model.prompts import is_prompt_file
from synth_core.model.version import Clash, Version
from synth_core.ports import ObjectStore
from synth_core.recipe.files import TABLES

EDITED = "edited in the folder"
FOUND = "found in the folder"
DRAFTED = "drafted by "
"""How the note of a draft begins, unless a person gave another one."""
FINGERPRINT_DIGITS = 7
"""So many digits or more are no version's number but the beginning of a fingerprint."""


@dataclass(frozen=True)
class Snapshot:
    """A project's files at one moment, none of them half saved."""

    files: Files
    generations: Mapping[str, int]
    latest: Version | None

    @cached_property
    def parts(self) -> dict[str, str]:
        """The files that versions are made of, with the digests of their contents."""
        return parts_of(self.files)

    @property
    def tables(self) -> list[str]:
        """The files of `tables`."""
        return [file for file in self.files if file.startswith(TABLES)]

    @property
    def included(self) -> list[str]:
        """The other files that the recipe includes or reads."""
        return [file for file in self.files if file not in OWN and not is_kept(file)]

    @property
    def prompts(self) -> list[str]:
        """The project's own texts of prompts."""
        return [file for file in self.files if is_prompt_file(file)]

    @property
    def edited(self) -> tuple[str, ...]:
        """The files that are not as the latest version has them."""
        return differing(self.latest.parts if self.latest else {}, self.parts)


class History:
    """One project's files and their versions. What it writes is signed with the author and the clock's time."""

    def __init__(
        self, store: ObjectStore, project: str, *, author: str, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._project = project
        self._author = author
        self._clock = clock
        self._folder = Folder(store, project)
        self.log = VersionLog(store, project)

    def snapshot(self, also: Collection[str] = ()) -> Snapshot:
        """The files as they are now, `also` those that the recipe does not name. A save that was killed is brought to
        its end first."""
        while True:
            latest = self.log.latest()
            files, generations = self._folder.read(latest.parts if latest else (), also=also)
            if not self.log.has(latest.number + 1 if latest else 1):
                return Snapshot(files, generations, latest)

    def record(self, also: Collection[str] = ()) -> Snapshot:
        """The same; what was edited in the folder becomes a version."""
        while True:
            here = self.snapshot(also)
            if not here.edited:
                return here
            self._keep(here, here.files)
            self.log.append(
                Record(version=self._version(here, here.parts, FOUND if here.latest is None else EDITED))
            )

    def write(
        self, mine: Mapping[str, bytes | None], base: Files, *, note: str = "", drafted: bool = False
    ) -> Version:
        """Save files that were made from the base, and return the version that has them. None: the file goes.

        Raises ConflictError, which holds both sides, when somebody else changed one of them since; nothing is
        written then.
        """
        while True:
            here = self.record()
            refuse(self._project, self._clashes(here, base, mine))
            changes = {file: data for file, data in mine.items() if here.files.get(file) != data}
            if here.latest is not None and set(changes) <= UNVERSIONED:
                if self._put(here, changes):
                    return here.latest
            else:
                version = self._commit(here, changes, note, drafted=drafted)
                if version is not None:
                    return version

    def restore(self, version: Version, *, note: str = "") -> Version:
        """Make a new version with the contents of an old one; if they are the present ones, there is no new one."""
        texts = self.contents(version)
        while True:
            here = self.record()
            beside = [
                file
                for file, data in texts.items()
                if file not in here.files and self._folder.has_other(file, data)
            ]
            if beside:
                # No version has them yet, and they are about to be written over.
                here = self.record(beside)
            changes: dict[str, bytes | None] = {
                file: data for file, data in texts.items() if here.files.get(file) != data
            }
            # What only the present recipe includes may stay: the old one does not name it.
            changes |= {file: None for file in here.parts if is_kept(file) and file not in texts}
            if not changes and here.latest is not None:
                return here.latest
            done = self._commit(here, changes, note)
            if done is not None:
                return done

    def contents(self, version: Version) -> dict[str, bytes]:
        """The files of a version."""
        return {file: self.log.contents.get(part) for file, part in version.parts.items()}

    def draft(self) -> Version | None:
        """The latest version whose recipe is a draft; None where none was drafted."""
        for number in reversed(self.log.numbers()):
            version = self.log.version(number)
            # Before drafts were marked, their note said it.
            if version.drafted or (RECIPE in version.changed and version.note.startswith(DRAFTED)):
                return version
        return None

    def pick(self, name: int | str) -> Version:
        """A version by its number, `latest`, `draft`, or the beginning of a fingerprint. Raises ProjectError."""
        text = str(name).strip().lower()
        numbers = self.log.numbers()
        if text == "latest" and numbers:
            return self.log.version(numbers[-1])
        if text == "draft":
            drafted = self.draft()
            if drafted is None:
                raise ProjectError(
                    f"{self._project} has no draft.", hint=f"`synth draft {quote(self._project)}` makes one."
                )
            return drafted
        if isinstance(name, int) or (text.isdecimal() and len(text) < FINGERPRINT_DIGITS):
            return self.log.version(int(text))
        found = [
            version
            for version in map(self.log.version, reversed(numbers))
            if text and version.fingerprint.startswith(text)
        ]
        hint = f"`synth versions {quote(self._project)}` lists them."
        if not found:
            raise ProjectError(f"{self._project} has no version {text!r}.", hint=hint)
        if len({version.fingerprint for version in found}) > 1:
            raise ProjectError(f"{text!r} begins more than one fingerprint of {self._project}.", hint=hint)
        return found[0]

    def _commit(
        self, here: Snapshot, changes: Mapping[str, bytes | None], note: str, *, drafted: bool = False
    ) -> Version | None:
        """Make the next version; None when somebody else has just made one of that number."""
        files = self._folder.after(here.files, changes)
        self._keep(here, files)
        staged = {file: uuid.uuid4().hex for file in changes if file in UNVERSIONED}
        for file, name in staged.items():
            self.log.stage(name, changes[file] or b"")
        record = Record(
            version=self._version(here, parts_of(files), note, drafted=drafted),
            writes={file: here.generations.get(file, 0) for file in changes},
            staged=staged,
        )
        if not self.log.append(record):
            for name in staged.values():
                self.log.unstage(name)
            return None
        self.log.finish(record)
        refuse_late(self._project, self._edited_meanwhile(here, changes, record.version), record.version)
        return record.version

    def _keep(self, here: Snapshot, files: Files) -> None:
        """Lay down contents that the latest version does not have."""
        known = set(here.latest.parts.values()) if here.latest else set()
        for file, part in parts_of(files).items():
            if part not in known:
                self.log.contents.put(files[file])

    def _put(self, here: Snapshot, changes: Mapping[str, bytes | None]) -> bool:
        """Write files that are no part of versions; False when somebody else has just written one."""
        try:
            for file, data in changes.items():
                self._store.put(
                    f"{self._project}/{file}", data or b"", if_generation=here.generations.get(file, 0)
                )
        except ConflictError:
            return False
        return True

    def _version(
        self, here: Snapshot, parts: Mapping[str, str], note: str, *, drafted: bool = False
    ) -> Version:
        before = here.latest
        return Version(
            number=before.number + 1 if before else 1,
            parent=before.number if before else None,
            author=self._author,
            time=self._clock(),
            note=note,
            fingerprint=fingerprint(parts),
            parts=dict(sorted(parts.items())),
            changed=differing(before.parts if before else {}, parts),
            drafted=drafted,
        )

    def _clashes(self, here: Snapshot, base: Files, mine: Mapping[str, bytes | None]) -> list[Clash]:
        """Where both sides changed a file, and not to the same."""
        return [
            clash(file, base, here.files, mine, self._written(here, file, here.files))
            for file, data in mine.items()
            if here.files.get(file) not in (base.get(file), data)
        ]

    def _edited_meanwhile(
        self, here: Snapshot, changes: Mapping[str, bytes | None], version: Version
    ) -> list[Clash]:
        """Where an edit in the folder came before our writing, so that it stayed. Whoever saved a later version has
        seen ours in place."""
        files, _ = self._folder.read(version.parts)
        # Asked after reading: else what belongs to a later version that comes just now looks like an edit.
        if self.log.has(version.number + 1):
            return []
        return [
            clash(file, here.files, files, changes, self._written(here, file, files))
            for file, data in changes.items()
            if file not in UNVERSIONED and files.get(file) != data
        ]

    def written(self, file: str) -> Version | None:
        """The version that made a file what it is in the latest one; None where it has no such file."""
        latest = self.log.latest()
        if latest is None or file not in latest.parts:
            return None
        return self._maker(latest, file)

    def _written(self, here: Snapshot, file: str, files: Files) -> Version | None:
        """The version that made a file what it is."""
        wanted = parts_of(files).get(file)
        version = here.latest
        if version is None or file in UNVERSIONED or version.parts.get(file) != wanted:
            return None
        return self._maker(version, file)

    def _maker(self, version: Version, file: str) -> Version:
        while file not in version.changed and version.parent is not None:
            version = self.log.version(version.parent)
        return version
