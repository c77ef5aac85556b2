import pytest

from accounts import endpoints
from tests.fakes.push import Subscription, encode

GOOD = Subscription("https://push.example.com/x").keys


@pytest.mark.parametrize(
    "url",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://wns2-par02p.notify.windows.com/w/?token=a%2Bb",
        "https://web.push.apple.com/QABC",
        "https://ntfy.example.org:8443/upXYZ?up=1",
        "https://does-not-resolve.example/x",
        "https://93.184.215.14/x",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/x",
    ],
)
def test_an_address_of_the_open_internet_is_accepted(url: str) -> None:
    endpoints.check_endpoint(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "push.example.com/x",
        "http://push.example.com/x",
        "ftp://push.example.com/x",
        "javascript:alert(1)",
        "https://",
        "https:///x",
        "https://user@push.example.com/x",
        "https://push.example.com/x#part",
        "https://push.example.com:0/x",
        "https://push.example.com:99999/x",
        "https://push.example.com/a b",
        "https://push.example.com\\@127.0.0.1/x",
        "https://push.example.com/\x00",
        "https://пуш.example/x",
        "https://push.example.com/" + "x" * 2000,
        "https://localhost/x",
        "https://localhost./x",
        "https://LOCALHOST:8000/x",
        "https://db.localhost/x",
        "https://printer.local/x",
        "https://metadata.google.internal/x",
        "https://127.0.0.1/x",
        "https://127.1/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://0x7f000001/x",
        "https://017700000001/x",
        "https://0.0.0.0/x",
        "https://10.1.2.3/x",
        "https://172.16.0.1/x",
        "https://192.168.1.1/x",
        "https://100.64.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://224.0.0.1/x",
        "https://255.255.255.255/x",
        "https://[::1]/x",
        "https://[::]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://[::ffff:a00:1]/x",
        "https://[::127.0.0.1]/x",
        "https://[64:ff9b::7f00:1]/x",
        "https://[2002:7f00:1::]/x",
        "https://[2001:0:7f00:1::]/x",
        "https://[fe80::1%25eth0]/x",
        "https://[fc00::1]/x",
        "https://[fec0::1]/x",
        "https://[ff02::1]/x",
        "https://[2001:db8::1]/x",
        "https://[::1/x",
    ],
)
def test_what_is_no_push_service_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        endpoints.check_endpoint(url)


def test_tests_may_push_to_this_machine(settings) -> None:
    settings.PUSH_ALLOW_INSECURE_ENDPOINTS = True
    endpoints.check_endpoint("http://127.0.0.1:9000/x")
    assert endpoints.may_connect("127.0.0.1")


def test_keys_are_kept_unpadded_whatever_way_they_were_written() -> None:
    padded = GOOD["p256dh"] + "="
    assert endpoints.check_p256dh(padded) == GOOD["p256dh"]
    assert endpoints.check_auth(GOOD["auth"].replace("-", "+").replace("_", "/") + "==") == GOOD["auth"]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "*",
        "abc",
        encode(bytes(65)),
        encode(b"\x04" + bytes(64)),
        encode(b"\x04" * 64),
        encode(b"\x04" + b"\xff" * 64),
    ],
)
def test_a_key_that_is_no_point_of_the_curve_is_refused(key: str) -> None:
    with pytest.raises(ValueError):
        endpoints.check_p256dh(key)


@pytest.mark.parametrize("secret", ["", "*", encode(bytes(15)), encode(bytes(17)), "a" * 21])
def test_a_secret_that_is_not_16_bytes_is_refused(secret: str) -> None:
    with pytest.raises(ValueError):
        endpoints.check_auth(secret)
