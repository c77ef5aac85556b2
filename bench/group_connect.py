"""2,000 people of one group connecting at once, until each is greeted, beside the same people without the group.

Production shape on PostgreSQL and Redis with one live process, which is started again in between. A greeting names the
people of the reader's groups and who of them is online.
"""

from bench.tools.machine import folder
from bench.tools.pages import HELLO, endpoints, people
from bench.tools.servers import restart_live, start_postgres, start_redis
from bench.tools.sockets import Crowd, Endpoint
from bench.tools.table import Row
from tests.compose import Composed, start_composed

PEOPLE, AT_ONCE = 2000, 200
JOIN = """
from django.contrib.auth.models import Group
from accounts.models import User
Group.objects.create(name="Sales").user_set.set(User.objects.filter(username__startswith="user"))
"""


def run() -> list[Row]:
    """Seconds."""
    with folder() as place:
        postgres, bus = start_postgres(place), start_redis(place)
        product = start_composed(place / "apart", postgres.new_database("live"), bus.url, LOG_LEVEL="ERROR")
        try:
            apart, together = _measured(product)
        finally:
            product.kill()
            bus.stop()
            postgres.stop()
    question = f"{PEOPLE:,} people of one group connecting"
    return [Row(question, together, "the same without the group", apart, 0.9, unit="s", smaller=True)]


def _measured(product: Composed) -> tuple[float, float]:
    product.running["live"].pop().kill()
    pages = endpoints(people(product, PEOPLE), product.addresses["live"][:1])
    apart = _connected(product, pages)
    product.manage("shell", "-v0", "-c", JOIN)
    return apart, _connected(product, pages)


def _connected(product: Composed, pages: list[Endpoint]) -> float:
    restart_live(product)
    with Crowd() as crowd:
        return crowd.open(pages, HELLO, at_once=AT_ONCE)
