"""Google's Identity-Aware Proxy as far as an app sees it: keys that are published, and headers signed with them."""

from __future__ import annotations

import time
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from google.auth import jwt
from google.auth.crypt.es256 import ES256Signer
from servers.faults import Fault, Request
from servers.loopback import Loopback, Reply

AUDIENCE = "/projects/1234/locations/europe-west1/services/synth"


class SigningProxy(Loopback):
    """Publishes its keys at `url`; `signed` is what it would send with a request."""

    def __init__(self) -> None:
        self._private = {"key-1": ec.generate_private_key(ec.SECP256R1())}
        super().__init__()

    def rotate(self, key_id: str) -> None:
        """Another key replaces those that are there."""
        self._private = {key_id: ec.generate_private_key(ec.SECP256R1())}

    def signed(self, *, key: ec.EllipticCurvePrivateKey | None = None, kid: str = "", **claims: Any) -> str:
        """A header's value; claims replace those of a right one, None leaves one out."""
        known = kid or next(iter(self._private))
        private = key or self._private[known]
        now = int(time.time())
        right = {
            "iss": "https://cloud.google.com/iap",
            "aud": AUDIENCE,
            "email": "ana@acme.example",
            "sub": "accounts.google.com:1",
            "iat": now - 10,
            "exp": now + 590,
        }
        payload = {name: value for name, value in {**right, **claims}.items() if value is not None}
        token: bytes = jwt.encode(ES256Signer(private, known), payload)
        return token.decode()

    def answer(self, request: Request, fault: Fault | None) -> Reply:
        """The public keys, by id."""
        return Reply(json={name: _public(key) for name, key in self._private.items()})


def _public(key: ec.EllipticCurvePrivateKey) -> str:
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
