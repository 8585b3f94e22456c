"""Credentials have no place in a configuration: they are told by their shape, and never shown."""

from __future__ import annotations

import re

_SHAPES = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY|[\"']?private_key(?:_id)?[\"']?\s*[:=]",
    "a Google API key": r"AIza[0-9A-Za-z_-]{20,}",
    "an access token": r"\bya29\.[0-9A-Za-z._-]{10,}|\bBearer\s+\S{8,}",
    "a refresh token": r"\b1//0[0-9A-Za-z_-]{20,}",
    "a client secret": r"\bGOCSPX-[0-9A-Za-z_-]{10,}|client_secret",
    "a token": r"\beyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}\.|\bgh[pousr]_[0-9A-Za-z]{20,}|\bsk-[0-9A-Za-z_-]{20,}"
    r"|\bxox[abprs]-[0-9A-Za-z-]{10,}",
    "an access key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a password": r"(?i)\b(?:password|passwd|pwd|secret|api_?key|token|signature)=[^\s&\"']{3,}",
}
_SHAPES_COMPILED = {what: re.compile(pattern) for what, pattern in _SHAPES.items()}
_USER = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^/?#\s@\"']*@")
_NAMES = re.compile(r"(?i)pass(?:word|wd)|secret|token|private_?key|api_?key|credential")


def credential_in(text: str) -> str:
    """What credential a text holds, in words; empty where it holds none."""
    return next((what for what, shape in _SHAPES_COMPILED.items() if shape.search(text)), "")


def is_secret_name(name: str) -> bool:
    """A value of that name is a credential, whatever it looks like."""
    return bool(_NAMES.search(name))


def masked(text: str) -> str:
    """The text without users and passwords in URLs, and without credentials."""
    text = _USER.sub(r"\g<scheme>***@", text)
    for shape in _SHAPES_COMPILED.values():
        text = shape.sub("***", text)
    return text
