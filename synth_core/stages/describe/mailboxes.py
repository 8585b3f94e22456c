"""Names that a table's e-mail addresses are made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from synth_core.model.types import Kind
from synth_core.stages.describe.evidence import Vote
from synth_core.stages.describe.facts import Facts
from synth_core.stages.describe.translate import fold

Votes = dict[str, Vote]
_SURE = 0.8
"""How sure e-mail addresses must be."""
_ENOUGH, _MORE = 3, 0.4
"""Rows that must agree, and by which share of all more than they agree with the address of the next row."""
_MOST = 3
"""Columns of addresses or names that others are compared with: tables may have thousands."""
_AGREED = 0.8
"""How sure a name is that the addresses agree with, if nothing else speaks for it."""
_NAMED = 0.7
"""A name that says this much of another meaning is believed rather."""
_WHO = ("person_name", "first_name", "last_name", "username")


def weigh_mailboxes(columns: Sequence[tuple[Facts, Votes]]) -> None:
    """Texts that the e-mail address in the same row is made of are names of people, or what they log in with; those
    that its domain is called after are names of firms."""
    sure = [_is_sure(votes) for _, votes in columns]
    addresses = [
        facts.rows for (facts, _), is_email in zip(columns, sure, strict=True) if is_email and facts.rows
    ][:_MOST]
    if not addresses:
        return
    mailboxes, domains = ([tuple(map(part, rows)) for rows in addresses] for part in (_mailbox, _domain))
    for (facts, votes), is_email in zip(columns, sure, strict=True):
        if facts.kind is Kind.STRING and not is_email and not _says_else(votes):
            agreed = max((_agreement(facts.rows, boxes) for boxes in mailboxes), key=lambda pairs: len(pairs))
            filled = len([text for text in facts.rows if text])
            if agreed:
                _believe(votes, agreed, filled)
            else:
                texts = [_squeezed(text) if text else None for text in facts.rows]
                _believe_firm(votes, max(len(_called_after(texts, each)) for each in domains), filled)


def weigh_accounts(columns: Sequence[tuple[Facts, Votes]], names: Sequence[Facts]) -> None:
    """Single words that are made of the name in the same row are what that person logs in with: `JOrtega`."""
    for facts, votes in columns:
        boxes = tuple(fold((text or "").strip()) for text in facts.rows)
        if facts.kind is not Kind.STRING or any(" " in box for box in boxes) or _is_sure(votes):
            continue
        # A rank that stands before the name is no account.
        if len(set(boxes)) < 0.5 * len(boxes):
            continue
        for name in names[:_MOST]:
            agreed = [
                pair for pair in _agreement(name.rows, boxes) if _squeezed(pair[0]) != _squeezed(pair[1])
            ]
            if name is not facts and (part := _part_of(name.rows, boxes)):
                _believe_part(votes, part)
                break
            if name is not facts and len(agreed) >= _ENOUGH:
                vote = votes.setdefault("username", Vote("username", 0.0, 0.0, by_name=False, by_value=True))
                vote.confidence = max(vote.confidence, _AGREED)
                vote.told = (
                    f"in {len(agreed):,} of {len(list(filter(None, boxes))):,} rows they are made of the name"
                )
                break


def _part_of(names: Sequence[str | None], words: Sequence[str]) -> str:
    """Which part of the names in their rows nearly all words are: the first, the last; empty: neither."""
    both = [(fold(name).split(), word) for name, word in zip(names, words, strict=False) if name and word]
    if len(both) < _ENOUGH:
        return ""
    for meaning, place in (("last_name", -1), ("first_name", 0)):
        if sum(len(parts) > 1 and parts[place] == word for parts, word in both) >= _PART * len(both):
            return meaning
    return ""


_PART = 0.8
"""Share of rows in which that must be so."""


def _believe_part(votes: Votes, meaning: str) -> None:
    vote = votes.setdefault(meaning, Vote(meaning, 0.0, 0.0, by_name=False, by_value=True))
    vote.confidence = max(vote.confidence, _AGREED)
    vote.told = (
        f"they are the {'last' if meaning == 'last_name' else 'first'} words of the names in their rows"
    )


def _is_sure(votes: Votes) -> bool:
    return "email" in votes and votes["email"].confidence >= _SURE


def _says_else(votes: Votes) -> bool:
    """The column's name says something else. A customer's name may be a firm's or a person's."""
    named = {name for name, vote in votes.items() if vote.by_name and vote.confidence >= _NAMED}
    if "company_name" in named and "person_name" in votes:
        named.remove("company_name")
    # A shop's address may be made of its town.
    city = votes.get("city")
    known = max((votes[name].share for name in _WHO if name in votes), default=0.0)
    is_town = city is not None and city.confidence >= _TOWN and city.share > known + _CLEAR
    return is_town or not named <= set(_WHO)


_TOWN = 0.5
"""How sure a town must be to be none of the names that addresses are made of."""


def _domain(text: str | None) -> str:
    """Without what all domains end with: `acme` of `info@mail.acme.co.uk`."""
    parts = fold((text or "").strip().partition("@")[2]).split(".")
    return _squeezed(max(parts[:-1], key=len, default=""))


def _called_after(rows: Sequence[str | None], domains: Sequence[str]) -> list[Pair]:
    """The rows whose text, squeezed, the domain is called after, if enough are, and not as many by chance."""
    pairs = zip(rows, domains, strict=False)
    both = [(text, domain) for text, domain in pairs if text is not None and domain]
    agree = [(text, domain) for text, domain in both if _is_same(text, domain)]
    if len(agree) < _ENOUGH:
        return []
    others = [domain for _, domain in both]
    chance = sum(
        _is_same(text, other) for (text, _), other in zip(both, [*others[1:], *others[:1]], strict=True)
    )
    return agree if len(agree) - chance >= _MORE * len(both) else []


def _is_same(text: str, domain: str) -> bool:
    return (
        len(domain) >= _LONG and len(text) >= _LONG and (text.startswith(domain) or domain.startswith(text))
    )


def _believe_firm(votes: Votes, agreed: int, filled: int) -> None:
    person, firm = votes.get("person_name"), votes.get("company_name")
    if not agreed or (person and person.by_value) or (firm and firm.confidence >= _AGREED):
        return
    found = votes.setdefault("company_name", Vote("company_name", 0.0, 0.0, by_name=False, by_value=True))
    found.confidence, found.beside = _AGREED, "email"
    found.told = f"the domains of the e-mail addresses in {agreed:,} of {filled:,} rows are called after them"
    if person:
        person.confidence = min(person.confidence, 0.5 * _AGREED)


def _mailbox(text: str | None) -> str:
    return fold((text or "").strip().partition("@")[0])


Pair = tuple[str, str]
"""A text, and the mailbox that is made of it."""


def _agreement(rows: Sequence[str | None], mailboxes: Sequence[str]) -> list[Pair]:
    """The rows that agree, if enough do, and not as many by chance."""
    both = [(text.strip(), box) for text, box in zip(rows, mailboxes, strict=False) if text and box]
    agree = [(text, box) for text, box in both if _made_of(box, text)]
    if len(agree) < _ENOUGH:
        return []
    others = [box for _, box in both]
    chance = sum(
        _made_of(other, text) for (text, _), other in zip(both, [*others[1:], *others[:1]], strict=True)
    )
    return agree if len(agree) - chance >= _MORE * len(both) else []


_LONGEST, _LONG = 60, 4
"""Characters of a name; letters of a word that is hardly part of another one by chance."""


def _made_of(mailbox: str, text: str) -> bool:
    """`j.smith` of `Smith`, `annalee` of `Anna Lee`."""
    if len(text) > _LONGEST:
        return False
    if " " not in text and _squeezed(text) == _squeezed(mailbox):
        return True
    return any(
        word in mailbox
        if len(word) >= _LONG
        else word in re.split(r"[^a-z]+", mailbox) or (len(word) > 2 and mailbox.startswith(word))
        for word in _words(text)
    )


@lru_cache(maxsize=1 << 10)
def _words(text: str) -> tuple[str, ...]:
    """Compared with several addresses each."""
    return tuple(_WORD.findall(fold(text)))


_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{2,}(?![^\W_])")


def _believe(votes: Votes, agreed: Sequence[Pair], filled: int) -> None:
    meaning = _which(votes, agreed)
    found = votes.setdefault(meaning, Vote(meaning, 0.0, 0.0, by_name=False, by_value=True))
    sure = found.by_name or meaning == "person_name" or _difference(votes) > _CLEAR
    found.most = _SUREST if sure else max(found.confidence, _EITHER)
    found.confidence = min(found.most, 1 - (1 - found.confidence) * (1 - _AGREED))
    found.beside = "email"
    found.told = f"the e-mail addresses in {len(agreed):,} of {filled:,} rows are made of them"


_SUREST, _EITHER = 0.97, 0.85
"""How sure it is at most; and where only the order in the address tells given names from family names."""
_CLEAR = 0.3


def _difference(votes: Votes) -> float:
    shares = [votes[name].share if name in votes else 0.0 for name in ("first_name", "last_name")]
    return abs(shares[0] - shares[1])


def _which(votes: Votes, agreed: Sequence[Pair]) -> str:
    """What the name says; otherwise by how many words there are, and where they stand in the mailbox."""
    named = [name for name in _WHO if name in votes and votes[name].by_name]
    if named:
        return max(named, key=lambda name: votes[name].confidence)
    several = sum(len(text.split()) > 1 for text, _ in agreed)
    if several > 0.5 * len(agreed):
        return "person_name"
    shares = {name: votes[name].share if name in votes else 0.0 for name in ("first_name", "last_name")}
    same = sum(text == text.lower() and _squeezed(text) == _squeezed(box) for text, box in agreed)
    if same > 0.5 * len(agreed) and max(shares.values()) < 0.5:
        return "username"
    if _difference(votes) > 0.15:
        return max(shares, key=lambda name: shares[name])
    begins = sum(box.startswith(fold(text)) for text, box in agreed)
    return "first_name" if begins > 0.5 * len(agreed) else "last_name"


@lru_cache(maxsize=1 << 10)
def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]", "", fold(text))
