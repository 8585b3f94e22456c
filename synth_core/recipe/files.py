"""The files that a recipe may read: other recipes that it includes, datasets and texts, by plain names only.

What a recipe names is read once, becomes part of the plan as text, and reaches the interpreter as files of its own
folder. So nothing outside of the project folder can be named, and what was approved is what runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from synth_core.recipe.text import MAX_BYTES, compose, is_text, walk

NO_FILES: Mapping[str, str] = MappingProxyType({})
MAX_DATA_BYTES = 10_000_000
MAX_FILES = 20
TABLES = "tables/"
"""The one folder that a name can begin with."""
_PLAIN = r"[^\W_][\w .()-]{0,99}"
_RECIPE = re.compile(rf"{_PLAIN}\.ya?ml")
_DATA = re.compile(rf"(?:{TABLES})?{_PLAIN}\.(?:csv|txt)")
_OWN = frozenset({"recipe.yml", "project.yaml"})
"""The project's own files, which no recipe includes."""
_READERS = {"Dataset.iterate": "dataset", "Dataset.shuffle": "dataset", "File.file_data": "file"}
"""Functions that read a file, and the argument that names it."""

Read = Callable[[str], str | None]
"""The text of a file by its plain name; None where there is none that can be read."""


def is_recipe_name(name: str) -> bool:
    """A plain name of a recipe beside this one."""
    return bool(_RECIPE.fullmatch(name)) and ".." not in name and name not in _OWN


def is_data_name(name: str) -> bool:
    """A plain name of a dataset or text beside the recipe, or in its `tables`."""
    return bool(_DATA.fullmatch(name)) and ".." not in name


def data_files(recipe: str, files: Mapping[str, str]) -> dict[str, str]:
    """Those that a compiled recipe reads when it runs."""
    return {name: text for name, text in files.items() if is_data_name(name) and name in recipe}


def gather(text: str, read: Read) -> dict[str, str]:
    """The files that a recipe names, and that those which it includes name, by name. Names that are not plain and
    files that can't be read are left out: vetting reports them at their place."""
    files: dict[str, str] = {}
    todo = [text]
    while todo:
        for name in named(todo.pop()):
            if name in files or len(files) == MAX_FILES:
                continue
            content = read(name)
            if content is not None:
                files[name] = content
                if is_recipe_name(name):
                    todo.append(content)
    return files


def named(text: str) -> list[str]:
    """The plain names of files that stand in a recipe's text."""
    if "include_file" not in text and not any(reader in text for reader in _READERS):
        return []
    root, _ = compose(text)
    if root is None:
        return []
    names = [name for node in walk(root) if isinstance(node, MappingNode) for name in _names_in(node)]
    return [name for name in dict.fromkeys(names) if is_recipe_name(name) or is_data_name(name)]


def _names_in(node: MappingNode) -> Iterator[str]:
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            continue
        argument = _READERS.get(key.value)
        if key.value == "include_file" and is_text(value):
            yield value.value
        elif argument is not None:
            yield from (each.value for each in _named_argument(value, argument) if is_text(each))


def _named_argument(value: Node, argument: str) -> list[Node]:
    if isinstance(value, MappingNode):
        return [inner for key, inner in value.value if isinstance(key, ScalarNode) and key.value == argument]
    return list(value.value[:1]) if isinstance(value, SequenceNode) else [value]


def from_folder(folder: Path) -> Read:
    """Files of a local folder; links that lead out of it are not followed."""
    home = folder.resolve()

    def read(name: str) -> str | None:
        path = (folder / name).resolve()
        if not path.is_relative_to(home) or not path.is_file():
            return None
        with path.open("rb") as file:
            return decode(name, file)

    return read


def decode(name: str, file: BinaryIO) -> str | None:
    """A file's text; None when it is too large or no UTF-8."""
    most = MAX_BYTES if is_recipe_name(name) else MAX_DATA_BYTES
    data = file.read(most + 1)
    if len(data) > most:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
