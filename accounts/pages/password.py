"""Changing one's own password: with the present one, which counts against the limit of log-ins like any other."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.generic import RedirectView

from accounts.login import reset
from accounts.login.pages import has_password
from accounts.models import User


class OwnPasswordForm(PasswordChangeForm):
    """Django's, with the present password checked as at a log-in."""

    def __init__(self, user: User, request: HttpRequest, **options: object) -> None:
        self.request = request
        super().__init__(user, label_suffix="", **options)

    def clean_old_password(self) -> str:
        """The present password; raises ValidationError for another."""
        password = str(self.cleaned_data["old_password"])
        if not authenticate(self.request, username=self.user.get_username(), password=password):
            raise forms.ValidationError(_("This password is not right. Nothing was changed."))
        return password


class OwnPasswordView(PasswordChangeView):
    """The page; for who signs in without a password there is none."""

    form_class = OwnPasswordForm
    template_name = "accounts/password_change.html"
    success_url = "/profile/?password=changed#account"

    def dispatch(self, request: HttpRequest, *arguments: object, **options: object) -> Any:
        """Only for who has a password to change."""
        if request.user.is_authenticated and not has_password(request.user):
            raise Http404
        return super().dispatch(request, *arguments, **options)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Also the request, which the limit needs."""
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Change it, which ends the other sessions, and leave word of it by mail to a worker."""
        response = super().form_valid(form)
        reset.announce_change(form.user)
        return response


page_urls = [
    path("accounts/password_change/", OwnPasswordView.as_view(), name="password_change"),
    path(".well-known/change-password", RedirectView.as_view(pattern_name="password_change")),
]
