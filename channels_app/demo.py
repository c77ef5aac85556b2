"""Demo data: three people, two providers, a few notifications; none of it is ever sent."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from notifcenter import providers, tokens
from notifcenter.models import Delivery, Kind, Notification, Provider, State
from notifcenter.publishing import recipients
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish

PASSWORD = "demo"
PEOPLE: dict[str, dict[str, Any]] = {
    "anna": {"first_name": "Анна", "last_name": "Соколова", "email": "anna@example.com"},
    "alexey": {"first_name": "Алексей", "last_name": "Орлов", "email": "alexey@example.com"},
    "admin": {"first_name": "Админ", "email": "admin@example.com", "is_staff": True, "is_superuser": True},
}
PROVIDERS: dict[str, dict[str, Any]] = {
    "telephony": {"name": "Телефония", "description": "Входящие и пропущенные звонки", "manifest": {"init_once": True}},
    "billing": {"name": "Биллинг", "description": "Счета и оплаты"},
    "monitoring": {"name": "Мониторинг", "description": "Сбои сайта и серверов"},
}


def seed() -> str:
    """Make what is not there yet; gives a new token of the provider ``telephony``."""
    with transaction.atomic():
        for username, given in PEOPLE.items():
            _person(username, given)
        sources = {code: providers.save(code, **given)[0] for code, given in PROVIDERS.items()}
        if not Notification.objects.filter(provider__in=sources.values()).exists():
            _publish(sources)
    return tokens.mint_for_provider(sources["telephony"])


def _person(username: str, given: dict[str, Any]) -> None:
    user, new = User.objects.get_or_create(username_key=username, defaults=given | {"username": username})
    if new:
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])


def _publish(sources: dict[str, Provider]) -> None:
    now = timezone.now()
    people = recipients.resolve(["anna", "alexey"])
    publications = [
        Publication(
            sources["billing"], Kind.MESSAGE, "Счёт № 1042 оплачен: <b>48 000 ₽</b>", people, "Оплата получена"
        ),
        Publication(sources["monitoring"], Kind.ERROR, "Сайт не отвечал 3 минуты. Уже работает.", people, "Сбой сайта"),
        Publication(
            sources["telephony"],
            Kind.CALL,
            "Пропущенный звонок",
            people,
            "Ирина Петрова",
            {"from": "+7 999 123-45-67", "element": {"id": 12, "type": "contact", "name": "Ирина Петрова"}},
        ),
    ]
    for number, publication in enumerate(reversed(publications)):
        published = publish([publication], now=now - timedelta(minutes=40 * (len(publications) - number)))
        waiting = Delivery.objects.filter(notification__in=published, state=State.PENDING)
        waiting.update(state=State.SKIPPED, reason="demo", due_at=None, finished_at=now)
