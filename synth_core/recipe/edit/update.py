"""Edits that bring a value to another one by changing only what differs."""

from __future__ import annotations

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from synth_core.recipe.edit.insert import insert
from synth_core.recipe.edit.pieces import entry
from synth_core.recipe.edit.proof import Plain, same
from synth_core.recipe.edit.remove import remove
from synth_core.recipe.edit.replace import Edits, replace, rewrite, set_value
from synth_core.recipe.edit.source import Source
from synth_core.recipe.notation import flow
from synth_core.recipe.text import construct, is_text


def update(source: Source, mapping: MappingNode, key: Node, value: Plain) -> Edits:
    """The value behind a key becomes this one. Of a mapping with the same keys, or a list of the same length, only
    the parts that differ are written; anything else is written anew."""
    old = next(each for name, each in mapping.value if name is key)
    parts = _parts(source, old, value)
    return set_value(source, mapping, key, value) if parts is None else parts


def _parts(source: Source, old: Node, value: Plain) -> Edits | None:
    """The edits inside of the old value; None where it has to be written anew."""
    if _is(old, value):
        return ()
    if isinstance(old, ScalarNode) and is_text(old) and isinstance(value, str):
        return rewrite(source, old, value)
    if isinstance(old, MappingNode) and isinstance(value, dict):
        return _entries(source, old, value)
    if isinstance(old, SequenceNode) and isinstance(value, list) and len(old.value) == len(value):
        edits: Edits = ()
        for item, each in zip(old.value, value, strict=True):
            inner = _parts(source, item, each)
            if inner is None:
                if isinstance(item, CollectionNode) or isinstance(each, (dict, list)):
                    return None
                inner = replace(source, item, flow(each))
            edits += inner
        return edits
    return None


def _entries(source: Source, old: MappingNode, value: dict[str, Plain]) -> Edits | None:
    names = {_name(key): key for key, _ in old.value}
    stay = [name for name in names if name in value]
    gone = [name for name in names if name not in value]
    # Two that go at once may share a comma or a line break.
    if not stay or len(gone) > 1 or len(names) < len(old.value) or stay != [n for n in value if n in names]:
        return None
    edits: Edits = ()
    for name in gone:
        edits += remove(source, old, names[name])
    for key, _ in old.value:
        if _name(key) in value:
            edits += update(source, old, key, value[_name(key)])
    before: Node | None = None
    for name, each in value.items():
        if name in names:
            before = names[name]
        else:
            place = {"after": before} if before is not None else {"before": names[stay[0]]}
            edits += insert(source, old, entry(name, each), **place)
    return edits


def _is(node: Node, value: Plain) -> bool:
    try:
        return same(construct(node), value)
    except ValueError:
        return False


def _name(key: Node) -> str:
    return str(construct(key))
