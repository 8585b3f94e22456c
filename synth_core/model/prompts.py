"""Where the prompts of a project lie."""

from __future__ import annotations

import re

PROMPTS = "prompts/"
_FILE = re.compile(rf"{PROMPTS}([a-z_]{{1,60}})\.md")


def prompt_file(name: str) -> str:
    """The file of a project that holds its own text of a prompt."""
    return f"{PROMPTS}{name}.md"


def is_prompt_file(file: str) -> bool:
    """The name of such a file."""
    return bool(_FILE.fullmatch(file))


def prompt_of(file: str) -> str:
    """The prompt whose text is in the file; empty for other files."""
    found = _FILE.fullmatch(file)
    return found[1] if found else ""
