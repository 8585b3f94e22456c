"""Streets and towns that no list knows, by how they are written and what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from synth_core.model.types import Kind
from synth_core.stages.describe.check_places import MEASURED, are_numbered
from synth_core.stages.describe.evidence import spoken
from synth_core.stages.describe.facts import Facts
from synth_core.stages.describe.lexicon import STREET
from synth_core.stages.describe.names_beside import LIKELY, NAMES, Weighed, is_business

_PLACE = frozenset({"city", "region", "postal_code", "street_address"})
"""What stands right beside a street or a town."""
_WHO = NAMES | {"email", "phone", "date_of_birth", "national_id"}
_NUMBERED, _BESIDE, _AMONG = 0.6, 0.62, 0.54
"""Share of values with the number of a house; how sure it is beside a part of an address, and among people."""
_DIFFERENT, _ENOUGH = 0.5, 4
"""Different values, as a share of all, and at least."""


def weigh_addresses(columns: Sequence[Weighed]) -> None:
    """Lines with the number of a house are streets; words beside the other parts of an address are towns."""
    strong = [
        vote.meaning if vote and vote.confidence >= LIKELY else ""
        for vote in (column.likeliest for column in columns)
    ]
    who = next((each for each in strong if each in _WHO), "")
    _codes(columns, strong)
    there = set(strong)
    # What a street stands beside may be known only by what stands behind it.
    for place, column in (*enumerate(columns), *enumerate(columns)):
        best = column.likeliest
        is_open = column.nameless and (
            best is None or best.meaning == "free_text" or best.confidence < LIKELY
        )
        if not is_open or not _is_varied(column.facts):
            continue
        beside = next((each for each in _around(strong, place) if each in _PLACE), "")
        if "street_address" not in there and (beside or who) and _are_streets(column.facts):
            told = f"they are words with the number of a house, and there is a {spoken(beside or who)}"
            where = f"{told} {'beside it' if beside else 'in the table'}"
            column.add("street_address", _BESIDE if beside else _AMONG, beside or who, where)
            strong[place] = "street_address"
            there.add("street_address")
        elif "city" not in there and beside and _are_towns(column.facts):
            told = f"they are words with a capital, and there is a {spoken(beside)} beside it"
            column.add("city", _BESIDE, beside, told)
            strong[place] = "city"
            there.add("city")


_CODE = re.compile(r"\d{5,6}")
_BEFORE = frozenset({"city", "region"})
"""What a postal code stands right beside."""


def _codes(columns: Sequence[Weighed], strong: list[str]) -> None:
    """Five or six digits, as many in all rows, right beside a town or a state."""
    for place, column in enumerate(columns):
        beside = next((each for each in _around(strong, place) if each in _BEFORE), "")
        texts = column.facts.distinct
        if (
            beside
            and "postal_code" not in strong
            and column.is_unknown
            and column.facts.kind in (Kind.STRING, Kind.INT64)
            and len(texts) >= _CODES
            and len({len(text) for text in texts}) == 1
            and all(map(_CODE.fullmatch, texts))
        ):
            told = f"all have as many digits, and there is a {spoken(beside)} beside them"
            column.add("postal_code", _BESIDE, beside, told)
            strong[place] = "postal_code"


_CODES = 3
"""Different ones."""


def _around(strong: Sequence[str], place: int) -> list[str]:
    return [*strong[max(0, place - 1) : place], *strong[place + 1 : place + 2]]


def _is_varied(facts: Facts) -> bool:
    if facts.kind is not Kind.STRING or len(facts.distinct) < _ENOUGH:
        return False
    return len(facts.values) >= _DIFFERENT * facts.values.total()


_HOUSE = re.compile(
    r".*[^\W\d_]{3}.*[ ,]+(?:n[o°º]?\.? ?)?\d{1,5} ?[a-zA-Z]?(?:[-/ ,].*)?"
    r"|(?:[\w.#]{1,6} )?\d{1,5}[a-zA-Z]?,? +.*[^\W\d_]{3}.*",
    re.IGNORECASE,
)
"""A number behind or before words."""
_LONGEST = 120
"""Characters of such a line."""


def _are_streets(facts: Facts) -> bool:
    texts = facts.distinct
    measured = sum(MEASURED.search(text) is not None for text in texts)
    if are_numbered(facts) or measured > 0.2 * len(texts):
        return False
    lines = sum(map(_is_line, texts))
    numbered = sum(any(map(str.isdigit, text)) for text in texts)
    return lines >= 0.8 * len(texts) and numbered >= _NUMBERED * len(texts)


def _is_line(text: str) -> bool:
    return len(text) <= _LONGEST and (_HOUSE.fullmatch(text) is not None or STREET.search(text) is not None)


_TOWN = re.compile(r"[^\W\d_a-z][^\d@,;:]*")


def _are_towns(facts: Facts) -> bool:
    texts = facts.distinct
    written = sum(_TOWN.fullmatch(text) is not None and len(text.split()) <= 4 for text in texts)
    return written >= 0.9 * len(texts) and not any(map(is_business, texts))
