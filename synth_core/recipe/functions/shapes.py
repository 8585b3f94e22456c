"""Texts with places to fill, in the notation of `Synth.pattern`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from synth_core.model.words import WORDS

_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CLASSES: Mapping[str, Sequence[str]] = {
    "A": _UPPER,
    "a": _UPPER.lower(),
    "9": "0123456789",
    "%": "123456789",
    "#": "0123456789ABCDEF",
    "x": "0123456789abcdef",
    "~": WORDS,
    "^": [word.capitalize() for word in WORDS],
}
_SET = 200
"""Characters of a set; a range of more is hardly meant."""


class Shape:
    """A text with places to fill: `A`, `a`: letter, `9`: digit, `%`: 1 to 9 (as in Faker's `numerify`), `#`, `x`: hex
    digit, `~`: plain word, `^`: one with a capital, `[0-9A-F]`: one of these; `\\` keeps the next. ValueError where a
    set is not whole."""

    def __init__(self, text: str) -> None:
        self._parts: list[str] = []
        self._alphabets: list[Sequence[str]] = []
        kept = ""
        for written, alphabet in places_of(text):
            if alphabet:
                self._parts.append(kept)
                self._alphabets.append(alphabet)
                kept = ""
            else:
                kept += written[-1]
        self._tail = kept
        self._places = [_by_letter(tuple(alphabet or written[-1])) for written, alphabet in places_of(text)]
        self.capacity = 1
        for alphabet in self._alphabets:
            self.capacity *= len(alphabet)

    @property
    def fixed(self) -> list[str]:
        """The pieces of text that stand before, between and behind the places."""
        return [*self._parts, self._tail]

    @property
    def longest(self) -> str:
        """One of its longest texts."""
        drawn = [max(alphabet, key=len) for alphabet in self._alphabets]
        return "".join(part + each for part, each in zip(self._parts, drawn, strict=True)) + self._tail

    def meets(self, other: Shape) -> bool:
        """Some text is of both shapes."""
        sides = (self._places, other._places)
        # How far each side is, and what the first or the second has already put down beyond the other.
        todo, seen = [(0, 0, "", True)], set[tuple[int, int, str, bool]]()
        while todo:
            state = mine, theirs, ahead, is_first = todo.pop()
            if state in seen:
                continue
            seen.add(state)
            behind, at = (1, theirs) if is_first else (0, mine)
            if at == len(sides[behind]):
                if not ahead and (mine, theirs) == (len(sides[0]), len(sides[1])):
                    return True
                continue
            moved = (mine, theirs + 1) if is_first else (mine + 1, theirs)
            place = sides[behind][at]
            pieces = place.get(ahead[0], ()) if ahead else chain(*place.values())
            for piece in pieces:
                if ahead.startswith(piece):
                    todo.append((*moved, ahead[len(piece) :], is_first))
                elif piece.startswith(ahead):
                    todo.append((*moved, piece[len(ahead) :], not is_first))
        return False

    def text(self, number: int) -> str:
        """The text of this number, from 0 to capacity - 1; different numbers give different texts."""
        digits = []
        for alphabet in reversed(self._alphabets):
            number, digit = divmod(number, len(alphabet))
            digits.append(alphabet[digit])
        pieces = [part + digit for part, digit in zip(self._parts, reversed(digits), strict=True)]
        return "".join(pieces) + self._tail


@lru_cache(maxsize=256)
def _by_letter(pieces: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    """What may stand in a place by its first letter."""
    found: dict[str, list[str]] = {}
    for piece in pieces:
        found.setdefault(piece[0], []).append(piece)
    return found


def places_of(shape: str) -> Iterator[tuple[str, Sequence[str]]]:
    """What stands in a shape, character by character: as it is written, and what may stand in its place. Nothing for
    one that is kept, which is the last character written."""
    at = 0
    while at < len(shape):
        written, alphabet = shape[at], _CLASSES.get(shape[at], "")
        if written == "[":
            written, alphabet = _set(shape, at)
        elif written == "\\":
            written = shape[at : at + 2]
        yield written, alphabet
        at += len(written)


def _set(shape: str, start: int) -> tuple[str, str]:
    """A set as it is written, with its brackets, and its characters in order."""
    found: list[str] = []
    at, is_range = start + 1, False
    while at < len(shape) and shape[at] != "]":
        behind = shape[at + 1 : at + 2]
        if shape[at] == "-" and found and not is_range and behind not in ("", "]"):
            is_range, at = True, at + 1
            continue
        at += shape[at] == "\\" and behind != ""
        if is_range and shape[at] < found[-1]:
            raise ValueError(f"{shape!r}: {found[-1]}-{shape[at]} runs backwards")
        last = ord(shape[at])
        first = ord(found[-1]) + 1 if is_range else last
        found += map(chr, range(first, min(last, first + _SET) + 1))
        is_range, at = False, at + 1
        if len(found) > _SET:
            raise ValueError(f"{shape!r}: a set holds {_SET} characters at most")
    if at >= len(shape) or not found:
        raise ValueError(f"{shape!r}: [ begins a set such as [0-5]; write \\[ for the character itself")
    return shape[start : at + 1], "".join(dict.fromkeys(found))


def escape_shape(text: str, *, but: str = "") -> str:
    """A text as a shape in which every character stands for itself, `but` these."""
    return "".join(
        "\\" + character if character in {*_CLASSES, "\\", "["} - {*but} else character for character in text
    )
