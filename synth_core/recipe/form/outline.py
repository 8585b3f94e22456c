"""Tables and columns of a recipe with their lines."""

from __future__ import annotations

from collections.abc import Mapping

from yaml.nodes import Node, ScalarNode

from synth_core.recipe.files import NO_FILES
from synth_core.recipe.form.calls import NULLABLE
from synth_core.recipe.form.model import OutlineColumn, OutlineTable
from synth_core.recipe.text import RECIPE
from synth_core.recipe.vetting import examined
from synth_core.recipe.vetting.calls import only_call
from synth_core.recipe.vetting.nodes import entries


def outline(text: str, files: Mapping[str, str] = NO_FILES) -> tuple[OutlineTable, ...]:
    """In the order of the text. Nothing where it can't be read at all: lint says at which place."""
    scope = examined(text, files).scope
    return tuple(
        OutlineTable(
            name=table.name,
            line=_line(table.node),
            file=_file(table.node),
            columns=tuple(
                OutlineColumn(
                    name=seen.name, line=_line(seen.key), file=_file(seen.key), function=_function(seen.value)
                )
                for seen in table.fields.values()
            ),
        )
        for table in scope.tables.values()
    )


def _function(node: Node) -> str:
    call = only_call(node)
    if call is None:
        return ""
    if call.name == "fake" and isinstance(call.value, ScalarNode):
        return f"fake.{call.value.value}"
    if call.name == NULLABLE:
        return next((_function(each.value) for each in entries(call.value) if each.name == "value"), "")
    return call.name


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _file(node: Node) -> str:
    name = str(node.start_mark.name)
    return "" if name == RECIPE else name
