"""What every function of the api stands on: the settings, and what they open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from synth_core import wiring
from synth_core.ports import ObjectStore
from synth_core.settings import PARAMETERS, Settings, load

if TYPE_CHECKING:
    from synth_core.stages.gather import Buckets


def settings_for(home: Path | None = None, **given: Any) -> Settings:
    """The parameters as they hold here. Those given with the call, by name, come before configuration and environment;
    None stands for one that was not given. Raises UsageError for a value that can't be."""
    if unknown := given.keys() - PARAMETERS.keys():
        raise TypeError(f"there is no parameter {', '.join(sorted(unknown))}")
    named = {name: value for name, value in given.items() if value is not None}
    if home is not None:
        named["home"] = Path(home)
    return load(named)


def store_of(settings: Settings) -> ObjectStore:
    """Where projects and runs lie."""
    return wiring.open_store(settings.home, settings.store)


def buckets_for(settings: Settings) -> Buckets:
    """How files in Cloud Storage are read."""
    from synth_core.stages.gather import Buckets

    return Buckets(open=wiring.open_bucket, budget=settings.source_bytes)
