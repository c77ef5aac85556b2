"""An integration that publishes, and its tokens."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SELF = "self"

check_code = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", "Use 1 to 64 letters, digits, '_', '.' or '-'.")


class Provider(models.Model):
    """An integration that publishes."""

    code = models.CharField(_("code"), max_length=64, unique=True, validators=[check_code])
    name = models.CharField(_("name"), max_length=200)
    icon = models.CharField(_("icon"), max_length=2000, blank=True)
    description = models.CharField(_("what it sends, in a line"), max_length=255, blank=True)
    manifest = models.JSONField(_("manifest"), default=dict, blank=True)
    critical = models.BooleanField(
        _("may publish critical ones"),
        default=False,
        db_default=False,
        help_text=_("They pass quiet hours, pauses and mutes."),
    )
    rate_limit = models.PositiveIntegerField(_("publications a minute"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name shown to people; that of the built-in provider is in the active language."""
        return str(_("My own notifications")) if self.code == SELF else self.name

    @property
    def init_once(self) -> bool:
        """Whether its manifest says ``init_once`` (Y or true), at the top or under ``widget``, as amoCRM's do."""
        widget = self.manifest.get("widget")
        nested = widget.get("init_once") if isinstance(widget, dict) else None
        return any(str(value).lower() in ("y", "true") for value in (self.manifest.get("init_once"), nested))


class ProviderToken(models.Model):
    """A provider's bearer token; only its hash is stored."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="tokens", verbose_name=_("provider"))
    prefix = models.CharField(_("prefix"), max_length=16, unique=True)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("provider token")
        verbose_name_plural = _("provider tokens")

    def __str__(self) -> str:
        return f"{self.prefix}…"
