"""Texts in the notation of `Synth.pattern`, where letter by letter they have no shape in common: addresses, slugs,
paths, numbers of devices. What many rows share stays, the rest is plain words, digits and hexadecimal digits."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from os.path import commonprefix

import duckdb

from synth_core.model.profile import ValueCount
from synth_core.recipe.functions import escape_shape

_READ = 1_000
_LENGTH = 200
"""Different texts of a column that are looked at, and characters of the longest ones."""
_MOULDS = 50
_SHARED = 0.05
"""Of the rows, the part that has a word or number which stays."""
_MOST_WORDS = 6
_TOKEN = re.compile(r"[^\W\d_]+|\d+|.", re.DOTALL)
_GROUPS = r"[{0}]+(?:[:.-][{0}]+)*"
_SHORTEST = 4
"""Hexadecimal digits."""


def moulds(
    con: duckdb.DuckDBPyConnection, values: str, places: Mapping[int, bool], k: int
) -> Mapping[int, tuple[ValueCount, ...]]:
    """By column: the moulds that k rows have; words and numbers stay in those of the `places` that say so. `values` is
    as for `column_profiles`; of very many texts some stand for all."""
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
        kept = _with_support(_hexadecimal(short, places[place]) or _of_words(short, k, places[place]), k)
        # Most frequent first; their share of what was looked at is that of all.
        made[place] = tuple(
            ValueCount(value=mould, count=round(count * rows[place] / seen))
            for mould, count in sorted(kept.items(), key=lambda each: (-each[1], each[0]))[:_MOULDS]
        )
    return made


def _hexadecimal(texts: Sequence[tuple[str, int]], may_stay: bool) -> Counter[str]:
    """Behind what all begin with nothing but hexadecimal digits, perhaps in groups; empty where it is anything else."""
    common = commonprefix([text for text, _ in texts])  # noqa: RUF071 - texts, not paths
    start = re.sub(r"[0-9a-fA-F]*$", "", common) if may_stay else ""
    for digit, alphabet in (("x", "0-9a-f"), ("#", "0-9A-F")):
        rests = [text[len(start) :] for text, _ in texts]
        mixed = sum(bool(re.search(r"\d", rest) and re.search(r"[a-fA-F]", rest)) for rest in rests)
        groups = re.compile(_GROUPS.format(alphabet))
        if 2 * mixed < len(texts) or not all(
            len(rest) >= _SHORTEST and groups.fullmatch(rest) for rest in rests
        ):
            continue
        found = Counter[str]()
        for (_, count), rest in zip(texts, rests, strict=True):
            found[escape_shape(start) + re.sub(f"[{alphabet}]", digit, rest)] += count
        return found
    return Counter()


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
        mould = _mould(_TOKEN.findall(text), kept, first="9" if has_zeros else "%")
        if mould is not None:
            found[mould] += count
    return found


def _mould(tokens: Sequence[str], kept: set[str], *, first: str) -> str | None:
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
    for mould, _ in found.most_common():
        alike[re.sub(r"(?<!\\)%?9+", "9", mould)].append(mould)
    kept: dict[str, int] = {}
    for group in alike.values():
        rows = {mould: found[mould] for mould in group if found[mould] >= k}
        if rest := sum(found[mould] for mould in group) - sum(rows.values()):
            rows[group[0]] = rows.get(group[0], 0) + rest
        kept |= {mould: count for mould, count in rows.items() if count >= k}
    return kept
