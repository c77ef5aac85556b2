"""Actions in a mail: their links name person and action, ask once, and press by POST only."""

import re
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
import time_machine
from django.urls import reverse

from channels_app.mail import links
from channels_app.mail.links import ActionLink
from tests.notifcenter.actions.conftest import AGREE, READ_MORE, TAKE
from tests.processes import PATIENCE


@pytest.fixture
def people(product):
    return [product.new_person(language="en", first_name=name) for name in ("Anna", "Boris")]


def link_in(product, username, title):
    text = product.wait_for_mail(f"{username}@example.com")[-1].get_body(("plain",)).get_content()
    return re.search(rf"{title}:\s+(\S+)", text)[1]


def state_of(product, username):
    with product.user_api(username) as api:
        return api.get("inbox/").json()["results"][0]["actions"][0]


def test_looking_presses_nothing_and_posting_does(product, people):
    product.publish(*people, kind="error", text="Line 3", actions=[TAKE])
    link = link_in(product, people[0], "Перезвоню")
    assert "/mail/action/" in link
    page = httpx.get(link, timeout=PATIENCE)
    assert page.status_code == 200
    assert page.text.count('<form method="post">') == 1 and "Перезвоню" in page.text
    assert httpx.head(link, timeout=PATIENCE).status_code == 200
    assert state_of(product, people[0])["state"] == "open"
    assert "Done." in httpx.post(link, timeout=PATIENCE).text
    assert state_of(product, people[0])["by"]["name"] == "Anna"
    assert "Done." in httpx.post(link, timeout=PATIENCE).text
    late = httpx.post(link_in(product, people[1], "Перезвоню"), timeout=PATIENCE)
    assert (late.status_code, "Anna" in late.text) == (409, True)
    assert "Anna" in httpx.get(link_in(product, people[1], "Перезвоню"), timeout=PATIENCE).text


def test_a_link_leads_and_what_was_taken_back_is_gone(product, people):
    pk = product.publish(people[0], kind="error", text="Line 4", actions=[AGREE, READ_MORE])
    assert link_in(product, people[0], "Подробнее").endswith("/leads/detail/7")
    link = link_in(product, people[0], "Согласен")
    with product.provider_api() as provider:
        provider.delete(f"notifications/{pk}/")
    assert httpx.get(link, timeout=PATIENCE).status_code == 410
    assert httpx.post(link, timeout=PATIENCE).status_code == 410


@pytest.mark.django_db
def test_a_link_is_good_for_72_hours_and_cannot_be_changed(client):
    with time_machine.travel("2026-11-01T12:00:00Z", tick=False) as clock:
        link = links.action_link(ActionLink(1, str(uuid4()), "take"))
        clock.shift(timedelta(hours=71, minutes=59))
        token = link.rstrip("/").split("/")[-1]
        assert links.read_action(token).action == "take"
        clock.shift(timedelta(minutes=2))
        assert client.get(link).status_code == 410
        assert client.post(link).status_code == 410
    assert client.get(reverse("mail-action", args=[token[:-1] + ("a" if token[-1] != "a" else "b")])).status_code == 404
