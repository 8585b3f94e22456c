"""From a reviewed project and recipe to a plan, and from a plan to an approved one."""

from __future__ import annotations

from synth_core.stages.approve.approve import (
    approve,
    check_by_validator,
    check_recipe,
    check_second_person,
    make_plan,
)
from synth_core.stages.approve.counts import resolve_counts
from synth_core.stages.approve.offsets import offsets_after
from synth_core.stages.approve.possible import as_possible
from synth_core.stages.approve.target import check_audit, check_staging, check_target

__all__ = [
    "approve",
    "as_possible",
    "check_audit",
    "check_by_validator",
    "check_recipe",
    "check_second_person",
    "check_staging",
    "check_target",
    "make_plan",
    "offsets_after",
    "resolve_counts",
]
