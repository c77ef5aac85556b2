"""A push service that cannot prove who it is gets nothing."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from notifcenter.channel import TryLater
from tests.channels_app.push.webpush.sending import device, message, send
from tests.fakes.push import Subscription

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def impostor(tmp_path, settings):
    """Listens with a certificate that nobody vouches for; gives its port and what it was sent inside of TLS."""
    settings.PUSH_ALLOW_INSECURE_ENDPOINTS = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path / "pem"))
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, context, received), daemon=True)
        thread.start()
        yield listener.getsockname()[1], received


def _serve(listener, context, received):
    while True:
        try:
            wire, _address = listener.accept()
            with context.wrap_socket(wire, server_side=True) as tls:
                received.append(tls.recv(100))
        except ssl.SSLError:
            continue
        except OSError:
            return


def _certificate(path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(pem))
    return path


def test_without_a_certificate_that_somebody_vouches_for_nothing_is_sent(impostor, anna) -> None:
    port, received = impostor
    device(anna, Subscription(f"https://localhost:{port}/x"))
    [outcome] = send(anna, message())
    assert isinstance(outcome, TryLater)
    assert "certificate" in str(outcome).lower()
    assert received == []
