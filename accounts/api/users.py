"""People, as the host application manages them, and their user tokens."""

import time
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from accounts import mail_address, people, personal_data, search, tokens
from accounts.api.management import ForManagementClients, run_check
from accounts.models import User, check_zone
from notifcenter import usernames
from notifcenter.api.fields import LineField
from notifcenter.api.paging import Ordered, page
from notifcenter.api.query import PageQuery, TextField
from notifcenter.api.response import ApiResponse
from notifcenter.api.strict import StrictCharField, StrictChoiceField, StrictListField, StrictSerializer
from notifcenter.operation.erase import export


class EmailField(StrictCharField):
    """One address, or an empty string for none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=254, allow_blank=True, **options)
        self.validators.append(lambda value: mail_address.check(value) if value else None)


class PersonRequestSerializer(StrictSerializer):
    """What a host application sets of a person."""

    email = EmailField(required=False)
    first_name = LineField(max_length=150, required=False, allow_blank=True)
    last_name = LineField(max_length=150, required=False, allow_blank=True)
    language = StrictChoiceField(settings.LANGUAGES, required=False)
    timezone = LineField(max_length=64, required=False, validators=[check_zone])
    groups = StrictListField(child=LineField(max_length=150), max_length=1000, required=False)


class PersonSerializer(PersonRequestSerializer):
    """A person as answered."""

    id = serializers.IntegerField()
    username = serializers.CharField()


class PeopleQuery(PageQuery):
    """The query of the list of people."""

    q = TextField(help_text="The beginning of username, first or last name, or e-mail address.")
    group = TextField(help_text="The name of a group; an unknown one has nobody.")


ErasedSerializer = inline_serializer(
    "Erased", {"erased": serializers.DictField(child=serializers.IntegerField(), help_text="Rows by table.")}
)
PersonPage = inline_serializer(
    "PersonPage",
    {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": PersonSerializer(many=True),
    },
)
UserTokenSerializer = inline_serializer(
    "UserToken",
    {
        "token": serializers.CharField(),
        "expires_at": serializers.IntegerField(),
        "page": serializers.CharField(help_text="JSON for the attribute data-page of the SDK's script tag."),
    },
)


class UsersView(ForManagementClients):
    """The people there are."""

    query_serializer = PeopleQuery

    @extend_schema(operation_id="users", responses=PersonPage)
    def get(self, request: Request) -> HttpResponse:
        """Newest first."""
        rows = search.people(self.query.get("q", ""), self.query.get("group", ""))
        return page(
            request, self.query, Ordered(rows, "id"), lambda users: [people.as_document(user) for user in users]
        )


class UserView(ForManagementClients):
    """One person."""

    @extend_schema(operation_id="user", responses=PersonSerializer)
    def get(self, request: Request, username: str) -> HttpResponse:
        """As ``PUT`` answers."""
        return ApiResponse(people.as_document(_person(username)))

    @extend_schema(
        operation_id="put_user",
        request=PersonRequestSerializer,
        responses={200: PersonSerializer, 201: PersonSerializer},
    )
    def put(self, request: Request, username: str) -> HttpResponse:
        """Create or change: 201 when new; what is not given stays. The answer is the whole person."""
        run_check(User._meta.get_field("username").run_validators, usernames.normalized(username))
        fields = PersonRequestSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        user, new = people.save(username, fields.validated_data)
        return ApiResponse(people.as_document(user), status=201 if new else 200)

    @extend_schema(operation_id="erase_user", responses={200: ErasedSerializer})
    def delete(self, request: Request, username: str) -> HttpResponse:
        """Erase all that is kept about them; what others also received stays."""
        erased = personal_data.erase(_changeable(username), by=f"management token {request.auth}")
        return ApiResponse({"erased": erased})


class UserExportView(ForManagementClients):
    """What is kept about a person."""

    @extend_schema(operation_id="export_user", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, username: str) -> HttpResponse:
        """``{table: [rows]}``; secrets stand there without their values."""
        return ApiResponse(export(_changeable(username)))


class UserTokenView(ForManagementClients):
    """A user's token for pages of another site."""

    @extend_schema(operation_id="user_token", request=None, responses=UserTokenSerializer)
    def post(self, request: Request, username: str) -> HttpResponse:
        """Good for an hour."""
        user = _person(username)
        if not user.is_active:
            raise Http404
        return ApiResponse(self.document(user))

    def document(self, user: User) -> dict[str, Any]:
        """A fresh token, and when it ends in Unix seconds."""
        expires_at = int(time.time() + tokens.LIFETIME.total_seconds())
        return {"token": tokens.mint_for_user(user), "expires_at": expires_at}


def _changeable(username: str) -> User:
    """Raises PermissionDenied (403) for staff."""
    user = _person(username)
    people.check_not_staff(user)
    return user


def _person(username: str) -> User:
    try:
        return User.objects.named(username)
    except User.DoesNotExist:
        raise Http404 from None


urls = [
    path("users/", UsersView.as_view()),
    path("users/<str:username>/", UserView.as_view()),
    path("users/<str:username>/export/", UserExportView.as_view()),
]
