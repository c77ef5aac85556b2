"""The claims that the OpenID provider of the tests tells about its users."""

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator

from tests.fakes.oidc import GROUPS, USERS


class Validator(OAuth2Validator):
    """django-oauth-toolkit's, with the claims of ``USERS``."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        """Claims of the token and of the user info."""
        name = request.user.username
        return USERS[name] | ({"groups": GROUPS[name]} if name in GROUPS else {})
