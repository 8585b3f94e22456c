"""Checks of loaded data: what must hold before anything is published."""

from __future__ import annotations

from synth_core.stages.verify.verify import Check, failed, verify

__all__ = ["Check", "failed", "verify"]
