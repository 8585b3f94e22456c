"""What all tests share: of the slow tests a sample runs, always the same, and Hypothesis draws half of its examples,
unless all are asked for."""

from __future__ import annotations

import compileall
import gc
import os
import random
from pathlib import Path

import drawing
import pytest

# Stand-ins that are told to be busy are asked again at once, and given up soon.
os.environ["SYNTH_RETRY_SECONDS"] = "3"

# What is read while tests are collected stays: looking for garbage in it takes a quarter of that time.
gc.disable()

pytest_plugins = ["servers.fixtures", "copies", "backends"]

SAMPLE = 0.25
"""Of the slow tests, so many run each time."""

# Nobody pulls the plug: that files are on the disk before anything else happens is not to be seen here.
os.fsync = lambda _: None


def pytest_configure(config: pytest.Config) -> None:
    """Our modules are compiled once, and not again in each process that a test starts, as they would be where Python is
    told to write no bytecode."""
    drawing.draw(everything=config.getoption("--slow"))
    if not hasattr(config, "workerinput"):
        for room in ("synth_core", "ui"):
            compileall.compile_dir(Path(__file__).parents[1] / room, quiet=1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run all slow tests, not a sample of them")
    parser.addoption("--screens", action="store_true", help="take the pictures of docs/screens anew")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out most slow tests, always the same ones; a slow test that was named alone runs."""
    marked = {item.nodeid: mark for item in items if (mark := item.get_closest_marker("slow"))}
    if config.getoption("--slow") or len(marked) == len(items):
        return
    slow = sorted(name for name, mark in marked.items() if mark.kwargs.get("sampled", True))
    kept = set(random.Random(20261126).sample(slow, round(SAMPLE * len(slow))))
    for share in {mark.kwargs["share"] for mark in marked.values() if "share" in mark.kwargs}:
        some = sorted(name for name in kept if marked[name].kwargs.get("share") == share)
        kept -= set(some[round(len(some) * share / SAMPLE) :])
    left_out = [item for item in items if item.get_closest_marker("slow") and item.nodeid not in kept]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays to the end: garbage is not looked for in it, nor as often as in a small program. That
    would take an eighth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)
    gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    """DuckDB counts at the end of the process what of it was not let go."""
    gc.unfreeze()
