"""Of a table of thousands of columns each is looked at once, and what it can't be is not tried value by value."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_core.model.types import Kind
from synth_core.stages.describe import check_people, gazetteers
from synth_core.stages.describe.checks import CHECKS
from synth_core.stages.describe.facts import Facts, share
from synth_core.stages.describe.judge import Subject, judge
from synth_core.stages.describe.lexicon import BODY, STREET, _any_of

TEXTS = {
    "names": ["Anna Smith", "Jörg Maier", "Li Wei", "Ana María Pérez", "Tom Stone", "Eva Braun"],
    "words": ["red", "blue", "sand green", "black", "white", "grey"],
    "mails": [f"{name}@example.org" for name in ("anna", "joerg", "wei", "ana", "tom", "eva")],
    "codes": ["AB-1201", "AB-1302", "CX-1", "CX-77", "QQ-12", "QQ-13"],
    "streets": ["12 Main St", "4 High Street", "7 Elm Rd", "Hauptstraße 4", "1 Park Ave", "9 Mill Lane"],
}


def _facts(texts: list[str], kind: Kind = Kind.STRING) -> Facts:
    return Facts.of(kind, Counter(texts), rows=tuple(texts))


def test_no_check_is_asked_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[tuple[str, int]] = Counter()
    for name, check in CHECKS.items():

        def counted(facts: Facts, name: str = name, check=check) -> float:  # type: ignore[no-untyped-def]
            asked[name, id(facts)] += 1
            return check(facts)

        monkeypatch.setitem(CHECKS, name, counted)
    columns = [Subject(f"x{number}", _facts(TEXTS[key])) for number, key in enumerate([*TEXTS] * 4)]
    judge(columns, "t")
    assert len({column for _, column in asked}) == len(columns)
    # For the column itself, and at most once more for the one beside it.
    assert max(asked.values()) <= 2 and asked.total() <= 1.05 * len(asked)


@pytest.mark.parametrize("sign", ["", "@", "7"])
def test_values_are_looked_at_where_the_column_has_what_they_need(sign: str) -> None:
    seen: list[str] = []

    def test(text: str) -> bool:
        seen.append(text)
        return "@" in text or "7" in text

    found = share(test, needs="@", digits=True)(_facts(["some", "others", f"x{sign}"]))
    assert len(seen) == (3 if sign else 0)
    assert found == (pytest.approx(1 / 3) if sign else 0)


BY_VALUE = (
    "email", "email_named", "credit_card", "iban", "ip_address", "money", "percent", "full_address", "login",
)  # fmt: skip
"""Checks that are the share of values that pass and of which columns are refused at once."""
WITH_ALL = "@1.,:%\\_\n$x"
"""Has every sign that such a column needs, and passes none of the checks."""
SOME = st.one_of(
    st.text(min_size=1, max_size=12),
    st.sampled_from(
        [text for texts in TEXTS.values() for text in texts]
        + ["DE89370400440532013000", "::1", "10.0.0.1", "5 %", "3,4%", "$5", "4111111111111111", "a.smith"]
        + [
            "anna.smith",
            "@anna",
            "corp\\anna",
            "Anna27",
            "12 Main St, 90443 Nürnberg",
            "12 Main St\n90443 Nürnberg",
        ]
    ),
)


@given(SOME.filter(lambda text: re.search(r"\w", text) is not None))
def test_no_column_is_refused_that_would_pass(text: str) -> None:
    """Beside a value that has all signs, each value is looked at."""
    for name in BY_VALUE:
        alone, both = CHECKS[name](_facts([text])), CHECKS[name](_facts([text, WITH_ALL]))
        assert CHECKS[name](_facts([WITH_ALL])) == 0
        if name == "login":
            # Below its least share names count nothing.
            assert (alone > 0) == (both > 0)
        else:
            assert alone == 2 * both, name


@given(st.lists(st.sampled_from([*gazetteers.first_names()][:500]), min_size=1, max_size=6))
def test_single_words_are_no_whole_names(words: list[str]) -> None:
    facts = _facts([word.capitalize() for word in words])
    assert CHECKS["person"](facts) == share(check_people._is_people)(facts)


WORDS = st.frozensets(st.text("abcä.+ ", min_size=1, max_size=5), min_size=1, max_size=12)


@given(WORDS, st.text("abcä.+ ", max_size=5))
def test_a_pattern_of_words_has_these_words_and_no_others(words: frozenset[str], other: str) -> None:
    pattern = re.compile(_any_of(words))
    assert all(pattern.fullmatch(word) for word in words)
    assert bool(pattern.fullmatch(other)) == (other in words)


def test_words_for_streets_and_bodies() -> None:
    for text in (
        "12 Main St",
        "Hauptstraße 4",
        "P.O. Box 12",
        "PO Box 1",
        "c/ Mayor 4",
        "Via Roma",
        "LIMA AVENIDA",
    ):
        assert STREET.search(text), text
    for text in ("Stone", "Avenger", "Strassenbahn", "boxer", "wayward"):
        assert not STREET.search(text), text
    assert BODY.search("Universität Wien") and not BODY.search("Universal")
