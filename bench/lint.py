"""How long the linter takes, and what it finds.

    python bench/lint.py [--data FOLDER] [--rounds N]

Prints the median and the 95th percentile of `lint` on a recipe of 2,000 lines for 10 tables, clean and with mistakes.
With `--data`, a folder of databases (a folder of CSV files each), it also drafts a recipe for each of them: all must
lint clean, and of each kind of mistake that is planted in them the linter must say where it is.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "unit"), str(ROOT / "tests" / "integration")]

from long_recipe import long_recipe  # noqa: E402
from planted import MISTAKES, NotHere, Recipe  # noqa: E402

from synth_core import api  # noqa: E402
from synth_core.history.stored import StoredProject  # noqa: E402
from synth_core.model.project import Project  # noqa: E402
from synth_core.recipe.edit import apply_edits  # noqa: E402
from synth_core.stages.lint import lint  # noqa: E402

LIMIT = 0.1
"""Seconds that lint may take in an editor."""


def timed(text: str, project: Project, rounds: int) -> tuple[float, float, float]:
    """Median and 95th percentile of so many calls, each on another text, in one process that is warm; and the median
    of its processor time, which a busy machine stretches less."""
    lint(text, project)
    taken, worked = [], []
    for number in range(rounds):
        changed = f"{text}# {number}\n"
        begin, work = time.perf_counter(), time.process_time()
        lint(changed, project)
        taken.append(time.perf_counter() - begin)
        worked.append(time.process_time() - work)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1], statistics.median(worked)


def speed(rounds: int) -> bool:
    """Print how long it takes; whether that is short enough."""
    text, project = long_recipe()
    wrong = text.replace("Synth.choice", "Synth.choic", 20).replace("status_2:", "statsu_2:")
    ok = True
    for name, each in (("clean", text), ("with mistakes", wrong)):
        findings = lint(each, project)
        fixes = sum(each.fix is not None for each in findings)
        median, slow, work = timed(each, project, rounds)
        ok = ok and median < LIMIT
        print(
            f"{name:14} {each.count(chr(10)):,} lines, {len(project.tables)} tables, {len(findings):3} findings, "
            f"{fixes:3} fixes: median {1000 * median:.0f} ms, p95 {1000 * slow:.0f} ms, "
            f"processor {1000 * work:.0f} ms"
        )
    return ok


def planted(stored: StoredProject) -> tuple[int, int, int, list[str]]:
    """(planted, found at their places, made clean by their fix, what was not found) of the mistakes."""
    assert stored.recipe is not None
    recipe, project = Recipe(stored.recipe, stored.project), stored.project
    before = {(each.code, each.message) for each in lint(stored.recipe, project)}
    there = found = clean = 0
    missed = []
    for mistake in MISTAKES:
        try:
            case = mistake.plant(recipe)
        except NotHere:
            continue
        there += 1
        findings = lint(case.text, project, profile=stored.profile, **case.more)
        here = [
            each
            for each in findings
            if (each.code, each.line, each.column_number) == (mistake.code, case.line, case.column)
        ]
        if not here:
            missed.append(mistake.name)
            continue
        found += 1
        if here[0].fix:
            mended = apply_edits(case.text, here[0].fix.edits)
            left = lint(mended, project, profile=stored.profile, **case.more)
            clean += {(each.code, each.message) for each in left} <= before
    return there, found, clean, missed


def drafts(data: Path) -> bool:
    """Print what lint says of the draft of each database, and what it finds of planted mistakes."""
    ok = True
    for folder in sorted(each for each in data.iterdir() if each.is_dir()):
        with tempfile.TemporaryDirectory() as home:
            api.begin("p", str(folder), f"{home}/out", home=Path(home))
            stored, _ = api.draft("p", home=Path(home))
            findings = api.lint("p", home=Path(home))
            there, found, clean, missed = planted(stored)
        ok = ok and not any(each.level == "error" for each in findings) and not missed
        lines = (stored.recipe or "").count("\n")
        print(
            f"{folder.name:14} {lines:,} lines, {len(findings)} findings; of {len(MISTAKES)} mistakes {there} planted, "
            f"{found} found at their place, {clean} made clean by their fix"
        )
        for each in findings:
            print(f"    {each.level.value}: {each}")
        for name in missed:
            print(f"    not found: {name}")
    return ok


def main() -> int:
    """0 when all is as it should be."""
    parser = argparse.ArgumentParser(description="Bench of the linter.")
    parser.add_argument("--data", type=Path, help="a folder of databases, each a folder of CSV files")
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    ok = speed(options.rounds)
    if options.data:
        ok = drafts(options.data) and ok
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
