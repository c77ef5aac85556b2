"""Who is online, as pages and callers are told."""

import asyncio
import time

import pytest
from django.contrib.auth.models import Group

from accounts.models import User
from channels_app.live import presence, presence_updates, visible_people
from channels_app.live.off_loop import Executor
from notifcenter.publishing import visibility
from tests.apart import run_apart
from tests.live import Socket
from tests.processes import wait_until
from tests.production import start_production
from tests.servers import Redis


def presence_of(product, watcher, other):
    with product.user_api(watcher) as api:
        answer = api.get("presence/")
    assert answer.status_code == 200
    seen = answer.json()
    return next((seen[key]["online"] for key in seen if seen[key]["id"] == id_of(product, other)), None)


def id_of(product, username):
    with product.host_api() as host:
        return host.put(f"users/{username}/", json={}).json()["id"]


def test_a_person_is_online_while_a_page_is_open(installation):
    anna, boris = installation.new_person(), installation.new_person()
    assert presence_of(installation, anna, boris) is False
    with installation.live(boris):
        wait_until(lambda: presence_of(installation, anna, boris), what="online")
    wait_until(lambda: presence_of(installation, anna, boris) is False, what="offline")


def test_the_answer_names_everybody_by_id(product):
    anna = product.new_person()
    with product.user_api(anna) as api:
        seen = api.get("presence/").json()
    assert all(entry == {"id": int(key), "online": entry["online"]} for key, entry in seen.items())
    assert str(id_of(product, anna)) in seen


def test_others_are_asked_for_by_their_ids(product):
    anna, boris = product.new_person(), product.new_person()
    key = id_of(product, boris)
    with product.user_api(anna) as api, product.live(boris) as page:
        page.next("hello")
        assert api.get("presence/", params={"ids": f"{key},{10**17}"}).json() == {str(key): {"id": key, "online": True}}


@pytest.mark.parametrize("ids", ["", "x", "1,", "1,-2", "²", "9" * 19, ",".join(["1"] * 1001)])
def test_ids_that_are_none_are_refused(product, ids):
    with product.user_api("anna") as api:
        answer = api.get("presence/", params={"ids": ids})
    assert answer.status_code == 400


def test_pages_are_told_who_comes_and_who_leaves(installation):
    anna, boris = installation.new_person(), installation.new_person()
    key = str(id_of(installation, boris))
    with installation.live(anna) as page:
        hello = page.next("hello")
        assert hello["presence"][key] is False
        assert hello["presence"][str(id_of(installation, anna))] is True
        with installation.live(boris):
            assert change_of(page, key) is True
        assert change_of(page, key) is False


def test_a_page_that_comes_later_is_greeted_with_who_is_there(installation):
    anna, boris = installation.new_person(), installation.new_person()
    key = str(id_of(installation, boris))
    with installation.live(anna) as first, installation.live(boris):
        first.next("hello")
        assert change_of(first, key) is True
        with installation.live(anna) as second:
            assert second.next("hello")["presence"][key] is True


def test_a_reload_makes_nobody_leave(product):
    anna, boris = product.new_person(), product.new_person()
    key = str(id_of(product, boris))
    token = product.user_token(boris)
    with product.live(anna) as page:
        page.next("hello")
        here = Socket(product.live_url, token=token)
        assert change_of(page, key) is True
        away, frames = presence_updates.GRACE_SECONDS, []
        while away >= presence_updates.GRACE_SECONDS:  # so long takes no reload: the machine was busy
            here, away = reloaded(here, product, token)
            frames = presence_frames(page, seconds=5)
        here.close()
    assert key not in {user for frame in frames for user in frame["users"]}


def reloaded(page, product, token):
    """The page after a reload, and for how many seconds it was away."""
    begun = time.monotonic()
    page.close()
    fresh = Socket(product.live_url, token=token)
    fresh.next("hello")
    return fresh, time.monotonic() - begun


def test_one_of_two_pages_closed_makes_nobody_leave(product):
    anna, boris = product.new_person(), product.new_person()
    with product.live(boris):
        product.live(boris).close()
        wait_until(lambda: presence_of(product, anna, boris), what="online")
        with product.live(anna) as page:
            page.next("hello")
            frames = presence_frames(page, seconds=5)
    left = {user for frame in frames for user, is_here in frame["users"].items() if not is_here}
    assert str(id_of(product, boris)) not in left


@pytest.fixture
def forgetful_redis(folders, redis_server):
    """One that may be stopped: others talk to the one that all share."""
    server = Redis(folders("redis"), redis_server.binary)
    yield server
    server.stop()


def test_a_redis_that_forgot_everything_learns_it_again(folders, postgres, forgetful_redis):
    product = start_production(folders("forgetful"), postgres.migrated_database("forgetful"), forgetful_redis.url)
    try:
        with product.live("anna"):
            wait_until(lambda: presence_of(product, "alexey", "anna"), what="online")
            forgetful_redis.client.flushall()
            forgetful_redis.stop()
            forgetful_redis.start()
            wait_until(lambda: presence_of(product, "alexey", "anna"), what="online again")
    finally:
        product.stop()


def test_a_process_that_dies_takes_its_people_along(folders, postgres, redis_server):
    product = start_production(folders("mortal"), postgres.migrated_database("mortal"), redis_server.url)
    try:
        with product.live("anna"):
            wait_until(lambda: presence_of(product, "alexey", "anna"), what="online")
            product.processes[1].kill()
            wait_until(lambda: presence_of(product, "alexey", "anna") is False, what="offline")
    finally:
        product.kill()


def test_a_roll_call_ends_whenever_it_is_told_to(redis_server):
    """Told in any instant of its talk with Redis: a single one that does not end keeps the server from ending."""

    async def ends(moment):
        shared = presence_updates.SharedPresence(redis_server.url)
        calling = asyncio.create_task(call_for_ever(shared))
        await asyncio.sleep(moment)
        calling.cancel()
        ended, going_on = await asyncio.wait([calling], timeout=30)
        while going_on and not calling.done():
            calling.cancel()
            await asyncio.sleep(0.001)
        await shared.leave()
        return bool(ended)

    async def call_for_ever(shared):
        while True:
            await shared.exchange({1})

    async def all_end():
        return [await ends(number / 5000) for number in range(40)]

    assert all(run_apart(all_end()))


class TestChanges:
    @pytest.fixture(autouse=True)
    def tracker(self):
        self.changes = presence_updates.PresenceTracker("", Executor()).changes

    def test_who_comes_is_told_once(self):
        assert self.changes({7}, 0) == {7: True}
        assert self.changes({7}, 1) == {}

    def test_who_leaves_is_told_after_the_grace(self):
        self.changes({7}, 0)
        assert self.changes(set(), 1) == {}
        assert self.changes(set(), 1 + presence_updates.GRACE_SECONDS) == {7: False}
        assert self.changes(set(), 9) == {}

    def test_who_comes_back_within_the_grace_never_left(self):
        self.changes({7}, 0)
        self.changes(set(), 1)
        assert self.changes({7}, 2) == {}
        assert self.changes(set(), 3) == {}
        assert self.changes(set(), 3 + presence_updates.GRACE_SECONDS) == {7: False}


@pytest.mark.django_db
class TestWhoSeesWhom:
    @pytest.fixture(autouse=True)
    def people(self):
        self.anna, self.boris, self.clara = (User.objects.create(username=name) for name in ("an", "bo", "cl"))
        sales = Group.objects.create(name="sales")
        sales.user_set.add(self.anna, self.boris)

    def test_in_a_small_installation_everybody_sees_everybody(self):
        assert {self.anna, self.boris, self.clara} <= set(visibility.visible(self.anna))

    def test_in_a_large_one_people_see_who_shares_a_group(self, monkeypatch):
        monkeypatch.setattr(visibility, "SMALL", 3)
        assert set(visibility.visible(self.anna)) == {self.anna, self.boris}
        assert set(visibility.visible(self.clara)) == {self.clara}

    def test_a_thousand_users_are_no_small_installation_any_more(self):
        there = User.objects.count()
        User.objects.bulk_create(User(username=f"crowd{number}") for number in range(999 - there))
        assert visibility.is_small()
        User.objects.create(username="the-thousandth")
        assert not visibility.is_small()

    def test_an_account_that_was_closed_is_not_shown(self):
        User.objects.filter(pk=self.boris.pk).update(is_active=False)
        assert self.boris not in visibility.visible(self.anna)

    def test_of_many_people_a_thousand_are_listed_who_is_online_first(self):
        crowd = User.objects.bulk_create(User(username=f"crowd{number}") for number in range(1200))
        everybody = Group.objects.create(name="everybody")
        everybody.user_set.add(self.anna, *crowd)
        online = {crowd[1150].pk, crowd[1199].pk, self.boris.pk, self.clara.pk}
        [of_anna, of_boris, of_clara] = visible_people.listed([self.anna, self.boris, self.clara], online)
        assert of_anna[:4] == [self.anna.pk, *sorted(online - {self.clara.pk})]
        assert of_anna[4:] == [person.pk for person in crowd[:996]]
        assert of_boris == [self.boris.pk, self.anna.pk]
        assert of_clara == [self.clara.pk]

    def test_only_who_may_be_seen_is_answered_for(self, monkeypatch):
        monkeypatch.setattr(visibility, "SMALL", 3)
        asked = [self.anna.pk, self.boris.pk, self.clara.pk]
        assert presence.of_chosen(self.anna, asked) == {self.anna.pk: False, self.boris.pk: False}

    def test_changes_go_to_who_shares_a_group(self):
        everybody = [self.anna.pk, self.boris.pk, self.clara.pk]
        assert visible_people.who_sees(everybody, {self.boris.pk}) == {self.anna.pk: {self.boris.pk}}
        assert visible_people.who_sees(everybody, {self.clara.pk}) == {}


def change_of(page, key):
    while True:
        frame = page.next("presence")
        if key in frame["users"]:
            return frame["users"][key]


def presence_frames(page, seconds):
    frames = []
    try:
        while True:
            frames.append(page.next("presence", seconds=seconds))
    except TimeoutError:
        return frames
