"""Staff look at every mail with sample data."""

from collections.abc import Callable
from email import message_from_bytes
from email.policy import default

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import User
from channels_app.mail.previews import SAMPLES
from tests.product import Product

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create(username="boss", is_staff=True, is_superuser=True, language="en"))
    return client


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", SAMPLES)
def test_every_mail_can_be_seen_in_both_languages(staff: Client, name: str, language: str) -> None:
    page = staff.get(f"/admin/mail/{name}/{language}/")
    assert page.status_code == 200
    assert f'src="/admin/mail/{name}/{language}/html/"' in page.content.decode()
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    frame = staff.get(f"/admin/mail/{name}/{language}/html/")
    assert f'<html lang="{language}"' in frame.content.decode()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_frame_may_run_and_load_nothing(staff: Client, name: str) -> None:
    frame = staff.get(f"/admin/mail/{name}/en/html/")
    policy = frame.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "; sandbox;" in policy
    assert "unsafe" not in policy
    assert ' style="' not in frame.content.decode()


def test_the_file_is_the_mail_as_it_is_sent(staff: Client) -> None:
    answer = staff.get("/admin/mail/digest/en/eml/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="digest-en.eml"'
    mail = message_from_bytes(answer.content, policy=default)
    assert mail["Subject"] == "7 unread notifications"
    assert 'style="' in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_the_first_page_of_the_admin_leads_to_the_previews(staff: Client) -> None:
    assert 'href="/admin/mail/"' in staff.get("/admin/").content.decode()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_frame_is_shown_with_its_styles(product: Product, page_as: Callable[..., Page], scheme: str) -> None:
    page, complaints = page_as("admin", color_scheme=scheme), []
    page.on("console", lambda said: complaints.append(said.text))
    page.goto("/admin/mail/call/en/")
    card = page.frame_locator("iframe").locator(".card")
    colours = {"light": "rgb(255, 255, 255)", "dark": "rgb(28, 34, 43)"}
    expect(card).to_have_css("background-color", colours[scheme])
    assert [said for said in complaints if "Content Security Policy" in said] == []


def test_only_staff_see_it(client: Client) -> None:
    client.force_login(User.objects.create(username="anna"))
    assert client.get("/admin/mail/").status_code == 302
    assert client.get("/admin/mail/call/en/html/").status_code == 302


@pytest.mark.parametrize("path", ["/admin/mail/nothing/en/", "/admin/mail/call/xx/", "/admin/mail/call/xx/html/"])
def test_a_mail_that_there_is_not_is_not_found(staff: Client, path: str) -> None:
    assert staff.get(path).status_code == 404
