"""The linter is quick enough to run while somebody types."""

from __future__ import annotations

import time

import pytest
import yaml
from long_recipe import long_recipe

from synth_core.recipe.text import LOADER
from synth_core.stages.lint import lint


@pytest.mark.slow
def test_two_thousand_lines_take_a_small_multiple_of_reading_them() -> None:
    """On a quiet machine it takes 50 to 60 ms, reading alone 12; a busy one is slow at both."""
    text, project = long_recipe()
    assert text.count("\n") >= 2_000 and len(project.tables) == 10

    def fastest(what: object) -> float:
        taken = []
        for number in range(7):
            changed = f"{text}# {number}\n"
            begin = time.process_time()
            if what == "lint":
                assert lint(changed, project) == []
            else:
                yaml.compose(changed, Loader=LOADER)
            taken.append(time.process_time() - begin)
        return min(taken)

    assert fastest("lint") < 9 * fastest("read")
