"""Reads `synth.toml`: its values, and the line that each stands in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synth_core.errors import UsageError

MOST_BYTES = 1 << 20
"""No configuration is as large; another file was named by mistake."""
_TOKEN = re.compile(
    r'(?P<text>"""(?:[^\\]|\\.)*?"""+|\'\'\'.*?\'\'\'+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\')'
    r"|(?P<comment>#[^\n]*)|(?P<open>[\[{])|(?P<close>[\]}])|(?P<end>\n)|(?P<other>[^\s\"'#\[\]{}]+|[ \t\r]+)",
    re.DOTALL,
)


@dataclass(frozen=True)
class TomlFile:
    """The contents of a file, and where they stand."""

    name: str
    """As it is called in messages."""
    folder: Path
    """What relative paths in it begin at."""
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)

    def place(self, *path: str) -> str:
        """`synth.toml:12`: the line of a key, or of the nearest one around it."""
        for length in range(len(path), 0, -1):
            if line := self.lines.get(path[:length]):
                return f"{self.name}:{line}"
        return self.name


def read_toml(path: Path, name: str) -> TomlFile:
    """The file's contents. Raises UsageError that names file and line where it can't be read."""
    try:
        if not path.is_file():
            raise UsageError(f"{name}: there is no such configuration file.")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{name}: can't be read: {error.strerror or error}.") from error
    if len(data) > MOST_BYTES:
        raise UsageError(f"{name}: longer than 1 MiB, so it is no configuration file.")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        values = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UsageError(f"{name}:{line}: not UTF-8.", hint="Save the file as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name}{_where(str(error), text)}") from None
    except RecursionError:
        raise UsageError(f"{name}: its values are nested too deeply to be read.") from None
    except ValueError:
        # Python refuses to read numbers of thousands of digits.
        raise UsageError(f"{name}: it holds a number that is too long to be read.") from None
    return TomlFile(name=name, folder=path.absolute().parent, values=values, lines=lines_of(text))


def lines_of(text: str) -> dict[tuple[str, ...], int]:
    """By path of a key: the line where its statement begins, in a text that is TOML."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    line, begin, start, depth = 1, 1, 0, 0
    for token in _TOKEN.finditer(f"{text}\n"):
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
        elif token["end"] and depth == 0:
            statement = text[start : token.start()].strip()
            start = token.end()
            # A statement alone is TOML, too; what it says is all below one key.
            paths = list(_paths(tomllib.loads(statement)))
            if statement.startswith("["):
                table = ()
            for path in paths:
                found.setdefault((*table, *path), begin)
            if statement.startswith("["):
                table = paths[-1]
        line += token[0].count("\n")
        if token["end"] and depth == 0:
            begin = line
    return found


def _paths(value: Any) -> Iterator[tuple[str, ...]]:
    """The paths of all keys in a table, those above before those below."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (key,)
            yield from ((key, *path) for path in _paths(inner))


def _where(message: str, text: str) -> str:
    """`Invalid value (at line 3, column 5)` as `:3: invalid value`; names and texts that stand there are left out."""
    found = re.fullmatch(
        r"(.*?)(?: \(at (?:line (\d+), column (\d+)|end of document)\))?", message, re.DOTALL
    )
    said, line, column = found.groups() if found else (message, None, None)
    said = re.sub(r"\(.*\)|(['\"])(?:(?!\1).){3,}\1", "…", said, flags=re.DOTALL)
    said = said[:1].lower() + said[1:]
    if line is None:
        return f":{text.rstrip().count(chr(10)) + 1}: not TOML, {said} at its end."
    return f":{line}: not TOML, {said} at column {column}."
