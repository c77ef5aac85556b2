"""The reader's own user token, for examples that work as they stand."""

from typing import Any

from django import template

from accounts.tokens import mint_for_user

register = template.Library()


@register.simple_tag(takes_context=True)
def user_token(context: dict[str, Any]) -> str:
    """A user token of who reads the page, good for an hour."""
    return mint_for_user(context["user"])
