"""The fields that say how long a notification lives, what its repeats are, and whom it is for then."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from notifcenter import content
from notifcenter.api.fields import ImageField, LineField
from notifcenter.api.strict import StrictIntegerField

AHEAD_MAX = timedelta(days=90)


class FutureField(StrictIntegerField):
    """A moment that is still to come, at most 90 days ahead: Unix seconds in, a datetime out."""

    default_error_messages = {
        "past": "This moment has gone by.",
        "far": f"At most {AHEAD_MAX.days} days ahead: give Unix seconds.",
    }

    def to_internal_value(self, data: object) -> datetime | None:  # type: ignore[override]
        """The moment; fails where it has gone by."""
        seconds, now = super().to_internal_value(data), timezone.now()
        if seconds > (now + AHEAD_MAX).timestamp():
            self.fail("far")
        if seconds <= now.timestamp():
            return self.gone_by()
        return datetime.fromtimestamp(seconds, UTC)

    def gone_by(self) -> datetime | None:
        """What becomes of a moment that has gone by."""
        self.fail("past")


class LaterField(FutureField):
    """The same; one that has gone by means at once, None."""

    def gone_by(self) -> datetime | None:
        """It is as if it had not been given."""
        return None


class HttpsImageField(ImageField):
    """The address of an https picture."""

    default_error_messages = {"unsafe": "Give an https address."}

    def is_safe(self, value: str) -> bool:
        """Whether it is fetched by https."""
        return content.is_safe_image(value) and value.startswith("https://")


FOLD_KEY = {"type": "string", "minLength": 1, "maxLength": content.HEADER_MAX}
FoldKey = str | Literal[False]


@extend_schema_field({"oneOf": [FOLD_KEY, {"type": "boolean", "enum": [False]}]})
class FoldKeyField(serializers.Field[FoldKey, Any, Any, Any]):
    """What the repeats of a publication have in common; false: they do not fold."""

    default_error_messages = {"type": "Give a string, or false."}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._text = LineField(max_length=content.HEADER_MAX)

    def to_internal_value(self, data: object) -> FoldKey:
        """The key, or False."""
        if data is False:
            return False
        if not isinstance(data, str):
            self.fail("type")
        return str(self._text.run_validation(data))

    def to_representation(self, value: FoldKey) -> FoldKey:
        return value
