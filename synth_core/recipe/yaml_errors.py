"""What YAML's parser complains of, in words for people: where the mistake is, and what was surely meant."""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.reader import Reader

from synth_core.model.findings import Finding, Fix, Level, TextEdit
from synth_core.recipe.yaml_troubles import KINDS, Seen, Trouble

_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")


def explain(error: yaml.YAMLError | UnicodeError | RecursionError, text: str, loader: Any) -> Finding:
    """The error that the loader raised, as a finding; its fix is one after which it gets further than before."""
    text = text.removeprefix("\ufeff")
    trouble = _trouble(error, _BREAK.split(text), text)
    fix = _fix(trouble, text, loader)
    return Finding(
        level=Level.ERROR,
        code="recipe.yaml",
        message=f"this is no valid YAML: {trouble.message}.",
        hint=trouble.hint,
        file="recipe.yml",
        line=trouble.line + 1,
        column_number=trouble.column + 1,
        fix=fix,
    )


def _fix(trouble: Trouble, text: str, loader: Any) -> Fix | None:
    if trouble.edit is None:
        return None
    line, start, end, new = trouble.edit
    lines = _BREAK.split(text)
    if lines[line][start:end] == new:
        return None
    lines[line] = lines[line][:start] + new + lines[line][end:]
    after = _error_of("\n".join(lines), loader)
    if after is not None and _place(after) <= (trouble.line, trouble.column):
        return None
    where = {"start_line": line + 1, "start_column": start + 1, "end_line": line + 1, "end_column": end + 1}
    title = (
        f"Write `{new.strip()}`" if new.strip() else "Indent it like its neighbours" if new else "Remove it"
    )
    return Fix(title=title, edits=(TextEdit(**where, text=new),), safe=after is None)


def _error_of(text: str, loader: Any) -> Exception | None:
    try:
        for _ in yaml.parse(text, Loader=loader):
            pass
    except (yaml.YAMLError, UnicodeError) as error:
        return error
    return None


def _place(error: Exception) -> tuple[int, int]:
    mark: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return (mark.line, mark.column) if mark else (0, 0)


def _trouble(error: Exception, lines: list[str], text: str) -> Trouble:
    if not isinstance(error, yaml.MarkedYAMLError):
        return _unreadable(error, text)
    line, column = _place(error)
    # A missing end is found behind the last line.
    line = min(line, len(lines) - 1)
    seen = Seen(error, lines, line, column)
    for words, explain_one in KINDS:
        if words in f"{error.context} {error.problem}":
            found = explain_one(seen)
            if found is not None:
                return found
    return Trouble(line, column, str(error.problem or error.context))


def _unreadable(error: Exception, text: str) -> Trouble:
    """A character that no YAML text can hold."""
    found = Reader.NON_PRINTABLE.search(text)
    if found is None:
        return Trouble(0, 0, str(error).splitlines()[0])
    above = _BREAK.split(text[: found.start()])
    line, column = len(above) - 1, len(above[-1])
    message = f"U+{ord(found[0]):04X} is no character of a text"
    return Trouble(line, column, message, "Remove it.", (line, column, column + 1, ""))
