"""Every parameter: `synth.toml`, then the environment, then the command line, each with the place it comes from."""

from __future__ import annotations

from synth_core.settings.acting import acting
from synth_core.settings.load import CONFIG, FILE, config_file, load
from synth_core.settings.parameters import DEFAULT_SEED, PARAMETERS, Kind, Parameter, Settings
from synth_core.settings.secrets import masked

__all__ = [
    "CONFIG",
    "DEFAULT_SEED",
    "FILE",
    "PARAMETERS",
    "Kind",
    "Parameter",
    "Settings",
    "acting",
    "config_file",
    "load",
    "masked",
]
