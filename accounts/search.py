"""Finding people by the beginning of a name."""

from django.db.models import Q, QuerySet

from accounts.models import User
from notifcenter.usernames import key_of


def people(beginning: str, group: str) -> QuerySet[User]:
    """Those whose username, first or last name or e-mail address begins so, in a group; empty: all. With groups."""
    rows = User.objects.prefetch_related("groups")
    if group:
        rows = rows.filter(groups__name=group)
    return rows.filter(_begins(beginning)) if beginning else rows


def _begins(text: str) -> Q:
    """SQLite folds the case of ASCII letters only, so the usual spellings of others are asked for one by one."""
    condition = Q(username_key__startswith=key_of(text)) | Q(email__istartswith=text)
    for spelling in {text, text.lower(), text.upper(), text.title()}:
        condition |= Q(first_name__istartswith=spelling) | Q(last_name__istartswith=spelling)
    return condition
