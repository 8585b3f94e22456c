"""Who is here: the user of this machine, whom the proxy has signed in, or whoever signs in here."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from synth_core.errors import AccessError, SynthError
from synth_core.settings import Settings, load
from synth_core.settings.hosting import is_hosted
from ui.signed_header import HEADER, check_setup, keys_at, verified

SESSION = 3600.0
"""Seconds for which a connection is its opener's: the header is that of the connection, and expires while it lasts."""
_SEEN = "identity-of-the-connection"
_AUTH = ("redirect_uri", "cookie_secret")
_PROVIDER = ("client_id", "client_secret", "server_metadata_url")
_CLEAR = "/?gcp-iap-mode=CLEAR_LOGIN_COOKIE"
"""Where the proxy lets somebody sign in anew."""


@dataclass(frozen=True)
class Identity:
    """Somebody who was let in."""

    name: str
    is_local: bool
    """The user of this machine."""


def who() -> Identity:
    """The one who looks at the page. Where nobody is known, the page says so, offers the way in, and ends."""
    settings = load()
    try:
        if settings.identity == "iap":
            return _by_proxy(settings)
        if settings.identity == "oidc":
            return _signed_in()
        if is_hosted():
            raise SynthError(
                "This service lets in anybody as its own user.",
                hint="Set `identity` to iap or oidc; local is for a machine of one's own.",
            )
    except SynthError as error:
        _show(error, offers_again=settings.identity == "iap" and isinstance(error, AccessError))
        st.stop()
        raise  # where no page is drawn there is nothing to stop, and nobody is let in either
    return Identity(settings.user, is_local=True)


def sign_in_faults() -> str:
    """What is missing for signing in here (`oidc`), as a sentence; empty where nothing is."""
    if find_spec("authlib") is None:
        return "The package Authlib is not installed."
    try:
        auth: Mapping[str, Any] = st.secrets["auth"]
    except (StreamlitSecretNotFoundError, KeyError):
        return "There is no `[auth]` in .streamlit/secrets.toml, nor in a file that STREAMLIT_SECRETS_FILES names."
    missing = [f"`{name}`" for name in _AUTH if not auth.get(name)]
    for provider, about in _providers(auth).items():
        place = f" of {provider}" if provider else ""
        missing += [f"`{name}`{place}" for name in _PROVIDER if not about.get(name)]
    return f"`[auth]` in the file of secrets lacks {', '.join(missing)}." if missing else ""


def _by_proxy(settings: Settings) -> Identity:
    check_setup(settings.iap_audience, settings.iap_keys)
    tokens = st.context.headers.get_all(HEADER)
    if len(tokens) != 1:
        raise AccessError(
            "The request did not come through the proxy that signs people in.",
            hint="Open the address that whoever runs this service has given you.",
        )
    digest = hashlib.sha256(
        "\n".join((tokens[0], settings.iap_audience, settings.iap_keys)).encode()
    ).hexdigest()
    seen, name, since = st.session_state.get(_SEEN, ("", "", 0.0))
    if seen != digest or time.monotonic() - since > SESSION:
        name = verified(tokens[0], audience=settings.iap_audience, keys=keys_at(settings.iap_keys))
        st.session_state[_SEEN] = (digest, name, time.monotonic())
    return Identity(name, is_local=False)


def _signed_in() -> Identity:
    if fault := sign_in_faults():
        raise SynthError(
            f"Nobody can sign in here yet. {fault}", hint="docs/deployment.md says how it is set up."
        )
    if not st.user.is_logged_in:
        _offer_sign_in()
        st.stop()
        raise AccessError("Nobody is signed in.")
    email = st.user.get("email")
    if not email or st.user.get("email_verified") in (False, "false"):
        st.button("Sign in as somebody else", on_click=st.logout, icon=":material/logout:")
        raise AccessError(
            "The provider does not vouch for an e-mail address of yours.",
            hint="Roles are given to e-mail addresses: the provider must tell it (scope `email`), as verified.",
        )
    return Identity(str(email), is_local=False)


def _offer_sign_in() -> None:
    st.title("Synth Studio", anchor=False)
    st.markdown("Sign in to see projects and runs.")
    for provider in _providers(st.secrets["auth"]):
        label = f"Sign in with {provider.capitalize()}" if provider else "Sign in"
        if st.button(label, type="primary", icon=":material/login:", key=f"sign-in-{provider}"):
            st.login(provider or None)


def _providers(auth: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """By name; the one that stands in `[auth]` itself has none."""
    named = {
        name: about for name, about in auth.items() if isinstance(about, Mapping) and "client_id" in about
    }
    return named or {"": auth}


def _show(error: SynthError, *, offers_again: bool) -> None:
    st.title("Synth Studio", anchor=False)
    st.error(f"{error.message}\n\n{error.hint}", icon=":material/lock:")
    if offers_again:
        st.link_button("Sign in again", _CLEAR, icon=":material/login:")
