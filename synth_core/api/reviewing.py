"""What a person reviews before the approval: edits, what wants a look, whether the source is still the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from synth_core import wiring
from synth_core.api.allowed import check_project, check_sources, check_target
from synth_core.api.configured import buckets_for, settings_for
from synth_core.api.ground import ByContents, projects_in
from synth_core.api.next_steps import places_to_look_at
from synth_core.api.plans import check_places
from synth_core.errors import ConflictError
from synth_core.history.stored import StoredProject
from synth_core.model import places
from synth_core.model.dialect import Dialect
from synth_core.model.edits import AnyEdit, SetDialect, SetSources, SetTarget
from synth_core.model.project import Project, SourceKind
from synth_core.model.sources import absolute, split_sources
from synth_core.model.version import Clash, PartChange, Version
from synth_core.projects import Projects
from synth_core.settings import Settings
from synth_core.stages.gather import check_tables, known_tables
from synth_core.stages.reread import Reread, completed
from synth_core.stages.reread import reread as read_head
from synth_core.stages.review import Attention, Conflict, Reviewed, apply, merged
from synth_core.stages.review.state import table_of
from synth_core.stages.review.words import parse_edits
from synth_core.stages.source_changes import SourceChange
from synth_core.stages.source_changes import source_changes as compare_sources

_TRIES = 20
_SHOWN = 3


def edit(
    name: str,
    edits: Sequence[AnyEdit | str],
    base: int | None = None,
    *,
    note: str = "",
    home: Path | None = None,
) -> StoredProject:
    """Change the project: all of the edits or none; one version with all of them. Texts are edits in words, as
    `synth edit` takes them. `base` is the version that they were made on; without it, the present one.

    Edits of other fields than those that somebody else changed since are merged. Raises ConflictError, whose `clashes`
    hold both sides, where they are of the same; ProjectError where an edit can't be. What could not be carried along
    stands in the `notes` of what is returned.
    """
    settings, projects = settings_for(home), projects_in(home)
    for _ in range(_TRIES):
        stored = projects.record(name)
        mine = _read(settings, stored.project, edits)
        if base is not None and base != stored.version:
            mine = _merged(projects, stored, base, mine)
        state = Reviewed(project=stored.project, profile=stored.profile, recipe=stored.recipe)
        after = apply(state, mine, files=stored.recipe_files)
        if after.project == stored.project:
            return stored
        _check(settings, after.project, mine)
        try:
            saved = projects.save(
                stored,
                project=after.project,
                profile=after.profile if after.profile != stored.profile else None,
                recipe=after.recipe if after.recipe != stored.recipe else None,
                note=note or _note(mine),
            )
        except ConflictError:
            # Somebody has just saved: what they did is looked at like what was done before.
            base = stored.version if base is None else base
            continue
        return replace(saved, notes=after.findings)
    raise ConflictError(f"{name} is changed by others all the time.", hint="Try again.")


def attention(name: str, *, home: Path | None = None) -> tuple[Attention, ...]:
    """What wants a person's look in sources, schema and keys, and why. Reads nothing but the project."""
    return places_to_look_at(ByContents(projects_in(home).load(name)))


def source_changes(name: str, *, home: Path | None = None) -> tuple[SourceChange, ...]:
    """What changed in the sources since they were read: columns, files, rows as far as that is told for free. Raises
    SourceError where a source is not there at all."""
    stored, settings = projects_in(home).load(name), settings_for(home)
    check_sources(settings, split_sources(stored.project.source), stored.project.only)
    return compare_sources(
        stored.project,
        stored.profile,
        partial(wiring.open_source, settings=settings),
        buckets_for(settings),
    )


def reread(name: str, table: str, dialect: Dialect | None = None, *, home: Path | None = None) -> Reread:
    """The header and the first rows of a table's file as another dialect would split them; without one, by the
    project's own. Reads the beginning of the file alone; of personal columns only shapes are shown."""
    stored, settings = projects_in(home).load(name), settings_for(home)
    check_project(settings, stored.project)
    found = table_of(stored.project, table)
    asked = dialect or (found.dialect.value if found.dialect else Dialect())
    return read_head(stored.project, found, asked, buckets_for(settings))


def _read(settings: Settings, project: Project, edits: Sequence[AnyEdit | str]) -> tuple[AnyEdit, ...]:
    """The edits, of those in words each as it is meant after the ones before it."""
    found: list[AnyEdit] = []
    state = Reviewed(project=project)
    for number, each in enumerate(edits, 1):
        new = parse_edits(state.project, [each]) if isinstance(each, str) else (each,)
        new = tuple(_completed(settings, state.project, one) for one in new)
        found += new
        if any(isinstance(other, str) for other in edits[number:]):
            state = apply(state, new)
    return tuple(found)


def _completed(settings: Settings, project: Project, edit: AnyEdit) -> AnyEdit:
    """A place as it holds from anywhere; of lines that a dialect only counts, the file's own."""
    if isinstance(edit, SetTarget):
        given = {key: places.absolute(text) for key in ("uri", "files") if (text := getattr(edit, key))}
        return edit.model_copy(update=given)
    if isinstance(edit, SetSources):
        return _with_tables(settings, project, edit)
    if isinstance(edit, SetDialect):
        table, mine = table_of(project, edit.table), edit.dialect
        before = table.dialect.value if table.dialect else None
        known = before is not None and (mine.banner, mine.header_rows) == (before.banner, before.header_rows)
        if table.source.kind is SourceKind.DELIMITED and not known:
            return edit.model_copy(update={"dialect": completed(table, mine, buckets_for(settings))})
    return edit


def _with_tables(settings: Settings, project: Project, edit: SetSources) -> SetSources:
    """Where only some tables are taken: of the new places all that they have, of the others those that were taken."""
    sources = tuple(map(absolute, edit.sources))
    if not project.only or edit.only is not None:
        return edit.model_copy(update={"sources": sources})
    check_sources(settings, sources)
    before = split_sources(project.source)
    opened = partial(wiring.open_source, settings=settings)
    known, new = (
        known_tables(some, opened, buckets=buckets_for(settings), before=project.tables) if some else []
        for some in (sources, [each for each in sources if each not in before])
    )
    names = {name for each in known for name in (each.name, each.own_name)}
    still = [name for name in project.only if name in names]
    only = tuple(dict.fromkeys([*still, *(each.own_name or each.name for each in new)]))
    return edit.model_copy(update={"sources": sources, "only": only})


def _merged(
    projects: Projects, stored: StoredProject, base: int, edits: tuple[AnyEdit, ...]
) -> tuple[AnyEdit, ...]:
    name = stored.project.name
    mine, conflicts = merged(projects.at(name, base), stored.project, edits)
    if conflicts:
        places = ", ".join(each.place for each in conflicts[:_SHOWN])
        more = f" and {len(conflicts) - _SHOWN} more" if len(conflicts) > _SHOWN else ""
        latest = projects.last_change(name)
        by = f" by {latest.author}" if latest else ""
        raise ConflictError(
            f"{name}: {places}{more} was changed{by} since version {base}, so nothing was saved.",
            hint="Look at both sides; then edit what is there now.",
            clashes=[_clash(each, latest) for each in conflicts],
        )
    return mine


def _clash(conflict: Conflict, theirs: Version | None) -> Clash:
    def change(value: str) -> PartChange:
        words = f"{conflict.base} → {value}"
        return PartChange(file=conflict.place, kind="changed", changes=(words,), added=1, removed=1)

    return Clash(
        file=conflict.place,
        base=conflict.base,
        theirs=conflict.theirs,
        mine=conflict.mine,
        their_changes=change(conflict.theirs),
        my_changes=change(conflict.mine),
        by=theirs.author if theirs else "",
        version=theirs.number if theirs else None,
    )


def _check(settings: Settings, project: Project, edits: Sequence[AnyEdit]) -> None:
    """A new target must be one that may be written, and not the source; new places must be there."""
    if any(isinstance(each, SetSources) for each in edits):
        sources = split_sources(project.source)
        check_sources(settings, sources, project.only)
        check_places(project, settings)
        opened = partial(wiring.open_source, settings=settings)
        check_tables(sources, opened, project.only, buckets_for(settings), project.tables)
    if any(isinstance(each, SetTarget) for each in edits):
        check_target(settings, project.target)
        check_places(project, settings)


def _note(edits: Sequence[AnyEdit]) -> str:
    told = "; ".join(str(each) for each in edits[:_SHOWN])
    return f"{told}; and {len(edits) - _SHOWN} more" if len(edits) > _SHOWN else told
