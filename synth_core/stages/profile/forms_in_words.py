"""Forms of texts that have no shape in common, letter by letter: addresses, slugs, paths.

What many rows share stays, the rest is plain words and digits."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from synth_core.model.profile import ValueCount
from synth_core.recipe.functions import escape_shape

_FORMS = 50
_SHARED = 0.05
"""Of the rows, the part that has a word or number which stays."""
_MOST_WORDS = 6
_TOKEN = re.compile(r"[^\W\d_]+|\d+|.", re.DOTALL)


def forms_in_words(texts: Mapping[str, int], k: int, *, may_stay: bool) -> tuple[ValueCount, ...]:
    """The forms that k rows have, frequent ones first, if most rows have one, and one has a word; none otherwise.

    `texts`: different texts, or a sample of them, with how many rows have each. `may_stay`: words and numbers that many
    rows share stay.
    """
    kept = _with_support(_of_words(texts, k, may_stay), k)
    if 2 * sum(kept.values()) < sum(texts.values()) or not any("~" in form for form in kept):
        return ()
    ordered = sorted(kept.items(), key=lambda each: (-each[1], each[0]))[:_FORMS]
    return tuple(ValueCount(value=form, count=rows) for form, rows in ordered)


def _of_words(texts: Mapping[str, int], k: int, may_stay: bool) -> Counter[str]:
    """Words and numbers that many rows have stay; texts with words in capitals that few have are left out."""
    total = sum(texts.values())
    rows = Counter[str]()
    for text, count in texts.items():
        for token in set(_TOKEN.findall(text)):
            rows[token] += count
    kept = {token for token, count in rows.items() if may_stay and count >= max(k, _SHARED * total)}
    has_zeros = any(token[0] == "0" and len(token) > 1 for token in rows if token not in kept)
    found = Counter[str]()
    for text, count in texts.items():
        form = _form(_TOKEN.findall(text), kept, first="9" if has_zeros else "%")
        if form is not None:
            found[form] += count
    return found


def _form(tokens: Sequence[str], kept: set[str], *, first: str) -> str | None:
    made, words = [], 0
    for token in tokens:
        if token in kept or not token.isalnum():
            made.append(escape_shape(token))
        elif token.isdecimal():
            made.append("9" if len(token) == 1 else first + "9" * (len(token) - 1))
        elif len(token) == 1:
            made.append("A" if token.isupper() else "a")
        elif token.islower() and words < _MOST_WORDS:
            words += 1
            made.append("~")
        else:
            return None
    return "".join(made)


def _with_support(found: Counter[str], k: int) -> dict[str, int]:
    """Those that k rows have. Of others that differ only in how many digits a number has, all count for the most
    frequent one."""
    alike: dict[str, list[str]] = defaultdict(list)
    for form, _ in found.most_common():
        alike[re.sub(r"(?<!\\)%?9+", "9", form)].append(form)
    kept: dict[str, int] = {}
    for group in alike.values():
        rows = {form: found[form] for form in group if found[form] >= k}
        if rest := sum(found[form] for form in group) - sum(rows.values()):
            rows[group[0]] = rows.get(group[0], 0) + rest
        kept |= {form: count for form, count in rows.items() if count >= k}
    return kept
