"""Rows from a recipe alone, without project or target: types follow from the values."""

from __future__ import annotations

import shlex
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from synth_core.engine.interpreter import Job, Rows, WidenError, run_jobs
from synth_core.errors import PlanError, RecipeError, TargetError
from synth_core.files.arrow import field_from_arrow
from synth_core.files.shape import safe_name
from synth_core.files.write import Writer, open_writer
from synth_core.model.base import Frozen
from synth_core.model.dialect import Dialect
from synth_core.model.findings import errors
from synth_core.model.inferred import Inferred
from synth_core.model.plan import check_seed
from synth_core.model.project import Column, SourceKind
from synth_core.model.types import Field, Kind
from synth_core.model.written import Format
from synth_core.recipe.compile import Recipe, compile_recipe
from synth_core.recipe.files import NO_FILES, data_files
from synth_core.recipe.functions import PLUGIN, Combination, Function, Reference
from synth_core.recipe.reading import drawn_keys
from synth_core.recipe.text import RECIPE
from synth_core.stages.lint import ABOUT_COUNTS, lint

_KINDS = {
    Format.CSV: SourceKind.DELIMITED,
    Format.PARQUET: SourceKind.PARQUET,
    Format.NDJSON: SourceKind.NDJSON,
}
_UNKNOWN_ROWS = 1_000_000
_DIALECT = Dialect(quoted_empty_is_empty=True)


class GeneratedFile(Frozen):
    """A finished file."""

    table: str
    path: str
    rows: int
    bytes: int


def generate(
    recipe: str,
    out: Path,
    *,
    file_format: Format = Format.CSV,
    counts: Mapping[str, int] | None = None,
    seed: int,
    today: date,
    name: str = RECIPE,
    files: Mapping[str, str] = NO_FILES,
) -> list[GeneratedFile]:
    """Write one file a table into `out`. Nothing is written when the recipe is refused or fails. `name` is what errors
    call the recipe; `files` are those that it may include and read.

    Raises RecipeError, PlanError, GenerationError or TargetError.
    """
    check_seed(seed)
    problems = [
        each.model_copy(update={"file": name}) if each.file == RECIPE else each
        for each in errors(lint(recipe, None, counts=counts, files=files))
        if each.code not in ABOUT_COUNTS
    ]
    if problems:
        count = "an error" if len(problems) == 1 else f"{len(problems)} errors; the first"
        raise RecipeError(f"The recipe has {count}: {problems[0]}", problems)
    job = job_of(recipe, counts or {}, seed=seed, today=today, files=files)
    wide: dict[str, dict[str, Kind]] = {}
    while True:
        try:
            made = _write(replace(job, wide=wide), out, _KINDS[file_format], file_format)
        except WidenError as error:
            wide.setdefault(error.table, {})[error.column] = error.kind
            continue
        if not made:
            raise PlanError(f"{name} makes no rows at all.", hint="Look at the counts of its tables.")
        return made


def _cells(recipe: Recipe, known: Mapping[str, int]) -> int:
    """About how many values there will be; a table whose rows nobody knows in advance counts as a million rows."""
    return sum(
        known.get(table, _UNKNOWN_ROWS) * max(1, len(fields)) for table, fields in recipe.fields().items()
    )


def job_of(
    recipe: str, counts: Mapping[str, int], *, seed: int, today: date, files: Mapping[str, str] = NO_FILES
) -> Job:
    """What the interpreter does for a recipe without errors. Raises PlanError when its keys can't supply the counts."""
    read = Recipe.read(recipe, files)
    known = _counts(read, counts)
    _check_needed(read, known)
    read.world(known, seed, today, {}).check()
    compiled = compile_recipe(recipe, known, seed=seed, today=today, files=files)
    return Job(
        compiled=compiled,
        seed=str(seed),
        today=today,
        cells=_cells(read, known),
        files=data_files(compiled.text, files),
        keep_id=not read.uses_plugin(),
    )


def _counts(recipe: Recipe, counts: Mapping[str, int]) -> dict[str, int]:
    """Rows by table as far as they are known in advance: the recipe's, or those asked for, which must be for tables
    that have one object of their own. Other counts are Snowfakery's to evaluate."""
    known = recipe.counts()
    tops = [str(template["object"]) for template in recipe.top_objects()]
    for table, count in counts.items():
        if table not in known:
            raise PlanError(f"There is no table {table!r}.", hint=f"The recipe makes {', '.join(known)}.")
        if count <= 0:
            raise PlanError(f"{table}: {count} rows can't be made.", hint="Ask for 1 or more.")
        if tops.count(table) != 1:
            raise PlanError(f"{table}: its count depends on other objects.", hint="Change it in the recipe.")
    return {**{table: count for table, count in known.items() if count is not None}, **counts}


def _check_needed(recipe: Recipe, known: Mapping[str, int]) -> None:
    """Raise PlanError when keys depend on how many rows a table has, and nobody knows before they are made."""
    unknown = recipe.fields().keys() - known.keys()
    places = [str(template["object"]) for template in recipe.objects()]
    tops = [str(template["object"]) for template in recipe.top_objects()]
    for table, functions in recipe.functions().items():
        for field, function in functions.items():
            for needed in unknown.intersection(_counted(table, function)):
                why, hint = (
                    "depends on other objects",
                    f"Make {needed} an object of its own with a plain count.",
                )
                if places.count(needed) == tops.count(needed):
                    why, hint = "is a formula", f"Write a plain number as the count of {needed}"
                    hint += (
                        f", or give --count {shlex.quote(f'{needed}=N')}." if tops.count(needed) == 1 else "."
                    )
                raise PlanError(
                    f"{table}.{field}: {PLUGIN}.{function.name} must know in advance how many rows {needed} has, "
                    f"but its count {why}.",
                    hint=hint,
                )


def _counted(table: str, function: Function) -> list[str]:
    """The tables whose numbers of rows the function's values depend on."""
    if isinstance(function, Reference):
        others = [function.table, *(also.table for also in function.also)]
        return others if function.match else [table, *others]
    if isinstance(function, Combination):
        return [part.table for part in function.parts.values() if part.table]
    return [drawn.table for drawn in drawn_keys(function)]


def _write(job: Job, out: Path, kind: SourceKind, suffix: str) -> list[GeneratedFile]:
    writers: dict[str, tuple[Writer, Path]] = {}
    is_new = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".synth-", dir=out) as folder:
            for made in run_jobs([job]):
                if not isinstance(made, Rows):
                    continue
                table, batch = made.table, made.batch
                if table not in writers:
                    columns = [_column(field_from_arrow(field)) for field in batch.schema]
                    path = Path(folder) / f"{safe_name(table)}.{suffix}"
                    writers[table] = (open_writer(path, kind, columns, _DIALECT), path)
                writers[table][0].write(batch)
            files = []
            done = {table: (writer.close(), path) for table, (writer, path) in writers.items()}
            for table, (written, path) in done.items():
                target = out / path.name
                shutil.move(path, target)
                files.append(
                    GeneratedFile(table=table, path=str(target), rows=written.rows, bytes=written.bytes)
                )
            return files
    except OSError as error:
        raise TargetError(
            f"{out}: can't be written: {error.strerror or error}.", hint="Choose another folder."
        ) from error
    finally:
        if is_new and out.is_dir() and not any(out.iterdir()):
            out.rmdir()


def _column(field: Field) -> Column:
    return Column(
        name=field.name,
        type=Inferred(value=field.type),
        mode=Inferred(value=field.mode),
        meaning=Inferred(value="unknown"),
        personal=Inferred(value=False),
    )
