"""Plain words for free text that says nothing, in several languages."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import lru_cache

from synth_core.model.words import WORDS

LANGUAGES = {
    "cs": "cs_CZ",
    "da": "da_DK",
    "de": "de_DE",
    "el": "el_GR",
    "es": "es_ES",
    "fr": "fr_FR",
    "it": "it_IT",
    "nl": "nl_NL",
    "pl": "pl_PL",
    "ru": "ru_RU",
    "uk": "uk_UA",
}
"""Languages of which Faker knows plain words, by the locale that has them; English is `model.words`."""
_SHORT = 4
"""Letters of a word that stands in for a longer one."""


class Vocabulary:
    """The words of one language."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self._short = [word for word in words if len(word) <= _SHORT]
        self._places = {word: place for place, word in enumerate(words)}

    def fitting(self, words: Sequence[str], length: int) -> list[str]:
        """So many of the words that they fit into so many characters: the longest replaced by short ones first, then
        the last left out; of a single word that is too long the beginning."""
        kept = list(words[: max(1, length // 4)])
        room = length - len(" ".join(kept))
        while room < 0 and len(kept) > 1:
            place = max(range(len(kept)), key=lambda each: len(kept[each]))
            before = kept[place]
            if len(before) > _SHORT:
                kept[place] = self._shorter(before)
                room += len(before) - len(kept[place])
            else:
                room += 1 + len(kept.pop())
        if len(kept[0]) > length:
            kept = [self._shorter(kept[0])[:length]]
        return kept

    def _shorter(self, word: str) -> str:
        return self._short[self._places[word] % len(self._short)]


@lru_cache
def vocabulary(language: str) -> Vocabulary:
    """The words of one of `LANGUAGES`; of every other one, English ones."""
    return Vocabulary(words_of(language) if language in LANGUAGES else WORDS)


@lru_cache
def words_of(language: str) -> Sequence[str]:
    """Faker's plain words of one of `LANGUAGES`, each once."""
    provider = importlib.import_module(f"faker.providers.lorem.{LANGUAGES[language]}").Provider
    return tuple(dict.fromkeys(word for word in provider.word_list if " " not in word))
