"""Staff who may only change people gain no rights by it, neither their own nor others'."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts.models import User
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "9-Pines-and-a-lake!"


@pytest.fixture
def clerk() -> User:
    """May view, add and change people and groups, and nothing else."""
    user = User.objects.create_user("clerk", "clerk@example.com", PASSWORD, is_staff=True, language="en")
    codes = ["view_user", "add_user", "change_user", "view_group", "add_group", "change_group"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return user


@pytest.fixture
def desk(clerk) -> Client:
    """The clerk's browser."""
    client = Client()
    client.force_login(clerk)
    return client


@pytest.fixture
def powerful() -> Group:
    """A group that may do anything."""
    group = Group.objects.create(name="powerful")
    group.permissions.set(Permission.objects.all())
    return group


def person(name: str, **rights) -> User:
    return User.objects.create_user(name, f"{name}@example.com", PASSWORD, **rights)


def fields(user: User, **changes) -> dict:
    """The change form as a browser sends it; management forms of the inlines too."""
    lines = {f"{name}-{count}_FORMS": 0 for name in PREFIXES for count in ("TOTAL", "INITIAL")}
    own = {"username": user.username, "email": user.email, "language": "en", "timezone": "UTC", "is_active": "on"}
    joined = {"date_joined_0": "2026-01-01", "date_joined_1": "12:00"}
    return lines | own | joined | {"receive_notifications": "on"} | changes


PREFIXES = ("channel_preferences", "devices", "digest_schedule")


def change(desk: Client, user: User, **changes) -> int:
    return desk.post(f"/admin/accounts/user/{user.pk}/change/", fields(user, **changes)).status_code


def set_password(desk: Client, user: User) -> int:
    body = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    return desk.post(f"/admin/accounts/user/{user.pk}/password/", body).status_code


@pytest.mark.parametrize(
    "rights", [{"is_superuser": True, "is_staff": True}, {"is_superuser": True}, {"is_staff": True}]
)
def test_nobody_but_a_superuser_changes_who_has_rights(desk, rights):
    target = person("target", **rights)
    assert set_password(desk, target) == 403
    assert change(desk, target, email="clerk@example.com", username="other") == 403
    target.refresh_from_db()
    assert (target.email, target.username, target.check_password(PASSWORD)) == ("target@example.com", "target", True)


def test_people_without_rights_are_changed(desk):
    target = person("target")
    assert set_password(desk, target) == 302
    assert change(desk, target, first_name="Anna") == 302
    target.refresh_from_db()
    assert (target.first_name, target.check_password(NEW)) == ("Anna", True)


def test_one_changes_oneself(desk, clerk):
    assert set_password(desk, clerk) == 302
    clerk.refresh_from_db()
    desk.force_login(clerk)
    assert change(desk, clerk, first_name="Clerk") == 302
    clerk.refresh_from_db()
    assert (clerk.first_name, clerk.check_password(NEW)) == ("Clerk", True)


@pytest.mark.parametrize("name", ["clerk", "target"])
def test_no_flag_permission_or_powerful_group_is_given(desk, clerk, powerful, name):
    target = clerk if name == "clerk" else person(name)
    before = target.get_all_permissions()
    every = list(Permission.objects.values_list("pk", flat=True))
    change(desk, target, is_superuser="on", is_staff="on", user_permissions=every)
    change(desk, target, groups=[powerful.pk])
    target = User.objects.get(pk=target.pk)
    assert (target.is_superuser, target.is_staff) == (False, name == "clerk")
    assert target.get_all_permissions() == before
    assert target.groups.count() == 0


def test_a_new_person_has_no_rights_either(desk, powerful):
    body = {"username": "fresh", "password1": NEW, "password2": NEW, "usable_password": "true"}
    body |= {"is_superuser": "on", "is_staff": "on", "groups": [powerful.pk]}
    assert desk.post("/admin/accounts/user/add/", body).status_code == 302
    fresh = User.objects.get(username="fresh")
    assert (fresh.is_superuser, fresh.is_staff, fresh.groups.count()) == (False, False, 0)


def test_a_group_is_given_no_permissions_and_a_plain_one_is_given_to_people(desk, clerk):
    plain = Group.objects.create(name="plain")
    clerk.groups.add(plain)
    body = {"name": "renamed", "permissions": list(Permission.objects.values_list("pk", flat=True))}
    assert desk.post(f"/admin/auth/group/{plain.pk}/change/", body).status_code == 302
    assert desk.post("/admin/auth/group/add/", body | {"name": "new"}).status_code == 302
    assert [group.permissions.count() for group in Group.objects.all()] == [0, 0]
    target = person("target")
    assert change(desk, target, groups=[plain.pk]) == 302
    assert list(target.groups.all()) == [plain]


def test_powerful_groups_that_are_not_offered_stay(desk, powerful):
    target = person("target")
    target.groups.add(powerful)
    assert change(desk, target, first_name="Anna", groups=[]) == 302
    assert list(target.groups.all()) == [powerful]


def test_a_superuser_gives_rights(desk, clerk, powerful):
    User.objects.filter(pk=clerk.pk).update(is_superuser=True)
    target = person("target")
    assert change(desk, target, is_staff="on", groups=[powerful.pk]) == 302
    target.refresh_from_db()
    assert (target.is_staff, target.groups.count()) == (True, 1)
    assert set_password(desk, person("other", is_superuser=True)) == 302
