"""What staff makes and changes by hand, and who may."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from accounts.models import ChannelPreference, Device, DigestSchedule, HostToken, User
from notifcenter import tokens
from notifcenter.models import Delivery, InboxItem, Notification, Provider, ProviderToken
from tests.notifcenter.admin.history import fill
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db


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


def test_only_staff_gets_in(telephony):
    client = Client()
    client.force_login(User.objects.create_user("plain"))
    assert client.get("/admin/notifcenter/delivery/").status_code == 302
    assert client.post(f"/admin/notifcenter/provider/{telephony.pk}/token/").status_code == 302
    assert not ProviderToken.objects.exists()


def test_staff_without_rights_makes_no_token_and_retries_nothing(telephony):
    fill(telephony, 1)
    client = Client()
    client.force_login(User.objects.create_user("trainee", is_staff=True))
    row = Delivery.objects.get(channel="email")
    assert client.post(f"/admin/notifcenter/provider/{telephony.pk}/token/").status_code == 403
    assert client.post(f"/admin/notifcenter/delivery/{row.pk}/retry/").status_code == 403
    assert client.get("/admin/notifcenter/notification/").status_code == 403
