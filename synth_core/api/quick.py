"""Without a project of one's own: keys and links of a source, a name for what `synth quickstart` makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from synth_core import wiring
from synth_core.api.allowed import check_sources, check_written
from synth_core.api.ground import buckets_for, projects_in, settings_for
from synth_core.errors import SourceError
from synth_core.model.findings import Finding
from synth_core.model.places import is_warehouse, parse_place
from synth_core.model.sources import absolute, pattern_of
from synth_core.model.written import Format
from synth_core.recipe.files import from_folder
from synth_core.recipe.files import gather as files_of_recipe
from synth_core.settings import DEFAULT_SEED, Settings
from synth_core.settings.job import Job, job_of
from synth_core.stages.gather import by_table, gather, known_tables
from synth_core.stages.gather.gather import Progress
from synth_core.stages.generate import GeneratedFile
from synth_core.stages.generate import generate as generate_files
from synth_core.stages.look import Looked, files_in
from synth_core.stages.look import look as look_at_file
from synth_core.stages.relate import Related
from synth_core.stages.relate import relate as relate_tables
from synth_core.stages.workbench import Workbench


def relate(
    sources: Sequence[str],
    *,
    sample_rows: int | None = None,
    hide_names: bool = False,
    progress: Progress = lambda message: None,
) -> Related:
    """Keys and links of the tables of one SOURCE or several, without a project."""
    settings = settings_for()
    check_sources(settings, sources)
    with Workbench() as bench:
        gathered = gather(
            bench,
            sources,
            partial(wiring.open_source, settings=settings),
            sample_rows=sample_rows,
            warehouse_rows=settings.sample_rows,
            max_bytes=settings.max_bytes_billed,
            buckets=buckets_for(settings),
            hide_names=hide_names,
            progress=progress,
        )
        declared = {each.table.name: each.declared for each in gathered.tables if each.declared is not None}
        progress("looking for keys and links")
        related = relate_tables(
            bench.con, [each.table for each in gathered.tables], hide_names=hide_names, declared=declared
        )
    return related.model_copy(update={"findings": (*gathered.findings, *related.findings)})


def files_to_look_at(place: str) -> tuple[list[str], tuple[Finding, ...]]:
    """The file itself, or the files of a folder, or of a pattern in Cloud Storage, that are read as tables; also what
    is passed over. Raises SourceError for a folder without tables."""
    settings = settings_for()
    check_sources(settings, [place])
    return files_in(place, buckets_for(settings))


def look(file: str) -> Looked:
    """The dialect and columns of one file, from a bounded part of it. Raises SourceError when it can't be read."""
    settings = settings_for()
    check_sources(settings, [file])
    return look_at_file(file, buckets_for(settings))


def generate(
    recipe: Path,
    out: Path,
    *,
    file_format: Format = Format.CSV,
    counts: Mapping[str, int] | None = None,
    seed: int = DEFAULT_SEED,
) -> list[GeneratedFile]:
    """Rows from a recipe alone, as files in the folder `out`. Raises SourceError where the recipe can't be read."""
    check_written(settings_for(), str(out))
    try:
        text = recipe.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{recipe}: can't be read: {getattr(error, 'strerror', None) or error}.") from None
    return generate_files(
        text,
        out,
        file_format=file_format,
        counts=counts or {},
        seed=seed,
        today=datetime.now(UTC).date(),
        name=str(recipe),
        files=files_of_recipe(text, from_folder(recipe.parent)),
    )


def configured_job(*, home: Path | None = None, **given: Any) -> tuple[Settings, Job]:
    """The whole job as the configuration has it, and the parameters that it is made of; those given with the call, by
    name, come first. Raises UsageError where something is missing."""
    settings = settings_for(home, **given)
    return settings, job_of(settings)


def named_tables(settings: Settings, job: Job) -> tuple[dict[str, int], dict[str, str]]:
    """Rows wanted and header files of the job, by the tables' own names. Asks the sources which tables there are, if a
    name has to be understood. Raises UsageError for one that no table has, or that several have."""
    if not job.counts and not job.headers:
        return {}, {}
    sources = [absolute(source) for source in job.sources]
    check_sources(settings, sources, job.only)
    known = known_tables(sources, wiring.open_source, job.only, buckets_for(settings))
    counts = by_table(job.counts, known, partial(_where, settings, "counts"))
    return counts, by_table(job.headers, known, partial(_where, settings, "header_files"))


def _where(settings: Settings, parameter: str, name: str) -> str:
    return f"{settings.origin(f'{parameter}.{name}')}: {parameter}"


def quickstart_name(sources: Sequence[str], *, home: Path | None = None) -> str:
    """A name for a new project over these sources that no other project has."""
    first = pattern_of(sources[0])
    if is_warehouse(first):
        place = parse_place(first)
        first = place.dataset or place.path
    base = "".join(c if c.isalnum() or c in "-_" else "-" for c in Path(first).stem).strip("-_") or "project"
    taken = set(projects_in(home).names())
    name, number = base, 1
    while name in taken or name.lower() in ("runs", "output"):
        number += 1
        name = f"{base}-{number}"
    return name
