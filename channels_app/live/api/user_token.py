"""A user's token together with what a page of another site starts from."""

import json
from typing import Any

from django.urls import path

from accounts.api.users import UserTokenView
from accounts.models import User
from channels_app.live import page_state


class PageTokenView(UserTokenView):
    """With ``page``, which the host prints into the SDK's script tag."""

    def document(self, user: User) -> dict[str, Any]:
        """Token, expiry and page."""
        document = super().document(user)
        page = page_state.page(user) | {"token_expires_at": document["expires_at"]}
        return document | {"page": json.dumps(page, ensure_ascii=False, separators=(",", ":"))}


urls = [path("users/<str:username>/token/", PageTokenView.as_view())]
