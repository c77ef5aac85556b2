"""How often one may try a password, by account and by address, and whose word counts about the address."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from ipaddress import ip_network

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.login import hashing
from accounts.models import User

PASSWORD, OFFICE, ELSEWHERE = "right-Pa55word", "198.51.100.7", "203.0.113.9"
LOGIN, ADMIN = "/accounts/login/", "/admin/login/"


@pytest.fixture(autouse=True)
def limit(settings, db):
    settings.LOGIN_FAILURES = settings.AXES_FAILURE_LIMIT = 3


@pytest.fixture
def lena(db):
    return User.objects.create_user("lena", password=PASSWORD, is_staff=True)


def sign_in(username, password, *, address=OFFICE, page=LOGIN, **headers):
    return Client(REMOTE_ADDR=address, **headers).post(page, {"username": username, "password": password})


def fail(username, times, **where):
    for _ in range(times):
        assert sign_in(username, "wrong", **where).status_code == 200


@pytest.mark.parametrize("username", ["lena", "nobody-of-that-name"])
@pytest.mark.parametrize("page", [LOGIN, ADMIN])
def test_after_so_many_failures_even_the_right_password_is_refused(lena, username, page):
    fail(username, 3, page=page)
    response = sign_in(username, PASSWORD, page=page)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 900


def test_the_limit_is_one_for_every_form_and_every_spelling(lena):
    fail("lena", 1)
    fail("LENA", 1, page=ADMIN)
    fail("ＬＥＮＡ", 1)
    assert sign_in("lena", PASSWORD).status_code == 429


def test_other_accounts_go_on(lena):
    fail("somebody", 3)
    assert sign_in("lena", PASSWORD).status_code == 302


def test_a_quarter_of_an_hour_later_it_is_open_again(lena):
    begun = timezone.now()
    with time_machine.travel(begun, tick=False):
        fail("lena", 3)
    with time_machine.travel(begun + timedelta(minutes=14, seconds=59), tick=False):
        assert sign_in("lena", PASSWORD).status_code == 429
    with time_machine.travel(begun + timedelta(minutes=15, seconds=1), tick=False):
        assert sign_in("lena", PASSWORD).status_code == 302


def test_failures_that_are_far_apart_do_not_add_up(lena):
    begun = timezone.now()
    for minutes in (0, 14, 28, 42):
        with time_machine.travel(begun + timedelta(minutes=minutes), tick=False):
            fail("lena", 1)
    with time_machine.travel(begun + timedelta(minutes=43), tick=False):
        assert sign_in("lena", PASSWORD).status_code == 302


def test_a_refused_try_does_not_prolong_the_wait(lena):
    begun = timezone.now()
    with time_machine.travel(begun, tick=False):
        fail("lena", 3)
    for minutes, seconds_left in ((5, 601), (10, 301)):
        with time_machine.travel(begun + timedelta(minutes=minutes), tick=False):
            assert sign_in("lena", PASSWORD)["Retry-After"] == str(seconds_left)


def test_signing_in_forgets_the_failures_before_it(lena):
    fail("lena", 2)
    assert sign_in("lena", PASSWORD).status_code == 302
    fail("lena", 2)
    assert sign_in("lena", PASSWORD).status_code == 302


def test_strangers_cannot_lock_a_person_out_of_her_own_office(db):
    User.objects.create_user("Лена", password=PASSWORD)
    assert sign_in("Лена", PASSWORD).status_code == 302
    fail("лена", 3, address=ELSEWHERE)
    assert sign_in("Лена", PASSWORD, address=ELSEWHERE).status_code == 429
    assert sign_in("лена", PASSWORD).status_code == 302


def test_slips_at_a_persons_own_office_do_not_lock_her_out_elsewhere(lena):
    assert sign_in("lena", PASSWORD).status_code == 302
    fail("lena", 3)
    assert sign_in("lena", PASSWORD, address=ELSEWHERE).status_code == 302


def test_one_address_may_fail_four_times_as_often_for_all_accounts_together(lena):
    for number in range(12):
        fail(f"guess{number}", 1)
    assert sign_in("lena", PASSWORD).status_code == 429
    assert sign_in("lena", PASSWORD, address=ELSEWHERE).status_code == 302


def test_no_password_is_hashed_for_who_is_refused(lena, monkeypatch):
    fail("lena", 3)
    monkeypatch.setattr(User, "check_password", lambda *_arguments: pytest.fail("a password was hashed"))
    assert sign_in("lena", PASSWORD).status_code == 429


def test_without_a_limit_everybody_may_try(lena, settings):
    settings.AXES_ENABLED = False
    fail("lena", 6)
    assert sign_in("lena", PASSWORD).status_code == 302


class TestProxies:
    def test_a_trusted_proxy_says_who_the_client_is(self, lena, settings):
        settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
        for number in range(12):
            fail(f"guess{number}", 1, address="10.0.0.1", HTTP_X_FORWARDED_FOR=f"1.2.3.4, {ELSEWHERE}, 10.0.0.2")
        assert sign_in("lena", PASSWORD, address=ELSEWHERE).status_code == 429
        assert sign_in("lena", PASSWORD, address="10.0.0.1", HTTP_X_FORWARDED_FOR="1.2.3.4").status_code == 302

    @pytest.mark.parametrize("entry", ["203.0.113.9:4711", "[203.0.113.9]", "::ffff:203.0.113.9", " 203.0.113.9 "])
    def test_an_address_counts_however_the_proxy_writes_it(self, lena, settings, entry):
        settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
        for number in range(12):
            fail(f"guess{number}", 1, address="10.0.0.1", HTTP_X_FORWARDED_FOR=entry)
        assert sign_in("lena", PASSWORD, address=ELSEWHERE).status_code == 429

    def test_nobody_escapes_the_limit_by_a_header_of_his_own(self, lena):
        for number in range(3):
            fail("lena", 1, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
        assert sign_in("lena", PASSWORD, HTTP_X_FORWARDED_FOR="192.0.2.99").status_code == 429

    def test_behind_a_proxy_that_nobody_trusts_only_the_account_counts(self, lena):
        for number in range(12):
            fail(f"guess{number}", 1, HTTP_X_FORWARDED_FOR="192.0.2.1")
        assert sign_in("lena", PASSWORD, HTTP_X_FORWARDED_FOR="192.0.2.1").status_code == 302

    def test_a_scheme_that_nobody_trusted_forwarded_is_not_believed(self, settings):
        settings.SECURE_SSL_REDIRECT = True
        assert Client().get(LOGIN, HTTP_X_FORWARDED_PROTO="https").status_code == 301
        settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]
        assert Client().get(LOGIN, HTTP_X_FORWARDED_PROTO="https").status_code == 200


class TestHashing:
    def test_few_passwords_are_checked_side_by_side_and_the_rest_is_turned_away(self):
        slots, end = hashing.Slots(2, 1), threading.Event()
        running, refused = threading.Semaphore(0), threading.Semaphore(0)

        def check(_number):
            try:
                with slots.take(60):
                    running.release()
                    assert end.wait(60)
            except hashing.TooManyAtOnce:
                refused.release()
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            answers = [pool.submit(check, number) for number in range(8)]
            assert all(running.acquire(timeout=60) for _ in range(2))
            assert all(refused.acquire(timeout=60) for _ in range(5))
            assert not running.acquire(blocking=False)
            end.set()
            assert sum(answer.result(60) for answer in answers) == 3

    def test_who_comes_when_too_many_sign_in_is_asked_to_try_again(self, lena, monkeypatch):
        slots = hashing.Slots(1, 0)
        monkeypatch.setattr(hashing, "_slots", slots)
        with slots.take():
            response = sign_in("lena", PASSWORD)
        assert (response.status_code, response["Retry-After"]) == (429, "2")
        assert sign_in("lena", PASSWORD).status_code == 302
