"""What columns are: type, format, mode, meaning, whether personal; from names, values and declared schemas."""

from __future__ import annotations

from synth_core.stages.describe.catalogue import catalogue, is_personal
from synth_core.stages.describe.describe import DescribedText, Fit, describe_text
from synth_core.stages.describe.typed import describe_leaves, describe_typed

__all__ = [
    "DescribedText",
    "Fit",
    "catalogue",
    "describe_leaves",
    "describe_text",
    "describe_typed",
    "is_personal",
]
