"""How two generators of one column differ, item by item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from synth_core.recipe.diff.change import ChangeKind
from synth_core.recipe.diff.words import call_of, kind_of, text_of
from synth_core.recipe.edit.proof import same
from synth_core.recipe.functions import FUNCTIONS, PLUGIN, Function

FEW = 4
"""Lists of at most so many items are shown whole."""
_NULLABLE = f"{PLUGIN}.nullable"


@dataclass(frozen=True)
class Part:
    """One difference; `path` leads to a nested field."""

    kind: ChangeKind
    path: tuple[str, ...]
    before: str
    after: str
    words: str


def differences(old: Any, new: Any, path: tuple[str, ...] = ()) -> Iterator[Part]:
    """All differences of two generators; none where they mean the same."""
    (old_nulls, old), (new_nulls, new) = _nulls(old), _nulls(new)
    if not same(old_nulls, new_nulls):
        before, after = text_of(old_nulls or "0%"), text_of(new_nulls or "0%")
        yield Part(ChangeKind.ARGUMENT, path, before, after, f"nulls {before} → {after}")
    if same(old, new):
        return
    old_call, new_call = call_of(old), call_of(new)
    if old_call is None or new_call is None or old_call[0] != new_call[0] or old_call[0] == "fake":
        yield from _whole(old, new, path)
        return
    name = old_call[0]
    declared = FUNCTIONS.get(name.removeprefix(f"{PLUGIN}.")) if name.startswith(f"{PLUGIN}.") else None
    yield from _arguments(declared, _spelled(declared, old_call[1]), _spelled(declared, new_call[1]), path)


def canonical(value: Any) -> Any:
    """Statements or generators with their shorthands written out: equal where they mean the same."""
    if isinstance(value, list):
        return [canonical(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    written: dict[str, Any] = {}
    for name, each in value.items():
        declared = FUNCTIONS.get(str(name).removeprefix(f"{PLUGIN}."))
        is_ours = declared is not None and str(name).startswith(f"{PLUGIN}.")
        written[str(name)] = canonical(_spelled(declared, each) if is_ours else each)
        if name == "count":
            written["count"] = str(each)
    if "object" in written:
        # The order of keys counts, so that it is the last one in either case.
        written["count"] = written.pop("count", "1")
    return written


def _whole(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[Part]:
    before, after = kind_of(old), kind_of(new)
    if before == after:
        before, after = text_of(old), text_of(new)
        yield Part(ChangeKind.ARGUMENT, path, before, after, f"{before} → {after}")
    else:
        yield Part(ChangeKind.GENERATOR, path, before, after, f"{before} → {after}")


def _nulls(generator: Any) -> tuple[Any, Any]:
    """The share of nulls around a generator, and that one."""
    call = call_of(generator)
    if call and call[0] == _NULLABLE and isinstance(call[1], Mapping) and set(call[1]) == {"nulls", "value"}:
        return call[1]["nulls"], call[1]["value"]
    return None, generator


def _spelled(declared: type[Function] | None, arguments: Any) -> dict[str, Any]:
    """Arguments by name; a list of values is one of equal weights."""
    if declared is None:
        named = arguments if isinstance(arguments, Mapping) else {"": arguments}
        return {str(name): value for name, value in named.items()}
    spelled = declared.spell_out(arguments)
    for name in ("weights", "shapes"):
        if isinstance(spelled.get(name), list):
            spelled[name] = {str(item): 1 for item in spelled[name]}
        elif isinstance(spelled.get(name), str):
            spelled[name] = {spelled[name]: 1}
    return spelled


def _arguments(
    declared: type[Function] | None, old: dict[str, Any], new: dict[str, Any], path: tuple[str, ...]
) -> Iterator[Part]:
    generators = declared.generators if declared else ()
    open_argument = declared.open_arguments if declared else ""
    for name in dict.fromkeys([*old, *new]):
        if name in old and name in new:
            if same(old[name], new[name]):
                continue
            if name in generators and name == open_argument:
                yield from _fields(old[name], new[name], path)
            elif name in generators:
                yield from differences(old[name], new[name], path)
            elif isinstance(old[name], Mapping) and isinstance(new[name], Mapping):
                label = "" if name == open_argument or len(old) == len(new) == 1 else f"{name} "
                yield from _items(old[name], new[name], label, path)
            else:
                yield _value(name, old[name], new[name], path)
        elif name in old:
            before = text_of(old[name])
            yield Part(ChangeKind.ARGUMENT, path, before, "", f"{name} {before} removed")
        else:
            after = text_of(new[name])
            yield Part(ChangeKind.ARGUMENT, path, "", after, f"{name} {after} added")


def _fields(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[Part]:
    """The fields of a STRUCT, each with a generator."""
    for name in dict.fromkeys([*old, *new]):
        below = (*path, str(name))
        if name not in new:
            yield Part(ChangeKind.COLUMN_REMOVED, below, kind_of(old[name]), "", "removed")
        elif name not in old:
            yield Part(ChangeKind.COLUMN_ADDED, below, "", kind_of(new[name]), f"added, {kind_of(new[name])}")
        else:
            yield from differences(old[name], new[name], below)


def _items(
    old: Mapping[Any, Any], new: Mapping[Any, Any], label: str, path: tuple[str, ...]
) -> Iterator[Part]:
    """The entries of a mapping, such as weights."""
    for name in dict.fromkeys([*old, *new]):
        before = text_of(old[name]) if name in old else ""
        after = text_of(new[name]) if name in new else ""
        item = f"{label}{text_of(str(name))}"
        if name not in new:
            words = f"value {item} removed" if not label else f"{item} removed"
        elif name not in old:
            words = f"value {item} added ({after})" if not label else f"{item} added ({after})"
        elif not same(old[name], new[name]):
            words = f"{item} {before} → {after}"
        else:
            continue
        yield Part(ChangeKind.ARGUMENT, path, before, after, words)


def _value(name: str, old: Any, new: Any, path: tuple[str, ...]) -> Part:
    before, after = text_of(old), text_of(new)
    label = f"{name} " if name else ""
    if isinstance(old, list) and isinstance(new, list) and max(len(old), len(new)) > FEW:
        if len(old) != len(new):
            return Part(ChangeKind.ARGUMENT, path, before, after, f"{label}{len(old)} → {len(new)} items")
        differ = [index for index, each in enumerate(old) if not same(each, new[index])]
        first = differ[0]
        words = f"{label}item {first + 1} {text_of(old[first])} → {text_of(new[first])}"
        more = f" and {len(differ) - 1} more" if len(differ) > 1 else ""
        return Part(ChangeKind.ARGUMENT, path, before, after, words + more)
    return Part(ChangeKind.ARGUMENT, path, before, after, f"{label}{before} → {after}")
