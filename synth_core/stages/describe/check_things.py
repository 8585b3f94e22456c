"""Checks of names of things, codes, amounts and texts."""

from __future__ import annotations

import re
from collections import Counter

from synth_core.model.types import NUMERIC_KINDS, Kind
from synth_core.stages.describe import gazetteers as known
from synth_core.stages.describe.check_people import is_job
from synth_core.stages.describe.facts import Check, Facts, among, share, words_in
from synth_core.stages.describe.lexicon import BODY, COLORS_ABROAD, LEGAL, TRADE
from synth_core.stages.describe.translate import fold


def _has_small_word(text: str) -> bool:
    """A word without a capital, in a writing that has capitals."""
    return any(word[0].islower() or not word[0].isupper() for word in words_in(text) if word[0].isalpha())


def _free_text(facts: Facts) -> float:
    """Several words a value, sentences rather than labels."""
    if not facts.distinct:
        return 0.0
    counts = sorted(len(words_in(text)) for text in facts.distinct)
    middle = counts[len(counts) // 2]
    if middle < _SENTENCE or _category(facts) >= _CLOSED:
        return 0.0
    sentences = share(lambda text: re.search(r"[a-z][.!?](?:\s|$)|, \w+ \w+", text) is not None)(facts)
    # Lists of names have capitals only.
    if share(_has_small_word)(facts) < 0.3:
        return 0.0
    if middle >= 12:
        return 1.0
    return min(1.0, middle / 12 + 0.5 * sentences)


_SENTENCE = 4
"""Words that a sentence has at least."""


def _free_text_named(facts: Facts) -> float:
    if not facts.distinct:
        return 0.0
    if _category(facts) >= _CLOSED:
        return 0.0
    mean = sum(len(words_in(text)) for text in facts.distinct) / len(facts.distinct)
    return min(1.0, mean / 8)


_CLOSED = 0.9
"""So much of a list of words that come again and again that nobody wrote them one by one."""


_JOINED = re.compile(r"[^\W\d_][\w'-]+(?:, [^\W\d_][\w'-]+)* (?:and|&|und|et|y) [^\W\d_][\w'-]+")
"""Several names joined to one: `Smith, Jones and Brown`."""


def _is_firm(text: str) -> bool:
    return (
        " " in text
        and len(text) <= 80
        and (LEGAL.search(text) is not None or _JOINED.fullmatch(text) is not None)
    )


def _company(facts: Facts) -> float:
    """Businesses: legal forms settle it, words of trade help."""
    legal = share(_is_firm)(facts)
    # A name begins with a capital; `bar` and `restaurante` alone say where.
    trade = share(lambda text: len(text) <= 80 and not text[:1].islower() and TRADE.search(text) is not None)(
        facts
    )
    jobs = share(is_job)(facts)
    return (
        0.0
        if jobs > 0.5
        else min(1.0, max(2.5 * legal if legal >= 0.15 else 0.0, 1.4 * trade if trade >= 0.4 else 0.0))
    )


_CURRENCY = r"(?:US\$|[$€£¥₹₽₩]|USD|EUR|GBP|CHF|kr\.?)"
_AMOUNT = r"-?\(?\d{1,3}(?:[.,'\s]?\d{3})*(?:[.,]\d{1,4})?\)?"
_MONEY = re.compile(rf"-?{_CURRENCY}\s?{_AMOUNT}|{_AMOUNT}\s?{_CURRENCY}")
"""An amount with the sign of a currency."""


def _amount(facts: Facts) -> float:
    """Exact numbers with two digits after the point, as amounts of money mostly have."""
    if facts.kind not in (Kind.NUMERIC, Kind.BIGNUMERIC):
        return 0.0
    return share(lambda text: re.fullmatch(r"-?[\d.,' ]+[.,]\d{2}0*", text) is not None)(facts)


def _is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None or _SPACED_CODE.fullmatch(text) is not None


_SPACED_CODE = re.compile(r"[A-Z]{1,4}(?:[- ][A-Z]{1,3})? \d{1,5}[A-Z]{0,2}")
"""Letters, a blank and a number, as courses and cars have: `ACC 210`, `RE-LM 901`."""
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./#-]{1,39}")


def code_shape(text: str) -> str:
    """Letters as A or a, digits as 9, runs shortened."""
    shape = re.sub(r"[a-z]+", "a", re.sub(r"[A-Z]+", "A", re.sub(r"\d+", "9", text)))
    return shape


def _code(facts: Facts) -> float:
    """Short codes with a visible shape: digits among letters, or capitals of one length; few shapes in all."""
    if len(facts.distinct) < 2 or facts.kind is not Kind.STRING:
        return 0.0
    codes = [text for text in facts.distinct if _is_code(text)]
    if not codes:
        return 0.0
    # Digits alone count things, or are the numbers of some.
    digits = sum(bool(re.search(r"\d", text) and re.search(r"[A-Za-z]", text)) for text in codes) / len(
        facts.distinct
    )
    capitals = sum(text.isupper() for text in codes) / len(facts.distinct)
    one_length = max(Counter(map(len, codes)).values()) / len(facts.distinct)
    telling = max(
        digits,
        min(capitals, one_length),
        0.9 * capitals * ("_" in "".join(codes[:50])),
    )
    if not telling:
        return 0.0
    shapes = Counter(map(code_shape, codes))
    coverage = sum(count for _, count in shapes.most_common(4)) / len(facts.distinct)
    return min(coverage, telling) * (0.7 if _is_closed_list(facts) else 1.0)


def _code_agrees(facts: Facts) -> float:
    """Under a name that may say so: codes, also of digits in groups."""
    grouped = share(lambda text: _GROUPED.fullmatch(text) is not None)(facts)
    return max(_code(facts), grouped)


_GROUPED = re.compile(r"(?=.{5})\d+(?:-\d+)+")


_LOCAL = re.compile(r"(?:1-)?(?:\d{3}-)?\d{3}-\d{4}")


def is_numbered(facts: Facts) -> bool:
    """Digits in groups, the same in all values, and none that telephone numbers of the Americas have."""
    shapes = {re.sub(r"\d", "9", text) for text in facts.distinct}
    return (
        len(shapes) == 1
        and all(map(_GROUPED.fullmatch, facts.distinct))
        and not any(map(_LOCAL.fullmatch, facts.distinct))
    )


def _code_named(facts: Facts) -> float:
    """Under a name that says so: single words of limited length."""
    return (
        share(lambda text: len(text) <= 30 and (re.fullmatch(r"\S+", text) is not None or _is_code(text)))(
            facts
        )
        if facts.kind is Kind.STRING
        else 0.0
    )


def _is_closed_list(facts: Facts) -> bool:
    """Few values that come again and again."""
    return len(facts.values) <= 12 and facts.values.total() >= 8 * len(facts.values)


def _category(facts: Facts) -> float:
    """A small closed list of words that come again and again."""
    if facts.kind is not Kind.STRING or len(facts.distinct) < 2 or len(facts.values) > 60:
        return 0.0
    letters = r"[^\W\d_]" if _is_closed_list(facts) else r"[^\W\d_]{2}"
    often = facts.values.total() / len(facts.values)
    # What comes again as often as that was chosen and not written, however long it is.
    longest, most = (80, 10) if often >= _VERY_OFTEN else (40, 4)
    words = share(
        lambda text: (
            len(text) <= longest and re.search(letters, text) is not None and len(words_in(text)) <= most
        )
    )(facts)
    return words * min(1.0, often / 5)


_VERY_OFTEN = 20


def _category_named(facts: Facts) -> float:
    short = share(lambda text: len(text) <= 50 and len(words_in(text)) <= 6)(facts)
    return short if facts.kind is Kind.STRING and len(facts.values) <= 250 else 0.0


def _labels(facts: Facts) -> float:
    """Names of things: words with letters, no sentences, no codes."""
    return share(
        lambda text: re.search(r"[^\W\d_]{2}", text) is not None and len(text) <= 200 and "@" not in text
    )(facts)


_SHORT = re.compile(r"[A-Z\d]{1,2}")


def _named_things(facts: Facts) -> float:
    """Labels; but codes only stand for the things."""
    return 0.0 if share(_stands_for_it)(facts) >= _CLOSED else _labels(facts)


def _stands_for_it(text: str) -> bool:
    return _SHORT.fullmatch(text) is not None or _COUNTED.fullmatch(text) is not None


_COUNTED = re.compile(r"[A-Za-z]{1,5}[-_]?\d{2,}")
"""A number behind some letters: `ACC-0012`."""


def _product_named(facts: Facts) -> float:
    """Labels, also such as engineers give, `767-300`, but no whole sentences."""
    if _free_text(facts) >= 1.0:
        return 0.0
    short = share(lambda text: _SHORT.fullmatch(text) is not None)(facts)
    models = share(lambda text: len(text) <= 40 and re.search(r"[^\W\d_]|\d-\d", text) is not None)(facts)
    return 0.0 if short >= _CLOSED else max(models, _labels(facts))


def _title_named(facts: Facts) -> float:
    """Labels; but where nearly all end like professions, they are the titles of posts."""
    return 0.0 if share(is_job)(facts) >= _POSTS else _labels(facts)


_POSTS = 0.6
_TITLE = re.compile(
    r"(?:(?:The|An?|Der|Die|Das|Les?|Una?|El|Los|Las|Il|Gli) |L')[^\W\d_].+|.+, (?:The|An?)(?: \(.*)?"
    r"|.*[^\W\d_].* \((?:19|20)\d\d\)"
)
_ARTICLES, _MOST_WORDS = 0.12, 14


def _title_like(facts: Facts) -> float:
    """Short lines, hardly any twice, of which many begin with an article or end with a year, as works are called."""
    texts = facts.distinct
    if facts.kind is not Kind.STRING or len(texts) < _FEW_TITLES:
        return 0.0
    if share(lambda text: _TITLE.fullmatch(text) is not None)(facts) < _ARTICLES or _free_text(facts) >= 1.0:
        return 0.0
    short = share(lambda text: text[:1].isupper() and len(text.split()) <= _MOST_WORDS)(facts)
    return short if len(facts.values) >= 0.5 * facts.values.total() else 0.0


_FEW_TITLES = 5


def _color(facts: Facts) -> float:
    """Colours; of several also shades: `Sand Green`."""
    return (among(known.colors) if len(facts.distinct) < _FEW_COLORS else share(_is_shade))(facts)


def _is_shade(text: str) -> bool:
    lower = text.casefold()
    words = lower.split()
    if len(words) <= _SHADES and words[-1] in known.colors() and lower.isascii():
        return True
    return all(part in known.colors() for part in re.split(r" ?[,/] ?", lower))


_SHADES, _FEW_COLORS = 4, 3
_HEX_COLOR = r"#?[0-9A-Fa-f]{6}|#[0-9A-Fa-f]{3}"


def _number(facts: Facts) -> float:
    """Numbers; ones and zeros alone answer questions: `payment_failed`."""
    if facts.kind in NUMERIC_KINDS:
        return 0.0 if set(facts.distinct) == {"0", "1"} else 1.0
    return share(lambda text: _MONEY.fullmatch(text) is not None or re.fullmatch(_AMOUNT, text) is not None)(
        facts
    )


def _percent(facts: Facts) -> float:
    if facts.kind in NUMERIC_KINDS:
        return 0.0
    return share(lambda text: re.fullmatch(r"-?\d+(?:[.,]\d+)? ?%", text) is not None, needs="%")(facts)


def _percent_named(facts: Facts) -> float:
    return 1.0 if facts.kind in NUMERIC_KINDS else _percent(facts)


def _language(facts: Facts) -> float:
    """Languages by name, also seldom ones where there are several, or tags of them with English among them."""
    texts = facts.distinct
    well_known = among(known.languages)(facts)
    if len(texts) >= _SEVERAL and _free_text(facts) < _CLOSED:
        well_known = max(well_known, among(known.all_languages)(facts))
    tags = [found[1] for text in texts if (found := _TAG.fullmatch(text))]
    if len(texts) < _FEW_TAGS or "en" not in tags:
        return well_known
    return max(well_known, sum(tag in known.language_codes() for tag in tags) / len(texts))


_TAG = re.compile(r"([a-z]{2})(?:[-_][A-Za-z]{2,8})*")
_FEW_TAGS, _SEVERAL = 3, 8


def _currency_named(facts: Facts) -> float:
    """Three capitals or a sign in nearly all rows: some are of the past, and some rows hold what slipped there."""
    texts = {text for text in facts.values if _CURRENCY_CODE.fullmatch(text)}
    return sum(facts.values[text] for text in texts) / max(1, facts.values.total())


_CURRENCY_CODE = re.compile(r"[A-Z]{3}|[$€£¥₹₽₩]|US\$")


THINGS: dict[str, Check] = {
    "company": _company,
    "organization": share(lambda text: len(text) <= 120 and BODY.search(text) is not None),
    "labels": _labels,
    "named_things": _named_things,
    "title_named": _title_named,
    "title_like": _title_like,
    "free_text": _free_text,
    "free_text_named": _free_text_named,
    "color_named": share(
        lambda text: (
            text.casefold() in known.colors()
            or fold(text) in COLORS_ABROAD
            or re.fullmatch(_HEX_COLOR, text) is not None
        )
    ),
    "color": _color,
    "code": _code,
    "code_agrees": _code_agrees,
    "code_named": _code_named,
    "category": _category,
    "category_named": _category_named,
    "language": _language,
    "currency_named": _currency_named,
    "product_named": _product_named,
    "currency_code": share(lambda text: text in known.currency_codes()),
    "money": share(lambda text: _MONEY.fullmatch(text) is not None, digits=True),
    "amount": _amount,
    "number": _number,
    "percent": _percent,
    "percent_named": _percent_named,
    "month": share(lambda text: fold(text).rstrip(".") in known.months()),
    "weekday": share(lambda text: fold(text).rstrip(".") in known.weekdays()),
}
