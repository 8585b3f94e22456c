"""How texts are written: what all that look alike share, and which characters stand in their other places."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from os.path import commonprefix

from synth_core.model.profile import ValueCount
from synth_core.recipe.functions import Shape, escape_shape
from synth_core.stages.profile.masks import masked

FORMS = 50
LONGEST = 200
"""Characters of a text that may have a form."""

_COVERED = 0.9
"""Shapes of fewer texts than this share say little of how a column is written."""
_LETTERS = re.compile("[Aa]{2,}")
_WORDS = 20
"""Words that may stand in one place of the texts of a shape."""
_SHAPES = 12
"""So many shapes are letters and digits in any order."""
_CODED = 0.5
"""Of so many texts that have both letters and digits and no blank, those without a frequent shape are codes, too."""
_SURE = 30
"""So many texts show every character of a place that has but few."""
_MANY, _MORE = 100, 3
"""So many texts show it of so many characters more."""
_FEW = {"9": 5, "x": 6}
"""Characters of a place that are few: of digits, of anything else."""
_ALPHABETS = {
    "9": "0123456789",
    "a": "abcdefghijklmnopqrstuvwxyz",
    "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "x": "0123456789abcdef",
    "#": "0123456789ABCDEF",
    "[0-9a-z]": "0123456789abcdefghijklmnopqrstuvwxyz",
    "[0-9A-Z]": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "[A-Za-z]": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "[0-9A-Za-z]": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
}
_HEXADECIMAL = "x#"
"""Natural sets of characters, small ones first."""


def forms_of(texts: Mapping[str, int], k: int, room: int = 0) -> tuple[ValueCount, ...]:
    """Forms of a column's texts with their rows, frequent ones first.

    `texts`: different texts, or a sample of them, with how many rows have each. A form has at least k different ones;
    one that allows fewer than `room` times its rows is left out, as it might be guessed who has which.
    """
    by_shape = _grouped((masked(text), text) for text in texts)
    found = {shape: group for shape, group in by_shape.items() if len(group) >= k}
    is_split = len(found) > _SHAPES or sum(map(len, found.values())) < _COVERED * len(texts)
    if is_split and _are_codes(texts):
        by_outline = _grouped((_outline(text), text) for text in texts)
        found = {outline: group for outline, group in by_outline.items() if len(group) >= k}
    counted: Counter[str] = Counter()
    for part in (part for shape, group in found.items() for part in _by_words(shape, group, k)):
        rows = sum(texts[text] for text in part)
        form = _form(part, k)
        if Shape(form).capacity >= room * rows:
            counted[form] += rows
    ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:FORMS]
    return tuple(ValueCount(value=form, count=rows) for form, rows in ordered)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for key, text in pairs:
        groups[key].append(text)
    return groups


def _are_codes(texts: Collection[str]) -> bool:
    begin = len(commonprefix(list(texts)))  # noqa: RUF071 - texts, not paths
    coded = [
        any(map(str.isdigit, text))
        and any(map(str.isalpha, text))
        and not any(map(str.isspace, text[begin:]))
        for text in texts
    ]
    return bool(coded) and sum(coded) >= _CODED * len(coded)


def _by_words(shape: str, texts: Sequence[str], k: int) -> list[Sequence[str]]:
    """Texts apart by the few words that stand in one place of all of them, k texts with each: `PAY-99`, `OPS-99`."""
    for run in _LETTERS.finditer(shape):
        groups = _grouped((text[run.start() : run.end()], text) for text in texts)
        if 1 < len(groups) <= _WORDS and min(map(len, groups.values())) >= k:
            rest = shape[: run.start()] + "-" * len(run[0]) + shape[run.end() :]
            return [part for group in groups.values() for part in _by_words(rest, group, k)]
    return [texts]


def _outline(text: str) -> str:
    """A text with every letter and digit alike."""
    return "".join("x" if character.isalnum() else character for character in text)


def _form(texts: Sequence[str], k: int) -> str:
    """The shape of texts that are equally long."""
    places = [Counter(place) for place in zip(*texts, strict=True)]
    varying = {character for place in places if len(place) > 1 for character in place}
    # Where letters and digits fall in a hexadecimal text says nothing. In a code each has places of its own.
    is_mixed = any(_has_both(set(place)) for place in places)
    digits = next((each for each in _HEXADECIMAL if is_mixed and varying <= set(_ALPHABETS[each])), "")
    return "".join(_place(place, k, digits) for place in places)


def _has_both(characters: set[str]) -> bool:
    return any(map(str.isdigit, characters)) and any(map(str.isalpha, characters))


def _place(place: Counter[str], k: int, hexadecimal: str) -> str:
    characters = set(place)
    if len(characters) == 1:
        return escape_shape(characters.pop())
    alphabets = (name for name, alphabet in _ALPHABETS.items() if characters <= set(alphabet))
    natural = hexadecimal or next((name for name in alphabets if name not in _HEXADECIMAL), "")
    seen = place.total()
    most = _FEW["9" if natural == "9" else "x"] + _MORE * (seen >= _MANY)
    if natural == "9" and seen >= _MANY and characters == set(_ALPHABETS["9"]) - {"0"}:
        return "%"
    if len(characters) <= most and seen >= _SURE and min(place.values()) >= k:
        return f"[{_ranges(sorted(characters))}]"
    if natural:
        return natural
    # Letters beyond ASCII.
    masks = Counter(masked("".join(characters)))
    return masks.most_common(1)[0][0]


def _ranges(characters: Sequence[str]) -> str:
    """`01234AF` as `0-4AF`."""
    runs: list[list[str]] = []
    for character in characters:
        if runs and ord(character) == ord(runs[-1][-1]) + 1:
            runs[-1].append(character)
        else:
            runs.append([character])
    return "".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else "".join(run) for run in runs)
