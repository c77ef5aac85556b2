"""A forgotten password: who asks is answered alike, whether the account exists or not; a worker sends the mail."""

from collections.abc import Iterator
from functools import partial

from celery import current_app
from django import forms
from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from accounts.login import limit
from accounts.models import User
from notifcenter.usernames import spelt_as

MAIL_TASK = "notifcenter.password_reset"
"""The public name of the task that sends the mails; its argument is what was typed."""
CHANGED_TASK = "notifcenter.password_changed"
"""The public name of the task that tells a person by mail that the password was changed; its argument is their id."""
ACCOUNTS_MAX = 10
"""So many people may share one mail address before the rest get no mail."""


class ResetForm(forms.Form):
    """The mail address or the username."""

    email = forms.CharField(label=_("E-mail or username"), max_length=254)


class ResetView(FormView):
    """Asks whose password is forgotten; over the limit of requests it answers 429."""

    form_class = ResetForm
    template_name = "accounts/password_reset.html"

    def form_valid(self, form: ResetForm) -> HttpResponse:
        """Leave the mail to a worker, so that the answer takes as long for everybody."""
        typed = form.cleaned_data["email"].strip()
        if limit.is_over(self.request, typed):
            return limit.try_later(self.request, int(limit.WINDOW.total_seconds()))
        limit.note(self.request, typed)
        current_app.send_task(MAIL_TASK, kwargs={"typed": typed})
        return self.render_to_response(self.get_context_data(form=form, is_sent=True))


class ResetConfirmView(PasswordResetConfirmView):
    """Sets a new password by the link of the mail, which is good once and for an hour."""

    template_name = "accounts/password_reset_confirm.html"
    success_url = settings.LOGIN_URL

    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        """Set it, and leave word of it by mail to a worker."""
        response = super().form_valid(form)
        announce_change(form.user)
        return response


def announce_change(user: User) -> None:
    """Leave word of a new password by mail to a worker; where the broker is away there is none."""
    transaction.on_commit(partial(current_app.send_task, CHANGED_TASK, kwargs={"user": user.pk}), robust=True)


def links(typed: str) -> Iterator[tuple[User, str]]:
    """Each account that the text names, by username or mail address, with the link that sets its new password."""
    by_address = Q(email__iexact=typed) & ~Q(email="")
    for user in User.objects.filter(by_address | spelt_as(typed), is_active=True)[:ACCOUNTS_MAX]:
        if user.email and not user.has_unconfirmed_address and user.has_usable_password():
            token = default_token_generator.make_token(user)
            parts = {"uidb64": urlsafe_base64_encode(force_bytes(user.pk)), "token": token}
            yield user, settings.PUBLIC_URL + reverse("password_reset_confirm", kwargs=parts)
