"""The mistakes that YAML's parser stops at, one by one: what was surely meant, from the lines around it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

_ENTRY = re.compile(r"\s*(?:- )?[\w.\"' -]+:(?:\s|$)")
_GLUED = re.compile(r"(\s*(?:- )?[A-Za-z_][\w.]*):(?=[^\s:/])")
_VALUE = re.compile(r"\s*(?:- )?(?:[^\s:#][^:#]*: +|- +)(?=\S)")


@dataclass(frozen=True)
class Trouble:
    """A mistake in the text; line and column from 0. `edit` (line, start, end, text) would mend it."""

    line: int
    column: int
    message: str
    hint: str = ""
    edit: tuple[int, int, int, str] | None = None


@dataclass(frozen=True)
class Seen:
    """What the parser saw, and where."""

    error: Any
    lines: list[str]
    line: int
    column: int

    @property
    def text(self) -> str:
        """The line where it stopped."""
        return self.lines[self.line]

    @property
    def character(self) -> str:
        """The character where it stopped."""
        return self.text[self.column : self.column + 1]

    @property
    def begin(self) -> tuple[int, int]:
        """Where what it was reading begins."""
        mark = self.error.context_mark
        return min(mark.line, len(self.lines) - 1), mark.column

    @property
    def indent(self) -> int:
        """Where the line begins."""
        return len(self.text) - len(self.text.lstrip(" "))

    def above(self) -> int | None:
        """The line above that is neither blank nor a comment."""
        for line in range(self.line - 1, -1, -1):
            if self.lines[line].strip() and not self.lines[line].lstrip().startswith("#"):
                return line
        return None


def _two_colons(seen: Seen) -> Trouble | None:
    value = _VALUE.match(seen.text)
    if value is not None and value.end() <= seen.column:
        edit = _quote(seen, value.end())
        return Trouble(
            seen.line, seen.column, "the text holds a second `: `", "Quote the text that holds it.", edit
        )
    above = seen.above()
    if above is None:
        return None
    glued = _GLUED.match(seen.lines[above])
    if glued is not None:
        at = glued.end()
        message = "behind this `:` a space is missing"
        return Trouble(above, at - 1, message, "Write `name: value`.", (above, at - 1, at, ": "))
    indent = len(seen.lines[above]) - len(seen.lines[above].lstrip(" "))
    message = "this line is indented below one that has a value already"
    return Trouble(
        seen.line,
        seen.indent,
        message,
        "Indent it like its neighbours.",
        (seen.line, 0, seen.indent, " " * indent),
    )


def _no_colon(seen: Seen) -> Trouble:
    line, column = seen.begin
    glued = re.match(r"[\w.]+:(?=\S)", seen.lines[line][column:])
    if glued is not None:
        at = column + glued.end()
        message = "behind this `:` a space is missing"
        return Trouble(line, at - 1, message, "Write `name: value`.", (line, at - 1, at, ": "))
    word = re.match(r"[\w.]+", seen.lines[line][column:])
    end = column + (len(word[0]) if word else 0)
    edit = (line, end, end, ":") if word else None
    return Trouble(line, column, "a `:` is missing behind this name", "Write `name: value`.", edit)


def _character(seen: Seen) -> Trouble | None:
    if seen.character == "\t":
        return _tab(seen)
    if not seen.character.strip():
        return _open_bracket(seen)
    message = f"a text can't begin with `{seen.character}`"
    return Trouble(seen.line, seen.column, message, "Quote it.", _quote(seen, seen.column))


def _open_bracket(seen: Seen) -> Trouble | None:
    """The text ends within brackets."""
    opened: list[Any] = []
    try:
        for token in yaml.scan("\n".join(seen.lines), Loader=yaml.SafeLoader):
            if isinstance(token, (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)):
                opened.append(token)
            elif isinstance(token, (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)) and opened:
                opened.pop()
    except yaml.YAMLError:
        # What was opened before is known.
        pass
    if not opened:
        return None
    line, column = opened[-1].start_mark.line, opened[-1].start_mark.column
    bracket = seen.lines[line][column]
    closing = "}" if bracket == "{" else "]"
    last = max(number for number, content in enumerate(seen.lines) if content.strip())
    end = len(seen.lines[last].rstrip())
    message = f"this `{bracket}` is never closed"
    return Trouble(line, column, message, f"Close it with `{closing}`.", (last, end, end, closing))


def _tab(seen: Seen) -> Trouble:
    above = seen.above()
    head = len(seen.text) - len(seen.text.lstrip("\t "))
    edit = None
    if above is not None:
        upper = seen.lines[above]
        indent = len(upper) - len(upper.lstrip(" -"))
        edit = (seen.line, 0, head, " " * (indent + 2 * upper.rstrip().endswith(":")))
    return Trouble(seen.line, seen.column, "there is a tab", "Indent with spaces.", edit)


def _open_quote(seen: Seen) -> Trouble | None:
    if "end of stream" not in str(seen.error.problem):
        return None
    line, column = seen.begin
    quote, end = seen.lines[line][column], len(seen.lines[line].rstrip())
    return Trouble(line, column, f"this {quote} is never closed", "Close the quote.", (line, end, end, quote))


def _escape(seen: Seen) -> Trouble:
    at = seen.text.rfind("\\", 0, seen.column + 1)
    message = f"`{seen.text[at : at + 2]}` means nothing within double quotes"
    return Trouble(
        seen.line, max(at, 0), message, r"Write `\\` for a backslash.", (seen.line, at, at + 1, r"\\")
    )


def _flow(seen: Seen) -> Trouble:
    line, column = seen.begin
    bracket = seen.lines[line][column]
    closing = "}" if bracket == "{" else "]"
    if seen.text[max(0, seen.column - 1) : seen.column + 2] == "${{":
        start = seen.column - 1
        stop = seen.text.find("}}", start)
        edit = (
            (seen.line, start, stop + 2, f'"{seen.text[start : stop + 2]}"')
            if stop > 0 and '"' not in seen.text[start:stop]
            else None
        )
        return Trouble(
            seen.line, start, "within brackets a formula must be quoted", 'Write `"${{ … }}"`.', edit
        )
    if seen.line > line and (
        _ENTRY.match(seen.text) or not seen.text.strip() or seen.text.lstrip().startswith("- ")
    ):
        last = seen.above()
        last = line if last is None else max(last, line)
        end = len(seen.lines[last].rstrip())
        return Trouble(
            line,
            column,
            f"this `{bracket}` is never closed",
            f"Close it with `{closing}`.",
            (last, end, end, closing),
        )
    column = seen.column
    if seen.character == ":":
        # It is the name before the colon that takes no part in the value before it.
        column = seen.text.rstrip().rfind(" ", 0, column) + 1
    before = len(seen.text[:column].rstrip())
    edit = (seen.line, before, before, ",") if before else None
    return Trouble(seen.line, column, f"before this a comma or `{closing}` is missing", "", edit)


def _no_key(seen: Seen) -> Trouble | None:
    quote = seen.text[: seen.column].rstrip()[-1:]
    if quote in ("'", '"') and (found := _long_quote(seen, quote)):
        return found
    if seen.character in ("}", "]"):
        edit = (seen.line, seen.column, seen.column + 1, "")
        return Trouble(seen.line, seen.column, f"there is a `{seen.character}` too many", "Remove it.", edit)
    if seen.column == seen.indent:
        return _indent(seen)
    return Trouble(
        seen.line,
        seen.column,
        "nothing can follow here",
        "Put it in quotes as a whole, or in a line of its own.",
    )


def _long_quote(seen: Seen, quote: str) -> Trouble | None:
    """A quote that is closed by one in a later line, where another text was to begin."""
    text = "\n".join(seen.lines)
    last: Any = None
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if (token.end_mark.line, token.end_mark.column) > (seen.line, seen.column):
                break
            if isinstance(token, yaml.ScalarToken) and token.style == quote:
                last = token
    except yaml.YAMLError:
        # It is broken further down as well.
        pass
    if last is None or last.start_mark.line == last.end_mark.line:
        return None
    line, column = last.start_mark.line, last.start_mark.column
    end = len(seen.lines[line].rstrip())
    message = f"this {quote} is not closed in its line"
    return Trouble(line, column, message, "Close the quote.", (line, end, end, quote))


def _indent(seen: Seen) -> Trouble:
    message = f"a line that is indented by {seen.indent} fits nowhere here"
    levels = _levels(seen)
    edit = None
    if levels:
        # As far away as another one: like the line above.
        indent = min(levels, key=lambda level: (abs(level - seen.indent), -level))
        edit = (seen.line, 0, seen.indent, " " * indent)
    return Trouble(seen.line, seen.column, message, "Indent it like its neighbours.", edit)


def _levels(seen: Seen) -> list[int]:
    """Indentations at which an entry could stand here, innermost first."""
    levels: list[int] = []
    for line in reversed(seen.lines[: seen.line]):
        content = line.lstrip(" ")
        if content and not content.startswith("#"):
            column = len(line) - len(content)
            for level in (column + 2, column) if content.startswith("- ") else (column,):
                if not levels or level < levels[-1]:
                    levels.append(level)
    return [level for level in levels if level]


def _no_dash(seen: Seen) -> Trouble:
    rest = seen.text.lstrip(" ")
    if rest.startswith("- "):
        edit = (seen.line, 0, seen.indent, "")
        return Trouble(
            seen.line, seen.column, "a statement begins in the first column", "Move it to the left.", edit
        )
    if seen.indent == 0:
        return Trouble(
            seen.line, 0, "a statement begins with `- `", "Write `- object: …`.", (seen.line, 0, 0, "- ")
        )
    return _indent(seen)


def _alias(seen: Seen) -> Trouble:
    word = re.match(
        r"[*&][^\s,\[\]{}]*", seen.text[seen.begin[1] if seen.error.context_mark else seen.column :]
    )
    column = seen.begin[1] if seen.error.context_mark else seen.column
    message = f"`{word[0] if word else seen.character}` names no part of this text"
    return Trouble(seen.line, column, message, "Quote a text that begins with * or &.", _quote(seen, column))


def _second(seen: Seen) -> Trouble:
    edit = (seen.line, 0, 3, "") if seen.text.strip() == "---" else None
    return Trouble(seen.line, 0, "here a second document begins, but a recipe is one", "Remove `---`.", edit)


def _block(seen: Seen) -> Trouble:
    message = "behind `|` or `>` the text begins in the next line"
    return Trouble(seen.line, seen.column, message, "Write it below, indented; or in quotes.")


def _list(seen: Seen) -> Trouble:
    return Trouble(
        seen.line, seen.column, "a list begins in a line of its own", "Write `- ` below it, indented."
    )


def _quote(seen: Seen, start: int) -> tuple[int, int, int, str] | None:
    """The rest of the line as a quoted text, a comment behind it left out."""
    rest = re.sub(r"\s+#.*$", "", seen.text[start:]).rstrip()
    if not rest or '"' in rest or "\\" in rest:
        return None
    return seen.line, start, start + len(rest), f'"{rest}"'


KINDS: tuple[tuple[str, Callable[[Seen], Trouble | None]], ...] = (
    ("mapping values are not allowed", _two_colons),
    ("could not find expected ':'", _no_colon),
    ("cannot start any token", _character),
    ("expected node content", _character),
    ("comment or line break", _block),
    ("tab character", _tab),
    ("quoted scalar found unexpected end", _open_quote),
    ("unknown escape", _escape),
    ("parsing a flow", _flow),
    ("did not find expected key", _no_key),
    ("expected '-' indicator", _no_dash),
    ("undefined alias", _alias),
    ("alphabetic or numeric", _alias),
    ("another document", _second),
    ("block sequence entries", _list),
)
"""What the parser says, and who explains it; the first that does counts."""
