"""What Faker makes, written as in the source: in its case, names in its order, without titles where it has none."""

from __future__ import annotations

import re

from synth_core.model.profile import ColumnProfile
from synth_core.stages.draft.shapes import part_written

_MOSTLY = 0.8
"""The part of the rows that have to be written in one way."""
_ALWAYS = 0.97
STATE_CODE = "state_code"
CODE = r"A{1,3}|[A9]{1,3}"
"""The shape of a region's code, which no provider knows of most countries."""
_CASELESS = frozenset(
    {STATE_CODE, "username", "email", "url", "country_code", "currency_code", "iban", "password_hash"}
)
"""Written in one case anyhow, or with a formula that has its case."""
_PROVIDER = re.compile(r"\$\{\{(fake\.\w+)\}\}")
_FIRST_LAST, _LAST_FIRST = "${{fake.FirstName}} ${{fake.LastName}}", "${{fake.LastName}}, ${{fake.FirstName}}"
_LAST = "${{fake.LastName}}"
_USER = "${{fake.FirstName | lower}}%s${{fake.LastName | lower}}"
_ON_ONE_LINE = "${{fake.StreetAddress}}, ${{fake.City}} ${{fake.Postalcode}}"
_NUMBER = "${{fake.pyint(max_value=99)}}"


def region_meaning(profile: ColumnProfile) -> str:
    """Of regions in the USA: whether they are the two letters of a state."""
    return STATE_CODE if part_written(profile.shapes, "AA") > _MOSTLY else "region"


def written_like(profile: ColumnProfile | None, meaning: str, provider: str) -> str | dict[str, str]:
    """The generator of such texts. Where shapes and numbers of words tell how they are written, a formula."""
    if profile is None:
        return {"fake": provider}
    formula = _named(profile, meaning)
    case = _case(profile) if meaning not in _CASELESS else ""
    if not case:
        return formula or {"fake": provider}
    return _PROVIDER.sub(rf"${{{{\1 | {case}}}}}", formula or f"${{{{fake.{provider}}}}}")


def _named(profile: ColumnProfile, meaning: str) -> str:
    """The formula of names of people or users, and of addresses on one line; empty where they are written in other
    ways, and for all else."""
    if meaning == "full_address" and not any("\n" in shape.value for shape in profile.shapes):
        return _ON_ONE_LINE
    if meaning == "person_name":
        if part_written(profile.shapes, r"[^ ,]+, ?[^ ,]+") > _MOSTLY:
            return _LAST_FIRST
        words = profile.words_quantiles
        if words and words[-1] == 1:
            return _LAST
        return _FIRST_LAST if words and words[len(words) // 4] == words[-1 - len(words) // 4] == 2 else ""
    if meaning == "username":
        marks = [
            mark
            for mark in "._-"
            if part_written(profile.shapes, rf"[^ @]+{re.escape(mark)}[^ @]+") > 1 - _MOSTLY
        ]
        if any("@" in shape.value for shape in profile.shapes):
            return ""
        number = _NUMBER if part_written(profile.shapes, r".*9") > _MOSTLY / 2 else ""
        return _USER % (marks[0] if marks else "") + number
    return ""


def _case(profile: ColumnProfile) -> str:
    """The filter for texts in capitals, or in small letters."""
    lettered = part_written(profile.shapes, r".*(AA|aa).*")
    for case, other in (("upper", "a"), ("lower", "A")):
        if lettered > _MOSTLY and part_written(profile.shapes, rf"[^{other}]*") > _ALWAYS:
            return case
    return ""
