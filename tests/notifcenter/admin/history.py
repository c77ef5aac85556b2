"""History for the admin: people, notifications, and mails that failed."""

from django.utils import timezone

from accounts.models import User
from notifcenter.models import Delivery, DeliveryEvent, Provider
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish


def fill(provider: Provider, number: int, name: str = "person") -> None:
    """Publish a notification to each of that many new people; every mail fails."""
    users = [User(username=f"{name}{i}", email=f"{name}{i}@example.com") for i in range(number)]
    people = {user.pk: True for user in User.objects.bulk_create(users)}
    publications = [
        Publication(provider, "message", f"Words <b>{i}</b>", {person: True}) for i, person in enumerate(people)
    ]
    publish(publications, now=timezone.now())
    failed = [row.pk for row in Delivery.objects.filter(channel="email")]
    Delivery.objects.filter(pk__in=failed).update(state="failed", reason="550 no such user", due_at=None)
    DeliveryEvent.objects.bulk_create(DeliveryEvent(delivery_id=pk, what="failed", detail="550") for pk in failed)
