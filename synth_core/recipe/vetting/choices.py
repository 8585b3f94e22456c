"""The choices of `random_choice` and `if`, and their weights."""

from __future__ import annotations

from collections.abc import Callable

from yaml.nodes import MappingNode, Node

from synth_core.recipe.text import is_text
from synth_core.recipe.vetting.nodes import entries, items, value_of
from synth_core.recipe.vetting.remarks import Remark, Where, remark
from synth_core.recipe.vetting.walk import Names


class Choices:
    """Checks them; what is chosen goes to `generator`."""

    def __init__(
        self, report: Callable[[Remark], None], generator: Callable[[Node, Names, str], object]
    ) -> None:
        self._report = report
        self._generator = generator

    def check(self, name: str, key: Node, node: Node, names: Names, where: Where) -> None:
        """Report what is wrong with the choices of `name`, which is one of the two."""
        if name == "random_choice" and isinstance(node, MappingNode) and node.value:
            self._weighted(node, names, where)
            return
        choices = items(node)
        if isinstance(node, MappingNode) and name == "if":
            choices = [node]
        if not choices:
            self._say(f"`{name}` needs a list of choices.", key, where=where)
            return
        written_out = [_choice_of(choice) for choice in choices]
        for index, (choice, pick) in enumerate(zip(choices, written_out, strict=True)):
            if pick is None:
                if name == "if" or any(written_out):
                    self._say(f"`{name}` takes entries `- choice:` here.", choice, where=where)
                self._generator(choice, names, where.column)
                continue
            is_last = index == len(choices) - 1
            self._choice(name, pick, is_last, names, where)

    def _weighted(self, node: MappingNode, names: Names, where: Where) -> None:
        total = 0.0
        for entry in entries(node):
            weight = value_of(entry.value)
            if isinstance(weight, str) and "${{" in weight:
                self._generator(entry.value, names, where.column)
                total += 1
            else:
                total += self._weight(entry.value, where)
        if not total:
            self._say("the weights add up to 0.", node, where=where)

    def _weight(self, node: Node, where: Where) -> float:
        try:
            weight = float(str(value_of(node)).rstrip("%"))
            if not 0 <= weight < float("inf"):
                raise ValueError
        except ValueError:
            self._say(
                f"{value_of(node)!r} is no weight.",
                node,
                hint="Write 70% or any number.",
                where=where,
            )
            return 1.0
        return weight

    def _choice(self, name: str, node: Node, is_last: bool, names: Names, where: Where) -> None:
        named = {entry.name: entry for entry in entries(node)}
        if "pick" not in named:
            self._say("a choice needs a `pick`.", node, where=where)
        allowed = ("pick", "probability") if name == "random_choice" else ("pick", "when")
        for entry in named.values():
            if entry.name not in allowed:
                self._say(
                    f"a choice of `{name}` has no {entry.name!r}.",
                    entry.key,
                    hint=f"It has `{allowed[0]}` and `{allowed[1]}`.",
                    where=where,
                )
            elif entry.name == "probability" and not (is_text(entry.value) and "${{" in entry.value.value):
                self._weight(entry.value, where)
            else:
                self._generator(entry.value, names, where.column)
        if name == "if" and not is_last and "when" not in named:
            self._say("only the last choice of `if` can go without `when`.", node, where=where)

    def _say(self, message: str, node: Node, *, hint: str = "", where: Where) -> None:
        self._report(remark("arguments", message, node, hint=hint, where=where))


def _choice_of(node: Node) -> Node | None:
    inner = entries(node)
    return inner[0].value if len(inner) == 1 and inner[0].name == "choice" else None
