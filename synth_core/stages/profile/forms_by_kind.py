"""Forms of codes of which few are written alike: of which characters they are, and how long."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from synth_core.model.profile import ValueCount
from synth_core.recipe.functions import Shape

_KINDS = {
    "9": re.compile(r"\d[\d ./-]*\d|\d"),
    "A": re.compile(r"[A-Z]{1,5}"),
    "[0-9A-Z]": re.compile(r"(?=.*\d)(?=.*[A-Z])[0-9A-Z./-]+"),
    "[0-9a-z]": re.compile(r"(?=.*\d)(?=.*[a-z])[0-9a-z./-]+"),
    "[0-9A-Za-z]": re.compile(r"(?=.*\d)(?=.*[A-Z])(?=.*[a-z])[0-9A-Za-z./-]+"),
}
"""Places of `Synth.pattern`, and the codes that are made of such characters; signs between them are left out. Letters
without a digit are codes if there are few, in capitals."""
_SIGNS = re.compile(r"[ ./-]+")


def forms_by_kind(texts: Mapping[str, int], k: int, room: int = 0) -> tuple[ValueCount, ...]:
    """Forms of the texts that are codes, a kind with at least k rows; as long as k of its rows, or as most of them.

    `texts`: different texts with how many rows have each. A form allows at least `room` times its rows.
    """
    lengths: dict[str, Counter[int]] = defaultdict(Counter)
    for text, rows in texts.items():
        kind = next((kind for kind, codes in _KINDS.items() if codes.fullmatch(text)), "")
        if kind:
            lengths[kind][len(_SIGNS.sub("", text))] += rows
    found: list[ValueCount] = []
    for kind, counted in lengths.items():
        total = counted.total()
        if total < k:
            continue
        frequent = {length: rows for length, rows in counted.items() if rows >= k}
        usual = max(frequent, key=lambda length: frequent[length], default=_median(counted))
        frequent[usual] = frequent.get(usual, 0) + total - sum(frequent.values())
        forms = [ValueCount(value=kind * length, count=rows) for length, rows in sorted(frequent.items())]
        found += [form for form in forms if Shape(form.value).capacity >= room * form.count]
    return tuple(sorted(found, key=lambda form: (-form.count, form.value)))


def _median(counted: Counter[int]) -> int:
    seen = 0
    for length in sorted(counted):
        seen += counted[length]
        if 2 * seen >= counted.total():
            break
    return length
