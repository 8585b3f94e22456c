"""Free text is made in the language of the source, with sentences as long as its."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import get_args

import duckdb
import pytest
from test_recipe_functions import values
from typed_tables import add_table, project

from synth_core.recipe.functions.texts import Language
from synth_core.recipe.functions.words import LANGUAGES, words_of
from synth_core.recipe.reading import Recipe
from synth_core.stages.draft import draft
from synth_core.stages.profile import profile
from synth_core.stages.profile.languages import language_of, words_a_sentence

SAID = {
    "de": "Der Kunde bittet um Rückruf, weil die letzte Rechnung nicht stimmt und er auf sein Geld wartet.",
    "fr": "Le client n'a pas reçu sa commande et demande que nous le rappelions demain matin.",
    "es": "El cliente no ha recibido el pedido y quiere que le devuelvan el dinero en su cuenta.",
    "it": "Il cliente non ha ancora ricevuto la merce e chiede il suo denaro entro questa settimana.",
    "nl": "De klant heeft het pakket niet ontvangen en wil graag zijn geld terug op de rekening.",
    "da": "Kunden har ikke modtaget varen og vil gerne have sine penge tilbage på kontoen.",
    "": "The customer has not received the parcel and would like to have a refund on the account.",
}


@pytest.mark.parametrize("language", SAID)
def test_the_language_is_told_by_common_words(language: str) -> None:
    assert language_of([SAID[language]]) == language


@pytest.mark.parametrize(
    "texts",
    [
        ["O cliente não recebeu o pedido e quer o dinheiro de volta na conta."],
        ["qwx zzk 12", "AB-12 C"],
        [""],
    ],
    ids=["a language without words", "no words", "nothing"],
)
def test_what_is_in_no_language_that_is_known_stays_english(texts: Sequence[str]) -> None:
    assert language_of(texts) == ""


def test_sentences_are_counted_where_they_end() -> None:
    assert words_a_sentence(["One two three. Four five six!", "One two three."]) == 3
    assert words_a_sentence(["no full stop here", "nor here", "One."]) is None


def test_a_draft_speaks_as_its_source_does() -> None:
    with duckdb.connect() as con:
        query = f"SELECT i || '. {SAID['de']} Danke sehr für alles Gute.' AS note FROM range(40) r(i)"
        source = project(add_table(con, "t", query, meanings={"note": "free_text"}))
        text = draft(source, profile(con, source)).text
    words = Recipe.read(text).fields()["t"]["note"]["Synth.words"]
    assert (words["language"], words["sentence"]) == ("de", 5)
    known = {word.lower() for word in words_of("de")}
    for made in values({"Synth.words": words}, 60):
        assert made.endswith(".") and len(made) <= words["max_length"]
        sentences = [each.split() for each in re.split(r"\. ", made.removesuffix("."))]
        assert all(len(each) <= 6 and each[0][0].isupper() for each in sentences)
        assert {word.lower() for each in sentences for word in each} <= known


def test_all_languages_can_be_asked_for() -> None:
    assert set(get_args(Language)) == {"en", *LANGUAGES}
    assert all(len(words_of(language)) > 300 for language in LANGUAGES)
