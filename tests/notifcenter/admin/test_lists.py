"""The lists of /admin/, also of large tables."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from notifcenter.models import ActionPress, InboxItem, Notification
from tests.notifcenter.admin.history import fill
from tests.notifcenter.inbox.history import settled_as

pytestmark = pytest.mark.django_db
LARGE = re.compile(
    r'COUNT\([^)]*\).*FROM "(notifcenter_(notification|inboxitem|delivery)|accounts_user)"', re.IGNORECASE
)
LISTS = ["notification", "inboxitem", "delivery"]


def queries(staff, address):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = staff.get(address)
    assert answer.status_code == 200, address
    return [query["sql"] for query in captured]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_no_more_of_200_rows_than_of_20(staff, telephony, name):
    address = f"/admin/notifcenter/{name}/"
    fill(telephony, 20)
    few = queries(staff, address)
    fill(telephony, 200, "more")
    assert len(queries(staff, address)) == len(few)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "filters", ["", "?q=person7", "?q=Words", "?provider={provider}", "?created_at__gte=2020-01-01"]
)
def test_nothing_large_is_ever_counted(staff, telephony, name, filters):
    fill(telephony, 60)
    provider = {"delivery": "notification__provider__id__exact"}.get(name, "provider__id__exact")
    filters = filters.replace("provider=", f"{provider}=").format(provider=telephony.pk)
    if name == "inboxitem" and "created_at" in filters:
        filters = "?read_at__isempty=1"
    asked = queries(staff, f"/admin/notifcenter/{name}/{filters}")
    assert not [sql for sql in asked if LARGE.search(sql)]
    assert not [sql for sql in asked if " OFFSET " in sql and name in sql and "100000" not in sql]


def test_neither_are_people_counted(staff, telephony):
    fill(telephony, 60)
    assert not [sql for sql in queries(staff, "/admin/accounts/user/?q=person") if LARGE.search(sql)]


def test_pages_go_on_from_the_last_row_and_back(staff, telephony):
    fill(telephony, 120)
    address, seen, pages = "/admin/notifcenter/notification/", [], 0
    while address:
        page = staff.get(address).content.decode()
        found = re.findall(r"/notification/([0-9a-f-]{36})/change/", page)
        seen += list(dict.fromkeys(found))
        pages += 1
        older = re.search(r'href="(\?before=[^"]+)"', page)
        newer = re.search(r'href="(\?after=[^"]+)"', page)
        address = f"/admin/notifcenter/notification/{older[1]}" if older else ""
    assert pages == 3
    assert seen == [str(pk) for pk in Notification.objects.order_by("-pk").values_list("pk", flat=True)]
    back = staff.get(f"/admin/notifcenter/notification/{newer[1]}").content.decode()
    assert list(dict.fromkeys(re.findall(r"/notification/([0-9a-f-]{36})/change/", back))) == seen[50:100]


def test_a_spoilt_page_mark_shows_an_empty_list(staff, telephony):
    fill(telephony, 1)
    assert staff.get("/admin/notifcenter/notification/?before=nonsense").status_code == 200
    assert staff.get("/admin/notifcenter/delivery/?after=nonsense").status_code == 200


def test_every_list_and_page_opens(staff, telephony):
    fill(telephony, 1)
    index = staff.get("/admin/").content.decode()
    addresses = set(re.findall(r'href="(/admin/(?:accounts|notifcenter|channels_app|auth)/[a-z]+/(?:add/)?)"', index))
    assert len(addresses) > 8
    for address in addresses:
        page = staff.get(address)
        assert page.status_code == 200, address
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*(src=|application/json))", page.content.decode()), address


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ("channel=email&state=skipped", 5),
        ("channel=interface&state=skipped", 0),
        ("state=expired", 0),
        ("state=skipped", 50),
    ],
)
def test_what_is_rare_or_common_among_deliveries_is_looked_up_not_searched_for(staff, telephony, filters, shown):
    fill(telephony, 100)
    oldest = InboxItem.objects.order_by("pk").values("pk")[:5]
    InboxItem.objects.filter(pk__in=oldest).update(settled=settled_as("interface=always email=off mobile=no_device"))
    few = steps(staff, filters, shown)
    fill(telephony, 1500, "more")
    assert steps(staff, filters, shown) < few * 2


def steps(staff, filters, shown):
    """How many times ten steps SQLite's machine takes for a page of deliveries."""
    taken = []
    connection.connection.set_progress_handler(lambda: taken.append(1), 10)
    page = staff.get(f"/admin/notifcenter/delivery/?{filters}").content.decode()
    connection.connection.set_progress_handler(None, 10)
    assert page.count('<tr><td class="action-checkbox">') == shown
    return len(taken)


def test_a_notifications_page_tells_what_became_of_it_and_who_pressed(staff, telephony):
    fill(telephony, 1)
    notification, person = Notification.objects.first(), User.objects.create(username="mary", first_name="Mary")
    action = {"id": "agree", "title": "I agree", "style": "default", "exclusive": False, "closes": False}
    Notification.objects.update(changes=2, details={"actions": [action]})
    ActionPress.objects.create(notification=notification, user=person, action="agree")
    page = staff.get(f"/admin/notifcenter/notification/{notification.pk}/change/").content.decode()
    assert "It was updated 2 times. “I agree” was pressed by Mary." in page
