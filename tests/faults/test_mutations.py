"""Each safety line is taken away, and the test that guards it must notice: tests that cannot fail prove nothing."""

import pytest
from django.db import DatabaseError, connection

from channels_app.queue import leases
from channels_app.queue.queue import Queue
from notifcenter.models import Delivery, State
from tests.faults.locks import test_leases as lines


@pytest.fixture
def goes_red():
    """Runs a test that must fail now."""

    def run(test, *arguments):
        with pytest.raises((AssertionError, ValueError, DatabaseError, pytest.fail.Exception)):
            test(*arguments)

    return run


def test_without_fencing_it_goes_red(row, now, monkeypatch, goes_red):
    def unfenced(row, **values):
        return bool(Delivery.objects.filter(pk=row.pk).update(**values))

    monkeypatch.setattr(leases, "write", unfenced)
    goes_red(lines.test_who_lost_the_lease_changes_nothing, row, now)


def test_without_a_lease_it_goes_red(row, now, monkeypatch, goes_red):
    monkeypatch.setattr(leases, "LEASE", leases.LEASE * 0)
    goes_red(lines.test_a_claimed_row_is_not_claimed_again, row, now)


def test_with_an_endless_lease_it_goes_red(row, now, monkeypatch, goes_red):
    monkeypatch.setattr(leases, "LEASE", leases.LEASE * 1000)
    goes_red(lines.test_a_row_whose_worker_died_falls_due_with_its_lease, row, now)


def test_without_a_look_at_the_lease_before_sending_it_goes_red(row, now, monkeypatch, goes_red):
    monkeypatch.setattr(leases.Held, "renew_if_late", lambda self: None)
    goes_red(lines.test_a_worker_that_slept_sends_nothing_that_another_has_taken, row, now)


def test_without_releasing_what_the_future_planned_it_goes_red(row, now, monkeypatch, goes_red):
    monkeypatch.setattr(leases, "release_future", lambda *_arguments, **_more: 0)
    goes_red(lines.test_a_clock_set_back_an_hour_leaves_nothing_stuck, row, now, "claimed")


def test_without_the_sweep_it_goes_red(row, monkeypatch, goes_red):
    monkeypatch.setattr(Queue, "is_due", lambda self, **_more: False)
    with monkeypatch.context() as patch:
        goes_red(lines.test_the_sweep_finds_what_nobody_was_woken_for, row, patch)


@pytest.mark.parametrize(
    ("index", "test"),
    [
        ("item_once", lines.test_a_notification_lies_in_a_centre_once),
        ("delivery_once", lines.test_a_delivery_is_planned_once),
    ],
)
def test_without_its_constraint_it_goes_red(row, index, test, goes_red):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {index}")
    goes_red(test, row)


def test_without_its_constraint_a_key_goes_red(db, now, goes_red):
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX idempotency_once")
    goes_red(lines.test_of_two_with_one_key_the_second_replays, now)


def test_without_checking_the_state_a_finished_mail_is_sent_again(row, now, monkeypatch):
    lines.by_mail(now).end(lines.claimed(now), State.SENT, "", now=now)
    assert lines.by_mail(now + lines.HOUR).claim() == []
