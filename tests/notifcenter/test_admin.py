"""What staff sees and does in /admin/, also on large tables."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import ChannelPreference, Device, DigestSchedule, HostToken, User
from notifcenter import tokens
from notifcenter.models import Delivery, DeliveryEvent, InboxItem, Notification, Provider, ProviderToken
from notifcenter.publish import Publication, publish
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
LARGE = re.compile(
    r'COUNT\([^)]*\).*FROM "(notifcenter_(notification|inboxitem|delivery)|accounts_user)"', re.IGNORECASE
)
LISTS = ["notification", "inboxitem", "delivery"]


@pytest.fixture
def staff():
    User.objects.create_superuser("boss", "boss@example.com", PASSWORD, language="en")
    client = Client()
    assert client.login(username="boss", password=PASSWORD)
    return client


@pytest.fixture
def telephony():
    return Provider.objects.create(code="phones", name="Phones")


def fill(provider, number, name="person"):
    people = [User(username=f"{name}{i}", email=f"{name}{i}@example.com") for i in range(number)]
    people = {user.pk: True for user in User.objects.bulk_create(people)}
    said = [Publication(provider, "message", f"Words <b>{i}</b>", {person: True}) for i, person in enumerate(people)]
    publish(said, now=timezone.now())
    failed = [row.pk for row in Delivery.objects.filter(channel="email")]
    Delivery.objects.filter(pk__in=failed).update(state="failed", reason="550 no such user", due_at=None)
    DeliveryEvent.objects.bulk_create(DeliveryEvent(delivery_id=pk, what="failed", detail="550") for pk in failed)


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


def test_one_failed_delivery_is_tried_again_by_its_button(staff, telephony):
    fill(telephony, 2)
    row = Delivery.objects.filter(channel="email").first()
    page = staff.get(f"/admin/notifcenter/delivery/{row.pk}/change/").content.decode()
    assert f"/admin/notifcenter/delivery/{row.pk}/retry/" in page
    assert staff.post(f"/admin/notifcenter/delivery/{row.pk}/retry/").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.attempts, row.reason) == ("pending", 0, "")
    assert row.due_at <= timezone.now()
    assert Delivery.objects.filter(channel="email", state="failed").count() == 1


def test_many_are_tried_again_by_the_action(staff, telephony):
    fill(telephony, 3)
    chosen = list(Delivery.objects.filter(channel="email").values_list("pk", flat=True)[:2])
    again(staff, "", chosen)
    assert Delivery.objects.filter(pk__in=chosen, state="pending").count() == 2
    assert Delivery.objects.filter(channel="email", state="failed").count() == 1


def test_all_failed_ones_of_a_filter_are_tried_again_over_all_pages(staff, telephony):
    fill(telephony, 70)
    other = Provider.objects.create(code="other", name="Other")
    fill(other, 3, "apart")
    filters = f"?state=failed&channel=email&notification__provider__id__exact={telephony.pk}"
    first = Delivery.objects.filter(channel="email", notification__provider=telephony).first()
    again(staff, filters, [first.pk], select_across=1)
    assert Delivery.objects.filter(channel="email", state="pending").count() == 70
    assert Delivery.objects.filter(channel="email", state="failed").count() == 3


def test_what_was_sent_is_not_sent_again(staff, telephony):
    fill(telephony, 1)
    row = Delivery.objects.get(channel="email")
    Delivery.objects.filter(pk=row.pk).update(state="sent")
    again(staff, "", [row.pk])
    row.refresh_from_db()
    assert row.state == "sent"
    assert "/retry/" not in staff.get(f"/admin/notifcenter/delivery/{row.pk}/change/").content.decode()


def test_a_providers_token_is_shown_once_and_works_until_it_is_revoked(staff, telephony):
    answer = staff.post(f"/admin/notifcenter/provider/{telephony.pk}/token/")
    raw = re.search(r'value="(ncp_[^"]+)"', answer.content.decode())[1]
    assert "no-store" in answer.headers["Cache-Control"]
    assert tokens.resolve(raw) == telephony
    page = staff.get(f"/admin/notifcenter/provider/{telephony.pk}/change/").content.decode()
    assert raw.split("_")[1] in page
    assert raw not in page
    row = ProviderToken.objects.get(provider=telephony)
    body = {"action": "revoke", "_selected_action": [row.pk]}
    staff.post("/admin/notifcenter/providertoken/", body)
    assert tokens.resolve(raw) is None


def test_a_management_token_is_made_with_a_name_and_shown_once(staff):
    answer = staff.post("/admin/accounts/hosttoken/add/", {"name": "crm"})
    raw = re.search(r'value="(ncm_[^"]+)"', answer.content.decode())[1]
    assert tokens.resolve(raw) == HostToken.objects.get(name="crm")
    assert HostToken.objects.filter(name="crm").count() == 1
    staff.post("/admin/accounts/hosttoken/", {"action": "revoke", "_selected_action": [HostToken.objects.get().pk]})
    assert tokens.resolve(raw) is None


def test_a_provider_is_added_and_changed(staff):
    fields = {"code": "crm", "name": "CRM", "manifest": "{}"}
    lines = {"tokens-TOTAL_FORMS": 0, "tokens-INITIAL_FORMS": 0}
    assert staff.post("/admin/notifcenter/provider/add/", fields | lines).status_code == 302
    provider = Provider.objects.get(code="crm")
    changed = fields | lines | {"name": "New"}
    assert staff.post(f"/admin/notifcenter/provider/{provider.pk}/change/", changed).status_code == 302
    assert Provider.objects.get(code="crm").name == "New"


def test_a_persons_page_shows_choices_devices_and_digest(staff, telephony):
    anna = User.objects.create_user("anna-of-admin", "a@example.com", PASSWORD)
    anna.groups.add(Group.objects.create(name="sales"))
    ChannelPreference.objects.create(user=anna, provider=telephony, channels={"email": False}, email_mode="daily")
    Device.objects.create(user=anna, channel="browser", transport="webpush", address="https://push.example/secret")
    now = timezone.now()
    DigestSchedule.objects.create(user=anna, window_start=now, next_due_at=now + timedelta(days=1))
    page = staff.get(f"/admin/accounts/user/{anna.pk}/change/").content.decode()
    assert "Phones" in page
    assert "Web Push" in page
    assert "push.example/secret" not in page


def test_a_person_is_made_and_changed(staff):
    fields = {"username": "newcomer", "password1": "9-Pines!", "password2": "9-Pines!", "usable_password": "true"}
    assert staff.post("/admin/accounts/user/add/", fields).status_code == 302
    person = User.objects.get(username="newcomer")
    assert person.check_password("9-Pines!")


@pytest.mark.parametrize("name", ["notification", "delivery", "inboxitem"])
def test_history_is_not_made_changed_or_removed_by_hand(staff, telephony, name):
    fill(telephony, 1)
    assert staff.get(f"/admin/notifcenter/{name}/add/").status_code == 403
    model = {"notification": Notification, "delivery": Delivery, "inboxitem": InboxItem}[name]
    assert staff.post(f"/admin/notifcenter/{name}/{model.objects.first().pk}/delete/").status_code == 403


def test_every_list_and_page_opens(staff, telephony):
    fill(telephony, 1)
    index = staff.get("/admin/").content.decode()
    addresses = set(re.findall(r'href="(/admin/(?:accounts|notifcenter|channels_app|auth)/[a-z]+/(?:add/)?)"', index))
    assert len(addresses) > 8
    for address in addresses:
        page = staff.get(address)
        assert page.status_code == 200, address
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*(src=|application/json))", page.content.decode()), address


def test_only_staff_gets_in(telephony):
    User.objects.create_user("plain", password=PASSWORD)
    client = Client()
    client.login(username="plain", password=PASSWORD)
    assert client.get("/admin/notifcenter/delivery/").status_code == 302
    assert client.post(f"/admin/notifcenter/provider/{telephony.pk}/token/").status_code == 302
    assert not ProviderToken.objects.exists()


def test_staff_without_rights_makes_no_token_and_retries_nothing(telephony):
    fill(telephony, 1)
    User.objects.create_user("trainee", password=PASSWORD, is_staff=True)
    client = Client()
    client.login(username="trainee", password=PASSWORD)
    row = Delivery.objects.get(channel="email")
    assert client.post(f"/admin/notifcenter/provider/{telephony.pk}/token/").status_code == 403
    assert client.post(f"/admin/notifcenter/delivery/{row.pk}/retry/").status_code == 403
    assert client.get("/admin/notifcenter/notification/").status_code == 403


def again(staff, filters, chosen, **more):
    body = {"action": "try_again", "_selected_action": chosen} | more
    answer = staff.post(f"/admin/notifcenter/delivery/{filters}", body)
    assert answer.status_code == 302, answer.content.decode()
