"""What the catalogue says of one function: a declaration that vetting, help, drafting and prompts all read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from synth_core.model.types import Kind

Unique = Literal["always", "can", "no"]
ArgumentKind = Literal[
    "any", "children", "column", "columns", "file", "flag", "gap", "generator", "generators", "list", "moment",
    "number", "numbers", "parts", "quantiles", "row", "shapes", "share", "step", "table", "tables", "text",
    "value", "values", "weights", "whole", "wholes", "zone",
]  # fmt: skip
WORDS: dict[ArgumentKind, str] = {
    "any": "any value or generator",
    "children": 'mapping of counts, such as "2" or "4-9", to shares',
    "column": "name of a column",
    "columns": "mapping of columns to columns",
    "file": "name of a file in the project folder",
    "flag": "true or false",
    "gap": "number",
    "generator": "generator",
    "generators": "mapping of names to generators",
    "list": "list of plain values",
    "moment": "date or time, such as 2024-01-31 or today",
    "number": "number",
    "numbers": "two numbers",
    "parts": "mapping of names to parts",
    "quantiles": "ascending list",
    "row": "name of a table or nickname whose row this one belongs to",
    "shapes": "shape, or mapping of shapes to weights",
    "share": "share, such as 7% or 0.07",
    "step": "number, or like 1 day",
    "table": "name of a table",
    "tables": "list of tables with columns",
    "text": "text",
    "value": "number, date, time or text",
    "values": "mapping of values to values",
    "weights": "mapping of values to weights, or list",
    "whole": "whole number",
    "wholes": "whole number, or several with commas",
    "zone": "relativedelta, such as {relativedelta: {hours: 2}}",
}
"""What a person is told to write."""


@dataclass(frozen=True)
class Argument:
    """One argument of a function."""

    kind: ArgumentKind
    help: str
    default: str = ""
    """What holds where it is left out, as a recipe has it; empty where that needs words."""
    required: bool = False
    unit: str = ""
    choices: tuple[str, ...] = ()
    """The only values, where they are few."""
    pattern: str = ""
    """A regular expression that a text has to match."""
    least: float | None = None
    most: float | None = None
    plain: bool = False
    """It can't be a formula or another generator."""
    inner: Mapping[str, Argument] = field(default_factory=dict)
    """What each of its entries is made of, where they have arguments of their own."""
    role: str = ""
    """`table` or `column` where it names one, and so changes when that is renamed."""

    def __post_init__(self) -> None:
        assert self.plain or self.kind != "file", "only a plain name can be checked before it is opened"

    @property
    def type(self) -> str:
        """Its type in words."""
        return f"one of {', '.join(self.choices)}" if self.choices else WORDS[self.kind]

    def to_json(self, name: str) -> dict[str, Any]:
        """As plain data."""
        return {
            "name": name,
            "type": self.type,
            "help": self.help,
            "required": self.required,
            "default": self.default,
            "unit": self.unit,
            "role": self.role,
            "entries": [inner.to_json(each) for each, inner in self.inner.items()],
        }


@dataclass(frozen=True)
class Declaration:
    """One function of the language."""

    name: str
    """As it is called: `Synth.choice`, `random_number`, `Math.sqrt`, `fake.city`."""
    group: str
    help: str
    """One line."""
    example: str
    """YAML of a generator: what stands below the name of a field."""
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    positional: tuple[str, ...] = ()
    """Arguments that can stand in a list or one by one, in order."""
    fills: frozenset[Kind] | None = None
    """The types of column that it can fill; None: whatever its arguments make."""
    unique: Unique = "no"
    """Whether its values never come twice; `can`: where its arguments say so."""
    in_fields: bool = True
    """It can be the generator of a field, or stand inside of one."""
    in_formulas: bool = False
    """It can be called in `${{ … }}`."""
    by_name: bool = True
    """Its arguments can be named."""
    is_value: bool = False
    """It stands in formulas as it is, without being called."""
    referable: bool = False
    """Other tables can refer to its values."""
    keeps_state: bool = False
    """A value depends on how often it was asked before, so its table is made in one piece, and every batch
    begins anew."""
    plugin: str = ""
    """The plugin that the recipe has to name."""
    examples: Mapping[Kind, str] = field(default_factory=dict)
    """Where the example makes none of a type that it can fill: one that does."""

    @property
    def required(self) -> tuple[str, ...]:
        """The arguments that can't be left out."""
        return tuple(name for name, argument in self.arguments.items() if argument.required)

    @property
    def types(self) -> str:
        """The types that it can fill, in words."""
        if self.fills is None:
            return "what its arguments make"
        left = [kind.value for kind in Kind if kind not in self.fills]
        if not left:
            return "all types"
        if len(left) <= 3:
            return f"all types but {', '.join(left)}"
        return ", ".join(kind.value for kind in Kind if kind in self.fills) or "no column itself"

    def can_fill(self, kind: Kind) -> bool:
        """A column of that type can have it as its generator."""
        return self.in_fields and (self.fills is None or kind in self.fills)

    def example_for(self, kind: Kind) -> str:
        """The example for a column of that type."""
        return self.examples.get(kind, self.example)

    def generator(self, kind: Kind = Kind.STRING) -> str:
        """The example in one line, as it stands behind the name of a field."""
        text = self.example_for(kind)
        return text if text.startswith('"') else f"{{{text}}}"

    def to_json(self) -> dict[str, Any]:
        """As plain data, complete: for the help of an editor and the command line."""
        return {
            "name": self.name,
            "group": self.group,
            "help": self.help,
            "example": self.example,
            "arguments": [argument.to_json(name) for name, argument in self.arguments.items()],
            "positional": list(self.positional),
            "fills": None if self.fills is None else sorted(kind.value for kind in self.fills),
            "examples": {kind.value: text for kind, text in sorted(self.examples.items())},
            "unique": self.unique,
            "in_fields": self.in_fields,
            "in_formulas": self.in_formulas,
            "is_value": self.is_value,
            "referable": self.referable,
            "keeps_state": self.keeps_state,
            "plugin": self.plugin,
        }
