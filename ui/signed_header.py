"""The signed header of Google's Identity-Aware Proxy: who came through it.

The proxy also sends the name in a plain header. Whoever reaches the service past the proxy can write that one, so it is
never read.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from functools import cache
from threading import Lock
from urllib.parse import urlsplit

import requests
from google.auth import exceptions, jwt

from synth_core.errors import AccessError, SynthError, TransientError

HEADER = "x-goog-iap-jwt-assertion"
ISSUER = "https://cloud.google.com/iap"
ALGORITHM = "ES256"
SKEW = 30
"""Seconds that two clocks may differ."""
FRESH = 3600.0
"""Seconds after which keys are fetched again."""
STALE = 24 * 3600.0
"""Seconds for which they are still used where they can't be fetched."""
AGAIN = 60.0
"""Seconds between two fetches because of a key that is not known: anybody can name one."""
PATIENCE = 10
log = logging.getLogger(__name__)


class HeaderError(AccessError):
    """Nobody is let in by this header."""


class Keys:
    """Public keys by key id, as their signer publishes them; they are replaced from time to time."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url, self._clock = url, clock
        self._lock = Lock()
        self._keys: dict[str, str] = {}
        self._fetched, self._tried = -STALE, -STALE

    def get(self, key_id: str) -> str | None:
        """The key in PEM, None where there is none of that id. Raises TransientError where they can't be fetched."""
        with self._lock:
            now = self._clock()
            is_old = now - self._fetched >= FRESH
            if is_old or (key_id not in self._keys and now - self._tried >= AGAIN):
                self._tried = now
                try:
                    self._keys, self._fetched = _fetch(self._url), now
                except (requests.RequestException, ValueError) as error:
                    if now - self._fetched >= STALE:
                        raise TransientError(
                            f"The keys of the sign-in can't be fetched from {self._url}: {error}",
                            hint="Reload the page in a moment.",
                        ) from error
                    log.warning("keys of the sign-in can't be fetched from %s: %s", self._url, error)
            return self._keys.get(key_id)


@cache
def keys_at(url: str) -> Keys:
    """The keys of an address, of the whole process."""
    return Keys(url)


def verified(token: str, *, audience: str, keys: Keys) -> str:
    """The e-mail address of whoever the token is about. Raises HeaderError for a token that the proxy did not sign for
    this service, or not now; TransientError where that can't be found out."""
    try:
        header = jwt.decode_header(token)
    except ValueError as error:
        raise _refused("it is none at all") from error
    if header.get("alg") != ALGORITHM:
        raise _refused(f"it is not signed by {ALGORITHM}")
    key_id = header.get("kid")
    key = keys.get(key_id) if isinstance(key_id, str) else None
    if key is None:
        raise _refused("nobody knows the key that it is signed with")
    try:
        claims = jwt.decode(token, certs={key_id: key}, audience=audience, clock_skew_in_seconds=SKEW)
    except (exceptions.GoogleAuthError, ValueError, TypeError) as error:
        raise _refused(_why(str(error))) from error
    if claims.get("iss") != ISSUER:
        raise _refused("somebody else has issued it")
    email = claims.get("email")
    if not isinstance(email, str) or not email.strip():
        raise _refused("it names nobody")
    return email.strip()


def check_setup(audience: str, url: str) -> None:
    """Raise SynthError where the settings can let nobody in safely."""
    if not audience:
        raise SynthError(
            "`identity` is iap, but nothing says whom the signed header has to be for.",
            hint="Set `iap_audience`; without it a header that was signed for another service would do.",
        )
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise SynthError(f"`iap_keys` is {url}: keys are fetched by https only.", hint="Write https://…")


def _fetch(url: str) -> dict[str, str]:
    reply = requests.get(url, timeout=PATIENCE)
    reply.raise_for_status()
    found = json.loads(reply.content)
    if not isinstance(found, Mapping) or not all(isinstance(key, str) for key in found.values()):
        raise ValueError("they are not written as keys by id")
    return dict(found)


def _why(said: str) -> str:
    """In our words: tokens stand in Google's."""
    for word, why in (
        ("expired", "it has expired"),
        ("too early", "it is from the future"),
        ("audience", "it is for another service"),
        ("signature", "its signature is wrong"),
    ):
        if word in said:
            return why
    return "it is not as it should be"


def _refused(why: str) -> HeaderError:
    return HeaderError(
        f"The proxy's signed header is not accepted: {why}.",
        hint="Reload the page. If that does not help, whoever runs this service should look at `iap_audience`.",
    )
