"""What a model writes for a field is YAML of a stranger."""

from __future__ import annotations

from typing import Any

import pytest

from synth_core.ask.generators import nulls_of, parsed
from synth_core.errors import SynthError


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("fake: Email", {"fake": "Email"}),
        ("${{ fake.first_name() }}", "${{ fake.first_name() }}"),
        ("Synth.choice: {no: 1, off: 2}", {"Synth.choice": {"no": 1, "off": 2}}),
        ("random_number: {min: 1, max: 9}", {"random_number": {"min": 1, "max": 9}}),
        ("null", None),
        ("{a: [1, 2.5, x]}", {"a": [1, 2.5, "x"]}),
    ],
)
def test_plain_values_are_read(text: str, made: Any) -> None:
    assert parsed(text) == made


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system ['id']",
        "!!timestamp foo",
        "!!binary abc",
        "!x y",
        "&a [*a]",
        "a: &x 2024-13-45",
        "{a: 1, <<: {b: 2}}",
        "? [1, 2]\n: 3",
        "[" * 500,
        "a: [b",
        "- a",
        "\x00",
        "\ud800",
        "x" * 5000,
        "---\na\n---\nb",
    ],
)
def test_all_else_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(SynthError) as caught:
        parsed(text)
    assert str(caught.value).strip()


def test_the_share_of_nulls_is_seen() -> None:
    assert nulls_of({"Synth.nullable": {"nulls": "7%", "value": 1}}) == "7%"
    assert nulls_of({"fake": "Email"}) is None and nulls_of("x") is None
