"""Phone numbers: what is one, its E.164 form, and how people write it."""

import pytest

from notifcenter.calls import phone_numbers


@pytest.mark.parametrize(
    ("given", "e164", "shown"),
    [
        ("+79991234567", "+79991234567", "+7 999 123-45-67"),
        ("8 (999) 123-45-67", "+79991234567", "+7 999 123-45-67"),
        ("79991234567", "+79991234567", "+7 999 123-45-67"),
        ("8-800-555-35-35", "+78005553535", "+7 800 555-35-35"),
        ("+44 2079460958", "+442079460958", "+44 20 7946 0958"),
        ("380501234567", "+380501234567", "+380 50 123 4567"),
        ("+70000000000", "+70000000000", "+70000000000"),
    ],
)
def test_a_field_is_read_as_a_number(given: str, e164: str, shown: str) -> None:
    number = phone_numbers.of_field(given)
    assert number is not None
    assert (number.given, number.e164, number.shown) == (given, e164, shown)


@pytest.mark.parametrize("given", ["", "101", "Ivan", "Line 79991234567", "+", "123-45", "7" * 70, "²²²²²²²²"])
def test_a_name_or_an_extension_is_no_number(given: str) -> None:
    assert phone_numbers.of_field(given) is None


def test_national_numbers_are_those_of_the_region(settings) -> None:
    settings.PHONE_REGION = "DE"
    phone_numbers.of_field.cache_clear()
    number = phone_numbers.of_field("030 123456")
    phone_numbers.of_field.cache_clear()
    assert number is not None
    assert number.e164 == "+4930123456"


@pytest.mark.parametrize(
    ("row", "linked"),
    [
        ("Call from 8(999)1234567!", 'Call from <a href="tel:+79991234567">+7 999 123-45-67</a>!'),
        ("<b>+79991234567</b>", '<b><a href="tel:+79991234567">+7 999 123-45-67</a></b>'),
        ("+7&nbsp;999&nbsp;123-45-67", '<a href="tel:+79991234567">+7 999 123-45-67</a>'),
        ('<a href="/x">call <b>+79991234567</b></a>', '<a href="/x">call <b>+79991234567</b></a>'),
        ('<i data-n="+79991234567>">1 &lt; 2</i>', '<i data-n="+79991234567>">1 &lt; 2</i>'),
        ("Order 12 of 2026-11-26", "Order 12 of 2026-11-26"),
    ],
)
def test_numbers_in_a_row_become_links_and_nothing_else_changes(row: str, linked: str) -> None:
    assert phone_numbers.linked(row, national=True) == linked


def test_a_number_of_an_order_is_no_phone_number_where_nobody_calls() -> None:
    row = "Order 4951234567 of +79991234567"
    assert phone_numbers.linked(row, national=False) == (
        'Order 4951234567 of <a href="tel:+79991234567">+7 999 123-45-67</a>'
    )
