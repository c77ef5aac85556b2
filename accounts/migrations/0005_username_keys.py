"""Usernames become one person's whatever the letter case; of doubles the newer gets a suffix."""

import logging
from collections import defaultdict
from typing import Any

from django.db import migrations, models

from notifcenter.usernames import UsernameKeyField, key_of, normalized

logger = logging.getLogger("accounts")
BATCH = 500
KEY_MAX, NAME_MAX = 450, 150
COLUMNS = ["username", "username_key", "former_username", "former_key"]


def give_keys(apps: Any, schema_editor: Any) -> None:
    people = apps.get_model("accounts", "User").objects
    by_key = defaultdict(list)
    for user in people.order_by("pk").only("pk", "username"):
        by_key[key_of(user.username)].append(user)
    taken = set(by_key)
    newer = [user for group in by_key.values() for user in group[1:]]
    for user in newer:  # first, so that the older ones find their names in NFKC free
        _rename(user, _free(normalized(user.username), taken))
        taken.add(user.username_key)
        logger.warning("the username %s was another's but for its letter case: %s", user.former_username, user.username)
    people.bulk_update(newer, COLUMNS, batch_size=BATCH)
    older = [group[0] for group in by_key.values()]
    for user in older:
        _rename(user, normalized(user.username))
        if len(by_key[user.username_key]) == 1:
            user.former_username = user.former_key = None
    people.bulk_update(older, COLUMNS, batch_size=BATCH)


def _rename(user: Any, name: str) -> None:
    """To that name; a spelling that is lost is remembered."""
    if name != user.username:
        user.former_username, user.former_key = user.username, key_of(user.username)
    user.username, user.username_key = name, key_of(name)


def _free(name: str, taken: set[str]) -> str:
    number = 2
    while key_of(candidate := f"{name[: NAME_MAX - 1 - len(str(number))]}-{number}") in taken:
        number += 1
    return candidate


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_only_zones_of_tzdata")]

    operations = [
        migrations.AlterModelManagers("user", []),
        migrations.AddField(
            "user", "username_key", UsernameKeyField(max_length=KEY_MAX, unique=True, null=True, editable=False)
        ),
        migrations.AddField(
            "user",
            "former_username",
            models.CharField(
                max_length=150, unique=True, null=True, editable=False, verbose_name="former username"
            ),
        ),
        migrations.AddField(
            "user",
            "former_key",
            UsernameKeyField(
                source="former_username", max_length=KEY_MAX, null=True, editable=False, db_index=True
            ),
        ),
        migrations.RunPython(give_keys, migrations.RunPython.noop),
    ]
