"""Staff's list of deliveries shows what went out and what only says why nothing did as one list, on both databases."""

import re
from html import unescape

import pytest

from tests.people import PASSWORD

LIST = "/admin/notifcenter/delivery/"
CHANNELS = {"interface": "sent", "email": "skipped", "mobile": "skipped", "browser": "skipped"}
LABELS = dict(zip(("In the interface", "E-mail", "On the phone", "In the browser"), CHANNELS, strict=True))
PUBLICATIONS = 35
MAKE_STAFF = """
from accounts.models import User
User.objects.filter(username="overseer").exists() or User.objects.create_superuser(
    "overseer", password="{password}", language="en"
)
"""


@pytest.fixture
def staff(installation):
    """Somebody who may everything, signed in."""
    installation.manage("shell", "-v0", "-c", MAKE_STAFF.format(password=PASSWORD))
    with installation.signed_in("overseer") as client:
        yield client


@pytest.fixture
def reader(installation):
    """Somebody without an address who got notifications of a provider; gives username, user id, the ids."""
    username = installation.new_person(email="")
    body = [{"kind": "message", "recipients": [username], "text": "x", "header": f"{n}."} for n in range(PUBLICATIONS)]
    with installation.provider_api() as provider, installation.host_api() as host:
        ids = provider.post("notifications/batch/", json=body).raise_for_status().json()
        return username, host.get(f"users/{username}/").json()["id"], ids


def pages(staff, query):
    """The rows of each page from the newest on, and each page as the next one's link to the newer one shows it."""
    address, forth, back = f"{LIST}?{query}", [], []
    while address:
        page = staff.get(address).raise_for_status().text
        forth.append(rows(page))
        older, newer = re.search(r'href="(\?[^"]*before=[^"]+)"', page), re.search(r'href="(\?[^"]*after=[^"]+)"', page)
        if newer:
            back.append(rows(staff.get(LIST + unescape(newer[1])).raise_for_status().text))
        address = older and LIST + unescape(older[1])
    return forth, back


def rows(page):
    """(id, header of the notification, channel code) of each row."""
    return [
        (int(re.search(r"/delivery/(-?\d+)/change/", row)[1]), *columns(row))
        for row in re.findall(r'<tr><td class="action-checkbox">.*?</tr>', page, re.DOTALL)
    ]


def columns(row):
    label = re.search(r'field-channel_label">([^<]+)<', row)[1]
    return int(re.search(r">(\d+)\.</a>", row)[1]), LABELS[label]


def test_every_delivery_is_on_one_page_newest_first_and_the_pages_lead_back(staff, reader):
    _username, user, _ids = reader
    forth, back = pages(staff, f"user__id__exact={user}")
    assert [len(page) for page in forth] == [50, 50, 40]
    assert back == forth[:-1]
    listed = [row for page in forth for row in page]
    assert len({pk for pk, *_rest in listed}) == len(listed)
    assert {(number, code) for _pk, number, code in listed} == {
        (number, code) for number in range(PUBLICATIONS) for code in CHANNELS
    }
    numbers = [number for _pk, number, _code in listed]
    assert numbers == sorted(numbers, reverse=True)


def test_filters_by_channel_and_state_choose_among_both(staff, reader):
    username, user, _ids = reader
    for code, by in zip(CHANNELS, [f"user__id__exact={user}", f"q={username}"] * 2, strict=True):
        for state in ("sent", "skipped", "failed"):
            forth, _back = pages(staff, f"channel={code}&state={state}&{by}")
            wanted = PUBLICATIONS if CHANNELS[code] == state else 0
            assert [each for page in forth for _pk, *each in page] == [[n, code] for n in reversed(range(wanted))]


def test_a_list_by_state_alone_begins_with_the_newest(staff, reader):
    for query in ("state=skipped&channel=browser", "channel=browser", "state=skipped", "state=sent", ""):
        [first, *_more] = rows(staff.get(f"{LIST}?{query}").raise_for_status().text)
        assert first[1] == PUBLICATIONS - 1, query


def test_the_links_of_a_notification_and_a_person_lead_to_their_deliveries(staff, reader):
    _username, user, ids = reader
    for page in (f"/admin/notifcenter/notification/{ids[3]}/change/", f"/admin/accounts/user/{user}/change/"):
        links = re.findall(rf'href="({LIST}\?[^"]+)"', staff.get(page).raise_for_status().text)
        assert links
        everything, failures = sorted(map(unescape, links), key=len)
        assert len(rows(staff.get(everything).raise_for_status().text)) in (len(CHANNELS), 50)
        assert rows(staff.get(failures).raise_for_status().text) == []


def test_a_row_leads_to_a_page_that_says_why(staff, reader):
    _username, user, _ids = reader
    query = f"user__id__exact={user}&channel=mobile"
    [[[pk, number, _code], *_more]], _back = pages(staff, query)
    page = staff.get(f"{LIST}{pk}/change/").raise_for_status().text
    assert "There is no device for this channel." in page
    assert f">{number}.</a>" in page
    assert "/retry/" not in page
    assert staff.get(f"{LIST}{pk}/history/").status_code == 200


def test_an_id_that_none_has_leads_back(staff):
    for pk in ("-0", "-7", "-²", "-9" + "9" * 17, "-" + "9" * 30, "--64", "-1.5"):
        answer = staff.get(f"{LIST}{pk}/change/")
        assert (answer.status_code, answer.headers["location"]) == (302, "/admin/"), pk


@pytest.mark.parametrize("name", ["before", "after"])
def test_a_spoilt_mark_shows_a_list_all_the_same(staff, reader, name):
    for mark in ("1", "1.2.3", "a.b", "5.", "-5.-5", "9" * 30 + ".1", "1." + "9" * 30, "²._1"):
        for query in ("", "state=skipped&"):
            assert staff.get(f"{LIST}?{query}{name}={mark}").status_code == 200, mark


def test_trying_again_leaves_what_was_never_to_go_out(staff, reader):
    _username, user, _ids = reader
    query = f"user__id__exact={user}"
    forth, _back = pages(staff, query)
    chosen = {"action": "try_again", "_selected_action": [pk for pk, *_rest in forth[0]]}
    for body in (chosen, chosen | {"select_across": "1"}):
        assert staff.post(f"{LIST}?{query}", data=body).status_code == 302
    assert pages(staff, query)[0] == forth
