"""Who the tests are about."""

ANNA, ALEXEY, ADMIN = "anna", "alexey", "admin"
PASSWORD = "demo"
TELEPHONY = "telephony"

MAKE_PEOPLE = """
from django.contrib.auth.hashers import make_password
from accounts.models import User
password = make_password({password!r})
User.objects.bulk_create(
    User(username=name, password=password, email=name + "@example.com", first_name=name.title()) for name in {names!r}
)
"""
"""Run by ``manage.py shell``: people of their own for tests that must not meet each other's notifications."""

MAKE_TOKEN = """
from accounts.tokens import mint_management_token
print(mint_management_token("tests"))
"""
"""Run with it where a management token is still to be made: a command of its own takes a second."""
