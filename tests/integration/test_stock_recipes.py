"""Recipes of ordinary shape, written for stock Snowfakery: they pass vetting unchanged, and with the same seeds make
the rows that stock Snowfakery makes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from synth_core.engine.interpreter import Rows, run_jobs
from synth_core.recipe.draws import key_of
from synth_core.recipe.files import from_folder, gather
from synth_core.recipe.vetting import vet
from synth_core.stages.generate import job_of

FOLDER = Path(__file__).parents[1] / "recipes"
RECIPES = sorted(path.stem for path in FOLDER.glob("*.yml") if "parts" not in path.stem)
TODAY = date(2026, 3, 31)
SEED = 11
Tables = dict[str, list[dict[str, Any]]]


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.yml").read_text(encoding="utf-8")


def files_of(name: str) -> dict[str, str]:
    return gather(text_of(name), from_folder(FOLDER))


@pytest.fixture(scope="module")
def stock() -> Mapping[str, Any]:
    """Recipe → rows and references, from a process that knows nothing of ours."""
    seeds = {
        "now": TODAY.isoformat(),
        "random": key_of(str(SEED), "random"),
        "faker": key_of(str(SEED), "faker") % (1 << 63),
    }
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            Path(__file__).with_name("stock_rows.py"),
            *(f"{name}.yml" for name in RECIPES),
        ],
        input=json.dumps(seeds),
        capture_output=True,
        text=True,
        cwd=FOLDER,
        env={"PATH": "/usr/bin:/bin", "TZ": "UTC", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr
    return {name.removesuffix(".yml"): made for name, made in json.loads(done.stdout).items()}


@pytest.fixture(scope="module")
def ours() -> dict[str, Tables]:
    """Recipe → table → rows, all from one child process, by the jobs of `synth generate`."""
    jobs = [job_of(text_of(name), {}, seed=SEED, today=TODAY, files=files_of(name)) for name in RECIPES]
    made: dict[str, Tables] = {name: {} for name in RECIPES}
    names = list(RECIPES)
    for event in run_jobs(jobs):
        if isinstance(event, Rows):
            made[names[0]].setdefault(event.table, []).extend(event.batch.to_pylist())
        else:
            names.pop(0)
    return made


def same(value: Any) -> Any:
    """A value in the form that both sides have: columns of mixed types are text with us."""
    if value is None or isinstance(value, bool):
        return str(value).lower()
    for read in (float, _moment):
        try:
            return read(str(value))
        except ValueError:
            continue
    return value


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


@pytest.mark.parametrize("name", RECIPES)
def test_it_passes_vetting_unchanged(name: str) -> None:
    assert vet(text_of(name), files_of(name)) == []


@pytest.mark.parametrize("name", RECIPES)
def test_it_makes_the_rows_of_stock_snowfakery(
    name: str, stock: Mapping[str, Any], ours: dict[str, Tables]
) -> None:
    expected, made = stock[name]["rows"], ours[name]
    assert {table: len(rows) for table, rows in made.items()} == {
        table: len(rows) for table, rows in expected.items()
    }
    for table, rows in expected.items():
        columns = {column for row in rows for column in row}
        assert {column for row in made[table] for column in row} == columns
        for row, other in zip(rows, made[table], strict=True):
            assert {column: same(row.get(column)) for column in columns} == {
                column: same(value) for column, value in other.items()
            }


@pytest.mark.parametrize("name", RECIPES)
def test_its_references_resolve(name: str, stock: Mapping[str, Any], ours: dict[str, Tables]) -> None:
    for table, number, column, referred in stock[name]["references"]:
        known = {row["id"] for row in ours[name][referred]}
        assert int(ours[name][table][number][column]) in known


def test_there_are_enough_of_them() -> None:
    assert len(RECIPES) >= 25
