"""Providers of words, made-up texts and colours."""

from __future__ import annotations

from synth_core.recipe.catalogue.providers.declare import Told

TEXTS: Told = {
    "word part_of_speech ext_word_list": "a word",
    "sentence nb_words=6 variable_nb_words=true ext_word_list": ("a sentence", "{nb_words: 4}"),
    "paragraph nb_sentences=3 variable_nb_sentences=true ext_word_list": ("a paragraph", "{nb_sentences: 2}"),
    "text max_nb_chars=200 ext_word_list": ("sentences up to a length", "{max_nb_chars: 80}"),
    "pystr min_chars max_chars=20 prefix suffix": ("random letters", "{min_chars: 4, max_chars: 8}"),
    "bothify text letters": ("each # a digit, each ? a letter", '{text: "??-###"}'),
    "lexify text=???? letters": ("each ? a letter", '{text: "??-??", letters: ABC}'),
    "hexify text=^^^^ upper=false": ("each ^ a hexadecimal digit", '{text: "^^-^^"}'),
    "random_element elements": ("one of a list", "(elements=['red', 'green'])"),
    "random_letter": "a letter",
    "random_lowercase_letter": "a small letter",
    "random_uppercase_letter": "a capital letter",
    "emoji": "an emoji",
    "color hue luminosity color_format=hex": ("a colour", "{hue: red, luminosity: light}"),
    "color_name": "a colour's name in HTML",
    "hex_color": "a colour, such as #1a2b3c",
    "rgb_color": "a colour, such as 20,30,255",
    "rgb_css_color": "a colour, such as rgb(20,30,255)",
    "safe_color_name": "one of 16 plain colours",
    "safe_hex_color": "a colour of doubled digits, such as #aabbcc",
}
MIXED: Told = {
    "random_digit_or_empty": "a digit from 0 to 9, or an empty text",
    "random_digit_not_null_or_empty": "a digit from 1 to 9, or an empty text",
}
