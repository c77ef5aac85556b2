"""The mail address on the profile page, from the field to the link in the mail."""

import re

from playwright.sync_api import expect

from tests.pages.profile.choices import box, save, states
from tests.people import PASSWORD


def test_a_new_address_is_entered_with_the_password_confirmed_by_mail_and_gets_mail(product, profile, person):
    new, former = f"new-{person}@example.org", f"{person}@example.com"
    expect(box(profile, "email")).to_have_value(former)
    expect(box(profile, "password")).to_be_hidden()
    box(profile, "email").fill(new)
    box(profile, "password").fill("wrong")
    profile.get_by_role("button", name="Сохранить").click()
    expect(profile.locator("#password-field")).to_contain_text("Пароль неверный. Ничего не изменено.")
    box(profile, "password").fill(PASSWORD)
    profile.get_by_role("button", name="Сохранить").click()
    expect(profile.get_by_role("alert")).to_contain_text(f"Письма на адрес {new} не отправляются")
    assert new in product.wait_for_mail(former)[0].get_body(("plain",)).get_content()
    assert states(product, person, product.publish(person))["email"] == "skipped"
    text = product.wait_for_mail(new)[0].get_body(("plain",)).get_content()
    profile.goto(re.search(r"http\S+/mail/confirm/\S+", text)[0])
    profile.get_by_role("main").get_by_role("button", name="Подтвердить адрес").click()
    expect(profile.get_by_role("status")).to_contain_text(new)
    product.publish(person, text="after the confirmation")
    assert "after the confirmation" in product.wait_for_mail(new, 2)[-1].get_body(("plain",)).get_content()


def test_it_works_without_javascript(plain, person):
    box(plain, "email").fill(f"plain-{person}@example.org")
    box(plain, "password").fill(PASSWORD)
    save(plain)
    expect(box(plain, "email")).to_have_value(f"plain-{person}@example.org")
