"""Texts that are made anew from their shape, never copied."""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate, combinations
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from synth_core.errors import CountError
from synth_core.model.types import NUMERIC_KINDS, Kind
from synth_core.recipe.draws import key_of
from synth_core.recipe.functions.base import Function, Maker, Place, Row, listed, typed, weight
from synth_core.recipe.functions.distributions import Spread, check_sizes
from synth_core.recipe.functions.shapes import Shape
from synth_core.recipe.functions.words import vocabulary
from synth_core.recipe.permute import Permutation

_TEXT = frozenset({Kind.STRING})
Language = Literal["en", "cs", "da", "de", "el", "es", "fr", "it", "nl", "pl", "ru", "uk"]


class Pattern(Function):
    """Texts of given shapes (A, a: letter; 9: digit; %: 1 to 9; #, x: hex digit; ~, ^: word; [13-5]: one of these;
    \\\\ keeps what follows).

    With `unique: true` no text comes twice, also not in later batches. In a column of numbers `%` begins those of
    several digits: 0123 would be 123.
    """

    name: ClassVar[str] = "pattern"
    group: ClassVar[str] = "texts"
    shorthand: ClassVar[str] = "shapes"
    keyed: ClassVar[bool] = True
    fills: ClassVar[frozenset[Kind]] = _TEXT | NUMERIC_KINDS
    unique: ClassVar[Literal["always", "can", "no"]] = "can"
    example: ClassVar[str] = 'Synth.pattern: {shapes: {"AA-9999": 80%, "A-9999": 20%}, unique: true}'
    examples: ClassVar[Mapping[Kind, str]] = dict.fromkeys(
        (Kind.INT64, Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64),
        'Synth.pattern: {shapes: {"%9999": 1}, unique: true}',
    )

    shapes: dict[str, float] = Field(
        min_length=1, description="shape: weight, or one shape", json_schema_extra=typed("shapes")
    )
    unique_values: bool = Field(
        default=False, alias="unique", description="no text comes twice", json_schema_extra=typed("flag")
    )

    @field_validator("shapes", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {str(shape): weight(each) for shape, each in value.items()}
        return {str(shape): 1.0 for shape in listed(value)}

    @model_validator(mode="after")
    def _some_weight(self) -> Pattern:
        shapes = {text: Shape(text) for text in self.shapes}
        for (first, one), (second, other) in combinations(shapes.items(), 2) if self.unique_values else ():
            if one.meets(other):
                raise ValueError(f"{first!r} and {second!r} can give the same text, which would come twice")
        if not sum(self.shapes.values()):
            raise ValueError("the weights add up to 0")
        return self

    def capacity(self) -> int | None:
        return sum(Shape(shape).capacity for shape in self.shapes) if self.unique_values else None

    def check(self, place: Place) -> None:
        self._check_capacity(place, place.world.tables[place.table].last)

    def _check_capacity(self, place: Place, need: int) -> None:
        capacity = self.capacity()
        if capacity is not None and need > capacity:
            raise CountError(
                f"{place.table}.{place.field}: {need:,} different values are needed, but its shapes allow "
                f"only {capacity:,}.",
                possible=capacity - place.world.tables[place.table].offset,
                table=place.table,
                hint="Make fewer rows, or add a longer shape in the recipe.",
            )

    def bind(self, place: Place) -> Maker:
        shapes = [Shape(shape) for shape in self.shapes]
        if self.unique_values:
            return self._bind_unique(shapes, place)
        sums = list(accumulate(self.shapes.values()))
        which, last = place.stream(), len(shapes) - 1
        seed, name = place.world.seed, place.name

        def make(row: Row) -> str:
            shape = shapes[min(bisect_right(sums, which(row.number) * sums[-1]), last)]
            return shape.text(key_of(seed, name, "fill", row.number) % shape.capacity)

        return make

    def _bind_unique(self, shapes: list[Shape], place: Place) -> Maker:
        """Numbers are permuted without the seed: batches appended later must not meet earlier ones."""
        capacity = self.capacity() or 0

        def number_of(row: Row) -> int:
            if row.number >= capacity:
                # Where the count was not known in advance.
                self._check_capacity(place, row.number + 1)
            return row.number

        if len(shapes) == 1:
            shuffle = Permutation(shapes[0].capacity, "pattern", *self.shapes)
            return lambda row: shapes[0].text(shuffle(number_of(row)))
        shares = _apportion(self.shapes, [shape.capacity for shape in shapes])
        shuffles = [
            Permutation(shape.capacity, "pattern", text)
            for shape, text in zip(shapes, self.shapes, strict=True)
        ]

        def make(row: Row) -> str:
            index, number = shares.place(number_of(row))
            return shapes[index].text(shuffles[index](number))

        return make


class _Shares:
    """Assigns running numbers to shapes by their weights, each shape's own numbers without gaps."""

    def __init__(self, cycle: list[int], capacities: list[int]) -> None:
        self._cycle = cycle
        self._each = [cycle.count(index) for index in range(len(capacities))]
        self._before = [[0] * (len(cycle) + 1) for _ in capacities]
        for index, before in enumerate(self._before):
            for position, owner in enumerate(cycle):
                before[position + 1] = before[position] + (owner == index)
        self._rounds = min(
            capacity // each for capacity, each in zip(capacities, self._each, strict=True) if each
        )
        self._rest = [
            capacity - self._rounds * each for capacity, each in zip(capacities, self._each, strict=True)
        ]

    def place(self, number: int) -> tuple[int, int]:
        """(shape, number within the shape)."""
        rounds, position = divmod(number, len(self._cycle))
        if rounds < self._rounds:
            index = self._cycle[position]
            return index, rounds * self._each[index] + self._before[index][position]
        # A shape is used up: what is left of the others is taken in order.
        number -= self._rounds * len(self._cycle)
        for index, rest in enumerate(self._rest):
            if number < rest:
                return index, self._rounds * self._each[index] + number
            number -= rest
        raise IndexError("all shapes are used up")


def _apportion(weights: Mapping[str, float], capacities: list[int]) -> _Shares:
    """A cycle of 100 places dealt by weight; a shape whose weight rounds to nothing gets one."""
    total = sum(weights.values()) or 1.0
    counts = [max(1, round(100 * each / total)) for each in weights.values()]
    places = sorted(
        ((position + 0.5) / count, index) for index, count in enumerate(counts) for position in range(count)
    )
    return _Shares([index for _, index in places], capacities)


class Uuid(Function):
    """A version 4 UUID; it never comes twice."""

    name: ClassVar[str] = "uuid"
    group: ClassVar[str] = "texts"
    keyed: ClassVar[bool] = True
    fills: ClassVar[frozenset[Kind]] = _TEXT
    unique: ClassVar[Literal["always", "can", "no"]] = "always"
    example: ClassVar[str] = "Synth.uuid: {}"

    upper: bool = Field(default=False, description="capital letters", json_schema_extra=typed("flag"))

    def bind(self, place: Place) -> Maker:
        seed, name = place.world.seed, place.name

        def make(row: Row) -> str:
            text = str(uuid.UUID(int=key_of(seed, name, "uuid", row.number), version=4))
            return text.upper() if self.upper else text

        return make


class Words(Function):
    """Free text of plain words; as many as the quantiles say and `max_length` characters hold."""

    name: ClassVar[str] = "words"
    group: ClassVar[str] = "texts"
    shorthand: ClassVar[str] = "count"
    fills: ClassVar[frozenset[Kind]] = _TEXT
    example: ClassVar[str] = "Synth.words: {count: [1, 4, 9], max_length: 80}"

    count: tuple[int, ...] = Field(
        default=(1, 12),
        min_length=1,
        description="quantiles of the number of words",
        json_schema_extra=typed("quantiles", "words"),
    )
    max_length: int | None = Field(
        default=None, ge=1, description="characters at most", json_schema_extra=typed("whole", "characters")
    )
    title: bool = Field(
        default=False, description="Each Word With a Capital Letter", json_schema_extra=typed("flag")
    )
    upper: bool = Field(default=False, description="ALL IN CAPITALS", json_schema_extra=typed("flag"))
    sentence: int | None = Field(
        default=None,
        ge=2,
        le=100,
        description="about so many words a sentence, with full stops",
        json_schema_extra=typed("whole", "words"),
    )
    language: Language = Field(default="en", description="of the words", json_schema_extra=typed("text"))

    @field_validator("count", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        return check_sizes(value, 10_000)

    def bind(self, place: Place) -> Maker:
        spread = Spread(self.count, 0, None)
        how_many, name, seed = place.stream(), place.name, place.world.seed
        known = vocabulary(self.language)

        def make(row: Row) -> str:
            bits = key_of(seed, name, "words", row.number)
            words: list[str] = []
            for _ in range(max(1, spread.at(how_many(row.number)))):
                if not bits:
                    bits = key_of(seed, name, "more", row.number, len(words))
                bits, index = divmod(bits, len(known.words))
                words.append(known.words[index])
            stops = len(words) // (self.sentence - 1) + 1 if self.sentence else 0
            if self.max_length is not None:
                words = known.fitting(words, max(1, self.max_length - stops))
            if self.sentence and (self.max_length is None or self.max_length > stops):
                words = _in_sentences(words, self.sentence, key_of(seed, name, "stops", row.number))
            text = " ".join(words)
            if self.upper:
                return text.upper()
            return text.title() if self.title else text[:1].upper() + text[1:]

        return make


def _in_sentences(words: Sequence[str], about: int, bits: int) -> list[str]:
    """The words with a full stop after about so many, or one less or more, and a capital letter after that."""
    made, left = list(words), 0
    for place, word in enumerate(made):
        if not left:
            bits, more = divmod(bits, 3)
            left = about - 1 + more
            made[place] = word[:1].upper() + word[1:]
        left -= 1
        if not left or place == len(made) - 1:
            made[place] += "."
    return made


class Bytes(Function):
    """Random bytes, as many as the quantiles say."""

    name: ClassVar[str] = "bytes"
    group: ClassVar[str] = "texts"
    shorthand: ClassVar[str] = "length"
    fills: ClassVar[frozenset[Kind]] = frozenset({Kind.BYTES})
    example: ClassVar[str] = "Synth.bytes: {length: [16, 16, 64]}"

    length: tuple[int, ...] = Field(
        default=(16,),
        min_length=1,
        description="quantiles of the number of bytes",
        json_schema_extra=typed("quantiles", "bytes"),
    )

    @field_validator("length", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        return check_sizes(value, 10_000_000)

    def bind(self, place: Place) -> Maker:
        spread = Spread(self.length, 0, None)
        how_many, name, seed = place.stream(), place.name, place.world.seed

        def make(row: Row) -> bytes:
            length, made = spread.at(how_many(row.number)), b""
            while len(made) < length:
                made += key_of(seed, name, "bytes", row.number, len(made)).to_bytes(16, "little")
            return made[:length]

        return make


class Point(Function):
    """A place on earth within a box, as WKT: `POINT(13.4 52.5)`."""

    name: ClassVar[str] = "point"
    group: ClassVar[str] = "texts"
    fills: ClassVar[frozenset[Kind]] = frozenset({Kind.GEOGRAPHY, Kind.STRING})
    example: ClassVar[str] = "Synth.point: {latitude: [47, 55], longitude: [6, 15]}"

    latitude: tuple[float, float] = Field(
        default=(-90.0, 90.0), description="south and north", json_schema_extra=typed("numbers", "degrees")
    )
    longitude: tuple[float, float] = Field(
        default=(-180.0, 180.0), description="west and east", json_schema_extra=typed("numbers", "degrees")
    )

    @model_validator(mode="after")
    def _within(self) -> Point:
        if not -90 <= self.latitude[0] <= self.latitude[1] <= 90:
            raise ValueError("latitudes run from -90 to 90, south first")
        if not -180 <= self.longitude[0] <= self.longitude[1] <= 180:
            raise ValueError("longitudes run from -180 to 180, west first")
        return self

    def bind(self, place: Place) -> Maker:
        north, east = place.stream(0), place.stream(1)
        (south, north_end), (west, east_end) = self.latitude, self.longitude

        def make(row: Row) -> str:
            latitude = south + (north_end - south) * north(row.number)
            longitude = west + (east_end - west) * east(row.number)
            return f"POINT({longitude:.6f} {latitude:.6f})"

        return make
