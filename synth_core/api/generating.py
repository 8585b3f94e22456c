"""Rows without a project."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from synth_core.api.allowed import check_written
from synth_core.api.configured import settings_for
from synth_core.errors import SourceError
from synth_core.model.written import Format
from synth_core.recipe.files import from_folder
from synth_core.recipe.files import gather as files_of_recipe
from synth_core.settings import DEFAULT_SEED
from synth_core.stages.generate import GeneratedFile
from synth_core.stages.generate import generate as generate_files


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
