"""The Faker providers that a recipe may use, each with its arguments.

Written down, not asked of Faker: a provider that a later version brings is refused until somebody has looked
at it. Left out are those that give no single value (lists, tuples, files, bytes), that differ from run to run
(`uuid1`), that make real people's addresses (`realistic_maybe_real_email`), or that evaluate a template
(`pystr_format`); and arguments that give bytes, call something, or are a format string (`placeholder_url`).
"""

from __future__ import annotations

from dataclasses import dataclass

from synth_core.model.types import Kind

_DIGITS = {
    "aba": "", "building_number": "", "credit_card_number": "card_type",
    "credit_card_security_code": "card_type", "day_of_month": "", "ean": "length prefixes",
    "ean13": "prefixes leading_zero", "ean8": "prefixes", "http_status_code": "include_unassigned",
    "iana_id": "", "localized_ean": "length", "localized_ean13": "", "localized_ean8": "", "month": "",
    "msisdn": "", "numerify": "text", "port_number": "is_dynamic", "postalcode": "",
    "postalcode_in_state": "state_abbr", "postcode": "", "postcode_in_state": "state_abbr",
    "pyint": "min_value max_value step", "random_digit": "", "random_digit_above_two": "",
    "random_digit_not_null": "", "random_int": "min max step", "random_number": "digits fix_len",
    "randomize_nb_elements": "number le ge min max", "upc_a": "upc_ae_mode base number_system_digit",
    "upc_e": "base number_system_digit safe_mode", "year": "", "zipcode": "",
    "zipcode_in_state": "state_abbr",
}  # fmt: skip
_TEXTS = {
    "address": "", "administrative_unit": "", "alias": "", "am_pm": "", "android_platform_token": "",
    "ascii_company_email": "", "ascii_email": "", "ascii_free_email": "", "ascii_safe_email": "",
    "bank": "", "bank_country": "", "basic_phone_number": "", "bban": "", "bothify": "text letters",
    "bs": "", "catch_phrase": "", "century": "", "chrome": "version_from version_to build_from build_to",
    "city": "", "city_prefix": "", "city_suffix": "", "color": "hue luminosity color_format",
    "color_name": "", "company": "", "company_email": "", "company_suffix": "", "country": "",
    "country_calling_code": "", "country_code": "representation",
    "credit_card_expire": "start end date_format", "credit_card_full": "card_type",
    "credit_card_provider": "card_type", "cryptocurrency_code": "", "cryptocurrency_name": "",
    "currency_code": "", "currency_name": "", "currency_symbol": "code", "current_country": "",
    "current_country_code": "", "day_of_week": "", "dga": "year month day tld length", "doi": "",
    "domain_name": "levels", "domain_word": "", "ein": "", "email": "matching", "emoji": "",
    "file_extension": "category", "file_name": "category extension",
    "file_path": "depth category extension absolute", "firefox": "", "first_name": "",
    "first_name_female": "", "first_name_male": "", "first_name_nonbinary": "", "free_email": "",
    "free_email_domain": "", "hex_color": "", "hexify": "text upper", "hostname": "levels",
    "http_method": "", "iban": "", "image_url": "width height", "internet_explorer": "", "invalid_ssn": "",
    "ios_platform_token": "", "ipv4": "network address_class private", "ipv4_network_class": "",
    "ipv4_private": "network address_class", "ipv4_public": "network address_class", "ipv6": "network",
    "isbn10": "separator", "isbn13": "separator", "itin": "", "job": "", "job_female": "", "job_male": "",
    "language_code": "", "language_name": "", "last_name": "", "last_name_female": "", "last_name_male": "",
    "last_name_nonbinary": "", "lexify": "text letters", "license_plate": "", "linux_platform_token": "",
    "linux_processor": "", "locale": "", "mac_address": "multicast", "mac_platform_token": "",
    "mac_processor": "", "md5": "", "military_apo": "", "military_dpo": "", "military_ship": "",
    "military_state": "", "mime_type": "category", "month_name": "", "name": "", "name_female": "",
    "name_male": "", "name_nonbinary": "", "nic_handle": "suffix", "opera": "",
    "paragraph": "nb_sentences variable_nb_sentences ext_word_list", "passport_full": "",
    "passport_gender": "", "passport_number": "",
    "password": "length special_chars digits upper_case lower_case", "phone_number": "",
    "postalcode_plus4": "", "prefix": "", "prefix_female": "", "prefix_male": "", "prefix_nonbinary": "",
    "pricetag": "", "pystr": "min_chars max_chars prefix suffix", "random_digit_not_null_or_empty": "",
    "random_digit_or_empty": "", "random_element": "elements", "random_letter": "",
    "random_lowercase_letter": "", "random_uppercase_letter": "", "rgb_color": "", "rgb_css_color": "",
    "ripe_id": "", "safari": "", "safe_color_name": "", "safe_domain_name": "", "safe_email": "",
    "safe_hex_color": "", "sbn9": "separator", "secondary_address": "",
    "sentence": "nb_words variable_nb_words ext_word_list", "sha1": "", "sha256": "", "slug": "value",
    "ssn": "taxpayer_identification_number_type", "state": "",
    "state_abbr": "include_territories include_freely_associated_states", "street_address": "",
    "street_name": "", "street_suffix": "", "suffix": "", "suffix_female": "", "suffix_male": "",
    "suffix_nonbinary": "", "swift": "length primary", "swift11": "primary", "swift8": "",
    "text": "max_nb_chars ext_word_list", "timezone": "", "tld": "", "unix_device": "prefix",
    "unix_partition": "prefix", "uri": "schemes deep", "uri_extension": "", "uri_page": "",
    "uri_path": "deep", "url": "schemes", "user_agent": "", "user_name": "matching", "uuid4": "", "vin": "",
    "windows_platform_token": "", "word": "part_of_speech ext_word_list", "zipcode_plus4": "",
}  # fmt: skip
_FLAGS = {
    "boolean": "chance_of_getting_true", "pybool": "truth_probability",
}  # fmt: skip
_NUMBERS = {
    "coordinate": "center radius", "latitude": "", "longitude": "",
    "pyfloat": "left_digits right_digits positive min_value max_value",
    "unix_time": "end_datetime start_datetime",
}  # fmt: skip
_MOMENTS = {
    "date": "pattern end_datetime", "date_between": "start_date end_date",
    "date_between_dates": "date_start date_end", "date_object": "end_datetime",
    "date_of_birth": "minimum_age maximum_age", "date_this_century": "before_today after_today",
    "date_this_decade": "before_today after_today", "date_this_month": "before_today after_today",
    "date_this_year": "before_today after_today", "date_time": "start_date end_date",
    "date_time_between": "start_date end_date", "date_time_between_dates": "start_date end_date",
    "datetime": "start_date end_date", "future_date": "end_date", "future_datetime": "end_date",
    "iso8601": "end_datetime", "passport_dob": "", "past_date": "start_date", "past_datetime": "start_date",
}  # fmt: skip
_DECIMALS = {
    "pydecimal": "left_digits right_digits positive min_value max_value",
}  # fmt: skip
_TIMES = {
    "time": "pattern end_datetime", "time_object": "end_datetime",
}  # fmt: skip

_STRING = frozenset({Kind.STRING, Kind.BYTES})
_FILLS: tuple[tuple[dict[str, str], frozenset[Kind]], ...] = (
    (_DIGITS, _STRING | {Kind.INT64, Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64}),
    (_TEXTS, _STRING),
    (_FLAGS, _STRING | {Kind.BOOL}),
    (_NUMBERS, _STRING | {Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64}),
    (_MOMENTS, _STRING | {Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP}),
    (_DECIMALS, _STRING | {Kind.FLOAT64}),
    (_TIMES, _STRING | {Kind.TIME}),
)


@dataclass(frozen=True)
class Provider:
    """One provider by its Faker name."""

    name: str
    arguments: tuple[str, ...]
    fills: frozenset[Kind]


PROVIDERS = {
    name: Provider(name, tuple(arguments.split()), fills)
    for table, fills in _FILLS
    for name, arguments in table.items()
}
_SPELLINGS = {spelling: name for name in PROVIDERS for spelling in (name.replace("_", ""), name)}


def find_provider(name: str) -> Provider | None:
    """By any spelling that Snowfakery takes: `first_name`, `firstname`, `FirstName`."""
    known = _SPELLINGS.get(name.lower())
    return PROVIDERS[known] if known else None


def spellings(like: str) -> list[str]:
    """All provider names, written in the manner of `like`: `first_name` or `FirstName`."""
    if "_" in like or like.islower():
        return list(PROVIDERS)
    return ["".join(part.capitalize() for part in name.split("_")) for name in PROVIDERS]
