"""Staff finds what became of a notification, and why."""

import re

import pytest

from accounts.models import User
from notifcenter.models import Delivery, DeliveryEvent, Notification, Provider
from tests.notifcenter.admin.history import fill

pytestmark = pytest.mark.django_db


def test_a_notification_leads_to_its_recipients_and_deliveries(staff, telephony):
    fill(telephony, 3)
    shown = Notification.objects.order_by("pk").first()
    page = staff.get(f"/admin/notifcenter/notification/{shown.pk}/change/").content.decode()
    for name in ("inboxitem", "delivery"):
        address = re.search(rf'href="(/admin/notifcenter/{name}/\?notification__id__exact=[^"&]+)"', page)[1]
        listed = staff.get(address).content.decode()
        assert "person0" in listed
        assert "person1" not in listed


@pytest.mark.parametrize(("term", "found"), [("person1", 1), ("person1@example.com", 1), ("words", 3), ("nothing", 0)])
def test_notifications_are_found_by_person_or_words(staff, telephony, term, found):
    fill(telephony, 3)
    page = staff.get("/admin/notifcenter/notification/", {"q": term}).content.decode()
    assert len(set(re.findall(r"/notification/([0-9a-f-]{36})/change/", page))) == found


def test_a_notification_is_found_by_its_id(staff, telephony):
    fill(telephony, 3)
    wanted = Notification.objects.first()
    page = staff.get("/admin/notifcenter/notification/", {"q": str(wanted.pk)}).content.decode()
    assert set(re.findall(r"/notification/([0-9a-f-]{36})/change/", page)) == {str(wanted.pk)}


def test_deliveries_are_filtered_by_state_channel_provider_kind_and_date(staff, telephony):
    fill(telephony, 2)
    other = Provider.objects.create(code="other", name="Other")
    filters = {
        "state": "failed",
        "channel": "email",
        "notification__provider__id__exact": telephony.pk,
        "notification__kind__exact": "message",
        "created_at__gte": "2020-01-01",
    }
    page = staff.get("/admin/notifcenter/delivery/", filters).content.decode()
    assert page.count("550 no such user") == 2
    page = staff.get("/admin/notifcenter/delivery/", filters | {"notification__provider__id__exact": other.pk})
    assert "550 no such user" not in page.content.decode()


def test_a_persons_page_tells_why_something_did_not_reach_them(staff, telephony):
    fill(telephony, 2)
    person = User.objects.get(username="person1")
    page = staff.get(f"/admin/accounts/user/{person.pk}/change/").content.decode()
    address = re.search(r'href="(/admin/notifcenter/delivery/\?user__id__exact=\d+)"', page)[1]
    listed = staff.get(address).content.decode()
    assert "550 no such user" in listed
    assert "There is no device for this channel." in listed
    assert "person0" not in listed


def test_a_delivery_shows_its_timeline_and_its_reason_in_words(staff, telephony):
    fill(telephony, 1)
    row = Delivery.objects.get(channel="email", user__username="person0")
    Delivery.objects.filter(pk=row.pk).update(reason="no_address")
    DeliveryEvent.objects.create(delivery=row, what="retry", detail="421 try later")
    page = staff.get(f"/admin/notifcenter/delivery/{row.pk}/change/").content.decode()
    assert "There is no e-mail address in the profile." in page
    assert "421 try later" in page
    assert "Will be tried again" in page
