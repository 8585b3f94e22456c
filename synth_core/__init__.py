"""Synth Studio: synthetic tables that look, join and load like the real ones, from a recipe that a person can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synth_core.errors import SynthError

if TYPE_CHECKING:
    from synth_core.api import (
        approve,
        audit,
        cancel,
        diff,
        doctor,
        draft,
        infer,
        init,
        lint,
        open,
        preview,
        record,
        relate,
        rename,
        restore,
        resume,
        run,
        runs,
        save_recipe,
        show,
        sources,
        versions,
    )

__all__ = [
    "SynthError",
    "approve",
    "audit",
    "cancel",
    "diff",
    "doctor",
    "draft",
    "infer",
    "init",
    "lint",
    "open",
    "preview",
    "record",
    "relate",
    "rename",
    "restore",
    "resume",
    "run",
    "runs",
    "save_recipe",
    "show",
    "sources",
    "versions",
]


def __getattr__(name: str) -> Any:
    """Functions are loaded when they are asked for: the interpreter's child imports this package, but none of them."""
    if name in __all__:
        from synth_core import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
