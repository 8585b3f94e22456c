"""Providers of companies, banks, cards, goods."""

from __future__ import annotations

from synth_core.recipe.catalogue.providers.declare import Told

TEXTS: Told = {
    "company": "a company",
    "company_suffix": "the end of a company's name",
    "catch_phrase": "a slogan",
    "bs": "what a company says it does",
    "bank": "a bank",
    "bban": "an account number of the locale's country",
    "iban": "an international account number",
    "swift length primary=false": "a bank's SWIFT code of 8 or 11 characters",
    "swift8": "a bank's SWIFT code of 8 characters",
    "swift11 primary=false": "a bank's SWIFT code of 11 characters",
    "credit_card_provider card_type": "the name of a card's company",
    "credit_card_full card_type": "company, holder, number and date of a card, in lines",
    "credit_card_expire start=now end=+10y date_format=%m/%y": "the month in which a card ends, such as 04/28",
    "currency_code": "a currency's three letters",
    "currency_name": "a currency",
    "currency_symbol code": "a currency's sign",
    "cryptocurrency_code": "a crypto currency's letters",
    "cryptocurrency_name": "a crypto currency",
    "pricetag": "a price with the locale's currency",
    "isbn10 separator=-": "a book's number of 10 digits",
    "isbn13 separator=-": "a book's number of 13 digits",
    "sbn9 separator=-": "a book's number of 9 digits",
    "doi": "a publication's identifier",
    "license_plate": "a car's number plate",
    "vin": "a car's identification number",
}
DIGITS: Told = {
    "aba": "a bank's routing number of the USA",
    "credit_card_number card_type": "a card's number",
    "credit_card_security_code card_type": "the digits on a card's back",
    "ean length=13 prefixes": ("a bar code of 8 or 13 digits", "{length: 8}"),
    "ean8 prefixes": "a bar code of 8 digits",
    "ean13 prefixes leading_zero": "a bar code of 13 digits",
    "localized_ean length=13": "a bar code with the prefix of the locale's country",
    "localized_ean8": "a bar code of 8 digits with the prefix of the locale's country",
    "localized_ean13": "a bar code of 13 digits with the prefix of the locale's country",
    "upc_a upc_ae_mode=false base number_system_digit": "a bar code of the USA of 12 digits",
    "upc_e base number_system_digit safe_mode=true": "a short bar code of the USA of 8 digits",
}
