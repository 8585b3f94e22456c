"""Recipes that include others: one list of statements, each with the place where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from synth_core.errors import RecipeError
from synth_core.model.findings import Finding
from synth_core.recipe.files import MAX_FILES, NO_FILES, is_recipe_name
from synth_core.recipe.text import MAX_BYTES, RECIPE, compose, construct, finding, is_text

MAX_INCLUDES = MAX_FILES
MAX_LEVELS = 5
_KEY = "include_file"


@dataclass(frozen=True)
class Assembled:
    """A recipe with what it includes."""

    root: Node | None
    """The statements of included recipes stand where Snowfakery puts them, before all others. None: the text can't be
    read at all."""
    own: Node | None
    """The text's own root."""
    findings: list[Finding]
    """What is wrong with the text or its including."""


def assemble(text: str, files: Mapping[str, str] = NO_FILES) -> Assembled:
    """The nodes of a recipe and of those that it includes."""
    root, findings = compose(text)
    if not isinstance(root, SequenceNode) or _KEY not in text:
        return Assembled(root, root, findings)
    including = _Including(files)
    statements = including.expand(root, (RECIPE,))
    whole = SequenceNode(root.tag, statements, root.start_mark, root.end_mark)
    return Assembled(whole, root, including.findings)


def load(text: str, files: Mapping[str, str] = NO_FILES) -> list[dict[str, Any]]:
    """The statements of a recipe and what it includes, as plain values. Raises RecipeError when they can't be read."""
    read = assemble(text, files)
    if read.root is None or read.findings:
        raise RecipeError(f"The recipe can't be read: {read.findings[0]}", read.findings)
    try:
        data = construct(read.root)
    except ValueError as error:
        raise RecipeError(f"The recipe can't be read: {error}.") from None
    if not isinstance(data, list) or not all(isinstance(statement, dict) for statement in data):
        raise RecipeError(
            "A recipe is a list of statements, each beginning with `- `, such as `- object: customers`."
        )
    return data


class _Including:
    def __init__(self, files: Mapping[str, str]) -> None:
        self.findings: list[Finding] = []
        self._files = files
        self._included = 0
        self._bytes = 0

    def expand(self, root: SequenceNode, path: tuple[str, ...]) -> list[Node]:
        """The statements of a recipe, included ones first; `path`: the files that lead here."""
        included: list[Node] = []
        own: list[Node] = []
        for statement in root.value:
            name = _included(statement)
            if name is None:
                own.append(statement)
            else:
                included += self._include(statement, name, path)
        return included + own

    def _include(self, statement: MappingNode, name: Node, path: tuple[str, ...]) -> list[Node]:
        text = name.value if is_text(name) else ""
        if len(statement.value) > 1:
            self._refuse(statement, f"`{_KEY}` stands alone in its statement.")
        elif not is_recipe_name(text):
            self._refuse(
                name,
                f"{str(name.value)[:60]!r} is no plain name of a recipe.",
                "Put the file into the folder of this recipe and name it like `parts.yml`.",
            )
        elif text in path:
            self._refuse(name, f"{text} includes itself: {' → '.join([*path, text])}.", code="circle")
        elif len(path) > MAX_LEVELS or self._included >= MAX_INCLUDES:
            self._refuse(
                name, f"there are more than {MAX_LEVELS} levels or {MAX_INCLUDES} files of includes."
            )
        elif text not in self._files:
            self._refuse(
                name,
                f"{text} can't be read.",
                "It has to lie in the folder of this recipe, as UTF-8 text of at most 5 MB.",
            )
        else:
            self._included += 1
            self._bytes += len(self._files[text].encode())
            if self._bytes > MAX_BYTES:
                self._refuse(
                    name, f"the included recipes have more than {MAX_BYTES:,} bytes.", code="too-large"
                )
                return []
            root, findings = compose(self._files[text], text)
            self.findings += findings
            if isinstance(root, SequenceNode):
                return self.expand(root, (*path, text))
            if root is not None:
                self._refuse(root, "a recipe is a list of statements, such as `- object: customers`.")
        return []

    def _refuse(self, node: Node, message: str, hint: str = "", *, code: str = "include") -> None:
        self.findings.append(finding(code, message, node, hint=hint))


def _included(statement: Node) -> Node | None:
    """What a statement includes; None when it is none of that kind."""
    if not isinstance(statement, MappingNode):
        return None
    named = {key.value: value for key, value in statement.value if isinstance(key, ScalarNode)}
    return named.get(_KEY)
