"""Staff lets failed deliveries be tried again."""

import pytest
from django.utils import timezone

from notifcenter.models import Delivery, Provider
from tests.notifcenter.admin.history import fill

pytestmark = pytest.mark.django_db


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


def again(staff, filters, chosen, **more):
    body = {"action": "try_again", "_selected_action": chosen} | more
    answer = staff.post(f"/admin/notifcenter/delivery/{filters}", body)
    assert answer.status_code == 302, answer.content.decode()
