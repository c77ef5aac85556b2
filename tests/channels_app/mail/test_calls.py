"""What mails show of calls and texts: the number large, a button for each thing one would do, paragraphs."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from channels_app.mail import compose
from notifcenter.channel import CallFacts, Message
from tests.channels_app.mail.mails import message, part
from tests.product import Product

NOON = datetime(2027, 1, 15, 12, tzinfo=UTC)
NUMBER, DIAL = "+7 999 123-45-67", "tel:+79991234567"
MISSED = CallFacts("Irina", NUMBER, DIAL, "Missed call", is_missed=True, rows=())


def mail_about(product: Product, **fields: Any) -> Any:
    person = product.new_person()
    product.publish(person, **fields)
    return product.wait_for_mail(f"{person}@example.com")[0]


def buttons(mail: Any) -> list[str]:
    """The words of the buttons, in their order, each with where it leads."""
    html = part(mail, "html").partition("</h1>")[2]
    pairs = re.findall(r'<td class="(?:button|other)".*?<a href="([^"]+)"[^>]*>([^<]+)</a>', html, re.DOTALL)
    return [f"{words} {link.partition('://')[2].partition('/')[2] or link}" for link, words in pairs]


def test_a_call_has_its_number_large_and_a_button_for_all_one_would_do(product: Product) -> None:
    element = {"id": 12, "type": "contact", "name": "Ирина Петрова"}
    record = "https://records.example.com/1.mp3"
    mail = mail_about(product, kind="call", text="Звонит", element=element, link=record, **{"from": "89991234567"})
    html = part(mail, "html")
    assert re.search(
        rf'<p class="number" [^>]*font-size: 28px[^>]*><a href="{re.escape(DIAL)}"[^>]*>{re.escape(NUMBER)}', html
    )
    assert "Ирина Петрова</p>" in html
    assert html.count(NUMBER) - html.partition("<h1")[0].count(NUMBER) == 1
    assert buttons(mail) == [
        f"Набрать номер {DIAL}",
        "Открыть контакт contacts/detail/12",
        "Прослушать запись 1.mp3",
    ]
    assert "tel:" not in part(mail, "plain")
    assert f"Ирина Петрова\n{NUMBER}\n\nЗвонит\n" in part(mail, "plain")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "error", "link": "/leads/detail/7"}, "Открыть leads/detail/7"),
        ({"kind": "message"}, "Открыть центр уведомлений inbox/"),
        ({"kind": "message", "element": {"id": 4, "type": "lead"}}, "Открыть сделку leads/detail/4"),
    ],
)
def test_the_button_says_where_it_leads(product: Product, fields: dict[str, Any], words: str) -> None:
    assert buttons(mail_about(product, **fields)) == [words]


def test_plain_text_keeps_its_paragraphs(product: Product) -> None:
    mail = mail_about(product, text="<p>One<br>two</p><p>Three</p>", header="Text")
    assert "Text\n\nOne\ntwo\n\nThree\n" in part(mail, "plain")


def digest(*messages: Message) -> Any:
    content = compose.Digest(3, "en", "UTC", NOON, len(messages), messages)
    return compose.digest(content, "anna@example.com")


def test_a_digest_is_grouped_by_source_and_tells_kinds_apart() -> None:
    mail = digest(
        message(title="Call", subject=f"Call: Irina, {NUMBER}", call=MISSED),
        message(
            kind="error",
            title="Error",
            subject="Error: Line 3",
            rows=("Line 3",),
            provider_code="b",
            provider_name="Bills",
        ),
        message(kind="message", title="Hello", rows=("World",), url="/inbox/"),
    )
    text, html = mail.body, str(mail.alternatives[0][0])
    order = ["Telephony & Co\n\n* Missed call", f"Irina, {NUMBER}", "* Message", "World", "Bills\n\n* Error", "Line 3"]
    assert sorted(order, key=text.index) == order
    assert text.count("Telephony & Co") == text.count("Line 3") == 1
    assert [kind for kind in ("of-missed", "of-error", "of-message") if f"item {kind}" not in html] == []
    titles = re.findall(r'class="item-title"[^>]*><a href="([^"]+)"', html)
    assert [link.partition("://")[2].partition("/")[2] for link in titles] == [
        "contacts/detail/5",
        "",
        "contacts/detail/5",
    ]
