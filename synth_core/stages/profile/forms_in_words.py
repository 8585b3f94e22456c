"""Forms of texts that have no shape in common, letter by letter: addresses, slugs, paths.

What many rows share stays, the rest is plain words and digits."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import duckdb

from synth_core.model.profile import ValueCount
from synth_core.recipe.functions import escape_shape

_READ = 1_000
_LENGTH = 200
"""Different texts of a column that are looked at, and characters of the longest ones."""
_FORMS = 50
_SHARED = 0.05
"""Of the rows, the part that has a word or number which stays."""
_MOST_WORDS = 6
_TOKEN = re.compile(r"[^\W\d_]+|\d+|.", re.DOTALL)


def in_words(
    con: duckdb.DuckDBPyConnection, values: str, places: Mapping[int, bool], k: int
) -> Mapping[int, tuple[ValueCount, ...]]:
    """By column: the forms that k rows have, if most rows have one, with a word in it.

    Words and numbers stay in those of the `places` that say so. `values` is as for `column_profiles`; of very many
    texts some stand for all.
    """
    if not places:
        return {}
    found = con.execute(
        f"SELECT place, v, n, sum(n) OVER (PARTITION BY place) FROM {values}"
        f" WHERE v IS NOT NULL AND place IN ({', '.join(map(str, places))})"
        f" QUALIFY row_number() OVER (PARTITION BY place ORDER BY hash(v), v) <= {_READ}"
    ).fetchall()
    texts: dict[int, list[tuple[str, int]]] = defaultdict(list)
    rows: dict[int, int] = {}
    for place, text, count, filled in found:
        texts[place].append((text, int(count)))
        rows[place] = int(filled)
    made = {}
    for place, counted in texts.items():
        seen = sum(count for _, count in counted)
        short = [(text, count) for text, count in counted if len(text) <= _LENGTH]
        kept = _with_support(_of_words(short, k, places[place]), k)
        if 2 * sum(kept.values()) < seen or not any("~" in form for form in kept):
            continue
        # Most frequent first; their share of what was looked at is that of all.
        made[place] = tuple(
            ValueCount(value=form, count=round(count * rows[place] / seen))
            for form, count in sorted(kept.items(), key=lambda each: (-each[1], each[0]))[:_FORMS]
        )
    return made


def _of_words(texts: Sequence[tuple[str, int]], k: int, may_stay: bool) -> Counter[str]:
    """Words and numbers that many rows have stay; texts with words in capitals that few have are left out."""
    total = sum(count for _, count in texts)
    rows = Counter[str]()
    for text, count in texts:
        for token in set(_TOKEN.findall(text)):
            rows[token] += count
    kept = {token for token, count in rows.items() if may_stay and count >= max(k, _SHARED * total)}
    has_zeros = any(token[0] == "0" and len(token) > 1 for token in rows if token not in kept)
    found = Counter[str]()
    for text, count in texts:
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
