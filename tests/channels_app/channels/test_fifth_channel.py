"""A channel is one file: put into the folder it is everywhere, taken out again it leaves nothing behind."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.people import ADMIN
from tests.processes import PATIENCE, ROOT, wait_until
from tests.product import Product, start_product

SOURCE = Path(__file__).with_name("pigeon.py.txt")
PARTS = (
    "bin",
    "requirements.lock",
    "notifcenter",
    "accounts",
    "channels_app",
    "templates",
    "static",
    "locale",
    "manage.py",
)
DIGEST_IS_DUE = """
from django.utils import timezone
from accounts.models import DigestSchedule
print(DigestSchedule.objects.filter(user__username={name!r}).update(next_due_at=timezone.now()))
"""


@pytest.fixture(scope="module")
def checkout(folders: Callable[[str], Path]) -> Path:
    """A copy of the code with one file more."""
    copy = folders("checkout")
    copy.mkdir()
    for name in PARTS:
        whole, ignore = ROOT / name, shutil.ignore_patterns("__pycache__")
        shutil.copytree(whole, copy / name, ignore=ignore) if whole.is_dir() else shutil.copy(whole, copy)
    (copy / ".venvs").symlink_to(ROOT / ".venvs")
    shutil.copy(SOURCE, copy / "channels_app" / "channels" / "pigeon.py")
    return copy


@pytest.fixture(scope="module")
def site(checkout: Path, folders: Callable[[str], Path]) -> Any:
    running = start_product(folders("pigeons"), checkout=checkout)
    (running.data_dir / "loft").mkdir()
    yield running
    running.stop()


@pytest.fixture
def keeper(site: Product) -> str:
    """Somebody with a coop of the same name."""
    name = site.new_person(language="en")
    give_coops(site, name, [name])
    return name


def give_coops(site: Product, name: str, coops: list[str]) -> None:
    """These are now the person's addresses."""
    with site.host_api() as host:
        pk = host.put(f"users/{name}/", json={}).json()["id"]
    write(site, "coops.json", {str(pk): coops})


def write(site: Product, name: str, more: dict[str, Any]) -> None:
    """Add to a file of the loft, in one step."""
    file = site.data_dir / "loft" / name
    known = json.loads(file.read_text()) if file.exists() else {}
    file.with_suffix(".new").write_text(json.dumps(known | more))
    file.with_suffix(".new").rename(file)


def flown(site: Product, coop: str) -> list[list[str]]:
    """What came to a coop: [title, text, language]."""
    file = site.data_dir / "loft" / coop
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def deliveries(site: Product, notification: str, channel: str = "pigeon") -> list[dict[str, Any]]:
    with site.provider_api() as api:
        rows = api.get(f"notifications/{notification}/deliveries/").json()["results"]
    return [row for row in rows if row["channel"] == channel]


def ended(site: Product, notification: str, channel: str = "pigeon") -> list[dict[str, Any]]:
    """The deliveries by that channel, once none is pending."""
    return wait_until(
        lambda: (
            (rows := deliveries(site, notification, channel))
            and all(row["state"] != "pending" for row in rows)
            and rows
        ),
        what=f"an end by {channel}",
    )


def why(site: Product, name: str, notification: str) -> dict[str, Any]:
    with site.user_api(name) as api:
        return {row["channel"]: row for row in api.get(f"inbox/{notification}/deliveries/").json()["results"]}


def metric(site: Product, sample: str) -> float:
    """The value of a sample, -1 where it is not there."""
    text = httpx.get(f"{site.base_url}/metrics", timeout=PATIENCE).text
    found = re.search(rf"^{re.escape(sample)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else -1


def test_it_is_in_the_preferences_and_can_be_switched_off(site: Product, keeper: str) -> None:
    with site.user_api(keeper) as api:
        channels = api.get("preferences/").json()["providers"][0]["channels"]
        assert list(channels) == ["interface", "email", "mobile", "browser", "pigeon"]
        assert channels["pigeon"] is True
        off = {"providers": [{"code": "telephony", "channels": {"pigeon": False}}]}
        assert api.patch("preferences/", json=off).status_code == 200
    published = site.publish(keeper)
    assert ended(site, published)[0]["state"] == "skipped"
    assert why(site, keeper, published)["pigeon"]["reason"] == "This channel is switched off for this provider."
    assert flown(site, keeper) == []


def test_it_is_on_the_profile_page_and_in_the_admin(site: Product, keeper: str) -> None:
    with site.signed_in(keeper) as browser:
        page = browser.get("/profile/").text
    assert "By pigeon" in page
    assert 'name="channel.telephony.pigeon"' in page
    assert page.count('name="mode.telephony"') == 1
    with site.signed_in(ADMIN) as browser:
        assert "?channel=pigeon" in browser.get("/admin/notifcenter/delivery/").text


def test_what_is_published_goes_to_each_of_its_addresses(site: Product) -> None:
    name = site.new_person(language="en")
    give_coops(site, name, [f"north-{name}", f"south-{name}"])
    published = site.publish(name, text="Hello")
    assert [row["state"] for row in ended(site, published)] == ["sent", "sent"]
    assert flown(site, f"north-{name}") == flown(site, f"south-{name}") == [["Телефония", "Hello", "en"]]
    told = why(site, name, published)["pigeon"]
    assert (told["label"], told["state"]) == ("By pigeon", "sent")
    assert metric(site, 'notifcenter_deliveries_total{channel="pigeon",state="sent"}') >= 2
    assert metric(site, 'notifcenter_queue_depth{channel="pigeon"}') >= 0


def test_who_has_no_address_is_told_so_in_its_words(site: Product) -> None:
    name = site.new_person(language="en")
    published = site.publish(name)
    assert ended(site, published)[0]["state"] == "skipped"
    assert why(site, name, published)["pigeon"]["reason"] == "You have no coop."


def test_what_could_not_go_goes_later(site: Product, keeper: str) -> None:
    write(site, "weather.json", {keeper: "wind"})
    published = site.publish(keeper)
    waiting = wait_until(
        lambda: next((row for row in deliveries(site, published) if row["attempts"]), None), what="an attempt"
    )
    assert waiting["state"] == "pending"
    write(site, "weather.json", {keeper: ""})
    [row] = ended(site, published)
    assert row["state"] == "sent" and row["attempts"] >= 2
    assert len(flown(site, keeper)) == 1


def test_an_address_that_is_gone_fails(site: Product, keeper: str) -> None:
    write(site, "weather.json", {keeper: "fox"})
    published = site.publish(keeper)
    assert ended(site, published)[0]["state"] == "failed"
    assert why(site, keeper, published)["pigeon"]["reason"] == "The address is no longer there."


def test_in_the_daily_mode_it_goes_at_once_and_counts_once_in_the_mail(site: Product, keeper: str) -> None:
    with site.user_api(keeper) as api:
        daily = {"providers": [{"code": "telephony", "email_mode": "daily"}]}
        assert api.patch("preferences/", json=daily).status_code == 200
    published = site.publish(keeper, text="Hello")
    assert [row["state"] for row in ended(site, published)] == ["sent"]
    assert [row["state"] for row in deliveries(site, published, "email")] == ["digest"]
    assert site.manage("shell", "-v", "0", "-c", DIGEST_IS_DUE.format(name=keeper)).strip() == "1"
    [mail] = site.wait_for_mail(f"{keeper}@example.com")
    assert mail["Subject"] == "1 unread notification"
    assert len(flown(site, keeper)) == 1


def test_taken_out_again_it_leaves_nothing_that_waits(checkout: Path, folders: Callable[[str], Path]) -> None:
    site = start_product(folders("left-pigeons"), checkout=checkout)
    try:
        (site.data_dir / "loft").mkdir()
        name = site.new_person(language="en")
        give_coops(site, name, [name])
        write(site, "weather.json", {name: "storm"})
        published = site.publish(name)
        wait_until(lambda: deliveries(site, published)[0]["attempts"], what="an attempt")
        site.stop()
        (checkout / "channels_app" / "channels" / "pigeon.py").unlink()
        again = start_product(site.data_dir, checkout=checkout)
        site.processes = again.processes
        site = again
        [row] = ended(site, published)
        assert (row["state"], row["finished_at"] is not None) == ("failed", True)
        assert why(site, name, published)["pigeon"]["reason"] == "This channel is no longer there."
        assert metric(site, 'notifcenter_queue_depth{channel="no_channel"}') == 0
        assert site.manage("audit") == ""
        with site.user_api(name) as api:
            assert "pigeon" not in api.get("preferences/").json()["providers"][0]["channels"]
    finally:
        site.kill()
        shutil.copy(SOURCE, checkout / "channels_app" / "channels" / "pigeon.py")
