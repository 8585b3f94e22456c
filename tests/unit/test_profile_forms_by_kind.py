"""Codes of which few are written alike have forms by what they are made of."""

from __future__ import annotations

from synth_core.stages.profile.forms_by_kind import forms_by_kind


def found(*texts: str, k: int = 10) -> dict[str, int]:
    return {form.value: form.count for form in forms_by_kind(dict.fromkeys(texts, 1), k)}


def test_numbers_are_digits_whatever_stands_between_them() -> None:
    ten = [f"{i}-{i}{i}{i}/{i}" for i in range(1, 10)] + ["12 34 56"]
    assert found(*ten) == {"99999": 10}


def test_lengths_that_k_rows_have_are_kept_and_others_count_for_the_most_frequent() -> None:
    long, short = [f"{i}{i}{i}-{i}{i}" for i in range(10)], [f"{i:02d}-2" for i in range(11)]
    assert found(*long, *short, "1-2", "3.456.789") == {"999": 13, "99999": 10}


def test_letters_are_codes_with_a_digit_or_if_they_are_few_capitals() -> None:
    assert found("CHK", "SAV", "MM", k=3) == {"AAA": 3}
    assert found("A1-B2", "7/B", "C30", k=3) == {"[0-9A-Z]" * 3: 3}
    assert found("a1", "b2", "Xy7", k=2) == {"[0-9a-z]" * 2: 2}
    assert found("apple", "Pear", "PLUMTREE", "fig tree", k=1) == {}


def test_too_few_of_a_kind_have_none() -> None:
    assert found(*"123456789") == {}


def test_a_form_leaves_room() -> None:
    texts = {str(i): 1 for i in range(10)}
    assert forms_by_kind(texts, 10, room=100) == () != forms_by_kind(texts, 10)
