"""Names of tables as names of files."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from synth_core.files.shape import safe_name


@pytest.mark.parametrize(
    "name",
    ["orders", "Order Details", "Größe (2024)", "100%", "a.b", "export%20data", "PROGRA~1", "日本", "~"],
)
def test_ordinary_names_stay(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "safe"),
    [("a:b", "a~3Ab"), ("a?b", "a~3Fb"), ("../x", "~2E~2E~2Fx"), ("a. ", "a~2E~20"), ("a~3Ab", "a~7E3Ab")],
)
def test_what_a_file_system_minds_is_spelled(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_different_names_stay_different() -> None:
    names = ["".join(letters) for size in range(1, 5) for letters in product(":?~_ .3AF", repeat=size)]
    found = Counter(safe_name(name) for name in names)
    assert [name for name, times in found.items() if times > 1] == []
    assert not any(set(name) & set(":?") or name[0] in " ." or name[-1] in " ." for name in found)
