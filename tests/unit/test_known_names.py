"""The lists of names that are well known, beside the packages that they are made from."""

from __future__ import annotations

from synth_core.stages.describe import gazetteers
from synth_core.stages.describe.make_known import FOLDER, lists


def test_the_lists_are_those_of_the_packages() -> None:
    """A package was updated, or how they are made was changed: `make lists` writes them anew."""
    made = lists()
    assert sorted(made) == sorted(file.stem for file in FOLDER.glob("*.txt"))
    for name, names in made.items():
        assert gazetteers.known(name) == names, f"{name} is not as the packages have it: make lists"
