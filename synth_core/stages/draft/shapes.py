"""The source's shapes in the notation of `Synth.pattern`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from synth_core.files.arrow import decimal_size
from synth_core.model.profile import ColumnProfile, ValueCount
from synth_core.model.types import NUMERIC_KINDS, BigQueryType, Kind
from synth_core.recipe.functions import Shape, escape_shape, places_of

ROOM = 8
"""Keys by shape must allow this many times the wanted rows, so that later batches fit as well."""
_UUID_SHAPE = r"xxxxxxxx-xxxx-4xxx-\axxx-xxxxxxxxxxxx"
_MOST = 0.5
"""Forms of less than this part of the rows that have a shape are not all there is."""
WORDS = r"[Aa]a{2,}( [Aa]a*)*|A{3,}( A{3,})+"
"""The shape of words. A single one in capitals may be a code."""
TITLES = frozenset({"title", "product_name", "place_name", "category"})
"""Meanings that are words, with a capital."""
_PLACE = re.compile("(A?)a+")
_MOST_WORDS = 4
ROOM_FOR_WORDS = 30
"""Characters of a column in which texts of words have room."""
_MOST_DIGITS = {Kind.INT64: 18, Kind.FLOAT64: 15}
"""Digits before the point of which every number is exact and fits."""


def shape_weights(type: BigQueryType, profile: ColumnProfile) -> dict[str, int]:
    """Shape: rows of the source. As texts are written where that is known of most, else letter by letter."""
    known = {
        each.value: each.count
        for each in profile.forms
        if type.max_length is None or len(Shape(each.value).longest) <= type.max_length
    }
    told = set(known) - {shape_of(type.kind, each.value) for each in profile.shapes}
    if told and sum(known.values()) >= _MOST * sum(each.count for each in profile.shapes):
        return known
    weights: Counter[str] = Counter()
    for each in profile.shapes:
        words = _words_of(each.value) if type.kind is Kind.STRING and " " in each.value else ""
        if words and (type.max_length is None or len(Shape(words).longest) <= type.max_length):
            weights[words] += each.count
        else:
            weights[shape_of(type.kind, each.value)] += each.count
    return dict(weights)


def _words_of(shape: str) -> str:
    """A measured shape with words in the place of their letters; empty where it has none of three letters or more."""
    words = _PLACE.sub(lambda letters: "^" if letters[1] else "~", shape)
    return escape_shape(words, but="^~A9") if re.search("[Aa]aa", shape) else ""


def shape_of(kind: Kind, shape: str) -> str:
    """A measured shape (A, a, 9; everything else stands for itself)."""
    return _number_shape(kind, shape) if kind in NUMERIC_KINDS else escape_shape(shape, but="Aa9")


def _number_shape(kind: Kind, shape: str) -> str:
    """No number of several digits begins with 0, so that as many digits come out as the source has."""
    sign = shape[: shape.startswith("-")]
    whole, point, rest = shape.removeprefix("-").partition(".")
    if kind is Kind.INT64 and len(whole) > _MOST_DIGITS[kind]:
        whole = "1" + whole[1:]  # 64 bits end at 9.2 × 10^18
    elif len(whole) > 1 or sign:
        whole = "%" + whole[1:]
    return f"{sign}{whole}{point}{rest}"


def part_written(shapes: Sequence[ValueCount], pattern: str) -> float:
    """Of the rows whose shape is known, the part whose shape has the pattern; 0 where none is known."""
    total = sum(each.count for each in shapes)
    return sum(each.count for each in shapes if re.fullmatch(pattern, each.value)) / total if total else 0.0


def has_shapes_only(profile: ColumnProfile | None) -> bool:
    """Numbers, dates or times of which no value is known, as they are personal."""
    return profile is not None and bool(profile.shapes) and not profile.quantiles


def is_plain_uuid(profile: ColumnProfile | None) -> bool:
    """Written with dashes, as `Synth.uuid` does."""
    return profile is None or not profile.length_quantiles or set(profile.length_quantiles) == {36}


def key_shapes(
    type: BigQueryType, meaning: str, profile: ColumnProfile | None, wanted: int
) -> dict[str, int]:
    """Shapes with weights, for texts or numbers, with room for `wanted` rows and later batches."""
    longest = type.max_length
    weights = shape_weights(type, profile) if profile else {}
    if type.kind is Kind.STRING and (longest is None or longest >= ROOM_FOR_WORDS):
        weights = _in_words(meaning, profile) or weights
    if meaning == "uuid" and is_plain_uuid(profile):
        weights = {_UUID_SHAPE: 1}
    if not weights:
        lengths = profile.length_quantiles if profile else ()
        weights = {
            "A" + "9" * max(4, min(longest or 9, (lengths[len(lengths) // 2] if lengths else 9)) - 1): 1
        }
    weights = _apart(weights)
    room = sum(Shape(shape).capacity for shape in weights)
    main = max(weights, key=lambda shape: weights[shape])
    while room < ROOM * wanted and (wider := _wider(main)) != main:
        weights = {wider if shape == main else shape: rows for shape, rows in weights.items()}
        main = wider
        room = sum(Shape(shape).capacity for shape in weights)
    while room < ROOM * wanted and _may_grow(type, main):
        # The source's own shapes are nearly used up: longer ones of the same look follow.
        main = _longer(type, main)
        met = [shape for shape in weights if Shape(shape).meets(Shape(main))]
        rows = sum(weights.pop(shape) for shape in met) or max(1, sum(weights.values()) // 50)
        weights[main] = rows
        room = sum(Shape(shape).capacity for shape in weights)
    return weights


def _in_words(meaning: str, profile: ColumnProfile | None) -> dict[str, int]:
    """Shapes of words instead of letters, which would be none; empty where it is not written in words."""
    shapes = profile.shapes if profile else ()
    if part_written(shapes, WORDS) > _MOST:
        weights: Counter[str] = Counter()
        for each in shapes:
            weights[_words_of(each.value) or shape_of(Kind.STRING, each.value)] += each.count
        return dict(weights)
    counts = profile.words_quantiles if profile else ()
    usual = counts[len(counts) // 2] if counts else 2
    if shapes or (profile and profile.forms) or not (meaning in TITLES or (counts and usual > 1)):
        return {}
    return {" ".join("^" * min(usual, _MOST_WORDS)): 1}


def _apart(weights: Mapping[str, int]) -> dict[str, int]:
    """Without shapes whose texts may be of another one, too, with the most room: their rows are that one's."""
    kept: dict[str, int] = {}
    for shape in sorted(weights, key=lambda each: (-Shape(each).capacity, each)):
        wide = next((each for each in kept if Shape(each).meets(Shape(shape))), shape)
        kept[wide] = kept.get(wide, 0) + weights[shape]
    return {shape: kept[shape] for shape in weights if shape in kept}


def _wider(shape: str) -> str:
    """Of the last digit that all texts share, or that is one of a few, any digit."""
    places = list(places_of(shape))
    for index in reversed(range(len(places))):
        written, alphabet = places[index]
        if all(map(str.isdigit, alphabet or written[-1])) and len(alphabet) < len("123456789"):
            return "".join("9" if at == index else each for at, (each, _) in enumerate(places))
    return shape


def _may_grow(type: BigQueryType, shape: str) -> bool:
    if type.kind not in NUMERIC_KINDS:
        return type.max_length is None or len(Shape(shape).longest) < type.max_length
    digits = len(shape.removeprefix("-").partition(".")[0])
    if type.kind in _MOST_DIGITS:
        return digits < _MOST_DIGITS[type.kind]
    precision, scale = decimal_size(type)
    return digits < precision - scale


def _longer(type: BigQueryType, shape: str) -> str:
    if type.kind not in NUMERIC_KINDS:
        return f"{shape} ^" if shape.endswith("^") else f"{shape}9"
    whole, point, rest = shape.partition(".")
    return f"{'%' if whole == '9' else whole}9{point}{rest}"
