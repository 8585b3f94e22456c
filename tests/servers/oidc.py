"""A provider of OpenID Connect as far as signing in needs it: the person is whoever the test says."""

from __future__ import annotations

import secrets
import time
from typing import Any
from urllib.parse import parse_qsl, urlencode

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import _helpers, crypt, jwt
from servers.faults import Fault, Request
from servers.loopback import Loopback, Reply

CLIENT, SECRET = "studio", "known-to-both"


class Provider(Loopback):
    """Signs in at once whoever comes, as `person`: claims beside the usual ones."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(65537, 2048)
        self.person: dict[str, Any] = {"email": "ana@acme.example", "email_verified": True}
        self._nonces: dict[str, str] = {}
        super().__init__()

    def answer(self, request: Request, fault: Fault | None) -> Reply:
        """Metadata, keys, the way back to the app, and tokens."""
        if request.path == "/.well-known/openid-configuration":
            return Reply(
                json={
                    "issuer": self.url,
                    "authorization_endpoint": f"{self.url}/authorize",
                    "token_endpoint": f"{self.url}/token",
                    "jwks_uri": f"{self.url}/keys",
                    "response_types_supported": ["code"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                }
            )
        if request.path == "/keys":
            return Reply(json={"keys": [self._public()]})
        if request.path == "/authorize":
            code = secrets.token_hex(8)
            self._nonces[code] = request.query.get("nonce", "")
            back = urlencode({"code": code, "state": request.query["state"]})
            return Reply(302, headers={"Location": f"{request.query['redirect_uri']}?{back}"})
        if request.path == "/token":
            given = dict(parse_qsl(request.body.decode()))
            return Reply(json=self._tokens(self._nonces.pop(given["code"])))
        return self.error(404, "notFound", request.path)

    def _tokens(self, nonce: str) -> dict[str, Any]:
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 600, "nonce": nonce}
        pem = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        signed: bytes = jwt.encode(crypt.RSASigner.from_string(pem, "key-1"), {**claims, **self.person})
        return {"access_token": "a", "token_type": "Bearer", "expires_in": 600, "id_token": signed.decode()}

    def _public(self) -> dict[str, str]:
        numbers = self._key.public_key().public_numbers()

        def part(number: int) -> str:
            data = number.to_bytes((number.bit_length() + 7) // 8, "big")
            text: bytes = _helpers.unpadded_urlsafe_b64encode(data)
            return text.decode()

        return {
            "kty": "RSA",
            "alg": "RS256",
            "use": "sig",
            "kid": "key-1",
            "n": part(numbers.n),
            "e": part(numbers.e),
        }
