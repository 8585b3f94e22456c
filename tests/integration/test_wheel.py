"""What an installed wheel has: the prompts, which lie beside the package in a checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from synth_core.ask.question import _SHIPPED, questions

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_prompts_are_in_the_wheel_where_they_are_looked_for(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("setup.py", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("synth_core", "prompts"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "-w", str(tmp_path), str(source)], check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    place = _SHIPPED.relative_to(ROOT).as_posix()
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if name.startswith(f"{place}/")}
    assert found == {f"{place}/{name}.md" for name in questions()}
