"""YAML as people and tools write it: random layouts of random data, with numbered comments everywhere."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import strategies as st

COMMENT = re.compile(r"# c\d+[^\r\n]*")
words = st.sampled_from(
    ["a", "b", "key", "two words", "ünï", "\U0001f600", "x-y", "no", "1", "#hash", "it's", 'say "hi"', "a: b", "-"]
)  # fmt: skip
scalars = st.one_of(words, st.integers(-99, 99), st.booleans(), st.none(), st.sampled_from([1.5, "7%"]))
mappings = st.dictionaries(words, scalars, min_size=1, max_size=4)
data = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.dictionaries(words, inner, max_size=4), st.lists(inner, min_size=1, max_size=4)
    ),
    max_leaves=14,
)
documents = st.one_of(
    st.dictionaries(words, data, min_size=1, max_size=5),
    st.lists(st.dictionaries(words, data, min_size=1, max_size=4), min_size=1, max_size=4),
)


class Writer:
    """Writes one value; `draw` decides on each detail."""

    def __init__(self, draw: Any) -> None:
        self._draw = draw
        self.comments = 0
        self.ending = draw(st.sampled_from(["\n", "\n", "\r\n"]))
        self.steps = draw(st.sampled_from([1, 2, 2, 4]))

    def document(self, value: Any) -> str:
        """The whole text."""
        draw = self._draw
        lines = self.block(value, 0) if draw(st.integers(0, 9)) else [self.flow(value, 0)]
        text = self.ending.join(self.above(0) + lines)
        text += draw(st.sampled_from(["", self.ending, self.ending * 3, f"{self.ending}# end"]))
        return draw(st.sampled_from(["", "", "", "\ufeff", "# first" + self.ending])) + text

    def _some(self, chance: int = 5) -> bool:
        return self._draw(st.integers(0, chance)) == 0

    def comment(self) -> str:
        """A comment that occurs once."""
        self.comments += 1
        return f"# c{self.comments}" + self._draw(st.sampled_from(["", "\tand a tab", " - x: [}", " 'q"]))

    def above(self, indent: int) -> list[str]:
        """Lines before an entry."""
        lines = []
        if self._some(6):
            lines.append(self._draw(st.sampled_from(["", "   "])))
        if self._some():
            lines.append(" " * indent + self.comment())
        if self._some(15):
            lines.append(" " * (indent + 2) + self.comment())
        return lines

    def behind(self) -> str:
        """What may stand behind a value in its line."""
        return f"{self._draw(st.sampled_from([' ', '   ']))}{self.comment()}" if self._some() else ""

    def scalar(self, value: Any, plain: bool = False) -> str:
        """A scalar in one of its styles."""
        if not isinstance(value, str):
            return json.dumps(value)
        if re.fullmatch(r"[A-Za-z][A-Za-z-]*|ünï|two words|7%", value) and value != "no":
            style = self._draw(st.integers(0, 2))
        else:
            style = self._draw(st.integers(1, 2))
        if style == 0:
            return value
        return json.dumps(value, ensure_ascii=False) if style == 1 else "'" + value.replace("'", "''") + "'"

    def block(self, value: Any, indent: int) -> list[str]:
        """Lines of a collection at an indentation."""
        lines: list[str] = []
        if isinstance(value, dict) and value:
            for name, each in value.items():
                lines += self.above(indent) + self.entry(self.scalar(name) + ":", each, indent)
        elif isinstance(value, list) and value:
            for each in value:
                lines += self.above(indent) + self.item(each, indent)
        else:
            lines.append(" " * indent + self.flow(value, indent) + self.behind())
        return lines

    def entry(self, head: str, value: Any, indent: int) -> list[str]:
        """`name: value` in one of its layouts."""
        pad = " " * indent
        if isinstance(value, (dict, list)) and value and not self._some(3):
            below = indent if isinstance(value, list) and self._some(3) else indent + self.steps
            return [f"{pad}{head}{self.behind()}", *self.block(value, below)]
        if value is None and self._some(1):
            return [f"{pad}{head}{self.behind()}"]
        if isinstance(value, str) and self._some(6) and value != "#hash":
            return [f"{pad}{head} |-", f"{pad}  {value}"]
        space = self._draw(st.sampled_from([" ", " ", "  "]))
        return [f"{pad}{head}{space}{self.flow(value, indent + self.steps)}{self.behind()}"]

    def item(self, value: Any, indent: int) -> list[str]:
        """`- value` in one of its layouts."""
        pad = " " * indent
        if isinstance(value, (dict, list)) and value and not self._some(3):
            if self._some(6):
                return [f"{pad}-{self.behind()}", *self.block(value, indent + self.steps)]
            # The first entry stands behind the dash.
            lines = self.block(value, indent + 2)
            while not lines[0].strip() or lines[0].lstrip().startswith("#"):
                lines.pop(0)
            return [f"{pad}- {lines[0].lstrip(' ')}", *lines[1:]]
        return [f"{pad}- {self.flow(value, indent + self.steps)}{self.behind()}"]

    def flow(self, value: Any, indent: int) -> str:
        """A value within brackets, on one line or several."""
        if not isinstance(value, (dict, list)):
            return self.scalar(value)
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        items = (
            [f"{self.scalar(name)}: {self.flow(each, indent + 2)}" for name, each in value.items()]
            if isinstance(value, dict)
            else [self.flow(each, indent + 2) for each in value]
        )
        if not items or not self._some(3):
            return opening + self._draw(st.sampled_from([", ", ",  "])).join(items) + closing
        pad = self.ending + " " * (indent + 2)
        style = self._draw(st.integers(0, 2))
        if style == 0:
            text = "".join(f"{pad}{each},{self.behind()}" for each in items)
            return f"{opening}{text}{self.ending}{' ' * (indent + 1)}{closing}"
        if style == 1:
            text = "".join(
                f"{pad}{each}{',' if index < len(items) - 1 else ''}{self.behind()}"
                for index, each in enumerate(items)
            )
            return f"{opening}{text}{self.ending}{' ' * (indent + 1)}{closing}"
        return opening + f",{pad}".join(items) + closing


@st.composite
def texts(draw: Any) -> str:
    """A YAML text."""
    return Writer(draw).document(draw(documents))
