"""The whole inference: read, describe, relate, profile; a person's edits stay."""

from __future__ import annotations

from synth_core.stages.infer.infer import InferredProject, infer
from synth_core.stages.infer.keep import keep_human

__all__ = ["InferredProject", "infer", "keep_human"]
