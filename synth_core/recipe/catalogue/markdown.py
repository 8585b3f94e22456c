"""The catalogue as tables of a document: `python -m synth_core.recipe.catalogue.markdown docs/recipe-language.md`.

A table stands between `<!-- table: NAME -->` and `<!-- end -->`, and is written anew there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from synth_core.recipe.catalogue.declaration import Declaration
from synth_core.recipe.catalogue.formulas import FILTERS, METHODS, PARTS, TESTS, VALUES
from synth_core.recipe.catalogue.ours import OURS
from synth_core.recipe.catalogue.plugins import PLUGIN_FUNCTIONS, PLUGINS
from synth_core.recipe.catalogue.providers import PROVIDERS
from synth_core.recipe.catalogue.stock import STOCK

_TABLE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_UNIQUE = {"always": "always", "can": "if asked", "no": ""}


def rewrite(text: str) -> str:
    """The document with its tables as the catalogue has them now."""
    tables = _tables()
    return _TABLE.sub(lambda found: f"{found[1]}{tables[found[2]]}\n{found[3]}", text)


def _tables() -> dict[str, str]:
    return {
        "synth": _functions(OURS.values()),
        "snowfakery": _functions(STOCK.values()),
        "plugins": _functions(PLUGIN_FUNCTIONS.values()),
        "paths": _rows(
            ["Plugin", "Statement"], ((each.name, f"`- plugin: {each.path}`") for each in PLUGINS.values())
        ),
        "providers": _providers(),
        "names": _words(VALUES),
        "filters": _words(FILTERS),
        "tests": _words(TESTS),
        "methods": _words({f"{name}()": help for name, help in METHODS.items()} | PARTS),
    }


def _functions(declarations: Iterable[Declaration]) -> str:
    rows = []
    for each in declarations:
        arguments = ", ".join(f"`{name}`" for name in each.arguments)
        notes = [f"Arguments: {arguments}."] if arguments else []
        notes += ["In formulas."] if each.in_formulas else []
        types = each.types if each.in_fields else ""
        rows.append((f"`{each.example}`", " ".join([each.help, *notes]), types, _UNIQUE[each.unique]))
    return _rows(["Example", "What it makes", "Fills", "Unique"], rows)


def _providers() -> str:
    rows = []
    for each in PROVIDERS.values():
        arguments = ", ".join(f"`{name}`" for name in each.arguments)
        rows.append((each.group, f"`{each.name.removeprefix('fake.')}`", each.help, arguments, each.types))
    return _rows(["About", "Provider", "What it makes", "Arguments", "Fills"], sorted(rows))


def _words(words: Mapping[str, str]) -> str:
    return _rows(["Name", "What it is"], ((f"`{name}`", help) for name, help in words.items()))


def _rows(head: list[str], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def main(path: str) -> None:
    """Write the tables of a document anew."""
    file = Path(path)
    file.write_text(rewrite(file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
