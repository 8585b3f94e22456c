"""Weighs what names and values say: one meaning for each column, or `unknown`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from synth_core.model.inferred import Inferred
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Kind
from synth_core.stages.describe.catalogue import UNKNOWN, Meaning, catalogue, is_personal
from synth_core.stages.describe.checks import CHECKS
from synth_core.stages.describe.facts import Facts
from synth_core.stages.describe.naming import is_about_people, name_scores, says_nothing
from synth_core.stages.describe.tokens import column_words, words_of

THRESHOLD = 0.5
"""Below this confidence a meaning is not worth naming."""
_ADDRESS = frozenset({"street_address", "city", "region", "postal_code", "country", "country_code"})
_PERSON = frozenset(
    {"first_name", "last_name", "email", "phone", "job_title", "salutation", "gender", "date_of_birth"}
)
_TOGETHER = (_ADDRESS, _PERSON)


@dataclass(frozen=True)
class Subject:
    """A column to be judged."""

    name: str
    facts: Facts


@dataclass
class _Vote:
    """How sure one meaning is, and what speaks for it."""

    confidence: float
    share: float
    by_name: bool
    by_value: bool
    digits: float | None
    """Share of values whose check digits hold; None where the meaning has none."""


def judge(
    columns: Sequence[Subject], table: str, *, hide_names: bool = False
) -> list[tuple[Inferred[str], Inferred[bool]]]:
    """Meaning and personal of each column, from names (unless hidden), values and the columns beside it."""
    words = [()] * len(columns) if hide_names else column_words([column.name for column in columns], table)
    people = False if hide_names else is_about_people(words, table)
    votes = []
    for column, parts in zip(columns, words, strict=True):
        named: dict[str, float] = {}
        for spelling in {} if hide_names else {parts, words_of(column.name)}:
            for name, score in name_scores(spelling, table, people=people).items():
                named[name] = max(score, named.get(name, 0.0))
        votes.append(_votes(column.facts, named, nameless=hide_names or says_nothing(parts)))
    _neighbours(votes)
    return [_verdict(vote, column.facts) for vote, column in zip(votes, columns, strict=True)]


def _kind(kind: Kind) -> str:
    if kind in NUMERIC_KINDS:
        return "number"
    return "moment" if kind in TEMPORAL_KINDS else "text"


def _votes(facts: Facts, named: dict[str, float], *, nameless: bool) -> dict[str, _Vote]:
    if facts.kind in (
        Kind.BOOL,
        Kind.JSON,
        Kind.GEOGRAPHY,
        Kind.BYTES,
        Kind.STRUCT,
        Kind.RANGE,
        Kind.INTERVAL,
    ):
        return {}
    shares: dict[str, float] = {}

    def share_of(check: str) -> float:
        if check not in shares:
            shares[check] = CHECKS[check](facts)
        return shares[check]

    votes = {}
    for name, meaning in catalogue().items():
        if _kind(facts.kind) not in meaning.kinds:
            continue
        score = named.get(name, 0.0)
        alone = meaning.alone * _ramp(share_of(meaning.check), meaning.full) if meaning.alone else 0.0
        if nameless and meaning.nameless:
            alone = max(alone, meaning.nameless * _ramp(share_of(meaning.nameless_check), meaning.full))
        believed = _believed(meaning, score, facts, share_of) if score else 0.0
        confidence = max(alone, believed)
        if alone and believed:
            # Two witnesses; a name that may mean much else adds little.
            confidence = 1 - (1 - alone) * (1 - believed) if score >= 0.8 else min(0.95, confidence + 0.1)
        if confidence > 0.1:
            share = max((share_of(check) for check in (meaning.check, meaning.named) if check), default=0.0)
            digits = share_of(meaning.digits) if meaning.digits and facts.distinct else None
            votes[name] = _Vote(min(confidence, 0.99), share, believed > 0.3, alone > 0.3, digits)
    return votes


def _ramp(share: float, full: float) -> float:
    """Nothing below half of what counts as all, everything from there on."""
    return max(0.0, min(1.0, (share / full - 0.5) / 0.4))


def _believed(meaning: Meaning, score: float, facts: Facts, share_of: Callable[[str], float]) -> float:
    check = meaning.named or meaning.check
    if not facts.distinct:
        return 0.75 * score
    share = share_of(check)
    if share < meaning.veto:
        return 0.2 * score
    return score * (0.7 + 0.25 * share)


def _neighbours(votes: list[dict[str, _Vote]]) -> None:
    """Parts of an address stand together, and so do facts about a person: each makes the others likelier."""
    sure = [max(vote, key=lambda name: vote[name].confidence) if vote else UNKNOWN for vote in votes]
    strong = [
        name if name in vote and vote[name].confidence >= 0.6 else ""
        for name, vote in zip(sure, votes, strict=True)
    ]
    counts = Counter(strong)
    raised: list[tuple[_Vote, float]] = []
    for number, vote in enumerate(votes):
        for group in _TOGETHER:
            beside = {other for other in group if counts[other] > (strong[number] == other)}
            for name in group & vote.keys():
                others = beside - {name}
                raised.append((vote[name], 0.06 * min(3, len(others))))
        for name, other in (("first_name", "last_name"), ("last_name", "first_name")):
            if name in vote and other in sure[max(0, number - 1) : number + 2]:
                raised.append((vote[name], 0.2))
    for each, by in raised:
        if each.confidence >= 0.25:
            each.confidence = min(0.99, each.confidence + by)


def _verdict(votes: dict[str, _Vote], facts: Facts) -> tuple[Inferred[str], Inferred[bool]]:
    best = max(votes, key=lambda name: votes[name].confidence) if votes else UNKNOWN
    most_personal = max((v.confidence for name, v in votes.items() if is_personal(name)), default=0.0)
    if best == UNKNOWN or votes[best].confidence < THRESHOLD:
        evidence = "neither name nor values say what it is"
        return (
            Inferred[str](
                value=UNKNOWN,
                confidence=round(1 - (votes[best].confidence if votes else 0.3), 2),
                evidence=evidence,
            ),
            Inferred[bool](
                value=False,
                confidence=round(1 - most_personal, 2),
                evidence="nothing about it looks personal",
            ),
        )
    vote = votes[best]
    confidence = round(vote.confidence, 2)
    meaning = Inferred[str](value=best, confidence=confidence, evidence=_evidence(vote, facts))
    label = best.replace("_", " ")
    if is_personal(best):
        personal = Inferred[bool](
            value=True, confidence=confidence, evidence=f"{label} is personal data{_wrong_digits(vote)}"
        )
    else:
        personal = Inferred[bool](
            value=False, confidence=round(1 - most_personal, 2), evidence=f"{label} is not personal data"
        )
    return meaning, personal


def _evidence(vote: _Vote, facts: Facts) -> str:
    looked = len(facts.distinct)
    values = f"{vote.share:.0%} of {looked:,} different values have its form"
    if vote.by_name and vote.by_value:
        return f"the name says so, and {values}"
    if wrong := _wrong_digits(vote):
        return f"the name says so, and {values}{wrong}"
    if vote.by_name:
        return "the name says so, and the values do not speak against it" if looked else "the name says so"
    return values


def _wrong_digits(vote: _Vote) -> str:
    """What a name and a shape are believed in spite of: made-up and masked numbers are personal like real ones."""
    if vote.digits is None or vote.digits >= 0.5 or not vote.by_name:
        return ""
    return f", although check digits hold in only {vote.digits:.0%} of them"
