"""How text files write true and false."""

from __future__ import annotations

TRUTH_WORDS = (
    ("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"), ("on", "off"), ("oui", "non"), ("ja", "nein"), ("j", "n"),
    ("vrai", "faux"), ("wahr", "falsch"), ("verdadero", "falso"), ("vero", "falso"), ("verdadeiro", "falso"),
    ("waar", "onwaar"), ("prawda", "fałsz"), ("sant", "falskt"), ("sand", "falsk"), ("pravda", "nepravda"),
    ("igaz", "hamis"), ("tosi", "epätosi"), ("истина", "ложь"), ("真", "假"),
    ("sim", "não"), ("sí", "no"), ("si", "no"), ("sì", "no"), ("ja", "nee"), ("ja", "nej"), ("tak", "nie"),
    ("ano", "ne"), ("áno", "nie"), ("da", "ne"), ("da", "nu"), ("evet", "hayır"), ("kyllä", "ei"), ("igen", "nem"),
    ("да", "нет"), ("так", "ні"), ("ναι", "όχι"), ("是", "否"), ("はい", "いいえ"), ("예", "아니오"),
)  # fmt: skip
"""What people and spreadsheets write for true and false."""
