"""The generator of one column that is neither key nor link, from its measured facts and its meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synth_core.model.profile import ColumnProfile, TableProfile
from synth_core.model.project import Column
from synth_core.model.types import TEMPORAL_KINDS, Field, Kind, Mode
from synth_core.recipe.functions import escape_shape
from synth_core.recipe.notation import percent

FEW = 50
"""Numbers and dates with at most so many different values are weighted choices, not quantiles."""
COVERED = 0.5
"""Texts whose frequent values cover this share of the rows are weighted choices."""

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
_TITLES = frozenset({"title", "product_name", "place_name", "category"})
_DEFAULTS: dict[Kind, Sequence[Any]] = {
    Kind.INT64: (0, 100),
    Kind.NUMERIC: (0, 100),
    Kind.BIGNUMERIC: (0, 100),
    Kind.FLOAT64: (0, 100),
    Kind.DATE: ("2024-01-01", "2024-12-31"),
    Kind.DATETIME: ("2024-01-01 00:00:00", "2024-12-31 23:59:59"),
    Kind.TIMESTAMP: ("2024-01-01 00:00:00+00:00", "2024-12-31 23:59:59+00:00"),
    Kind.TIME: ("00:00:00", "23:59:59"),
}


def column_generator(column: Column, facts: TableProfile) -> tuple[Any, str]:
    """(generator, why) of a column."""
    profile = facts.column(column.name) if (column.name,) in {each.path for each in facts.columns} else None
    if column.field.is_nested:
        made, why = nested_generator(column.field, facts, (column.name,), column.personal.value)
    else:
        made, why = scalar_generator(column.field, profile, column.meaning.value, column.personal.value)
    nulls = profile.nulls / profile.rows if profile and profile.rows else 0.0
    return with_nulls(made, nulls, column.mode.value), _sentence(column, why, nulls)


def with_nulls(generator: Any, nulls: float, mode: Mode) -> Any:
    """The generator with a share of nulls around it."""
    if mode is not Mode.NULLABLE or not nulls or generator is None:
        return generator
    if nulls >= 1.0:
        return None
    return {"Synth.nullable": {"nulls": percent(nulls), "value": generator}}


def nested_generator(
    field: Field, facts: TableProfile, path: tuple[str, ...], personal: bool
) -> tuple[Any, str]:
    """The generator of a STRUCT or ARRAY, field by field."""
    known = {each.path: each for each in facts.columns}
    if field.type.kind is Kind.STRUCT:
        inner = {}
        for each in field.type.fields:
            below = (*path, each.name)
            if each.is_nested:
                inner[each.name], _ = nested_generator(each, facts, below, personal)
            else:
                leaf = known.get(below)
                made, _ = scalar_generator(each, leaf, "unknown", personal)
                nulls = leaf.nulls / leaf.rows if leaf and leaf.rows else 0.0
                inner[each.name] = with_nulls(made, nulls, each.mode)
        element: Any = {"Synth.struct": inner}
    else:
        single = Field(name=field.name, type=field.type)
        element, _ = scalar_generator(single, known.get(path), "unknown", personal)
    if field.mode is Mode.REPEATED:
        profile = known.get(path)
        lengths = _lengths(profile) if profile else [0, 1]
        return {"Synth.array": {"length": lengths, "of": element}}, "a list made element by element"
    return element, "made field by field"


def scalar_generator(
    field: Field, profile: ColumnProfile | None, meaning: str, personal: bool
) -> tuple[Any, str]:
    """(generator, why) of a single value."""
    kind = field.type.kind
    if profile is not None and profile.rows and profile.nulls == profile.rows and field.mode is Mode.NULLABLE:
        return None, "always empty in the source"
    if kind is Kind.STRING:
        return _text(field, profile, meaning, personal)
    if kind is Kind.BOOL:
        weights = _weights(profile) if profile else {}
        return {"Synth.choice": weights or {"true": "50%", "false": "50%"}}, "as often as in the source"
    if kind is Kind.DATE and (meaning == "date_of_birth" or personal):
        return {"fake.date_of_birth": {"minimum_age": 18, "maximum_age": 85}}, "personal, so made up"
    if kind in _DEFAULTS:
        return _number_or_time(field, profile, personal)
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
        start, end = _DEFAULTS[field.type.element]
        return {
            "Synth.struct": {
                "start": {"Synth.quantiles": [start, start]},
                "end": {"Synth.quantiles": [end, end]},
            }
        }, "one fixed range; its ends are not taken from the source"
    return "0-0 0 0:0:0", "an empty interval; it is not taken from the source"


def _text(field: Field, profile: ColumnProfile | None, meaning: str, personal: bool) -> tuple[Any, str]:
    longest = field.type.max_length
    filled = profile.rows - profile.nulls if profile else 0
    shapes = _shapes(profile) if profile else {}
    if meaning == "date_of_birth":
        return {"fake.date_of_birth": {"minimum_age": 18, "maximum_age": 85}}, "personal, so made up"
    if profile and not personal and filled and profile.top_rows / filled >= COVERED:
        covered = profile.top_rows / filled
        return {"Synth.choice": _weights(profile)}, _covering(len(profile.top), covered)
    shaped = profile is not None and filled and sum(each.count for each in profile.shapes) / filled >= COVERED
    if meaning in _BY_SHAPE_FIRST and shaped:
        return {"Synth.pattern": {"shapes": shapes}}, "made from the source's shapes, no value is copied"
    if meaning == "uuid" and is_plain_uuid(profile):
        return {"Synth.uuid": {}}, "a new UUID"
    if meaning in FAKER and (longest is None or longest >= 30):
        return {"fake": FAKER[meaning]}, "made up" + (", personal" if personal else "")
    few_words = not profile or not profile.words_quantiles or profile.words_quantiles[-1] <= 2
    if shaped and few_words:
        return {"Synth.pattern": {"shapes": shapes}}, "made from the source's shapes, no value is copied"
    if profile is not None and profile.hexadecimal:
        weights = hexadecimal_shapes(profile)
        return {"Synth.pattern": {"shapes": weights}}, "random hexadecimal digits, as many as in the source"
    return _words(field, profile, meaning)


def _words(field: Field, profile: ColumnProfile | None, meaning: str) -> tuple[Any, str]:
    counts = list(profile.words_quantiles) if profile and profile.words_quantiles else [1, 2, 4]
    arguments: dict[str, Any] = {"count": [max(1, count) for count in counts]}
    lengths = profile.length_quantiles if profile else ()
    longest = min(
        [each for each in (lengths[-1] if lengths else None, field.type.max_length) if each], default=0
    )
    if longest:
        arguments["max_length"] = longest
    if meaning in _TITLES or (counts and counts[-1] <= 3):
        arguments["title"] = True
    return {"Synth.words": arguments}, "plain words, as many as in the source; no text is copied"


def _number_or_time(field: Field, profile: ColumnProfile | None, personal: bool) -> tuple[Any, str]:
    kind = field.type.kind
    filled = profile.rows - profile.nulls if profile else 0
    if (
        profile
        and not personal
        and profile.top
        and profile.distinct <= FEW
        and profile.top_rows >= 0.9 * filled
    ):
        covered = profile.top_rows / filled
        return {"Synth.choice": _weights(profile)}, _covering(len(profile.top), covered)
    if profile is None or not profile.quantiles or personal:
        if personal and profile and profile.shapes:
            return {"Synth.pattern": {"shapes": _shapes(profile)}}, "personal, so made from its shape only"
        values = list(_DEFAULTS[kind])
        why = "too few values in the source to take any from it"
        decimals = _decimals(field, profile)
        return {"Synth.quantiles": {"values": values, **decimals}}, why
    values = [_plain(kind, each) for each in profile.quantiles]
    more = _decimals(field, profile) if kind not in TEMPORAL_KINDS else _unit(kind, profile)
    return {"Synth.quantiles": {"values": values, **more}}, f"{len(values)} quantiles of the source"


def _covering(values: int, share: float) -> str:
    return (
        f"{values} values cover {percent(share)} of the rows"
        if values > 1
        else ("one value has all rows" if share == 1 else f"one value has {percent(share)} of the rows")
    )


def _plain(kind: Kind, text: str) -> Any:
    if kind in TEMPORAL_KINDS:
        return f"{text}+00:00" if kind is Kind.TIMESTAMP and "+" not in text and "Z" not in text else text
    number = float(text)
    return int(text) if kind is Kind.INT64 else int(number) if number.is_integer() else number


def _decimals(field: Field, profile: ColumnProfile | None) -> dict[str, int]:
    kind = field.type.kind
    if kind is Kind.INT64 or kind in TEMPORAL_KINDS:
        return {}
    if profile is not None and profile.integral:
        return {"decimals": 0}
    scale = field.type.scale if field.type.precision is not None else None
    measured = profile.decimals if profile is not None else None
    places = [each for each in (scale, measured) if each is not None]
    return {"decimals": min(places)} if places else ({} if kind is Kind.FLOAT64 else {"decimals": 2})


def _unit(kind: Kind, profile: ColumnProfile) -> dict[str, str]:
    return {} if kind is Kind.DATE or not profile.resolution else {"unit": profile.resolution}


def _weights(profile: ColumnProfile) -> dict[str, str]:
    total = sum(each.count for each in profile.top) or 1
    return {each.value: percent(each.count / total) for each in profile.top}


def _shapes(profile: ColumnProfile) -> dict[str, str]:
    total = sum(each.count for each in profile.shapes) or 1
    return {shape_text(each.value, profile.prefix): percent(each.count / total) for each in profile.shapes}


def shape_text(shape: str, prefix: str = "") -> str:
    """A measured shape (A, a, 9; everything else stands for itself) in the notation of `Synth.pattern`, with the
    prefix that all values share."""
    rest = shape[len(prefix) :]
    return escape_shape(prefix) + "".join("\\" + each if each in "#x\\" else each for each in rest)


def is_plain_uuid(profile: ColumnProfile | None) -> bool:
    """Written with dashes, as `Synth.uuid` does."""
    return profile is None or not profile.length_quantiles or set(profile.length_quantiles) == {36}


def hexadecimal_shapes(profile: ColumnProfile) -> dict[str, int]:
    """Shapes of hexadecimal texts by their lengths; how a letter or digit falls out says nothing there."""
    digit = "x" if profile.hexadecimal == "lower" else "#"
    lengths = profile.length_quantiles or (16,)
    return {digit * length: lengths.count(length) for length in sorted(set(lengths))}


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


def _sentence(column: Column, why: str, nulls: float) -> str:
    parts = [str(column.type.value) + (" REPEATED" if column.mode.value is Mode.REPEATED else "")]
    if column.mode.value is Mode.REQUIRED:
        parts[0] += " REQUIRED"
    if column.meaning.value != "unknown":
        parts.append(column.meaning.value.replace("_", " "))
    if column.personal.value:
        parts.append("personal")
    text = f"{', '.join(parts)}: {why}"
    return f"{text}; {percent(nulls)} null" if 0 < nulls < 1 else text
