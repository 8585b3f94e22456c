"""The command line `synth`."""

from __future__ import annotations

from synth_core.cli.main import main

__all__ = ["main"]
