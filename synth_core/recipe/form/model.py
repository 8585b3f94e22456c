"""What a form shows of a field, and what is wanted of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from synth_core.model.base import Frozen

WHOLE = ""
"""The name of the one parameter of a function whose arguments have no names, such as `random_choice`."""


class Parameter(Frozen):
    """An argument of a function, with its value as a person writes it."""

    name: str
    """Empty: all arguments together, as YAML."""
    type: str
    """In words."""
    kind: str
    """In the catalogue's word: `flag`, `whole`, `share`, `column` …"""
    help: str = ""
    required: bool = False
    default: str = ""
    """What holds where it is left out; empty where that needs words."""
    unit: str = ""
    choices: tuple[str, ...] = ()
    """The only values, where they are few."""
    text: str = ""
    """Its value: texts as they are, all else as YAML in one line. Empty: it is left out."""


class FieldForm(Frozen):
    """How a column is made."""

    table: str
    column: str
    kind: Literal["function", "formula", "value", "yaml", "missing"]
    """`yaml`: a form can't show it (objects within objects, an unknown function); `missing`: the recipe has no such
    field yet."""
    file: str
    line: int
    """The field's first line, from 1; of a missing one that of its table."""
    end_line: int
    function: str = ""
    """In the catalogue's name: `Synth.choice`, `fake.email`."""
    parameters: tuple[Parameter, ...] = ()
    nulls: str = ""
    """The share of nulls, as `7%`; empty: none are made. It is apart from the function."""
    value: str = ""
    """Of a formula or plain value, without the nulls around it."""
    yaml: str = ""
    """All of the generator, in the lines below or behind the field's name."""
    comment: str = ""
    """What stands above it: usually why it is made so."""
    locked: str = ""
    """Why it can't be changed here; empty: it can."""
    fitting: tuple[str, ...] = ()
    """Functions that can make a column of this type, in the catalogue's names."""


class WantedCall(Frozen):
    """A function with its arguments, each in the words of a `Parameter`; those that are empty are left out."""

    kind: Literal["function"] = "function"
    function: str
    arguments: dict[str, str] = {}
    nulls: str = ""


class WantedValue(Frozen):
    """A plain value or a formula. Numbers, `true`, `false` and `null` are that, unless in quotes; all else is text."""

    kind: Literal["value"] = "value"
    value: str
    nulls: str = ""


class WantedYaml(Frozen):
    """A whole generator as YAML."""

    kind: Literal["yaml"] = "yaml"
    text: str


Wanted = Annotated[WantedCall | WantedValue | WantedYaml, Field(discriminator="kind")]


class OutlineColumn(Frozen):
    """A field of a table, where it stands."""

    name: str
    line: int
    function: str = ""
    """What makes it, as the recipe calls it; empty for formulas and plain values."""
    file: str = ""
    """The included recipe that it stands in; empty: the text itself."""


class OutlineTable(Frozen):
    """A table of a recipe, where its first object stands."""

    name: str
    line: int
    columns: tuple[OutlineColumn, ...] = ()
    file: str = ""
