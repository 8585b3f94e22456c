"""What pyproject.toml has no words for: the prompts lie beside the package in a checkout, and in it in a wheel."""

from __future__ import annotations

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithPrompts(build_py):
    """Copies `prompts/*.md` to where `synth_core.ask.question` looks for them next."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / "synth_core" / "ask" / "prompts"
        self.mkpath(str(target))
        for prompt in sorted(Path(__file__).with_name("prompts").glob("*.md")):
            self.copy_file(str(prompt), str(target / prompt.name))


setup(cmdclass={"build_py": BuildWithPrompts})
