"""People and their open pages, what is published to them, and the message of the bus that says so."""

import json
import time
from collections.abc import Sequence
from typing import Any

from bench.tools.machine import Place
from bench.tools.sockets import Crowd, Endpoint
from tests.product import Product

PAGES = 5000
HELLO = b'{"type":"hello"'
TEXT = "A call from +79991234567 to the second line, waiting for somebody who knows the contract"

TOKENS = """
import json
from accounts.models import User
from accounts.tokens import mint_for_user
User.objects.bulk_create((User(username=f"user{{n}}", email="") for n in range({number})), batch_size=5000)
made = User.objects.filter(username__startswith="user").order_by("id")
print(json.dumps([[user.pk, mint_for_user(user)] for user in made]))
"""


def people(product: Product, number: int) -> list[tuple[int, str]]:
    """New people, each with id and user token."""
    return [(pk, token) for pk, token in json.loads(product.manage("shell", "-v0", "-c", TOKENS.format(number=number)))]


def open_pages(crowd: Crowd, product: Product, places: Sequence[Place]) -> list[int]:
    """A page of each of 5,000 people, spread over the places and greeted; gives the people's ids."""
    made = people(product, PAGES)
    crowd.open(endpoints(made, places), HELLO)
    time.sleep(2)  # the roll call has told everybody who came
    return [pk for pk, _token in made]


def endpoints(made: list[tuple[int, str]], places: Sequence[Place], query: str = "") -> list[Endpoint]:
    """Where the page of each of these people connects."""
    return [
        Endpoint(places[n % len(places)], f"/ws/live/{query}", f"Sec-WebSocket-Protocol: bearer.{token}\r\n")
        for n, (_pk, token) in enumerate(made)
    ]


def publication(*recipients: str) -> dict[str, Any]:
    """A call, as a telephony publishes it."""
    words = {"header": "Telephony", "text": "A call", "from": "+79990000001"}
    return {"kind": "call", "recipients": list(recipients), **words}


def bus_message(people: list[int], number: int, cursor: int) -> bytes:
    """A message of the bus: a notification that came to these people, by their ids, who all stand at the
    cursor before it."""
    values = {
        "id": "0197a7f0-0000-7000-8000-000000000000",
        "kind": "call",
        "header": "",
        "text": text(number),
        "details": {"from": "+79991234567"},
        "request_id": "",
        "created_at": time.time(),
        "provider": {"code": "telephony", "name": "Telephony", "icon": ""},
    }
    places = [[person, cursor, 1, False] for person in people]
    return json.dumps({"type": "notification", "notification": values, "to": places}).encode()


def frame(number: int) -> bytes:
    """About what a page gets of it."""
    row = {"style": "default", "text": text(number), "class_height": "h3"}
    body = {"title": "Call", "rows": [row], "more": "x" * 800}
    return json.dumps({"type": "notification", "cursor": 1, "unread": 1, "data": body}).encode()


def text(number: int) -> str:
    """The text of a notification, by which its frame is known."""
    return f"{TEXT} {number};"
