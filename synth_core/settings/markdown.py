"""All parameters as a table of a document: `python -m synth_core.settings.markdown docs/configuration.md`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from synth_core.settings.parameters import PARAMETERS, Parameter

_TABLE = re.compile(r"(<!-- table: parameters -->\n).*?(<!-- end -->)", re.DOTALL)


def rewrite(text: str) -> str:
    """The document with the table as it is now."""
    return _TABLE.sub(lambda found: f"{found[1]}{table()}\n{found[2]}", text)


def table() -> str:
    """One row a parameter."""
    lines = [
        "| Parameter | Is | Default | The original's name | What it is for |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [f"| {' | '.join(_cells(each))} |" for each in PARAMETERS.values()]
    return "\n".join(lines)


def _cells(parameter: Parameter) -> Iterator[str]:
    yield f"`{parameter.name}`"
    yield _kind(parameter).replace("|", "\\|")
    yield _default(parameter)
    yield f"`{parameter.original}`" if parameter.original else ""
    yield parameter.help


def _kind(parameter: Parameter) -> str:
    if parameter.choices:
        return " or ".join(f"`{choice}`" for choice in parameter.choices)
    kind = parameter.kind.value
    if parameter.least is not None and parameter.most is not None:
        kind += f" from {parameter.least:,.0f} to {_most(parameter.most)}"
    return kind


def _most(number: float) -> str:
    power = int(number).bit_length() - 1
    if number > 10**9 and number in (2**power, 2**power * 2 - 1):
        return f"2^{power}" if number == 2**power else f"2^{power + 1} - 1"
    return f"{number:,.0f}"


def _default(parameter: Parameter) -> str:
    value = parameter.default
    if value in ("", (), {}):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        return ", ".join(f"`{each}`" for each in value)
    return f"`{value}`"


def main(path: str) -> None:
    """Write the table of a document anew."""
    file = Path(path)
    file.write_text(rewrite(file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
