"""Providers of places."""

from __future__ import annotations

from synth_core.recipe.catalogue.providers.declare import Told

TEXTS: Told = {
    "address": "a whole address in two lines",
    "street_address": "house number and street",
    "secondary_address": "a flat or suite",
    "street_name": "a street",
    "street_suffix": "the end of a street's name",
    "city": "a town",
    "city_prefix": "the begin of a town's name",
    "city_suffix": "the end of a town's name",
    "state": "a state, province or region",
    "administrative_unit": "a state, province or region",
    "state_abbr include_territories=true include_freely_associated_states=true": "a state's two letters",
    "country": "a country",
    "country_code representation=alpha-2": ("a country's code", "{representation: alpha-3}"),
    "current_country": "the locale's country",
    "current_country_code": "the code of the locale's country",
    "bank_country": "the code of the country of the locale's banks",
    "postalcode_plus4": "a post code with four more digits",
    "zipcode_plus4": "a post code with four more digits",
    "timezone": "a time zone, such as Europe/Paris",
    "locale": "a locale, such as de_DE",
    "language_code": "a language's two letters",
    "military_apo": "a box at an army's post office",
    "military_dpo": "a box at an embassy's post office",
    "military_ship": "the prefix of a ship",
    "military_state": "the two letters of an army's region",
}
DIGITS: Told = {
    "building_number": "a house number",
    "postcode": "a post code",
    "postalcode": "a post code",
    "zipcode": "a post code",
    "postcode_in_state state_abbr": "a post code of a state of the USA",
    "postalcode_in_state state_abbr": "a post code of a state of the USA",
    "zipcode_in_state state_abbr": "a post code of a state of the USA",
}
REALS: Told = {
    "latitude": "degrees from -90 to 90",
    "longitude": "degrees from -180 to 180",
    "coordinate center radius=0.001": (
        "degrees, around a centre if there is one",
        "{center: 52.5, radius: 0.1}",
    ),
}
