"""Mails and their subjects, as people read them."""

import pytest

from tests.channels_app.mail.mails import part

IRINA = {"id": 41, "type": "contact", "name": "Ирина Петрова"}


@pytest.fixture
def mail_of(product, publish, person):
    """Publishes, and gives the mail about it."""
    address = f"{person}@example.com"
    with product.host_api() as host:
        host.put(f"users/{person}/", json={"email": address, "language": "ru"}).raise_for_status()

    def send(**fields):
        publish(**fields).raise_for_status()
        return product.wait_for_mail(address)[-1]

    return send


@pytest.mark.parametrize(
    ("fields", "subject"),
    [
        ({"from": "+79991234567", "element": IRINA}, "Звонок: Ирина Петрова, +7 999 123-45-67"),
        ({"from": "Ирина Петрова", "text": "Звонит 8 999 123-45-67"}, "Звонок: Ирина Петрова, +7 999 123-45-67"),
        ({"from": "+79991234567"}, "Звонок: +7 999 123-45-67"),
        ({"text": "Кто-то звонит<br>и звонит"}, "Звонок: Кто-то звонит"),
        ({"kind": "error", "text": "Линия 3 не отвечает<br>с утра"}, "Ошибка: Линия 3 не отвечает"),
        ({"kind": "error", "text": "я" * 300}, f"Ошибка: {'я' * 119}…"),
        ({"header": "=?utf-8?q?Hello?=", "from": "+79991234567"}, "=?utf-8?q?Hello?="),
    ],
)
def test_a_subject_says_what_and_who(mail_of, fields, subject) -> None:
    assert mail_of(**fields)["Subject"] == subject


def test_a_mail_shows_numbers_as_people_write_them(mail_of) -> None:
    mail = mail_of(text="Входящий", **{"from": "89991234567"})
    assert "\n+7 999 123-45-67\n" in part(mail, "plain")
    assert 'href="tel:+79991234567"' in part(mail, "html")


def test_what_is_given_back_has_the_number_as_it_came(publish, centre) -> None:
    publish(text="Звонит 89991234567", **{"from": "89991234567"}).raise_for_status()
    [item] = centre()
    assert [row["text"] for row in item["body"]["rows"]] == ["Звонит 89991234567", "От кого: 89991234567"]
