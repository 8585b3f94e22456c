"""A recipe's tables as the differ sees them, and which tables and columns of two recipes belong together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from synth_core.recipe.diff.words import row_of
from synth_core.recipe.edit.proof import same
from synth_core.recipe.reading import Recipe, fields_of

ALIKE = 0.6
"""Two tables are one that was renamed if at least this share of their columns is made in the same way."""
_OWN_WORDS = ("object", "count", "fields", "friends")
Columns = Mapping[str, Sequence[Any]]
"""Column → its generator in each object that makes the table."""


@dataclass
class TableView:
    """A table, from all its objects, with macros written out."""

    counts: list[Any] = field(default_factory=list)
    """The rows of each object, as written."""
    columns: dict[str, list[Any]] = field(default_factory=dict)
    settings: dict[str, list[Any]] = field(default_factory=dict)
    """Nickname and the like, of each object."""


def tables_of(recipe: Recipe) -> dict[str, TableView]:
    """By name, in the recipe's order."""
    tables: dict[str, TableView] = {}
    for template in recipe.objects():
        view = tables.setdefault(str(template["object"]), TableView())
        view.counts.append(template.get("count", 1))
        for name, value in fields_of(template).items():
            # Rows that it makes of another table are that table's business.
            shown = {"rows of": row_of(value)} if row_of(value) else value
            view.columns.setdefault(name, []).append(shown)
        for key, value in template.items():
            if key not in _OWN_WORDS:
                view.settings.setdefault(str(key), []).append(value)
    return tables


def renamed_tables(old: Mapping[str, TableView], new: Mapping[str, TableView]) -> dict[str, str]:
    """Tables that are gone, each with the new one that is made most like it."""
    found: dict[str, str] = {}
    pairs = [
        (share, before, after)
        for before in old
        if before not in new
        for after in new
        if after not in old and (share := _share(old[before].columns, new[after].columns)) >= ALIKE
    ]
    for _, before, after in sorted(pairs, key=lambda pair: -pair[0]):
        if before not in found and after not in found.values():
            found[before] = after
    return found


def renamed_columns(old: Columns, new: Columns) -> dict[str, str]:
    """Columns that are gone, each with a new one that is made in the same way: at its place, or the only such one."""
    gone, added = _between(old, new), _between(new, old)
    found: dict[str, str] = {}
    for before, names in gone.items():
        others = added.get(before, [])
        if len(names) == len(others):
            found |= {
                name: each for name, each in zip(names, others, strict=True) if same(old[name], new[each])
            }
    left = [name for names in gone.values() for name in names if name not in found]
    free = [name for names in added.values() for name in names if name not in found.values()]
    for name in left:
        alike = [each for each in free if same(old[name], new[each])]
        rivals = [each for each in left if same(old[each], old[name])]
        if len(alike) == len(rivals) == 1:
            found[name] = alike[0]
    return found


def _between(names: Iterable[str], others: Iterable[str]) -> dict[str, list[str]]:
    """Names that the others lack, by the last one before them that both have."""
    known, before = set(others), ""
    found: dict[str, list[str]] = {}
    for name in names:
        if name in known:
            before = name
        else:
            found.setdefault(before, []).append(name)
    return found


def _share(old: Columns, new: Columns) -> float:
    equal = sum(name in new and same(value, new[name]) for name, value in old.items())
    return equal / max(len(old), len(new), 1)


def moved(old: Iterable[str], new: Iterable[str]) -> list[str]:
    """The fewest names that have to move to bring those in both from the old order to the new one."""
    place = {name: index for index, name in enumerate(new)}
    runs: list[tuple[int, str, int]] = []
    """Per name: the length of the longest run that ends with it, the name, and the run's name before it."""
    for name in old:
        if name in place:
            before = [index for index, run in enumerate(runs) if place[run[1]] < place[name]]
            best = max(before, key=lambda index: runs[index][0], default=-1)
            runs.append((runs[best][0] + 1 if best >= 0 else 1, name, best))
    stay: set[str] = set()
    at = max(range(len(runs)), key=lambda index: runs[index][0], default=-1)
    while at >= 0:
        stay.add(runs[at][1])
        at = runs[at][2]
    return [name for name in place if name not in stay and any(run[1] == name for run in runs)]


def skeleton(value: Any) -> list[Any]:
    """What a recipe makes, in order: variables and tables, each with those inside of it."""
    if isinstance(value, list):
        return [inner for each in value for inner in skeleton(each)]
    if not isinstance(value, dict):
        return []
    inside = [inner for key, each in value.items() if key != "object" for inner in skeleton(each)]
    if value.get("object"):
        return [[str(value["object"]), *inside]]
    return [[f"var {value['var']}"], *inside] if "var" in value else inside


def variables(value: Any) -> dict[str, list[Any]]:
    """Variables and all that they are set to, in order."""
    found: dict[str, list[Any]] = {}
    for each in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        if isinstance(each, dict) and "var" in each:
            found.setdefault(str(each["var"]), []).append(each.get("value"))
        for name, values in variables(each).items():
            found.setdefault(name, []).extend(values)
    return found
