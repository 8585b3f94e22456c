"""What is wanted of a field, written into the text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synth_core.errors import RecipeError
from synth_core.recipe.catalogue import CATALOGUE
from synth_core.recipe.edit.author import add_field, set_generator
from synth_core.recipe.edit.editing import Editing
from synth_core.recipe.edit.proof import Plain, plain, same
from synth_core.recipe.files import NO_FILES
from synth_core.recipe.form.calls import NULLABLE, bare, called, generator
from synth_core.recipe.form.model import WHOLE, Wanted, WantedCall, WantedYaml
from synth_core.recipe.form.values import read, read_value, shown, undated
from synth_core.recipe.text import construct


def change_field(
    text: str,
    table: str,
    column: str,
    wanted: Wanted,
    *,
    comment: str | None = None,
    files: Mapping[str, str] = NO_FILES,
) -> str:
    """The text with a field made as it is wanted; only what differs is written, and a field that is not there is added.
    `comment` replaces the one above it. Raises RecipeError where an argument can't be read or the edit is refused."""
    editing = Editing(text, files)
    seen = editing.scope.tables[table].fields.get(column) if table in editing.scope.tables else None
    if seen is None:
        return add_field(text, table, column, made(wanted, None), comment=comment or "", files=files)
    try:
        before = undated(construct(seen.value))
    except ValueError:
        before = None
    value = made(wanted, before)
    if comment is None and same(value, before):
        # Dates without quotes stay, too.
        return text
    return set_generator(text, table, column, value, comment=comment, files=files)


def made(wanted: Wanted, before: Any) -> Plain:
    """The generator that is wanted, in the manner of the one before."""
    if isinstance(wanted, WantedYaml):
        return read(wanted.text, what="The generator")
    old, old_nulls = bare(before)
    inner = _call(wanted, old) if isinstance(wanted, WantedCall) else read_value(wanted.value)
    nulls = wanted.nulls.strip()
    if not nulls:
        return inner
    share = old_nulls if nulls == str(old_nulls) else read(nulls, what="The share of nulls")
    return {NULLABLE: {"nulls": share, "value": inner}}


def _call(wanted: WantedCall, old: Any) -> Plain:
    declared = CATALOGUE.get(wanted.function)
    if declared is None:
        raise RecipeError(
            f"There is no function {wanted.function!r}.", hint="`synth functions` lists them all."
        )
    known = {WHOLE, *declared.arguments}
    if unknown := sorted(set(wanted.arguments) - known):
        raise RecipeError(
            f"{wanted.function} has no argument {unknown[0]!r}.",
            hint=f"It has {', '.join(declared.arguments) or 'none'}.",
        )
    found = called(old)
    was = found.arguments if found and found.function is declared else {}
    arguments: dict[str, Any] = {}
    for name in [*(each for each in was if each in wanted.arguments), *wanted.arguments]:
        text = wanted.arguments[name]
        kind = declared.arguments[name].kind if name else "any"
        what = f"`{name}` of {wanted.function}" if name else f"What {wanted.function} is given"
        if name in was and shown(was[name], kind) == text:
            # What nobody touched stays as it is written, be it a number in quotes.
            arguments[name] = was[name]
        elif text.strip():
            arguments[name] = read(text, kind, what=what)
    return plain(generator(declared, arguments, old))
