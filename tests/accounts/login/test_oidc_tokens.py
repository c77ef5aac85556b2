"""Tokens of an issuer that are really signed: only the one that answers this log-in is believed."""

import time
from types import SimpleNamespace

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import SuspiciousOperation

from accounts.login import oidc

ISSUER, CLIENT, NONCE = "https://id.example.com", "notifcenter", "asked-with-this"
KEY, ANOTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


@pytest.fixture
def verified(settings, monkeypatch):
    """Gives the claims of a token, verified as those of a log-in that began with this nonce."""
    settings.OIDC_ISSUER, settings.OIDC_RP_CLIENT_ID = ISSUER, CLIENT
    backend = oidc.Backend.__new__(oidc.Backend)
    backend.__dict__ |= vars(SimpleNamespace(OIDC_RP_SIGN_ALGO="RS256", OIDC_RP_IDP_SIGN_KEY=KEY.public_key()))
    return lambda token: backend.verify_token(token, nonce=NONCE)


def signed(key=KEY, algorithm="RS256", **claims):
    whole = {"iss": ISSUER, "aud": CLIENT, "sub": "1", "nonce": NONCE, "exp": time.time() + 60} | claims
    return jwt.encode(whole, key, algorithm)


def test_the_token_of_this_log_in_is_believed(verified):
    assert verified(signed())["sub"] == "1"


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(signed(key=ANOTHER_KEY), id="signed by somebody else"),
        pytest.param(signed(key="", algorithm="none"), id="not signed"),
        pytest.param(signed(key="x" * 64, algorithm="HS256"), id="another algorithm"),
        pytest.param(signed()[:-8] + "AAAAAAAA", id="changed"),
        pytest.param(signed(nonce="of another log-in"), id="of another log-in"),
        pytest.param(signed(exp=time.time() - 60), id="expired"),
        pytest.param("no token", id="none"),
    ],
)
def test_any_other_token_is_refused(verified, token):
    with pytest.raises(SuspiciousOperation):
        verified(token)
