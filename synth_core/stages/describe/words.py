"""Truth values, JSON, places in WKT and base64: types that a sample gives away by its form."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections import Counter

from synth_core.files.truths import TRUTH_WORDS
from synth_core.model.types import Kind
from synth_core.stages.describe.candidates import Candidate
from synth_core.stages.describe.sample import LONGEST
from synth_core.stages.describe.tokens import words_of

_ASKING = frozenset(
    {
        *("is", "has", "was", "can", "should", "flag", "bool", "boolean", "yn"),
        *("active", "inactive", "enabled", "disabled", "deleted", "archived", "valid", "visible", "verified"),
        *("approved", "confirmed", "published", "locked", "required", "optional"),
    }
)
"""Words of names that ask a question to which the answer is yes or no."""

_TINY = r"\d(?:\.\d*)?[eE]-\d+"
_LONGITUDE = rf"[+-]?(?:180(?:\.0*)?|(?:1[0-7]\d|\d{{1,2}})(?:\.\d*)?|{_TINY})"
_LATITUDE = rf"[+-]?(?:90(?:\.0*)?|[0-8]?\d(?:\.\d*)?|{_TINY})"
_PAIRS = rf"{_LONGITUDE} +{_LATITUDE}(?: *, *{_LONGITUDE} +{_LATITUDE})*"
_SHAPE = (
    rf"(?i:POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON) *"
    rf"(?:\({_PAIRS}\)|\([( ]*{_PAIRS}(?:[ )]*, *[( ]*{_PAIRS})*[) ]*\)|(?i:EMPTY))"
)
_WKT = rf"(?:{_SHAPE}|(?i:GEOMETRYCOLLECTION) *(?:\({_SHAPE}(?: *, *{_SHAPE})*\)|(?i:EMPTY)))"
_UNSURE = 0.8
_LOOKED_AT = 300
"""Different values that a form is judged by, the most frequent ones."""
_BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)"
_ENOUGH_BASE64 = 60
"""Characters of a column that base64 is judged by, at least."""


def truth_candidates(values: Counter[str], name: str) -> list[Candidate]:
    """BOOL, where the words are two that answer a question; `0` and `1` stay numbers. `name` is the column's, empty
    where it is to say nothing."""
    if next(iter(values), "").lower() not in _TRUTHS:
        return []
    found = {text.lower() for text in values}
    name_words = words_of(name)
    asks = any(word in _ASKING or word.endswith("bool") for word in name_words[:1] + name_words[-1:])
    for true, false in TRUTH_WORDS:
        if not found or not found <= {true, false}:
            continue
        # A single letter alone may stand for much else.
        if len(found) == 1 and len(true) <= 2 and not asks:
            continue
        written = [_as_written(word, values, like) for word, like in ((true, false), (false, true))]
        text_format = "|".join(written)
        plain = "" if text_format == "true|false" else text_format
        # One word alone may be the only one of many that has come so far.
        sure = 1.0 if len(found) == 2 or true == "true" or asks else _UNSURE
        return [
            Candidate(Kind.BOOL, plain, f"(?i:{true}|{false})", f"{written[0]} or {written[1]}", sure=sure)
        ]
    return []


def _as_written(word: str, values: Counter[str], like: str) -> str:
    """The word in its most frequent case; if it never occurs, in the case of its opposite."""
    cases: Counter[str] = Counter({text: count for text, count in values.items() if text.lower() == word})
    if cases:
        return cases.most_common(1)[0][0]
    other = next(text for text in values if text.lower() == like)
    if other.isupper():
        return word.upper()
    return word.capitalize() if other[0].isupper() else word


_TRUTHS = frozenset(word for pair in TRUTH_WORDS for word in pair)


def form_candidates(values: Counter[str]) -> list[Candidate]:
    """JSON, GEOGRAPHY or BYTES, where every sampled value has that form."""
    if len(values) <= _LOOKED_AT and not _may_have_form(next(iter(values), "")):
        return []
    texts = [text for text, _ in values.most_common(_LOOKED_AT) if len(text) < LONGEST]
    if texts and all(text[:1] in ("{", "[") and _is_json(text) for text in texts):
        is_geo = all(_is_geojson(text) for text in texts)
        words = "JSON objects or arrays" + (
            ", each a place in GeoJSON, which GEOGRAPHY takes, too" if is_geo else ""
        )
        return [Candidate(Kind.JSON, "", r"(?s:[\[{].*[\]}])", words, sure=_UNSURE if is_geo else 1.0)]
    if texts and all(re.fullmatch(_WKT, text) for text in texts):
        return [Candidate(Kind.GEOGRAPHY, "", _WKT, "places in WKT, in degrees")]
    if texts and all(_is_base64(text) for text in texts) and _looks_random(texts):
        return [Candidate(Kind.BYTES, "base64", _BASE64, "base64")]
    return []


def _may_have_form(text: str) -> bool:
    return (
        len(text) >= LONGEST
        or text[:1] in ("{", "[")
        or re.fullmatch(_BASE64, text) is not None
        or re.fullmatch(_WKT, text) is not None
    )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _is_geojson(text: str) -> bool:
    value = json.loads(text)
    return isinstance(value, dict) and value.keys() == {"type", "coordinates"}


def _is_base64(text: str) -> bool:
    if not re.fullmatch(_BASE64, text):
        return False
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode() == text
    except binascii.Error:
        return False


def _looks_random(texts: list[str]) -> bool:
    """Small and capital letters and digits as bytes in base64 have them, whatever the bytes are, which neither words
    nor paths do; and here and there a character that no code has."""
    pool = "".join(texts)
    if len(texts) < 3 or len(pool) < _ENOUGH_BASE64:
        return False
    shares = [len(re.findall(group, pool)) / len(pool) for group in ("[a-z]", "[A-Z]", "[0-9]")]
    marked = sum(bool(re.search("[+=]|.[/]", text)) for text in texts)
    return min(shares[:2]) >= 0.2 and 0.04 <= shares[2] <= 0.4 and marked >= 0.2 * len(texts)
