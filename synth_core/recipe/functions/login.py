"""User names and e-mail addresses that are made of the names in their row."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import Field, field_validator, model_validator

from synth_core.model.types import Kind
from synth_core.recipe.draws import key_of
from synth_core.recipe.functions.base import Function, Maker, Place, Row, as_text, listed, typed, weight
from synth_core.recipe.functions.roles import OwnColumn
from synth_core.recipe.functions.shapes import Shape

Joining = Literal["joined", "hyphens", "first"]
_ROLES = ("first", "last", "user")
_PART = re.compile(r"\{(\w+)(?::([1-9]\d?))?\}")
_APART = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ł": "l", "Ł": "L", "đ": "d"})
_TWO_LETTERS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ø": "oe",
        "Ø": "Oe",
        "å": "aa",
        "Å": "Aa",
    }
)
_TITLE = re.compile(r"\S*\.\S*|PhD|[A-Z]{2,4}|V")
"""A title is abbreviated, or in capitals."""


class Part(NamedTuple):
    """A piece of a name in a form."""

    role: str
    """`first`, `last` or `user`."""
    case: str
    """`lower`, `upper`, or empty: as the name is written."""
    length: int | None
    """So many letters from its beginning; None: all."""

    def of(self, name: str) -> str:
        """The piece."""
        piece = name[: self.length]
        return piece.lower() if self.case == "lower" else piece.upper() if self.case == "upper" else piece

    def __str__(self) -> str:
        role = {"lower": self.role, "upper": self.role.upper()}.get(self.case, self.role.capitalize())
        return f"{{{role}:{self.length}}}" if self.length else f"{{{role}}}"


def parse_form(form: str) -> list[Part | Shape]:
    """`{first:1}.{last}99` as its pieces, in order. ValueError for one that is none."""
    pieces: list[Part | Shape] = []
    at = 0
    for found in _PART.finditer(form):
        role = found[1].lower()
        written = {role: "lower", role.upper(): "upper", role.capitalize(): ""}
        if role not in _ROLES or found[1] not in written:
            raise ValueError(
                f"{form!r}: {found[0]} is none of {{first}}, {{First}}, {{FIRST}}, and so on of last and user"
            )
        if found.start() > at:
            pieces.append(Shape(form[at : found.start()]))
        pieces.append(Part(role, written[found[1]], int(found[2]) if found[2] else None))
        at = found.end()
    if at == 0 or "{" in form[at:]:
        raise ValueError(f"{form!r} has no part such as {{first}}, {{last:1}} or {{user}}")
    if at < len(form):
        pieces.append(Shape(form[at:]))
    return pieces


def spelled(name: str, *, two_letters: bool, words: Joining) -> str:
    """A name as it stands in addresses: letters of ASCII and digits, in the name's own case."""
    text = name.translate(_TWO_LETTERS) if two_letters else name
    text = unicodedata.normalize("NFKD", text.translate(_APART))
    if words == "first":
        text = re.split(r"[\s-]+", text.strip())[0]
    kept = "-" if words == "hyphens" else ""
    return "".join(each for each in text if (each.isascii() and each.isalnum()) or each == kept).strip("-")


def given_and_family(name: str) -> tuple[str, str]:
    """The given name and the family name in a full name: `Dr. Ann M. Lee`, `Lee, Ann`. Empty where there is none."""
    family, comma, given = name.partition(",")
    if comma:
        return (given.split() or [""])[0], family.strip()
    words = name.split()
    if not name.isupper():
        words = [word for word in words if not _TITLE.fullmatch(word)]
    return (words[0], words[-1]) if len(words) > 1 else ("", "".join(words))


class Login(Function):
    """A user name, or with `at` an e-mail address, made of the names in its row: `a.lee@example.com`.

    In a form `{first}` is the first name in small letters, `{First}` as it is written, `{FIRST}` in capitals,
    `{first:1}` its first letter; `{last}` and `{user}` likewise. What stands around them is a shape as in
    `Synth.pattern`. Where a name of the form is null it makes null.
    """

    name: ClassVar[str] = "login"
    group: ClassVar[str] = "texts"
    fills: ClassVar[frozenset[Kind]] = frozenset({Kind.STRING})
    generators: ClassVar[tuple[str, ...]] = ("at",)
    example: ClassVar[str] = (
        'Synth.login: {forms: {"{first:1}.{last}": 90%, "{last}99": 10%}, person: buyer, at: {fake: SafeDomainName}}'
    )

    forms: dict[str, float] = Field(
        min_length=1, description="form: weight, or one form", json_schema_extra=typed("weights")
    )
    first: OwnColumn = Field(default="", description="the column of the first name")
    last: OwnColumn = Field(default="", description="the column of the last name")
    person: OwnColumn = Field(default="", description="the column of both in one, in place of these")
    user: OwnColumn = Field(default="", description="the column of the user name")
    at: Any = Field(
        default=None,
        description="the generator of what stands behind an @",
        json_schema_extra=typed("generator"),
    )
    two_letters: bool = Field(
        default=False, description="ä as ae, ö as oe, ü as ue, å as aa", json_schema_extra=typed("flag")
    )
    words: Joining = Field(
        default="joined",
        description="a name of several words: all letters of them, with the hyphens between them, or the first one",
        json_schema_extra=typed("text"),
    )

    @field_validator("forms", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {str(form): weight(each) for form, each in value.items()}
        return {str(form): 1.0 for form in listed(value)}

    @model_validator(mode="after")
    def _whole(self) -> Login:
        if not sum(self.forms.values()):
            raise ValueError("the weights add up to 0")
        if self.person and (self.first or self.last):
            raise ValueError("`person` stands in place of `first` and `last`")
        for form in self.forms:
            for part in parse_form(form):
                if isinstance(part, Part) and not self._column(part.role):
                    raise ValueError(f"{form!r} needs the column of {{{part.role}}}: `{part.role}: NAME`")
        return self

    @property
    def columns(self) -> dict[str, str]:
        """The columns that it takes names from, by argument."""
        named = {"first": self.first, "last": self.last, "person": self.person, "user": self.user}
        return {argument: column for argument, column in named.items() if column}

    def _column(self, role: str) -> str:
        own = {"first": self.first, "last": self.last, "user": self.user}[role]
        return own or (self.person if role != "user" else "")

    def bind(self, place: Place) -> Maker:
        forms = [parse_form(form) for form in self.forms]
        sums, last = list(accumulate(self.forms.values())), len(forms) - 1
        which, seed, name = place.stream(), place.world.seed, place.name
        at = place.world.maker(self.at, place.below("at")) if self.at is not None else None

        def make(row: Row) -> str | None:
            form = forms[min(bisect_right(sums, which(row.number) * sums[-1]), last)]
            login = self._written(form, row, key_of(seed, name, "fill", row.number))
            return f"{login}@{at(row)}" if login is not None and at else login

        return make

    def _written(self, form: Sequence[Part | Shape], row: Row, number: int) -> str | None:
        text = ""
        for piece in form:
            if isinstance(piece, Shape):
                number, own = divmod(number, piece.capacity)
                text += piece.text(own)
                continue
            known = row.get(self._column(piece.role))
            whole = self._name(piece.role, as_text(known)) if known is not None else ""
            if not whole:
                return None
            text += piece.of(whole)
        return text

    def _name(self, role: str, text: str) -> str:
        if role == "user":
            return text
        if self.person:
            text = given_and_family(text)[role == "last"]
        return spelled(text, two_letters=self.two_letters, words=self.words)
