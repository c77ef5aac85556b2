"""What a mail looks like."""

import pytest

from channels_app.channels.email import Email
from tests.channels_app.mail.mails import ANNA, message, part
from tests.fakes.smtp import SmtpServer
from tests.product import Product


def test_a_mail_has_plain_text_and_html_with_its_styles_inlined(smtp: SmtpServer) -> None:
    Email().send(message(), ANNA)
    [received] = smtp.to("anna@example.com")
    mail = received.message
    assert mail["Subject"] == "Incoming call"
    assert mail.get_content_type() == "multipart/alternative"
    assert "Call from Ivan\ntwice\nFrom: 79" in part(mail, "plain")
    html = part(mail, "html")
    assert "<b>twice</b>" in html
    assert 'style="' in html.partition("<h1")[2]
    assert "prefers-color-scheme: dark" in html
    assert "Telephony &amp; Co" in html
    assert "Telephony & Co" in part(mail, "plain")


def test_every_link_leads_to_the_public_address(smtp: SmtpServer) -> None:
    Email().send(message(), ANNA)
    html = part(smtp.received[0].message, "html")
    assert 'href="https://crm.example.com/contacts/5"' in html
    assert 'href="https://crm.example.com/contacts/detail/5"' in html
    assert 'href="/' not in html
    assert "data-phone" not in html


def test_a_mail_begins_with_its_preheader_and_shows_icon_and_buttons(smtp: SmtpServer) -> None:
    Email().send(message(provider_icon="/static/telephony.png"), ANNA)
    html = part(smtp.received[0].message, "html")
    hidden, _close, shown = html.partition("<body")[2].partition("</div>")
    assert "display: none" in hidden and "Call from Ivan twice From: 79" in hidden
    assert 'src="https://crm.example.com/static/telephony.png"' in shown
    button = shown.index('href="https://records.example.com/1.mp3"')
    assert shown.rindex("background-color: #1d5bd8", 0, button) > shown.index("<h1")
    assert "Listen" in shown[button:].partition("</a>")[0]


def test_an_icon_that_mail_programs_do_not_show_gives_way_to_a_letter(smtp: SmtpServer) -> None:
    Email().send(message(provider_icon="/static/telephony.svg"), ANNA)
    html = part(smtp.received[0].message, "html")
    assert "<img" not in html
    assert ">T</div>" in html


def test_the_times_are_those_of_the_readers_zone(smtp: SmtpServer) -> None:
    Email().send(message(), ANNA)
    assert "Jan. 15, 2027, 11 a.m." in part(smtp.received[0].message, "plain")


def test_markup_in_a_title_is_shown_and_not_run(smtp: SmtpServer) -> None:
    Email().send(message(title="<script>alert(1)</script>"), ANNA)
    html = part(smtp.received[0].message, "html")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert smtp.received[0].message["Subject"] == "<script>alert(1)</script>"


def test_a_published_notification_is_mailed_within_seconds(product: Product) -> None:
    person = product.new_person()
    product.publish(person, text="Hello <b>there</b>", header="Greetings")
    [mail] = product.wait_for_mail(f"{person}@example.com")
    assert mail["Subject"] == "Greetings"
    assert "Hello there" in part(mail, "plain")


@pytest.mark.parametrize(
    ("text", "plain", "html"),
    [
        ("<ul><li>one</li><li>two</li></ul>", "• one\n• two", ["• one</div>", "• two</div>"]),
        (
            "<table><tr><th>Sum</th><td>5</td></tr><tr><th>Tax</th><td>1</td></tr></table>",
            "Sum  5\nTax  1",
            ["Sum&nbsp; 5", "Tax&nbsp; 1"],
        ),
        ("<h2>Deal</h2>won<pre>a\nb</pre>", "Deal\nwon\na\nb", ["Deal</div>won<div", "a<br>b"]),
        ("first\nsecond <b>third</b>", "first\nsecond third", ["first<br>second <b>third</b>"]),
        ("<p>first\nline</p>\n<p>second</p>", "first line\n\nsecond", ["first\nline</p>"]),
    ],
)
def test_lines_do_not_run_together(product: Product, text: str, plain: str, html: list[str]) -> None:
    person = product.new_person()
    product.publish(person, text=text, header="Lines")
    [mail] = product.wait_for_mail(f"{person}@example.com")
    assert f"\n\n{plain}\n\n" in part(mail, "plain")
    assert [piece for piece in html if piece not in part(mail, "html")] == []


def test_text_from_right_to_left_runs_so(smtp: SmtpServer) -> None:
    hebrew = "<p>שלום</p>"
    Email().send(message(rows=(hebrew,), title="שלום"), ANNA)
    html = part(smtp.received[0].message, "html")
    for words in ("שלום</h1>", "שלום</p>", hebrew.removeprefix("<p>")):
        tag = html[: html.index(words)].rpartition("<")[2]
        assert 'dir="auto"' in tag
    assert html.count('dir="auto"') >= 4
