"""How far a project is on the way from sources to a run."""

from __future__ import annotations

from enum import StrEnum

from synth_core.model.base import Frozen


class Step(StrEnum):
    """The steps, in their order; each is a page of the review app."""

    SOURCES = "sources"
    SCHEMA = "schema"
    KEYS = "keys"
    RECIPE = "recipe"
    PREVIEW = "preview"
    RUN = "run"


class StepState(Frozen):
    """One step as it stands."""

    step: Step
    is_done: bool
    needs_look: int = 0
    """Places that need a person's eye."""
    missing: str = ""
    """What must be done first, as a sentence; empty where the step can be taken."""
    first: Step | None = None
    """Where that is done."""


def steps(
    *,
    inferred: bool,
    drafted: bool,
    attention: dict[Step, int],
    recipe_errors: int,
    count_errors: int,
    previewed: bool,
    approved: bool,
    published: bool,
) -> tuple[StepState, ...]:
    """All steps of a project. A step is done when nothing in it needs a look and the next can be taken. `count_errors`:
    those of the recipe's errors that hold for the wanted rows only. A preview makes as many as can be."""
    nothing_read = "" if inferred else "Nothing is inferred yet: choose tables first."
    no_recipe = nothing_read or ("" if drafted else "There is no recipe yet: have one drafted first.")
    faulty, unseen = (no_recipe or _faults(count) for count in (recipe_errors, recipe_errors - count_errors))
    to_read = Step.SOURCES if nothing_read else None
    to_draft = to_read or (Step.RECIPE if no_recipe else None)
    to_mend = to_draft or (Step.RECIPE if faulty else None)

    def looked_at(step: Step) -> bool:
        return inferred and not attention.get(step)

    def state(step: Step, is_done: bool, missing: str = "", first: Step | None = None) -> StepState:
        return StepState(
            step=step, is_done=is_done, needs_look=attention.get(step, 0), missing=missing, first=first
        )

    recipe = StepState(
        step=Step.RECIPE,
        is_done=drafted and not recipe_errors,
        needs_look=recipe_errors,
        missing=nothing_read,
        first=to_read,
    )
    return (
        state(Step.SOURCES, looked_at(Step.SOURCES)),
        state(Step.SCHEMA, looked_at(Step.SCHEMA), nothing_read, to_read),
        state(Step.KEYS, looked_at(Step.KEYS), nothing_read, to_read),
        recipe,
        state(Step.PREVIEW, previewed, unseen, to_draft or (Step.RECIPE if unseen else None)),
        state(Step.RUN, approved and published, faulty, to_mend),
    )


def _faults(count: int) -> str:
    if not count:
        return ""
    return (
        "The recipe has an error: mend it first."
        if count == 1
        else f"The recipe has {count} errors: mend them first."
    )
