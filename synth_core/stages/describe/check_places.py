"""Checks of addresses and their parts."""

from __future__ import annotations

import re

from synth_core.stages.describe import gazetteers as known
from synth_core.stages.describe.facts import Check, Facts, Test, among, share
from synth_core.stages.describe.lexicon import COMPASS, STREET, STREET_END


def _is_street(text: str) -> bool:
    """A number and a name, or a word for a street and a name."""
    if len(text) > 120 or not re.search(r"[^\W\d_]{2}", text):
        return False
    begins = re.match(r"#?\d{1,6}(?:[-/]\d{1,5})?[a-zA-Z]?,? +\S*[^\W\d_]{2}", text) is not None
    ends = (
        re.search(r"[^\W\d_]{3}\S*[ ,]+(?:n[o°º]\.? ?)?\d{1,5} ?[a-zA-Z]?(?:[-/ ]\d{1,4})?$", text)
        is not None
    )
    word = STREET.search(text) is not None
    return (begins and " " in text) or (word and (ends or len(text.split()) >= 2))


MEASURED = re.compile(
    r"\b\d+(?:[.,]\d+)? ?(?:h|hr|hrs|min|mn|sec|m|km|cm|mm|kg|g|mg|l|ml|x|%)\b", re.IGNORECASE
)
"""An amount of something rather than the number of a house."""


_FEW = 3


def are_numbered(facts: Facts) -> bool:
    """`Row 1`, `Row 2`: a few different words, and numbers that tell them apart. Of streets there are more."""
    words = {re.sub(r"\d+", "", text) for text in facts.distinct}
    return len(words) < 0.5 * len(facts.distinct) and len(words) <= max(_FEW, len(facts.distinct) // 20)


def _street(facts: Facts) -> float:
    """Streets; numbers before or after names alone are not enough."""
    worded = share(lambda text: STREET.search(text) is not None)(facts)
    if worded < 0.1 or share(lambda text: MEASURED.search(text) is not None)(facts) > 0.2:
        return 0.0
    if are_numbered(facts):
        return 0.0
    numbered = share(lambda text: re.search(r"\d", text) is not None)(facts)
    enough = (worded >= 0.25 and numbered >= 0.5) or (worded >= 0.1 and numbered >= 0.95)
    if not enough and worded >= _STREETS and not share(lambda text: "&" in text or "/" in text)(facts):
        # Streets without the numbers of houses; a doctor is no drive.
        named = share(
            lambda text: (
                STREET.search(_TITLED.sub("", text, count=1) if _TITLED.match(text) else text) is not None
            )
        )(facts)
        return _WITHOUT_NUMBERS * named if named >= _STREETS else 0.0
    return share(lambda text: _is_street(text) and not _is_full_address(text))(facts) if enough else 0.0


_STREETS, _WITHOUT_NUMBERS = 0.6, 0.8
_TITLED = re.compile(r"(?:dr|st)\b\.?", re.IGNORECASE)
_NO_STREET = re.compile(r"0x[0-9a-f]+|[\d.:/a-f]+|(?:\w+:)?//\S+|www\.\S+|\S+@\S+", re.IGNORECASE)
"""Addresses of machines and in memory, and others that nobody lives at."""


def _street_named(facts: Facts) -> float:
    """Anything that is a line of an address under a name that says so: letters or the number of a flat."""
    return share(
        lambda text: (
            re.search(r"[^\W\d_]|#", text) is not None
            and _NO_STREET.fullmatch(text) is None
            and not _is_full_address(text)
        )
    )(facts)


_TOWN_LINE = re.compile(
    r"(?:[A-Z]{1,3}-)?(?:\d{4,6}(?:-\d{3,4})?|\d{3} \d{2}) +[^\W\d_]{3}.*"
    r"|.*[^\W\d_]{2}\.? +(?:\d{4,6}(?:-\d{3,4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})"
    r"(?:[ ,]+[A-Z][\w. ]*)?"
)
"""A town and its postal code, in either order: `90443 Nürnberg`, `Portland, OR 97201`."""


_TOWN_FIRST = re.compile(
    rf"(?:[A-Z]{{1,3}}-)?\d{{4,5}},? +[^\W\d_]\S+ +(?:\S+ +){{0,3}}\S*{STREET_END.pattern} +\d+\S*(?: .{{1,12}})?",
    re.IGNORECASE,
)
"""A postal code, a town, and a street whose number is the last: `1058 Budapest Rózsa utca 3.`"""


def _is_full_address(text: str) -> bool:
    """A street and a town: three parts, or two of which the other has a postal code."""
    parts = re.split(r",\s*|\s*\n\s*", text.strip())
    if _TOWN_FIRST.fullmatch(text.strip()):
        return True
    if len(parts) < 2 or re.search(r"\d", text) is None:
        return False
    if len(parts) >= 3 and any(_is_street(part) for part in parts[:2]):
        return True
    return (
        re.search(r"[^\W\d_]{3}", parts[0]) is not None
        and (_is_street(parts[0]) or re.search(r"\d", parts[0]) is not None)
        and any(_TOWN_LINE.fullmatch(part) and not STREET.search(part) for part in parts[1:])
    )


def _full_address(facts: Facts) -> float:
    return share(_is_full_address)(facts) if facts.has_digits else 0.0


_FEW = 12
"""Different values that may as well be the states that a thing can be in."""
_ENOUGH = 8
"""Different names that are hardly all those of states by chance."""
_POSTAL = re.compile(
    r"\d{5}-\d{3,4}|[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|\d{4} ?[A-Z]{2}|\d{2}-\d{3}"
    r"|\d{3} \d{2}|\d{3}-\d{4}"
)
_POSTAL_TOO = re.compile(
    r"\d{3,6}|[A-Z]{1,2}-? ?\d{3,5}(?: \d{2})?|[A-Z]\d{2} ?[A-Z\d]{4}|[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}"
)


def _postal(facts: Facts) -> float:
    """Postal codes by shape. Some must have a shape that little else has; the others may then be digits."""
    if not facts.has_digits:
        return 0.0
    if facts.distinct and all(re.fullmatch(r"\d{5}", text) for text in facts.distinct):
        return 1.0 if any(text.startswith("0") for text in facts.distinct) else 0.0
    telling = share(lambda text: _POSTAL.fullmatch(text) is not None)(facts)
    others = share(lambda text: _POSTAL_TOO.fullmatch(text) is not None)(facts)
    return min(1.0, telling + others) if telling >= 0.15 else 0.0


def _postal_named(facts: Facts) -> float:
    return share(lambda text: re.fullmatch(r"(?=.*\d)[A-Za-z\d][A-Za-z\d .-]{1,10}", text) is not None)(facts)


def _is_city(text: str) -> bool:
    if len(text) > 60 or _NO_CITY.search(text):
        return False
    lower = text.casefold()
    if lower in COMPASS:
        return False
    if lower in known.cities():
        return True
    plain = lower.partition("(")[0].partition(",")[0].strip()
    if "st" in plain:
        plain = _SAINT.sub("saint", plain)
    return plain in known.cities() or ("-" in plain and plain.replace("-", " ") in known.cities())


_NO_CITY, _SAINT = re.compile(r"\d|@"), re.compile(r"\bst\b\.?")


def _city(facts: Facts) -> float:
    """Places; but many a state is called like a town somewhere, and hardly a table has towns in those only."""
    places = share(_is_city)(facts)
    if len(facts.distinct) < _ENOUGH:
        return places
    states = share(lambda text: text.casefold() in known.federal_states())(facts)
    return 0.3 * places if states >= 0.8 else places


def _place_word(text: str) -> bool:
    """Words that may be the name of a place."""
    return len(text) <= 80 and re.fullmatch(r"[^\W\d_][^\d@]*", text) is not None


def _place_named(facts: Facts) -> float:
    """Words; but three capitals each are the codes of airports and the like."""
    codes = share(lambda text: re.fullmatch(r"[A-Z\d]{3}", text) is not None)(facts)
    return 0.0 if codes >= _CODES else share(_place_word)(facts)


_CODES = 0.9


def _region(facts: Facts) -> float:
    """States and provinces by name or code; codes and names of federal states count in full, others less."""
    if not facts.distinct:
        return 0.0
    size = len(facts.distinct)
    states = american = codes = names = 0
    for text in facts.distinct:
        lower = text.casefold()
        if lower in COMPASS:
            continue
        american += text in known.american_codes()
        codes += text in known.region_codes()
        states += lower in known.federal_states()
        names += lower in known.regions() and lower not in known.countries()
    # Many regions are called like a city in them: where most are, cities win.
    places = sum(map(_is_city, facts.distinct)) / size if names else 0.0
    countries = sum(text in known.country_codes() for text in facts.distinct)
    if countries >= 0.95 * size > american:
        codes = 0
    return max(
        american / size, 0.9 * codes / size, (states + codes) / size, (names + codes) / size - 0.4 * places
    )


_ENDS_REGION = re.compile(r".+ (?:county|province|prefecture|district|region|oblast|parish)", re.IGNORECASE)


def _is_known_place(text: str) -> bool:
    if _ENDS_REGION.fullmatch(text):
        return True
    return text in known.region_codes() or text.casefold() in known.regions() or _is_city(text)


_WORLD = 0.8
"""So much of a list are continents and their parts, which have countries in them rather than the other way round."""


def _region_named(facts: Facts) -> float:
    """Under a name that says so any short word will do; of a few, some must be known: `state` may be `pending`."""
    if among(known.world_regions)(facts) >= _WORLD:
        return 0.0
    known_places = share(_is_known_place)(facts)
    if len(facts.distinct) <= _FEW and (
        known_places < 0.25 or (1 < len(facts.distinct) <= 4 and known_places <= 0.5)
    ):
        return 0.0
    return share(lambda text: len(text) <= 50 and not re.search(r"\d{3}|@", text))(facts)


def _is_country(text: str) -> bool:
    lower = text.casefold()
    return lower in known.countries() or lower.removeprefix("the ") in known.countries()


def _country_named(facts: Facts) -> float:
    """Words rather than codes, under a name that says country; of a few, some must be known."""
    if len(facts.distinct) <= _FEW and share(_is_country)(facts) < 0.25:
        return 0.0
    return share(lambda text: _place_word(text) and not _looks_like_code(text))(facts)


_COUNTRY_CODE = re.compile(r"[A-Z]{1,3}|[a-z]{2}")


def _looks_like_code(text: str) -> bool:
    return _COUNTRY_CODE.fullmatch(text) is not None and not _is_country(text)


def _country_code(facts: Facts) -> float:
    """Codes of ISO 3166. Three capitals are hardly ever those of a country by chance: those of sports, most of which
    are the same, count as well."""
    if len(facts.distinct) >= _ENOUGH and all(map(_THREE.fullmatch, facts.distinct)):
        told = share(lambda text: text in known.long_country_codes())(facts)
        return min(1.0, told / _ALIKE)
    return share(
        lambda text: (
            len(text) <= 3 and (text.upper() in known.country_codes() or text.upper() in _OF_THE_UNION)
        )
    )(facts)


_OF_THE_UNION = frozenset({"EL", "UK", "EU"})
"""What the European Union writes of Greece and the United Kingdom, and of itself."""


_THREE, _ALIKE = re.compile(r"[A-Z]{3}"), 0.5


def _country_code_named(facts: Facts) -> float:
    """Under a name that says so capitals will do, as on cars; of a few, some must be known."""
    if share(lambda text: text in known.country_codes() or text == "USA")(facts) < _SOME_CODES:
        return _country_code(facts)
    return max(_country_code(facts), share(lambda text: re.fullmatch(r"[A-Z]{1,4}", text) is not None)(facts))


_SOME_CODES = 0.25


def _in_range(low: float, high: float) -> Test:
    def test(text: str) -> bool:
        try:
            return low <= float(text.replace(",", ".")) <= high
        except ValueError:
            return False

    return test


PLACES: dict[str, Check] = {
    "street": _street,
    "street_named": _street_named,
    "full_address": _full_address,
    "postal": _postal,
    "postal_named": _postal_named,
    "city": _city,
    "place_words": share(_place_word),
    "place_named": _place_named,
    "region": _region,
    "region_named": _region_named,
    "country": share(_is_country),
    "country_named": _country_named,
    "country_code": _country_code,
    "country_code_named": _country_code_named,
    "world_region": among(known.world_regions),
    "latitude": share(_in_range(-90, 90)),
    "longitude": share(_in_range(-180, 180)),
    "timezone": among(known.timezones),
}
