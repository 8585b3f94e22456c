"""In which language texts are, and how long their sentences are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from statistics import median_low

import duckdb

from synth_core.files.sql import quote
from synth_core.model.profile import ColumnProfile
from synth_core.recipe.functions.words import LANGUAGES, words_of

_LOOKED_AT = 300
"""Different texts."""
_WORDS_A_TEXT = 3
_KNOWN, _AHEAD = 0.3, 1.3
"""So much of the words is known of the language, and so many times what the next one has."""
_DIFFERENT = 5
_WORD = re.compile(r"[^\W\d_]{2,}")
_END = re.compile(r"[.!?…](?:\s|$)")
_MOST = 0.5
_MOST_WORDS = 100


def with_language(
    con: duckdb.DuckDBPyConnection, table: str, name: str, facts: ColumnProfile, k: int
) -> ColumnProfile:
    """The facts of a column of texts, with language and sentences where it has several words; nothing is kept of single
    texts."""
    if not facts.words_quantiles or facts.words_quantiles[len(facts.words_quantiles) // 2] < _WORDS_A_TEXT:
        return facts
    value = quote(name)
    rows = con.execute(
        f"SELECT DISTINCT {value} FROM {table} WHERE {value} IS NOT NULL ORDER BY hash({value}) LIMIT {_LOOKED_AT}"
    ).fetchall()
    texts = [text for (text,) in rows]
    if len(texts) < k:
        return facts
    return facts.model_copy(
        update={"language": language_of(texts), "sentence_words": words_a_sentence(texts)}
    )


def language_of(texts: Sequence[str]) -> str:
    """One of `LANGUAGES`; empty where it is English, or none stands out."""
    words = [word.lower() for text in texts for word in _WORD.findall(text)]
    shares = sorted(
        ((sum(map(known.__contains__, words)), name) for name, known in _known().items()), reverse=True
    )
    (best, name), (next_best, _) = shares[:2]
    stands_out = best >= max(_KNOWN * len(words), _AHEAD * next_best)
    if name == "en" or not stands_out or len(_known()[name].intersection(words)) < _DIFFERENT:
        return ""
    return name


def words_a_sentence(texts: Sequence[str]) -> int | None:
    """The median; None where most texts have no full stop at their end."""
    ended = [text for text in texts if re.search(r"[.!?…]\s*$", text)]
    if len(ended) < _MOST * len(texts):
        return None
    sizes = [len(each.split()) for text in ended for each in _END.split(text) if each.strip()]
    return min(_MOST_WORDS, max(2, median_low(sizes)))


@lru_cache
def _known() -> dict[str, frozenset[str]]:
    """Plain words of each language; English ones as Faker has them, which are the more common ones."""
    from faker.providers.lorem.en_US import Provider

    own = {name: frozenset(map(str.lower, words_of(name))) for name in LANGUAGES}
    return {"en": frozenset(map(str.lower, Provider.word_list)), **own}
