"""People, as the host application manages them, and their user tokens."""

import time
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from accounts import people, tokens
from accounts.api.management import ForManagementClients, run_check
from accounts.models import User, check_zone
from notifcenter.api.answers import Answer
from notifcenter.api.fields import LineField
from notifcenter.api.parsing import StrictCharField, StrictSerializer


class EmailField(StrictCharField):
    """One address, or an empty string for none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=254, allow_blank=True, **options)
        self.validators.append(lambda value: serializers.EmailField().run_validation(value) if value else None)


class PersonRequestSerializer(StrictSerializer):
    """What a host application sets of a person."""

    email = EmailField(required=False)
    first_name = LineField(max_length=150, required=False, allow_blank=True)
    last_name = LineField(max_length=150, required=False, allow_blank=True)
    language = serializers.ChoiceField(settings.LANGUAGES, required=False)
    timezone = LineField(max_length=64, required=False, validators=[check_zone])
    groups = serializers.ListField(child=LineField(max_length=150), max_length=1000, required=False)


class PersonSerializer(PersonRequestSerializer):
    """A person as answered."""

    id = serializers.IntegerField()
    username = serializers.CharField()


UserTokenSerializer = inline_serializer(
    "UserToken", {"token": serializers.CharField(), "expires_at": serializers.IntegerField()}
)


class UserView(ForManagementClients):
    """One person."""

    @extend_schema(
        operation_id="put_user",
        request=PersonRequestSerializer,
        responses={200: PersonSerializer, 201: PersonSerializer},
    )
    def put(self, request: Request, username: str) -> HttpResponse:
        """Create or change: 201 when new; what is not given stays. The answer is the whole person."""
        run_check(User._meta.get_field("username").run_validators, username)
        fields = PersonRequestSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        user, new = people.save(username, fields.validated_data)
        return Answer(people.as_document(user), status=201 if new else 200)


class UserTokenView(ForManagementClients):
    """A user's token for pages of another site."""

    @extend_schema(operation_id="user_token", request=None, responses=UserTokenSerializer)
    def post(self, request: Request, username: str) -> HttpResponse:
        """Good for an hour."""
        user = get_object_or_404(User, username=username, is_active=True)
        expires_at = int(time.time() + tokens.LIFETIME.total_seconds())
        return Answer({"token": tokens.mint_for_user(user), "expires_at": expires_at})


urls = [
    path("users/<str:username>/", UserView.as_view()),
    path("users/<str:username>/token/", UserTokenView.as_view()),
]
