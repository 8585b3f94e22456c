"""The generator of one column that is neither key nor link, from its measured facts and its meaning."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, cast

from synth_core.model.profile import ColumnProfile, NullsProfile, TableProfile
from synth_core.model.project import Column, Link
from synth_core.model.types import Field, Kind, Mode
from synth_core.recipe.functions import Shape
from synth_core.recipe.notation import percent
from synth_core.stages.draft.cards import CARDS, card_numbers
from synth_core.stages.draft.choices import NOTHING_TAKEN, frequent, pattern, with_frequent
from synth_core.stages.draft.dates import BIRTH, DAYS, OLDEST, YOUNGEST, leaf_meaning
from synth_core.stages.draft.each_once import each_once
from synth_core.stages.draft.names import CODE, STATE_CODE, region_meaning, written_like
from synth_core.stages.draft.numbers import DEFAULTS, number_or_time
from synth_core.stages.draft.shapes import TITLES, WORDS, is_plain_uuid, part_written, shape_weights
from synth_core.stages.profile.locales import DEFAULT_LOCALE
from synth_core.stages.profile.told import is_told_by_values

CLOSE = 0.005
"""Shares of filled rows that differ by no more are the same."""
_COVERED = 0.5
"""Texts whose shapes cover this share of the rows are made from them."""
_SOME = 0.05
"""Frequent values that cover this share of the rows come among what is made."""
_MOST = 0.5
"""Of the rows whose shape is known, more than this part says how texts are written."""

_WORDLESS = r"[^Aa]*9[^Aa]*(A{1,3})?"
"""The shape of digits in groups, perhaps with a unit behind."""

FAKER = {
    "first_name": "FirstName",
    "last_name": "LastName",
    "person_name": "Name",
    "email": "Email",
    "username": "UserName",
    "street_address": "StreetAddress",
    "full_address": "Address",
    "city": "City",
    "region": "State",
    STATE_CODE: "StateAbbr",
    "country": "Country",
    "country_code": "CountryCode",
    "company_name": "Company",
    "organization_name": "Company",
    "artist_or_org_name": "Company",
    "job_title": "Job",
    "ip_address": "Ipv4",
    "url": "Url",
    "credit_card": "CreditCardNumber",
    "iban": "Iban",
    "color": "ColorName",
    "timezone": "Timezone",
    "salutation": "Prefix",
    "postal_code": "Postalcode",
    "phone": "PhoneNumber",
    "national_id": "Ssn",
    "password_hash": "Sha256",
    "language": "LanguageName",
    "currency_code": "CurrencyCode",
}
_BY_SHAPE_FIRST = frozenset({"phone", "postal_code", "national_id", "credit_card", "iban", "password_hash"})
"""Meanings whose look differs from place to place: the source's own shapes beat a provider."""
_BIRTHDAY = {"fake.date_of_birth": {"minimum_age": YOUNGEST, "maximum_age": OLDEST}}
_MADE_UP = "made up"
NONE: Mapping[tuple[str, ...], Link] = MappingProxyType({})
_WORDED = "made of plain words and digits around what many rows of the source share"
_SHAPED = "made from the source's shapes, no value is copied"


Referred = Mapping[tuple[str, ...], Link]
"""By path: the link that a field inside of a nested column keeps."""


def column_generator(
    column: Column,
    facts: TableProfile,
    links: Referred = NONE,
    locale: str = DEFAULT_LOCALE,
    days: tuple[str, str] | None = None,
) -> tuple[Any, str]:
    """(generator, why) of a column; `links` are those from inside of the table's nested columns, `locale` is the
    recipe's, and `days` are the first and last one that are known of other columns."""
    profile = facts.column(column.name) if (column.name,) in {each.path for each in facts.columns} else None
    if column.field.is_nested:
        made, why = nested_generator(column.field, facts, (column.name,), column.personal.value, links)
    else:
        meaning = column.meaning.value
        if meaning == "region" and locale == DEFAULT_LOCALE and profile is not None:
            meaning = region_meaning(profile)
        made, why = scalar_generator(column.field, profile, meaning, column.personal.value, days)
        if (once := each_once(column.field.type, profile, made)) is not None:
            made, why = once, f"{why}; each once, as in the source"
    nulls = profile.nulls / profile.rows if profile and profile.rows else 0.0
    return with_nulls(made, nulls, column.mode.value), sentence(column, why, nulls)


def with_nulls(generator: Any, nulls: float, mode: Mode) -> Any:
    """The generator with a share of nulls around it."""
    if mode is not Mode.NULLABLE or not nulls or generator is None:
        return generator
    if nulls >= 1.0:
        return None
    return {"Synth.nullable": {"nulls": percent(nulls), "value": generator}}


def nullable(generator: Any) -> Mapping[str, Any] | None:
    """The arguments of the `Synth.nullable` that stands outermost; None where there is none."""
    if isinstance(generator, Mapping) and set(generator) == {"Synth.nullable"}:
        return cast(Mapping[str, Any], generator["Synth.nullable"])
    return None


def filled(generator: Any) -> Any:
    """Without the nulls around it."""
    arguments = nullable(generator)
    return generator if arguments is None else arguments["value"]


def nested_generator(
    field: Field, facts: TableProfile, path: tuple[str, ...], personal: bool, links: Referred
) -> tuple[Any, str]:
    """The generator of a STRUCT or ARRAY, field by field."""
    known = {each.path: each for each in facts.columns}
    if field.type.kind is Kind.STRUCT:
        inner = {}
        for each in field.type.fields:
            below = (*path, each.name)
            if each.is_nested:
                inner[each.name], _ = nested_generator(each, facts, below, personal, links)
            else:
                meaning = leaf_meaning(each.name, each.type.kind)
                made = _key_of(links, below) or scalar_generator(each, known.get(below), meaning, personal)[0]
                inner[each.name] = made
            leaf = known.get(below)
            nulls = leaf.nulls / leaf.rows if leaf and leaf.rows and each.mode is not Mode.REPEATED else 0.0
            inner[each.name] = _nulls_by(with_nulls(inner[each.name], nulls, each.mode), facts, below)
        element: Any = {"Synth.struct": inner}
    else:
        single = Field(name=field.name, type=field.type)
        element = _key_of(links, path) or scalar_generator(single, known.get(path), "unknown", personal)[0]
    why = _because(links, path)
    if field.mode is Mode.REPEATED:
        profile = known.get(path)
        lengths = _lengths(profile) if profile else [0, 1]
        return {"Synth.array": {"length": lengths, "of": element}}, f"a list made element by element{why}"
    return element, f"made field by field{why}"


def _nulls_by(generator: Any, facts: TableProfile, path: tuple[str, ...]) -> Any:
    """A field's nulls by the value of a field that stands above it, where it is known to say them."""
    found = next((each for each in facts.nulls if each.path == path), None)
    arguments = nullable(generator)
    if found is None or arguments is None:
        return generator
    return {"Synth.nullable": {**arguments, **nulls_of(found, {share.value for share in found.shares})}}


def nulls_of(found: NullsProfile, values: Collection[str]) -> dict[str, Any]:
    """The arguments of a `Synth.nullable` that goes by these values of another column."""
    shares = {each.value: each.nulls / each.rows for each in found.shares if each.value in values}
    return {"by": found.by[-1], "nulls_of": {value: percent(share) for value, share in shares.items()}}


def _key_of(links: Referred, path: tuple[str, ...]) -> dict[str, Any] | None:
    link = links.get(path)
    return {"Synth.key_of": {"table": link.ref_table, "column": link.ref_columns[0]}} if link else None


def _because(links: Referred, path: tuple[str, ...]) -> str:
    """Which fields refer to what."""
    told = [
        f"; {'.'.join(place)} refers to {link.ref_table} ({link.accepted.origin.value} "
        f"{percent(round(link.accepted.confidence, 2))})"
        for place, link in links.items()
        if place[: len(path)] == path
    ]
    return "".join(told)


def scalar_generator(
    field: Field,
    profile: ColumnProfile | None,
    meaning: str,
    personal: bool,
    days: tuple[str, str] | None = None,
) -> tuple[Any, str]:
    """(generator, why) of a single value."""
    kind = field.type.kind
    if profile is not None and profile.rows and profile.nulls == profile.rows and field.mode is Mode.NULLABLE:
        return None, "always empty in the source"
    if kind is Kind.STRING:
        if profile and profile.top and _SOME <= profile.top_rows / (profile.rows - profile.nulls) < _MOST:
            return with_frequent(profile, *_text(field, _without_frequent(profile), meaning))
        return _text(field, profile, meaning)
    if kind is Kind.BOOL:
        if profile is None or not profile.top:
            return {"Synth.choice": {"true": "50%", "false": "50%"}}, NOTHING_TAKEN[personal]
        return frequent(profile)[0], "as often as in the source"
    if meaning == BIRTH and kind in DAYS and not (profile and (profile.quantiles or profile.years)):
        return _BIRTHDAY, _MADE_UP
    if kind in DEFAULTS:
        return number_or_time(field, profile, meaning, personal, days)
    if kind is Kind.BYTES:
        lengths = list(profile.length_quantiles) if profile and profile.length_quantiles else [16]
        return {"Synth.bytes": {"length": lengths}}, "random bytes, as long as in the source"
    if kind is Kind.GEOGRAPHY:
        return {"Synth.point": {"latitude": [-60, 75], "longitude": [-180, 180]}}, "a random place"
    if kind is Kind.JSON:
        inner = {"Synth.struct": {"note": {"Synth.words": {"count": [1, 4]}}}}
        return {
            "Synth.json": {"value": inner}
        }, "a small JSON object; its content is not taken from the source"
    if kind is Kind.RANGE and field.type.element is not None:
        start, end = DEFAULTS[field.type.element]
        return {
            "Synth.struct": {
                "start": {"Synth.quantiles": [start, start]},
                "end": {"Synth.quantiles": [end, end]},
            }
        }, "one fixed range; its ends are not taken from the source"
    return "0-0 0 0:0:0", "an empty interval; it is not taken from the source"


def _without_frequent(profile: ColumnProfile) -> ColumnProfile:
    """The other texts, as far as they are told apart: without forms that are frequent values."""
    values = {each.value for each in profile.top}
    forms = tuple(form for form in profile.forms if Shape(form.value).longest not in values)
    return profile.model_copy(update={"top": (), "top_rows": 0, "forms": forms})


def _text(field: Field, profile: ColumnProfile | None, meaning: str) -> tuple[Any, str]:
    longest = field.type.max_length
    filled = profile.rows - profile.nulls if profile else 0
    if meaning == BIRTH:
        return _BIRTHDAY, _MADE_UP
    if profile and is_told_by_values(profile):
        return frequent(profile)
    covered = sum(shape_weights(field.type, profile).values()) / filled if profile and filled else 0.0
    shaped = profile if covered >= _COVERED else None
    if meaning == "credit_card" and shaped and (cards := card_numbers(shaped.shapes)):
        return cards, CARDS
    if meaning in _BY_SHAPE_FIRST and shaped:
        return pattern(shape_weights(field.type, shaped)), _SHAPED
    if meaning == "uuid" and is_plain_uuid(profile):
        return {"Synth.uuid": {}}, "a new UUID"
    is_worded = profile is not None and any("~" in each.value for each in profile.forms)
    if meaning == "url" and shaped:
        return pattern(shape_weights(field.type, shaped)), _WORDED if is_worded else _SHAPED
    if meaning == "region" and shaped and part_written(shaped.shapes, CODE) > _MOST:
        return pattern(shape_weights(field.type, shaped)), _SHAPED
    if meaning in FAKER and (longest is None or longest >= 30):
        return written_like(profile, meaning, FAKER[meaning]), _MADE_UP
    few_words = not profile or not profile.words_quantiles or profile.words_quantiles[-1] <= 2
    # Letters drawn in the shape of words would be no words; blanks between digits make none: 49 000 €.
    few_words = few_words or part_written(profile.shapes if profile else (), _WORDLESS) > _MOST
    if shaped and few_words and part_written(shaped.shapes, WORDS) <= _MOST:
        return pattern(shape_weights(field.type, shaped)), _SHAPED
    if shaped and is_worded:
        return pattern(shape_weights(field.type, shaped)), _WORDED
    return _words(field, profile, meaning)


def _words(field: Field, profile: ColumnProfile | None, meaning: str) -> tuple[Any, str]:
    shapes = profile.shapes if profile else ()
    counts = list(profile.words_quantiles) if profile and profile.words_quantiles else [1, 2, 4]
    arguments: dict[str, Any] = {"count": [max(1, count) for count in counts]}
    lengths = profile.length_quantiles if profile else ()
    longest = min(
        [each for each in (lengths[-1] if lengths else None, field.type.max_length) if each], default=0
    )
    if longest:
        arguments["max_length"] = longest
    if part_written(shapes, "AA.*") > _MOST:
        arguments["upper"] = True
    elif part_written(shapes, "a.*") <= _MOST and (meaning in TITLES or (counts and counts[-1] <= 3)):
        arguments["title"] = True
    if profile and profile.sentence_words and "title" not in arguments:
        arguments["sentence"] = profile.sentence_words
    if profile and profile.language:
        arguments["language"] = profile.language
    return {"Synth.words": arguments}, "plain words, as many as in the source; no text is copied"


def _lengths(profile: ColumnProfile) -> list[int]:
    """Array lengths as evenly spaced quantiles."""
    counts = sorted((int(each.value), each.count) for each in profile.array_lengths)
    total = sum(count for _, count in counts)
    if not total:
        return [0, 1]
    lengths, running, position = [], 0, 0
    for step in range(17):
        wanted = step * (total - 1) / 16
        while running + counts[position][1] <= wanted:
            running += counts[position][1]
            position += 1
        lengths.append(counts[position][0])
    return lengths


def sentence(column: Column, why: str, nulls: float) -> str:
    """The comment above a column: what it is, and why it is made so."""
    parts = [str(column.type.value) + (" REPEATED" if column.mode.value is Mode.REPEATED else "")]
    if column.mode.value is Mode.REQUIRED:
        parts[0] += " REQUIRED"
    if column.meaning.value != "unknown":
        parts.append(column.meaning.value.replace("_", " "))
    if column.personal.value:
        parts.append("personal")
    text = f"{', '.join(parts)}: {why}"
    return f"{text}; {percent(nulls)} null" if 0 < nulls < 1 else text
