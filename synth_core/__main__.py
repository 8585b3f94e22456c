"""`python -m synth_core` is the command line."""

from synth_core.cli import command

command()
