"""One edit of a recipe: splices are gathered together with the change that they are meant to make, and the new text
is given back only if it says exactly that and vetting finds nothing new in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from synth_core.errors import RecipeError
from synth_core.model.findings import Finding, TextEdit, errors
from synth_core.recipe.edit.apply import apply_edits
from synth_core.recipe.edit.comment import set_comment
from synth_core.recipe.edit.insert import insert
from synth_core.recipe.edit.pieces import Piece
from synth_core.recipe.edit.proof import Plain, Wanted, agree
from synth_core.recipe.edit.remove import remove
from synth_core.recipe.edit.replace import rewrite
from synth_core.recipe.edit.source import Source, place_of
from synth_core.recipe.edit.update import update
from synth_core.recipe.files import NO_FILES
from synth_core.recipe.include import assemble
from synth_core.recipe.text import RECIPE, TAG
from synth_core.recipe.vetting import examine, vet
from synth_core.recipe.vetting.scope import Scope


class Editing:
    """An edit in the making. Nothing changes before `text` is called."""

    def __init__(self, text: str, files: Mapping[str, str] = NO_FILES) -> None:
        read = assemble(text, files)
        if read.root is None or read.own is None:
            raise RecipeError(f"The recipe can't be read: {read.findings[0]}", read.findings)
        self._begin(Source(text, read.own), Scope.of(read.root, files), read.root, files)

    @classmethod
    def of(cls, source: Source, scope: Scope) -> Editing:
        """Of a text that was read before, with its names."""
        editing = cls.__new__(cls)
        editing._begin(source, scope, scope.root or source.root, NO_FILES)
        return editing

    def _begin(self, source: Source, scope: Scope, root: Node, files: Mapping[str, str]) -> None:
        if not isinstance(source.root, SequenceNode):
            raise RecipeError("A recipe is a list of statements, such as `- object: customers`.")
        self.source = source
        self.own: SequenceNode = source.root
        """The statements of the text itself."""
        self.root = root
        """All statements, those of included recipes, too."""
        self.scope = scope
        self._files = files
        self._edits: list[TextEdit] = []
        self._changes: list[Callable[[], None]] = []
        self._renames = False

    def refuse_other_file(self, node: Node) -> None:
        """Raise RecipeError for a node of an included recipe."""
        if node is not self.own and self.source.parent(node) is None:
            raise RecipeError(
                f"{place_of(node)} would have to change, too, and is another file.",
                hint="Edit that file first, or take its statements into this recipe.",
            )

    # --- what is to change ---

    def give(self, mapping: MappingNode, key: Node, value: Plain) -> None:
        """The value behind a key becomes this one; of a value of the same form only what differs is written."""
        self.refuse_other_file(key)
        self._edits += update(self.source, mapping, key, value)
        self._changes.append(lambda: _give(mapping, key, Wanted(value)))

    def rename(self, node: ScalarNode, name: str) -> None:
        """A scalar becomes another text, one that names something."""
        self.refuse_other_file(node)
        self._edits += rewrite(self.source, node, name)
        self._renames = True

        def change() -> None:
            node.tag, node.value = f"{TAG}str", name

        self._changes.append(change)

    def add_entry(self, mapping: Node, name: str, value: Plain, piece: Piece, **place: Node | None) -> None:
        """A new entry of a mapping, which may be empty; `before` or `after` the one with that key, or at the end."""
        self.refuse_other_file(mapping)
        self._edits += insert(self.source, mapping, piece, **place)
        new = (ScalarNode(f"{TAG}str", name), Wanted(value))
        self._changes.append(lambda: _insert(self._filled(mapping), new, **place))

    def add_item(self, items: SequenceNode, value: Plain, piece: Piece, **place: Node | None) -> None:
        """A new item of a list that is not empty."""
        self._edits += insert(self.source, items, piece, **place)
        self._changes.append(lambda: _insert(items, Wanted(value), **place))

    def remove(self, collection: CollectionNode, part: Node) -> None:
        """An entry, named by its key, or an item goes."""
        self.refuse_other_file(part)
        self._edits += remove(self.source, collection, part)

        def change() -> None:
            collection.value = [each for each in collection.value if _name(each) is not part]

        self._changes.append(change)

    def comment(self, collection: CollectionNode, part: Node, text: str) -> None:
        """The comment above an entry or item becomes this one."""
        self._edits += set_comment(self.source, collection, part, text)

    # --- the new text ---

    def text(self) -> str:
        """The recipe after the edit. Raises RecipeError when it would say anything else than what was meant, or when
        vetting finds an error in it that was not there before."""
        old = self.source.text
        new = apply_edits(old, self._edits)
        vetted = examine(new, self._files)
        for change in self._changes:
            change()
        found = vetted.findings
        placed = agree(self.own, vetted.source.root) if vetted.source is not None else None
        if vetted.source is None or placed is None:
            raise RecipeError(
                "This can't be edited in place: the text around it would say something else.",
                found,
                hint="Edit the recipe's text by hand.",
            )
        if refused := errors(found):
            self._refuse_new(refused, old, vetted.source, placed)
        return new

    def _refuse_new(self, found: list[Finding], old: str, source: Source, placed: list[Node]) -> None:
        """Errors that were there before stay the author's business; in what was given there must be none."""
        given: set[int] = set()
        for node in placed:
            start, end = source.span(node)
            given.update(range(source.line(start) + 1, source.line(end) + 2))
        known = Counter(self._kind(each) for each in errors(vet(old, self._files)))
        new = Counter(self._kind(each) for each in found) - known
        refused = [
            each for each in found if self._kind(each) in new or (each.file == RECIPE and each.line in given)
        ]
        if refused:
            raise RecipeError(f"The edit is refused: {refused[0].message}", refused, hint=refused[0].hint)

    def _kind(self, found: Finding) -> tuple[str, str]:
        """What makes two findings the same; after a rename, messages differ."""
        return found.code, "" if self._renames else found.message

    def _filled(self, node: Node) -> CollectionNode:
        """The collection; for nothing, an empty mapping in its place."""
        if isinstance(node, CollectionNode):
            return node
        filled = MappingNode(f"{TAG}map", [])
        parent: Any = self.source.parent(node)
        parent.value = [(key, filled if value is node else value) for key, value in parent.value]
        return filled


def _name(each: Any) -> Node:
    name: Node = each[0] if isinstance(each, tuple) else each
    return name


def _give(mapping: MappingNode, key: Node, value: Node) -> None:
    mapping.value = [(name, value if name is key else old) for name, old in mapping.value]


def _insert(
    collection: CollectionNode, new: Any, *, before: Node | None = None, after: Node | None = None
) -> None:
    names = [_name(each) for each in collection.value]
    here = before or after
    place = len(names) if here is None else names.index(here) + (before is None)
    collection.value.insert(place, new)
