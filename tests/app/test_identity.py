"""Who is let in: the header that the proxy signed, over real HTTP, and nothing else."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from google.auth import crypt, jwt
from servers.faults import Fault
from servers.iap import AUDIENCE, SigningProxy
from servers.loopback import serving

from synth_core.errors import SynthError, TransientError
from ui.signed_header import AGAIN, FRESH, STALE, HeaderError, Keys, check_setup, verified


@pytest.fixture
def proxy() -> Iterator[SigningProxy]:
    with serving(SigningProxy()) as server:
        assert isinstance(server, SigningProxy)
        yield server


def look(proxy: SigningProxy, token: str) -> str:
    return verified(token, audience=AUDIENCE, keys=Keys(proxy.url))


def test_whoever_the_proxy_signed_in_is_let_in(proxy: SigningProxy) -> None:
    assert look(proxy, proxy.signed()) == "ana@acme.example"
    assert look(proxy, proxy.signed(exp=int(time.time()) - 20)) == "ana@acme.example", (
        "clocks differ a little"
    )


def part(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unsigned(proxy: SigningProxy) -> str:
    _, claims, _ = proxy.signed().split(".")
    return f"{part({'alg': 'none', 'kid': 'key-1'})}.{claims}."


def signed_with_the_public_key(proxy: SigningProxy) -> str:
    """What is public is no secret, though some libraries have taken it for one."""
    _, claims, _ = proxy.signed().split(".")
    signing = f"{part({'alg': 'HS256', 'kid': 'key-1'})}.{claims}"
    [public] = proxy.answer(None, None).json.values()  # type: ignore[arg-type]
    return f"{signing}.{part(hmac.digest(public.encode(), signing.encode(), 'sha256'))}"


def signed_by_rsa(proxy: SigningProxy) -> str:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _, claims, _ = proxy.signed().split(".")
    payload = json.loads(base64.urlsafe_b64decode(claims + "=="))
    token: bytes = jwt.encode(crypt.RSASigner.from_string(pem, "key-1"), payload)
    return token.decode()


def changed(proxy: SigningProxy) -> str:
    head, claims, signature = proxy.signed().split(".")
    payload = json.loads(base64.urlsafe_b64decode(claims + "=="))
    return f"{head}.{part({**payload, 'email': 'boss@acme.example'})}.{signature}"


NOW = int(time.time())
FORGED: dict[str, tuple[Callable[[SigningProxy], str], str]] = {
    "nothing": (lambda proxy: "", "none at all"),
    "a plain address": (lambda proxy: "accounts.google.com:ana@acme.example", "none at all"),
    "three words": (lambda proxy: "a.b.c", "none at all"),
    "another's key": (lambda proxy: proxy.signed(key=ec.generate_private_key(ec.SECP256R1())), "signature"),
    "an unknown key": (
        lambda proxy: proxy.signed(key=ec.generate_private_key(ec.SECP256R1()), kid="key-9"),
        "knows the key",
    ),
    "no signature": (unsigned, "not signed by ES256"),
    "a public key": (signed_with_the_public_key, "not signed by ES256"),
    "an RSA key": (signed_by_rsa, "not signed by ES256"),
    "changed after it was signed": (changed, "signature"),
    "expired": (lambda proxy: proxy.signed(exp=NOW - 300), "expired"),
    "without an end": (lambda proxy: proxy.signed(exp=None), "not as it should be"),
    "from the future": (lambda proxy: proxy.signed(iat=NOW + 900, exp=NOW + 1500), "from the future"),
    "another service": (
        lambda proxy: proxy.signed(aud="/projects/1234/locations/europe-west1/services/other"),
        "another service",
    ),
    "no service": (lambda proxy: proxy.signed(aud=None), "another service"),
    "another issuer": (lambda proxy: proxy.signed(iss="https://accounts.google.com"), "issued"),
    "nobody": (lambda proxy: proxy.signed(email=None), "names nobody"),
    "an empty name": (lambda proxy: proxy.signed(email=" "), "names nobody"),
}


@pytest.mark.parametrize("how", FORGED)
def test_nobody_else_is_let_in(proxy: SigningProxy, how: str) -> None:
    forge, why = FORGED[how]
    with pytest.raises(HeaderError, match=why) as caught:
        look(proxy, forge(proxy))
    assert "acme" not in str(caught.value), "a header's content is nothing for a page or a log"


def test_keys_are_kept_and_replaced(proxy: SigningProxy) -> None:
    now = [0.0]
    keys = Keys(proxy.url, lambda: now[0])

    def enter() -> str:
        return verified(proxy.signed(), audience=AUDIENCE, keys=keys)

    assert enter() == enter() == "ana@acme.example"
    assert len(proxy.requests) == 1
    now[0] += AGAIN
    proxy.rotate("key-2")
    enter()
    assert len(proxy.requests) == 2, "a key that is not known is asked for"
    other = proxy.signed(kid="key-7", key=ec.generate_private_key(ec.SECP256R1()))
    for _ in range(5):
        with pytest.raises(HeaderError):
            verified(other, audience=AUDIENCE, keys=keys)
    assert len(proxy.requests) == 2, "but anybody can name one, so not each time"
    now[0] += FRESH
    enter()
    assert len(proxy.requests) == 3
    # Its publisher is away: the keys go on for a day.
    proxy.faults.add(Fault(status=503, times=10**6))
    now[0] += FRESH
    enter()
    now[0] += STALE
    with pytest.raises(TransientError, match="can't be fetched"):
        enter()


def test_keys_that_are_none(proxy: SigningProxy) -> None:
    proxy.faults.add(Fault(spoil=lambda data: b"[1]", times=10))
    with pytest.raises(TransientError, match="not written as keys"):
        look(proxy, proxy.signed())


def test_what_must_be_set_up() -> None:
    check_setup(AUDIENCE, "https://www.gstatic.com/iap/verify/public_key")
    check_setup(AUDIENCE, "http://127.0.0.1:1234")
    with pytest.raises(SynthError, match="whom the signed header has to be for"):
        check_setup("", "https://keys.example")
    with pytest.raises(SynthError, match="https only"):
        check_setup(AUDIENCE, "http://keys.example")
