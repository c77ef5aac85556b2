"""Which pages are of this site."""

import pytest

from channels_app.live.visitor import Handshake


@pytest.mark.parametrize(
    ("origin", "host", "expected"),
    [
        ("https://crm.example.com", "crm.example.com", True),
        ("https://crm.example.com", "web:8000", True),
        ("http://crm.example.com", "crm.example.com", False),
        ("http://10.0.0.7:8000", "10.0.0.7:8000", True),
        ("http://10.0.0.7:8001", "10.0.0.7:8000", False),
        ("https://evil.example", "crm.example.com", False),
        ("https://crm.example.com.evil.example", "crm.example.com", False),
        ("null", "crm.example.com", False),
        ("", "", False),
    ],
)
def test_a_page_is_of_this_site_by_its_origin(settings, origin: str, host: str, expected) -> None:
    settings.PUBLIC_URL = "https://crm.example.com"
    assert Handshake({"origin": origin, "host": host}, []).is_from_this_site is expected
