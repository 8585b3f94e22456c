"""Checks of numbers and addresses that identify people or machines."""

from __future__ import annotations

import ipaddress
import re

from stdnum import iban, luhn
from stdnum.at import vnr
from stdnum.au import tfn
from stdnum.be import nn
from stdnum.bg import egn
from stdnum.br import cpf
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.cl import rut
from stdnum.cn import ric
from stdnum.cz import rc
from stdnum.de import idnr
from stdnum.dk import cpr
from stdnum.do import cedula
from stdnum.ec import ci
from stdnum.ee import ik
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.gr import amka
from stdnum.hr import oib
from stdnum.id import nik
from stdnum.ie import pps
from stdnum.il import idnr as il_id
from stdnum.in_ import aadhaar
from stdnum.is_ import kennitala
from stdnum.it import codicefiscale
from stdnum.kr import rrn
from stdnum.mx import curp
from stdnum.my import nric
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.ro import cnp
from stdnum.se import personnummer
from stdnum.si import emso
from stdnum.th import pin
from stdnum.tr import tckimlik
from stdnum.us import ssn
from stdnum.za import idnr as za_id

from synth_core.stages.describe import gazetteers as known
from synth_core.stages.describe.facts import Check, Facts, matches, share

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_EMAIL_TOO = r"[^@\s]+@[^@\s]+"
"""As inside a company, under a name that says so."""


def _is_email(text: str) -> bool:
    if not _EMAIL.fullmatch(text):
        return False
    # A tenth of a second to import: only when a column may hold addresses. So below.
    import email_validator

    try:
        email_validator.validate_email(text, check_deliverability=False, test_environment=True)
    except email_validator.EmailNotValidError as error:
        # Addresses under names that are kept for examples are written like any other.
        return "special-use or reserved" in str(error)
    return True


_PHONE = re.compile(r"(?:\+|00)?[\d(][\d\s().\-/]{5,22}\d(?:\s?(?:x|ext\.?|#)\s?\d{1,6})?", re.IGNORECASE)
_PHONE_MASKED = re.compile(r"(?=(?:.*[\dxX*]){7})\+?[\dxX*(][\dxX* ().-]{5,25}")
"""Some digits, or all of them, may be crossed out."""
_NATIONAL_LENGTH = 13
"""Digits of a telephone number without its country, with the zeros before it, at most."""
_NO_PHONE = re.compile(
    r"(?!555)\d{3}-\d{4}|(?:19|20)?\d{2}(?:0[1-9]|1[0-2])[0-3]\d[-+]\d{4}"
    r"|(?:19|20)\d{2}[-/](?:19|20)\d{2}|\d{1,2}[.:]\d{2} ?[-–] ?\d{1,2}[.:]\d{2}"
    r"|[\d-]+-\d|[1-9]\d{3,4}-\d{3,4}-\d{2}"
    r"|\d{2}/\d{8}/\d{2}|\d{3}\.\d{3}\.\d{3}-\d{2}|\d{2}\.\d{3}\.\d{3}-[\dX]|\d{3}[ .]\d{3}[ .]\d{3}[ .]\d{5}"
    r"|\d+|\d+\.\d+|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{3}-\d{2}-\d{4}|\d{5}-\d{3,4}|(?:\d{1,3}\.){3}\d{1,3}"
    r"|(?:\d{4}[ -]){3}\d{4}|\d{1,4}-\d{1,2}-\d{1,2}[ T].*|97[89][- ].*|\d{1,2}[-/.]\d{4}|\d{4}[-/.]\d{1,2}"
)


def is_phone(text: str) -> bool:
    """Written like a telephone number: a country's prefix or separators, and 6 to 15 digits."""
    digits = re.sub(r"\D", "", text)
    if not 6 <= len(digits) <= 17 or not _PHONE.fullmatch(text) or _NO_PHONE.fullmatch(text):
        return False
    if not text.startswith("+"):
        numbers = re.sub(r"\D", "", re.split(r"(?i)x|ext|#", text)[0])
        return len(numbers) <= (15 if text.startswith("00") else _NATIONAL_LENGTH)
    import phonenumbers

    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text, None))
    except phonenumbers.NumberParseException:
        return False


_THOUSANDS = re.compile(r"\d{1,3}(?:[\s.]\d{3})+")


def _phone(facts: Facts) -> float:
    """Numbers in groups of three whose first groups differ in length are amounts."""
    if not facts.has_digits:
        return 0.0
    grouped = [text for text in facts.distinct if _THOUSANDS.fullmatch(text)]
    if len({len(re.split(r"[\s.]", text)[0]) for text in grouped}) > 1 and len(grouped) > 0.9 * len(
        facts.distinct
    ):
        return 0.0
    return share(is_phone)(facts)


def _phone_digits(facts: Facts) -> float:
    """Telephone numbers, also as bare digits, masked, with an extension, or several of them in braces: only worth
    something under a name that says so."""

    def is_like_one(text: str) -> bool:
        return (
            is_phone(text)
            or _PHONE_MASKED.fullmatch(text) is not None
            or re.fullmatch(r"\+?\d{6,15}", text) is not None
        )

    return share(lambda text: all(map(is_like_one, text.strip("{}[]").split(","))))(facts)


def _is_card(text: str) -> bool:
    digits = re.sub(r"[ -]", "", text)
    return re.fullmatch(r"[2-6]\d{11,18}", digits) is not None and luhn.is_valid(digits)


_CARD_DIGITS = re.compile(r"\d{4}([ -]?)(?:\d{4}\1\d{4}\1\d{4}|\d{6}\1\d{5}|\d{8,15})")
_IBAN_START = re.compile(r"[A-Z]{2}\d{2}")
_IBAN_SHAPE = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?")
_NATIONAL = (cpf, dni, nie, nir, codicefiscale, pesel, personnummer, ahv, curp, hetu, pps, nric)
"""Numbers that tell themselves by letters, separators or a date within them."""
_NATIONAL_DIGITS = (
    bsn, nhs, idnr, aadhaar, cpf, nir, pesel, personnummer, fodselsnummer, cnp, egn, tckimlik, za_id, ric,
    nn, tfn, sin, vnr, cpr, ik, kennitala, rrn, rc, amka, emso, oib, il_id, ci, cedula, pin, nik,
)  # fmt: skip
_ENOUGH = 10
"""Different values that must be there."""


def _national_id(facts: Facts) -> float:
    """Numbers of persons that tell themselves by their form, or whose check digits are right in one country."""
    if not facts.has_digits or share(lambda text: _DIGIT.search(text) is not None)(facts) < _SOME:
        return 0.0
    own = share(lambda text: _is_national_id(text) or _OWN_SHAPE.fullmatch(text) is not None)(facts)
    return max(own, _in_one_country(facts))


_DIGIT, _SOME = re.compile(r"\d"), 0.4
"""All numbers of persons have digits; hardly any of the meanings counts below this share."""


def _in_one_country(facts: Facts) -> float:
    """Digits, of which one in ten would pass by chance: nearly all must, of enough, by the rules of one country."""
    digits = re.compile(r"[\d .-]{9,22}")
    if len(facts.distinct) < _ENOUGH or not all(map(digits.fullmatch, facts.distinct)):
        return 0.0
    first = facts.distinct[:_ENOUGH]
    shares = [
        share(module.is_valid)(facts)
        for module in _NATIONAL_DIGITS
        if sum(map(module.is_valid, first)) >= 0.8 * len(first)
    ]
    return max((each for each in shares if each >= 0.9), default=0.0)


def _is_national_id(text: str) -> bool:
    """A number that a state gives a person, in a form that is hardly anything else."""
    if re.fullmatch(r"\d{3}-\d{2}-\d{4}", text):
        # Area numbers from 800 were never given, but stand in data that was made up.
        return text[:3] not in ("000", "666") and text[4:6] != "00"
    if re.fullmatch(r"[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]", text):
        return True
    if _RUT.fullmatch(text):
        return rut.is_valid(text)
    if text.isdigit() or not re.fullmatch(r"(?=(?:.*\d){7})[A-Z\d][A-Z\d .-]{7,17}[A-Z\d]", text):
        return False
    return any(module.is_valid(text) for module in _NATIONAL)


_RUT = re.compile(r"\d{1,2}\.?\d{3}\.?\d{3}-[\dkK]")
_OWN_SHAPE = re.compile(
    r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]|[A-Z]{4}\d{2}(?:0[1-9]|1[0-2])[0-3]\d[HM][A-Z]{5}[A-Z\d]\d"
    r"|\d{3}\.\d{3}\.\d{3}-\d{2}|[A-Z]{3}P[A-Z]\d{4}[A-Z]|(?:19|20)?\d{2}(?:0[1-9]|1[0-2])[0-3]\d[-+]\d{4}"
)
"""Forms of Italy, Mexico, Brazil, India and Sweden that nothing else has, also where check digits were made up."""


_SEVERAL = re.compile(r"[,;] ?|(?<=\d{6})-(?=\d{6})")


def _is_national_number(text: str) -> bool:
    """Also bare digits with a check digit, and several of them: only worth something under a name that says so."""
    return all(_NATIONAL_SHAPE.fullmatch(one) is not None or _holds(one) for one in _SEVERAL.split(text))


_NATIONAL_SHAPE = re.compile(
    r"(?=(?:.*\d){4})(?:[A-Z.]{1,4} +)?[A-Z0-9][A-Z0-9 ./-]{4,20}[A-Z0-9]|(?=.*\d)[A-Z0-9]{6,12}",
    re.IGNORECASE,
)


def _holds(text: str) -> bool:
    """A number of a state whose check digits hold, where it has some that we know."""
    return (
        _is_national_id(text)
        or ssn.is_valid(text)
        or any(module.is_valid(text) for module in _NATIONAL_DIGITS)
    )


def _is_ip(text: str) -> bool:
    if "." not in text and ":" not in text:
        return False
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True


_HASH = re.compile(
    r"\$(?:2[abxy]?|1|5|6|P|H|argon2\w*|pbkdf2\S*|scrypt|y)\$.+|(?:pbkdf2|scrypt|argon2|bcrypt|sha\d+)\w*[$:].+|\{S?SHA\d*\}.+"
)
_HEX_HASH = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{128}")
_UUID = re.compile(r"[{(]?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}[)}]?", re.IGNORECASE)
_UUID_DIGITS = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)


def _uuid(facts: Facts) -> float:
    """With dashes; 32 digits alone may be a hash as well and count less."""
    with_dashes = share(lambda text: _UUID.fullmatch(text) is not None)(facts)
    return with_dashes + 0.75 * share(lambda text: _UUID_DIGITS.fullmatch(text) is not None)(facts)


def _account(facts: Facts) -> float:
    """Small letters, dots and digits as people log in with: none twice, not letters only, and unlike codes, hardly two
    begin with the same letters, and they do not all have as many letters or as many digits at the end."""
    if len(facts.distinct) < _ENOUGH // 2 or len(facts.values) < 0.9 * facts.values.total():
        return 0.0
    if share(str.isalpha)(facts) > 0.8:
        return 0.0
    heads = {re.split(r"[\W\d_]", text.lstrip("@"))[0][:4] for text in facts.distinct}
    ends = {len(text) - len(text.rstrip("0123456789")) for text in facts.distinct}
    counted = len(ends) == 1 and min(ends) > 1 and len(set(map(len, facts.distinct))) < _LENGTHS
    if len(heads) < 0.5 * len(facts.distinct) or counted:
        return 0.0
    return share(lambda text: _ACCOUNT.fullmatch(text) is not None)(facts)


_LENGTHS = 4
"""In so many lengths come words, and codes do not."""


def _is_login(text: str) -> bool:
    """A given name and another one as in mailboxes: `anna.smith`; also one in a domain, or behind an at sign."""
    if _OF_ACCOUNT.fullmatch(text):
        return True
    parts = re.fullmatch(r"([a-z]{2,})[._]([a-z]{2,})\d{0,3}", text) or _CAPITALS.fullmatch(text)
    return parts is not None and parts[1].lower() in known.first_names()


_CAPITALS = re.compile(r"([A-Z][a-z]+)(?:\.[A-Z][A-Za-z]+\d{0,4}|_[A-Z][A-Za-z]+\d{1,4}|\d{1,4})")
"""`Anna.Smith`, `Anna_Smith4` and `Anna27`. `Anna_Smith` may as well be a name."""


def _login(facts: Facts) -> float:
    """What is written like a name counts beside what is not."""
    own = share(_is_login, needs="@\\._", digits=True)(facts)
    names = share(lambda text: re.fullmatch(r"[A-Z][a-z]+_[A-Z][A-Za-z]+", text) is not None)(facts)
    return own + names if own >= _OWN else own


_OWN = 0.3


_USERNAME = re.compile(r"(?:@|[\w.-]+\\)?[A-Za-z_][\w.\-]{1,39}")


def _username(facts: Facts) -> float:
    """Words to log in with, under a name that says so; words with hyphens are ends of addresses: `blue-shirt`."""
    slugs = share(_is_slug)(facts)
    return 0.0 if slugs >= _SLUGS else share(lambda text: _USERNAME.fullmatch(text) is not None)(facts)


def _is_slug(text: str) -> bool:
    words = re.fullmatch(r"([a-z]+)(?:-[a-z]+)+(?:-\d+)?", text)
    return words is not None and words[1] not in known.first_names()


_SLUGS = 0.5
_OF_ACCOUNT = re.compile(r"@[A-Za-z_][\w.]{2,29}|[A-Za-z][\w.-]*\\[\w.-]+")
_ACCOUNT = re.compile(r"@?[a-z][a-z]{2,}[a-z._-]*\d{0,4}")
IDS: dict[str, Check] = {
    "email": share(_is_email, needs="@"),
    "email_named": matches(_EMAIL_TOO, needs="@"),
    "phone": _phone,
    "phone_digits": _phone_digits,
    "credit_card": share(_is_card, digits=True),
    "credit_card_shape": share(lambda text: _CARD_DIGITS.fullmatch(text) is not None),
    "iban_shape": share(lambda text: _IBAN_SHAPE.fullmatch(text) is not None),
    "iban": share(lambda text: _IBAN_START.match(text) is not None and iban.is_valid(text), digits=True),
    "national_id": _national_id,
    "national_number": share(_is_national_number),
    "national_digits": share(_holds),
    "ip_address": share(_is_ip, needs=".:"),
    "password_hash": share(lambda text: _HASH.fullmatch(text) is not None),
    "hex_hash": share(lambda text: _HEX_HASH.fullmatch(text) is not None),
    "password": share(lambda text: " " not in text and len(text) >= 4),
    "username": _username,
    "account": _account,
    "login": _login,
    "uuid": _uuid,
    "url": matches(r"(?:https?|ftp|s3|gs)://\S+|www\.\S+\.\S+", re.IGNORECASE),
    "url_named": matches(r"\S*[./]\S+"),
}
