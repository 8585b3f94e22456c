"""What may run: a plan that a person approved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime

from pydantic import Field as PydanticField

from synth_core.errors import PlanError
from synth_core.model.base import Frozen
from synth_core.model.project import LoadMode, Project

FINGERPRINT_VERSION = 1
MAX_SEED = 2**63 - 1
"""The audit keeps seeds as INT64."""


def check_seed(seed: int) -> None:
    """Raise PlanError for a number that can't be a seed."""
    if not 0 <= seed <= MAX_SEED:
        raise PlanError(f"{seed} can't be a seed.", hint=f"Take a whole number from 0 to {MAX_SEED}.")


class Plan(Frozen):
    """Everything that decides a full run, and nothing else: same plan, same bytes."""

    project: Project
    recipe: str
    """The text of `recipe.yml`."""
    tables: dict[str, str] = {}
    """The files of `tables`, by name."""
    files: dict[str, str] = {}
    """The other files that the recipe includes or reads, by name."""
    counts: dict[str, int]
    """Rows to make, by table."""
    seed: int = PydanticField(ge=0, le=MAX_SEED)
    today: date
    """The reference date: what `today` means in the recipe."""
    mode: LoadMode = "append"
    offsets: dict[str, int] = {}
    """Append: generated keys continue after so many row numbers, by table; 0 where it is not named."""

    @property
    def recipe_files(self) -> dict[str, str]:
        """All files, by the names that a recipe calls them."""
        return with_tables(self.files, self.tables)

    @property
    def fingerprint(self) -> str:
        """Versioned SHA-256 over every part that changes the data or where it goes: `1:9f2c…`."""
        parts = self.model_dump(mode="json")
        text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return f"{FINGERPRINT_VERSION}:{hashlib.sha256(text.encode()).hexdigest()}"


def with_tables(files: Mapping[str, str], tables: Mapping[str, str]) -> dict[str, str]:
    """Files and those of `tables`, by the names that a recipe calls them."""
    return {**files, **{f"tables/{name}": text for name, text in tables.items()}}


class Fewer(Frozen):
    """A table of which fewer rows are made than its source has, and why."""

    table: str
    rows: int
    why: str

    def __str__(self) -> str:
        return f"{self.table}: {self.rows:,} rows can be made. {self.why}"


class ApprovedPlan(Frozen):
    """A plan, and who approved exactly it. Only `synth_core.stages.approve` makes one."""

    plan: Plan
    approved_by: str
    approved_at: datetime
    note: str = ""
    fingerprint: str
    """The fingerprint that was approved; a plan whose own fingerprint differs was changed afterwards."""
    version: int | None = None
    """The project's version that the plan was made of; it is no part of what decides the data."""
    fewer: tuple[Fewer, ...] = ()
    """Tables of which keys or links allow no more rows than this, so that the plan has fewer than the source."""

    @property
    def is_intact(self) -> bool:
        """The plan is still the one that was approved."""
        return self.plan.fingerprint == self.fingerprint
