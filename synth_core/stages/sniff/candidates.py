"""Which characters may separate, and with which quotes: what is tried."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from synth_core.files.rows import Marks
from synth_core.stages.sniff.weights import QUOTES

_MOST = 12
"""So many characters are tried as delimiters."""
_USUAL = {
    ",": 1.0,
    "\t": 1.0,
    ";": 1.0,
    "|": 1.0,
    "\x01": 1.0,
    "\x1f": 1.0,
    "^": 0.97,
    "~": 0.97,
    "\x1e": 0.95,
    "\x02": 0.95,
}
_RARE = {
    ":": 0.86,
    "¦": 0.95,
    "§": 0.95,
    "¬": 0.95,
    "þ": 0.9,
    "#": 0.8,
    "!": 0.8,
    "*": 0.8,
    "=": 0.75,
    "&": 0.75,
    " ": 0.72,
}
_PRIOR = _USUAL | _RARE
LIKELY = 0.9
CONTROL = 0.95
"""Other control characters: no text has them, so they are there to separate."""
_SYMBOL = 0.6
"""Any other sign that is no letter and no digit."""
_INNER = 0.3
"""Signs that stand inside names, numbers and codes: they separate only where nothing else does."""
_NEVER = frozenset("\r\n\"'\0\ufeff\ufffd")
_FEWEST_WRAPPED = 3


def likelihood(mark: str) -> float:
    """How likely the character is to separate, before the text is looked at; 0: it never does."""
    if mark in _PRIOR:
        return _PRIOR[mark]
    if mark in _NEVER or mark.isalnum() or (unicodedata.category(mark)[0] in "MC" and mark > "\x7f"):
        return 0.0
    if mark < " " or mark == "\x7f":
        return CONTROL
    return _INNER if mark in "-._()[]{}<>\u00a0?" else _SYMBOL


def candidates(lines: list[str], sample: str) -> list[Marks]:
    """Every delimiter that the sample may have, with each quote and escape that could go with it."""
    counts = Counter(sample)
    priors = {mark: likelihood(mark) for mark, count in counts.items() if count >= max(1, len(lines) // 20)}
    delimiters = [mark for mark, prior in priors.items() if prior]
    delimiters.sort(key=lambda mark: (-priors[mark] * min(counts[mark], 3 * len(lines)), mark))
    del delimiters[_MOST:]
    if "," not in delimiters:
        delimiters.append(",")
    found = []
    quotes = (*QUOTES, *_wrapping(lines))
    for delimiter in delimiters:
        is_sure = _escapes(sample, delimiter)
        escaped = is_sure or f"\\{delimiter}" in sample
        found.append(Marks(delimiter, "", "\\" if escaped else ""))
        if delimiter == " " and "  " in sample:
            found.append(Marks(delimiter, "", initial_space=True))
        for quote in quotes:
            if quote == delimiter:
                continue
            if f"{delimiter} {quote}" in sample:
                found.append(Marks(delimiter, quote, initial_space=True))
            if quote in sample and _opens(sample, delimiter, quote):
                is_escaped = re.search(rf"[^\\{quote}\r\n]\\{quote}[^{re.escape(delimiter)}\r\n]", sample)
                if not is_sure:
                    found.append(Marks(delimiter, quote))
                if is_escaped or escaped:
                    found.append(Marks(delimiter, quote, "\\"))
    return found


_WRAPPED = 0.95
"""Lines that a sign opens and closes values in: a few may go on behind a line's end."""


def _wrapping(lines: list[str]) -> list[str]:
    """A sign that opens each line and opens and closes values inside, the same other one between them, as quotes do:
    `~01~^~Milk~^3.5`."""
    filled = [text for line in lines if (text := line.strip())]
    mark = filled[0][0] if filled else "a"
    if mark.isalnum() or mark in QUOTES or len(filled) < _FEWEST_WRAPPED:
        return []
    between = re.compile(rf"{re.escape(mark)}([^\w{re.escape(mark)}]){re.escape(mark)}")
    wrapped = [
        text for text in filled if text[0] == mark and text.count(mark) >= 4 and text.count(mark) % 2 == 0
    ]
    if len(wrapped) < _WRAPPED * len(filled):
        return []
    shared = set.intersection(*(set(between.findall(text)) for text in wrapped))
    closes = all(text[-1] == mark for text in wrapped)
    return [mark] if shared or closes else []


def _escapes(sample: str, delimiter: str) -> bool:
    """Every backslash stands before a sign that would mean something without it, and not before a doubled quote, as one
    inside of JSON does."""
    after = set(re.findall(r"\\(.)", sample, re.DOTALL))
    if any(re.search(rf"\\{quote}{quote}[^{re.escape(delimiter)}\r\n]", sample) for quote in QUOTES):
        return False
    return bool(after & {*QUOTES, delimiter}) and after <= {*QUOTES, delimiter, "\\", "N"}


def _opens(sample: str, delimiter: str, quote: str) -> bool:
    """The quote stands at the beginning of some cell."""
    return sample.startswith(quote) or any(mark + quote in sample for mark in (delimiter, "\n", "\r"))
