"""What a model may answer. Each property says first whom it is about, then the evidence, then the verdict.

The classes that depend on what is asked (which columns, which candidates) are made for each call, so that every choice
is a real enum in the schema that the model gets. What comes back is validated by the same classes again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

_LONGEST = 400
"""Characters of a sentence of evidence that are kept."""
A = TypeVar("A", bound="Answer")


class Answer(BaseModel):
    """Strict about types; what was not asked for is left out."""

    model_config = ConfigDict(frozen=True, strict=False, extra="ignore")


class CaseAnswer(Answer):
    """One case of a question about files: `case` is its letter, `verdict` one of the words that were asked for."""

    case: str
    evidence: str
    verdict: str


class CasesAnswer(Answer):
    """All cases."""

    cases: tuple[CaseAnswer, ...]


class ColumnAnswer(Answer):
    """One column; `type` and `format` are used where measurement leaves the type open."""

    column: str
    evidence: str
    meaning: str
    personal: bool
    type: str
    format: str
    """strptime format of dates and times; empty for other types."""
    name: str
    """For a column that the file does not name: what it could be called; empty for others."""


class ColumnsAnswer(Answer):
    """All columns that were asked for."""

    columns: tuple[ColumnAnswer, ...]


class LinkAnswer(Answer):
    """What one column refers to: one of the candidates, or `none`."""

    column: str
    evidence: str
    refers_to: str


class LinksAnswer(Answer):
    """All columns that were asked for."""

    links: tuple[LinkAnswer, ...]


class FieldAnswer(Answer):
    """How one field of a recipe is made: YAML of its generator, empty to leave it as it is."""

    field: str
    evidence: str
    generator: str


class RecipeAnswer(Answer):
    """The fields that should be made in another way."""

    fields: tuple[FieldAnswer, ...]


class ExplanationAnswer(Answer):
    """A finding in plain words."""

    what: str
    why: str
    how: str


ANSWERS: dict[str, type[Answer]] = {
    each.__name__: each
    for each in (
        CasesAnswer,
        ColumnsAnswer,
        LinksAnswer,
        RecipeAnswer,
        ExplanationAnswer,
    )
}
"""By the name that a prompt file calls them."""


def cases_answer(cases: Sequence[str], verdicts: Sequence[str]) -> type[CasesAnswer]:
    """About these cases, in these words."""
    one = _narrowed(CaseAnswer, case=_choice(cases), verdict=_choice(verdicts))
    return _narrowed(CasesAnswer, cases=tuple[one, ...])  # type: ignore[valid-type]


def columns_answer(ids: Sequence[str], meanings: Sequence[str], types: Sequence[str]) -> type[ColumnsAnswer]:
    """About these columns, in these words."""
    one = _narrowed(ColumnAnswer, column=_choice(ids), meaning=_choice(meanings), type=_choice(types))
    return _narrowed(ColumnsAnswer, columns=tuple[one, ...])  # type: ignore[valid-type]


def links_answer(ids: Sequence[str], candidates: Sequence[str]) -> type[LinksAnswer]:
    """About these columns, among these candidates."""
    one = _narrowed(LinkAnswer, column=_choice(ids), refers_to=_choice([*candidates, NO_LINK]))
    return _narrowed(LinksAnswer, links=tuple[one, ...])  # type: ignore[valid-type]


def recipe_answer(ids: Sequence[str]) -> type[RecipeAnswer]:
    """About these fields."""
    one = _narrowed(FieldAnswer, field=_choice(ids))
    return _narrowed(RecipeAnswer, fields=tuple[one, ...])  # type: ignore[valid-type]


NO_LINK = "none"


def schema_of(answer: type[Answer]) -> dict[str, Any]:
    """As JSON schema, with all properties required, in their order."""
    schema = answer.model_json_schema()
    return {key: value for key, value in schema.items() if key != "description"}


def parse(answer: type[A], text: str) -> tuple[A | None, str]:
    """The answer, or what is wrong with it in words that a model can mend."""
    try:
        data = json.loads(_bare(text))
    except ValueError as error:
        return None, f"it is no JSON: {error}"
    except RecursionError:
        return None, "it is no such JSON: it is nested too deeply"
    try:
        return answer.model_validate(data), ""
    except ValidationError as error:
        wrong = [
            f"{'.'.join(map(str, each['loc'])) or 'the answer'}: {each['msg']}"
            for each in error.errors(include_url=False, include_input=False)
        ]
        return None, "; ".join(wrong[:10])


def evidence(text: str) -> str:
    """A sentence of a model as it may be kept: one line, not endless, nothing that commands a terminal."""
    line = plain(text)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def plain(text: str) -> str:
    """What a model says as one line of printable characters."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _bare(text: str) -> str:
    """Without the fence that some models put around JSON."""
    found = re.fullmatch(r"\s*```(?:json)?\s*(.*?)\s*```\s*", text, re.DOTALL)
    return found[1] if found else text


def _choice(values: Sequence[str]) -> Any:
    return Literal[tuple(dict.fromkeys(values))]


def _narrowed(base: type[A], **fields: Any) -> type[A]:
    given: dict[str, Any] = {name: (kind, Field()) for name, kind in fields.items()}
    return create_model(base.__name__, __base__=base, **given)
