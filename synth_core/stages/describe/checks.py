"""All checks of values by the name under which the catalogue of meanings refers to them."""

from __future__ import annotations

from synth_core.stages.describe.check_ids import IDS
from synth_core.stages.describe.check_people import PEOPLE
from synth_core.stages.describe.check_places import PLACES
from synth_core.stages.describe.check_things import THINGS
from synth_core.stages.describe.facts import Check

CHECKS: dict[str, Check] = {**IDS, **PEOPLE, **PLACES, **THINGS}
