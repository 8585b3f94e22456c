"""Providers of numbers and flags."""

from __future__ import annotations

from synth_core.recipe.catalogue.providers.declare import Told

DIGITS: Told = {
    "pyint min_value=0 max_value=9999 step=1": ("a whole number", "{min_value: 1, max_value: 99}"),
    "random_int min=0 max=9999 step=1": ("a whole number", "{min: 1, max: 99}"),
    "random_number digits fix_len=false": ("a whole number of so many digits", "{digits: 5}"),
    "randomize_nb_elements number=10 le=false ge=false min max": ("a number near another", "{number: 50}"),
    "random_digit": "a digit from 0 to 9",
    "random_digit_above_two": "a digit from 2 to 9",
    "random_digit_not_null": "a digit from 1 to 9",
    "numerify text=###": ("each # a digit", '{text: "####"}'),
}
FLAGS: Told = {
    "boolean chance_of_getting_true=50": ("true or false", "{chance_of_getting_true: 80}"),
    "pybool truth_probability=50": ("true or false", "{truth_probability: 80}"),
}
REALS: Told = {
    "pyfloat left_digits right_digits positive min_value max_value": (
        "a number with decimals",
        "{min_value: 0, max_value: 10, right_digits: 2}",
    ),
}
WIDE: Told = {
    "pydecimal left_digits right_digits positive min_value max_value": (
        "an exact number with decimals",
        "{min_value: 0, max_value: 10, right_digits: 2}",
    ),
}
