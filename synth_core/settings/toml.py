"""Reads `synth.toml`: its values, and the line that each stands in."""

from __future__ import annotations

import re
import tomllib
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
_KEY = re.compile(r"\s*((?:[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[ \t]*\.[ \t]*)+?)[ \t]*=")
_HEADER = re.compile(r"\s*\[([^\[\]][^\n]*?)\][ \t\r]*(?:#[^\n]*)?$")


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
        raise UsageError(f"{name}{_where(str(error))}") from None
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
    for token in _TOKEN.finditer(text if text.endswith("\n") else f"{text}\n"):
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
        elif token["end"] and depth == 0:
            statement = text[start : token.start()]
            start = token.end()
            if header := _HEADER.match(statement):
                table = _path(header[1])
                found.setdefault(table, begin)
            elif key := _KEY.match(statement):
                found.setdefault((*table, *_path(key[1])), begin)
        line += token[0].count("\n")
        if token["end"] and depth == 0:
            begin = line
    return found


def _path(key: str) -> tuple[str, ...]:
    """The names in a dotted key."""
    value: Any = tomllib.loads(f"{key} = 0")
    names = []
    while isinstance(value, dict):
        [(name, value)] = value.items()
        names.append(name)
    return tuple(names)


def _where(message: str) -> str:
    """`Invalid value (at line 3, column 5)` as `:3: invalid value`; what stands there is not repeated."""
    found = re.fullmatch(
        r"(.*?)(?: \(at (?:line (\d+), column (\d+)|end of document)\))?", message, re.DOTALL
    )
    said, line, column = found.groups() if found else (message, None, None)
    said = re.sub(r": .*$|['\"].*['\"]", "", said, flags=re.DOTALL).strip() or "not TOML"
    said = said[0].lower() + said[1:]
    if line is None:
        return f": not TOML, {said} at its end." if "end of document" in message else f": not TOML, {said}."
    return f":{line}: not TOML, {said} at column {column}."
