"""Rows from a recipe alone, without project or target: types follow from the values."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
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
from synth_core.model.project import Column, SourceKind
from synth_core.model.types import Field, Kind
from synth_core.recipe.compile import Recipe, compile_recipe
from synth_core.stages.lint import ABOUT_COUNTS, lint

FORMATS = {"csv": SourceKind.DELIMITED, "parquet": SourceKind.PARQUET, "ndjson": SourceKind.NDJSON}
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
    file_format: str = "csv",
    counts: Mapping[str, int] | None = None,
    seed: int,
    today: date,
    name: str = "recipe.yml",
) -> list[GeneratedFile]:
    """Write one file a table into `out`. Nothing is written when the recipe is refused or fails. `name` is what errors
    call the recipe.

    Raises RecipeError, PlanError, GenerationError or TargetError.
    """
    if file_format not in FORMATS:
        raise PlanError(f"There is no format {file_format!r}.", hint=f"Take one of {', '.join(FORMATS)}.")
    problems = [
        each.model_copy(update={"file": name})
        for each in errors(lint(recipe, None, counts=counts))
        if each.code not in ABOUT_COUNTS
    ]
    if problems:
        count = "an error" if len(problems) == 1 else f"{len(problems)} errors; the first"
        raise RecipeError(f"The recipe has {count}: {problems[0]}", problems)
    read = Recipe.read(recipe)
    wanted = _counts(read, counts or {})
    read.world(wanted, seed, today, {}).check()
    compiled = compile_recipe(recipe, {**wanted, **(counts or {})}, seed=seed, today=today)
    wide: dict[str, dict[str, Kind]] = {}
    while True:
        job = Job(compiled=compiled, seed=str(seed), today=today, wide=wide, keep_id=not read.uses_plugin())
        try:
            return _write(job, out, FORMATS[file_format], file_format)
        except WidenError as error:
            wide.setdefault(error.table, {})[error.column] = error.kind


def _counts(recipe: Recipe, counts: Mapping[str, int]) -> dict[str, int]:
    """Rows by table: the recipe's, or those asked for, which must be for tables that have one object of their own."""
    known = recipe.counts()
    tops = [str(template["object"]) for template in recipe.top_objects()]
    for table, count in counts.items():
        if table not in known:
            raise PlanError(f"There is no table {table!r}.", hint=f"The recipe makes {', '.join(known)}.")
        if count <= 0:
            raise PlanError(f"{table}: {count} rows can't be made.", hint="Ask for 1 or more.")
        if tops.count(table) != 1:
            raise PlanError(f"{table}: its count depends on other objects.", hint="Change it in the recipe.")
    return {table: counts.get(table, count or 0) for table, count in known.items()}


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
