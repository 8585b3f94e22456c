"""How providers are declared: a line with name and arguments, and what it makes in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from synth_core.model.types import Kind
from synth_core.recipe.catalogue.declaration import Argument, ArgumentKind, Declaration

Told = dict[str, str | tuple[str, str]]
"""`name argument=default argument * by_name_only` → what it makes, or that and arguments for the example (those of a
formula in round brackets)."""

_ARGUMENTS: dict[str, tuple[ArgumentKind, str]] = {
    "absolute": ("flag", "begin with the root"),
    "address_class": ("text", "a, b or c"),
    "after_today": ("flag", "later than today, too"),
    "base": ("text", "the first digits"),
    "before_today": ("flag", "earlier than today, too"),
    "build_from": ("whole", "the lowest build"),
    "build_to": ("whole", "the highest build"),
    "card_type": ("text", "such as visa, mastercard, amex"),
    "category": ("text", "such as image, audio, text, office"),
    "center": ("number", "the middle"),
    "chance_of_getting_true": ("whole", "how often it is true, of 100"),
    "code": ("text", "the currency, such as EUR"),
    "color_format": ("text", "hex, rgb, hsv or hsl"),
    "date_end": ("moment", "the latest date"),
    "date_format": ("text", "how it is written"),
    "date_start": ("moment", "the earliest date"),
    "day": ("whole", "the day that it follows from"),
    "deep": ("whole", "how many folders"),
    "depth": ("whole", "how many folders"),
    "digits": ("whole", "how many digits at most"),
    "elements": ("list", "the values"),
    "end": ("moment", "the latest date"),
    "end_date": ("moment", "the latest one"),
    "end_datetime": ("moment", "the latest one"),
    "ext_word_list": ("list", "the words to take"),
    "extension": ("text", "the ending"),
    "fix_len": ("flag", "exactly so many digits"),
    "ge": ("flag", "at least the number"),
    "height": ("whole", "pixels"),
    "hue": ("text", "such as red, blue, monochrome"),
    "include_freely_associated_states": ("flag", "states associated with the USA, too"),
    "include_territories": ("flag", "territories, too"),
    "include_unassigned": ("flag", "numbers without a meaning, too"),
    "is_dynamic": ("flag", "only 49152 and above"),
    "le": ("flag", "at most the number"),
    "leading_zero": ("flag", "begin with 0, or don't"),
    "left_digits": ("whole", "digits before the point"),
    "length": ("whole", "how many characters"),
    "letters": ("text", "the letters to take"),
    "levels": ("whole", "how many parts before the end"),
    "lower_case": ("flag", "with small letters"),
    "luminosity": ("text", "bright, dark, light or random"),
    "matching": ("flag", "take the first and last name that the row has"),
    "max": ("whole", "the highest"),
    "max_chars": ("whole", "letters at most"),
    "max_nb_chars": ("whole", "characters at most"),
    "max_value": ("number", "the highest"),
    "maximum_age": ("whole", "years at most"),
    "min": ("whole", "the lowest"),
    "min_chars": ("whole", "letters at least"),
    "min_value": ("number", "the lowest"),
    "minimum_age": ("whole", "years at least"),
    "month": ("whole", "the month that it follows from"),
    "multicast": ("flag", "an address of a group"),
    "nb_sentences": ("whole", "how many sentences"),
    "nb_words": ("whole", "how many words"),
    "network": ("flag", "a network with its mask"),
    "number": ("whole", "the number"),
    "number_system_digit": ("whole", "the first digit"),
    "part_of_speech": ("text", "such as noun, verb, adjective"),
    "pattern": ("text", "how it is written, such as %d.%m.%Y"),
    "positive": ("flag", "above 0"),
    "prefix": ("text", "what stands before it"),
    "prefixes": ("list", "the first digits to take"),
    "primary": ("flag", "of a main office"),
    "private": ("flag", "of a private network"),
    "radius": ("number", "the distance from it at most"),
    "representation": ("text", "alpha-2 or alpha-3"),
    "right_digits": ("whole", "digits after the point"),
    "safe_mode": ("flag", "can be written as 12 digits, too"),
    "schemes": ("list", "such as [https]"),
    "separator": ("text", "what stands between the parts"),
    "special_chars": ("flag", "with signs such as ! and %"),
    "start": ("moment", "the earliest date"),
    "start_date": ("moment", "the earliest one"),
    "start_datetime": ("moment", "the earliest one"),
    "state_abbr": ("text", "the state's two letters"),
    "step": ("whole", "the lowest plus a multiple of it"),
    "suffix": ("text", "what stands behind it"),
    "taxpayer_identification_number_type": ("text", "SSN, ITIN, EIN or INVALID_SSN"),
    "text": ("text", "the signs to replace, and what stays"),
    "timezone": ("zone", "distance to UTC"),
    "tld": ("text", "the end of the domain"),
    "truth_probability": ("whole", "how often it is true, of 100"),
    "upc_ae_mode": ("flag", "can be written as 8 digits, too"),
    "upper": ("flag", "capital letters"),
    "upper_case": ("flag", "with capital letters"),
    "value": ("text", "the words to take"),
    "variable_nb_sentences": ("flag", "some more or less"),
    "variable_nb_words": ("flag", "some more or less"),
    "version_from": ("whole", "the lowest version"),
    "version_to": ("whole", "the highest version"),
    "width": ("whole", "pixels"),
    "year": ("whole", "the year that it follows from"),
}
"""Arguments by name: a name means the same with all providers, but for these."""
_OWN: dict[str, tuple[ArgumentKind, str]] = {
    "password.digits": ("flag", "with digits"),
    "nic_handle.suffix": ("text", "the registry"),
}
_UNITS = {
    "nb_words": "words", "nb_sentences": "sentences", "max_nb_chars": "characters", "min_chars": "characters",
    "max_chars": "characters", "length": "characters", "width": "pixels", "height": "pixels",
    "minimum_age": "years", "maximum_age": "years", "left_digits": "digits", "right_digits": "digits",
    "chance_of_getting_true": "%", "truth_probability": "%",
}  # fmt: skip


def declare(
    group: str, fills: frozenset[Kind], told: Mapping[str, str | tuple[str, str]]
) -> Iterator[Declaration]:
    """The entries of a table of providers."""
    for line, what in told.items():
        name, *words = line.split()
        help, example = (what, "") if isinstance(what, str) else what
        before, _, after = " ".join(words).partition("*")
        positional = tuple(word.partition("=")[0] for word in before.split())
        arguments = dict(_argument(name, word) for word in [*before.split(), *after.split()])
        yield Declaration(
            f"fake.{name}",
            group,
            f"{help[:1].upper()}{help[1:]}.",
            _example(name, example),
            arguments,
            positional,
            fills,
            in_formulas=True,
        )


def _example(name: str, arguments: str) -> str:
    if not arguments:
        return "fake: " + "".join(part.capitalize() for part in name.split("_"))
    # Outside of formulas Snowfakery takes no lists as arguments.
    return (
        f'"${{{{ fake.{name}{arguments} }}}}"' if arguments.startswith("(") else f"fake.{name}: {arguments}"
    )


def _argument(provider: str, word: str) -> tuple[str, Argument]:
    name, _, default = word.partition("=")
    kind, help = _OWN.get(f"{provider}.{name}") or _ARGUMENTS[name]
    return name, Argument(kind, help, default, unit=_UNITS.get(name, ""))
