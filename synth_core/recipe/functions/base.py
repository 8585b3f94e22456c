"""What every function of our plugin is: checked arguments that turn into a maker of values.

A function is declared once, as a strict model of its arguments. The linter, the help, the drafting rules and
the plugin all read that one declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, JsonValue

from synth_core.errors import RecipeError
from synth_core.model.types import Kind
from synth_core.recipe.draws import Stream

if TYPE_CHECKING:
    from synth_core.recipe.catalogue.declaration import ArgumentKind
    from synth_core.recipe.world import World

PLUGIN = "Synth"
FOREIGN = "$generator"
"""In compiled arguments: stands for a generator that follows as a further argument."""
SCALARS = frozenset(Kind) - {Kind.STRUCT, Kind.RANGE}


class Row(Protocol):
    """The row that is being made."""

    @property
    def number(self) -> int:
        """Its number in the table, from 0; in a table that had rows before, the new ones go on counting."""
        ...

    @property
    def is_shared(self) -> bool:
        """Other rows make the same: its number follows from what they have in common."""
        ...

    @property
    def place(self) -> tuple[int, int]:
        """How many rows (or groups of rows) of the plan come before it, and how many there are."""
        ...

    def get(self, column: str) -> Any:
        """The value of a column that was made before this one."""
        ...


class InnerRow:
    """A row as generators inside of another one see it: perhaps by another number, which several rows may share, and
    with values that come before its columns."""

    __slots__ = ("_made", "_place", "_row", "is_shared", "number")

    def __init__(
        self,
        row: Row,
        *,
        number: int | None = None,
        made: Mapping[str, Any] | None = None,
        is_shared: bool = False,
        place: tuple[int, int] | None = None,
    ) -> None:
        self._row = row
        self._made: Mapping[str, Any] = {} if made is None else made
        self.number = row.number if number is None else number
        self.is_shared = is_shared or row.is_shared
        self._place = place

    @property
    def place(self) -> tuple[int, int]:
        """As of the row around, unless it is that of its group."""
        return self._row.place if self._place is None else self._place

    def get(self, column: str) -> Any:
        """The value of a column that was made before this one."""
        return self._made[column] if column in self._made else self._row.get(column)


Maker = Callable[[Row], Any]
"""Makes the value of one field for a row."""


@dataclass(frozen=True)
class Place:
    """Where a function stands: which world, table and field, and for nested ones the path below the field."""

    world: World
    table: str
    field: str
    path: str = ""

    @property
    def name(self) -> str:
        """Unique in the recipe; names the random streams."""
        return f"{self.table}.{self.field}{self.path}"

    def below(self, step: str) -> Place:
        """The place of an argument of this function."""
        return Place(self.world, self.table, self.field, f"{self.path}/{step}")

    def stream(self, draw: int = 0) -> Stream:
        """The place's own uniform numbers."""
        return Stream(self.world.seed, self.name, draw)

    def error(self, message: str) -> RecipeError:
        """An error that names this place."""
        return RecipeError(f"{self.table}.{self.field}: {message}")


class Function(BaseModel):
    """Base of all functions. The docstring's first line is the help; `example` is the YAML of a field."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    name: ClassVar[str]
    group: ClassVar[str]
    """What the help sorts it under."""
    shorthand: ClassVar[str] = ""
    """The argument that a scalar or a list stands for: `Synth.pattern: AA-9999`."""
    open_arguments: ClassVar[str] = ""
    """The argument that takes a mapping with names that the author chooses: `Synth.choice: {red: 2}`."""
    keyed: ClassVar[bool] = False
    """Other tables can refer to values of this function, as they follow from the row number alone."""
    fills: ClassVar[frozenset[Kind]] = SCALARS
    unique: ClassVar[Literal["always", "can", "no"]] = "no"
    example: ClassVar[str]
    examples: ClassVar[Mapping[Kind, str]] = {}
    """Where the example makes none of a type that the function fills: one that does."""

    @classmethod
    def spell_out(cls, arguments: Any) -> dict[str, Any]:
        """What stands behind the function's name in the recipe; shorthands become named arguments."""
        if cls.open_arguments:
            is_named = (
                isinstance(arguments, Mapping)
                and set(arguments) <= set(cls.model_fields)
                and isinstance(arguments.get(cls.open_arguments), (Mapping, list))
            )
            if not is_named:
                arguments = {cls.open_arguments: arguments}
        elif not isinstance(arguments, Mapping):
            if cls.shorthand and arguments is not None:
                arguments = {cls.shorthand: arguments}
            elif arguments is None:
                arguments = {}
            else:
                arguments = {"": arguments}
        return {str(name): value for name, value in arguments.items()}

    @classmethod
    def from_arguments(cls, arguments: Any) -> Function:
        """From what stands behind the function's name in the recipe. Raises pydantic's ValidationError."""
        return cls.model_validate(cls.spell_out(arguments))

    def bind(self, place: Place) -> Maker:
        """The maker of values at that place."""
        raise NotImplementedError(type(self).__name__)

    def check(self, place: Place) -> None:
        """Raise PlanError when the planned counts can't be met."""

    def capacity(self) -> int | None:
        """For unique functions: how many different values there are; None: no limit."""
        return None

    generators: ClassVar[tuple[str, ...]] = ()
    """Arguments that are generators themselves, or mappings of names to generators."""


def is_unique(function: Function) -> bool:
    """No value of it comes twice."""
    return function.unique == "always" or bool(getattr(function, "unique_values", False))


def typed(kind: ArgumentKind, unit: str = "") -> dict[str, JsonValue]:
    """What an argument takes, for the catalogue; goes with its description into the argument's declaration."""
    return {"kind": kind, "unit": unit}


class Keyed(NamedTuple):
    """What rows have in common in which a generator makes the same."""

    number: int
    seed: int
    """Of the generator, for that number."""


class Foreign:
    """A generator that only Snowfakery can evaluate: one of its own functions, or a formula. Rows with a key draw from
    random numbers of their own."""

    def __init__(self, render: Callable[[Keyed | None], Any]) -> None:
        self.render = render


def literal(value: Any) -> Any:
    """A literal as the author means it: numbers, dates and times are recognised in quoted text."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    for parse in (_integer, _decimal, date.fromisoformat, _moment, time.fromisoformat):
        try:
            return parse(text)
        except (ValueError, InvalidOperation):
            continue
    return value


def _integer(text: str) -> int:
    if not text.lstrip("+-").isascii() or not text.lstrip("+-").isdigit():
        raise ValueError(text)
    return int(text)


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    # Beyond that no type of ours can hold it, and working with it would take for ever.
    if not number.is_finite() or abs(number.adjusted()) > 400:
        raise ValueError(text)
    return number


def _moment(text: str) -> datetime:
    if len(text) < 10 or text[4:5] != "-":
        raise ValueError(text)
    return datetime.fromisoformat(text)


def listed(value: Any) -> list[Any]:
    """A list, or one item as a list."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def mapping(value: Any) -> Mapping[Any, Any]:
    """A mapping as it is; ValueError for anything else."""
    if not isinstance(value, Mapping):
        raise ValueError(f"a mapping is needed here, `name: value`, not {value!r}")
    return value


def as_text(value: Any) -> str:
    """A value in the plain form that recipes and profiles have it in."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def share(value: Any) -> float:
    """A share from 0 to 1, written as `7%` or 0.07."""
    text = str(value).strip()
    try:
        number = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        raise ValueError(f"a share is written like 7% or 0.07, not {value!r}") from None
    if not 0.0 <= number <= 1.0:
        raise ValueError(f"a share lies between 0 % and 100 %, not {value!r}")
    return number


def weight(value: Any) -> float:
    """A weight, written as `70%` or as any number that is not negative."""
    try:
        number = float(str(value).strip().removesuffix("%"))
    except ValueError:
        raise ValueError(f"a weight is written like 70% or 3, not {value!r}") from None
    if not 0 <= number < float("inf"):
        raise ValueError(f"a weight is 0 or more, not {value!r}")
    return number
