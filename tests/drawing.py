"""How many examples Hypothesis draws: half of them each time, all with `--slow`. Each run draws others, and one that
failed is drawn again. What keeps a source's secrets draws all of them always: it does not ask here."""

from __future__ import annotations

import os

from hypothesis import settings

SHARE = 0.5
MOST = 100
"""Of a test that says nothing else."""

_is_all = False


def drawn(most: int) -> int:
    """Of so many examples those that are drawn this time."""
    return most if _is_all else max(1, round(most * SHARE))


def draw(*, everything: bool) -> None:
    """Called before tests are collected, which ask then. In CI the same examples are drawn each time, so that a red run
    is about the change and not about luck."""
    global _is_all
    _is_all = everything
    settings.register_profile(
        "ci", max_examples=drawn(MOST), derandomize=True, deadline=None, print_blob=True
    )
    settings.register_profile("here", max_examples=drawn(MOST), deadline=None)
    settings.load_profile("ci" if os.environ.get("CI") else "here")
