"""What the README shows works as it is written."""

from __future__ import annotations

import doctest
import re
import shutil
from pathlib import Path

import pytest
from typer.main import get_command

from synth_core.cli.app import app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_the_python_example_gives_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SYNTH_HOME", raising=False)
    [code] = [block for block in re.findall(r"```python\n(.*?)```", README, re.S) if ">>>" in block]
    test = doctest.DocTestParser().get_doctest(code, {}, "README.md", "README.md", 0)
    results = doctest.DocTestRunner().run(test)
    assert results.attempted > 5
    assert results.failed == 0


def test_every_command_is_explained() -> None:
    explained = (ROOT / "docs" / "commands.md").read_text()
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert commands
    for name, command in commands.items():
        assert f"## synth {name}" in explained, f"docs/commands.md says nothing of `synth {name}`"
        section = explained.partition(f"## synth {name}\n")[2].partition("\n## ")[0]
        parts = getattr(command, "commands", {})
        for part in parts:
            assert f"synth {name} {part}" in section, (
                f"docs/commands.md says nothing of `synth {name} {part}`"
            )
        for parameter in [*command.params, *(each for part in parts.values() for each in part.params)]:
            for option in [*parameter.opts, *parameter.secondary_opts]:
                if (
                    option.startswith("--")
                    and option not in ("--help", "--json", "--config")
                    and not option.startswith("--no-")
                ):
                    assert option in section, f"docs/commands.md: `synth {name}` has an option {option}"


def test_every_command_of_the_readme_exists() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    named = re.findall(r"\.venv/bin/synth (\w+)", README)
    assert named
    assert set(named) <= set(commands)
