"""Small tables that only number words: lists of kinds."""

from __future__ import annotations

from collections.abc import Sequence

from synth_core.model.types import NUMERIC_KINDS, Kind
from synth_core.stages.describe.facts import Facts, words_in
from synth_core.stages.describe.names_beside import Weighed, written_like_names

_LIKELY = 0.54
"""How sure it is that words are kinds where the table has nothing else."""
_ROWS, _COLUMNS, _WORDS = 40, 3, 4
"""At most."""


def weigh_kinds(columns: Sequence[Weighed]) -> None:
    """Different words of which nobody knows the meaning, in a table of a few rows with a number for each and nothing
    else: what other tables refer to by number is one of a few kinds. Single words with a capital may be names."""
    words = [column for column in columns if column.facts.kind not in (*NUMERIC_KINDS, Kind.BOOL)]
    if not 1 < len(columns) <= _COLUMNS or len(words) != 1:
        return
    (column,) = words
    if column.is_unknown and _are_labels(column.facts) and not written_like_names(column.facts):
        told = "they are different words in a table of a few rows that only numbers them"
        column.add("category", _LIKELY, "", told)


def _are_labels(facts: Facts) -> bool:
    texts = facts.distinct
    if facts.kind is not Kind.STRING or not 2 <= len(texts) <= _ROWS:
        return False
    if len(facts.values) != len(texts) or facts.values.total() != len(texts):
        return False
    return all(len(words_in(text)) <= _WORDS and any(map(str.isalpha, text)) for text in texts)
