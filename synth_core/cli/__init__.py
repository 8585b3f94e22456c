"""The command line `synth`."""

from __future__ import annotations

from synth_core.cli.main import command, main

__all__ = ["command", "main"]
