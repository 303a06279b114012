"""Registration and lookup of subjects over HTTP."""

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.queries import Caller
from pseudonymize import identifiers, operations, queries
from pseudonymize.models import Kind
from pseudonymize.registration import Guardian, Registration, RegistrationRefused

_KINDS = [kind.value for kind in Kind if kind is not Kind.PUBLIC]


class IdentifierShape(serializers.Serializer[Any]):
    """An identifier and what kind it is."""

    # The stock message repeats the input, which may be somebody's address in the wrong member.
    type = serializers.ChoiceField(
        _KINDS, error_messages={"invalid_choice": f"Known types: {', '.join(_KINDS)}."}
    )
    value = serializers.CharField(max_length=320)


class GuardianShape(serializers.Serializer[Any]):
    """Who acts for a minor."""

    name = serializers.CharField(max_length=128)
    email = serializers.CharField(max_length=320)
    phone = serializers.CharField(max_length=32, required=False, default="", allow_blank=True)


class RegistrationShape(serializers.Serializer[Any]):
    """A person as another system knows them."""

    identifiers = serializers.ListField(child=IdentifierShape(), min_length=1, max_length=20)
    country = serializers.CharField(max_length=2, help_text="ISO 3166-1 alpha-2")
    region = serializers.CharField(max_length=6, required=False, default="", allow_blank=True)
    locale = serializers.CharField(max_length=35, required=False, default="", allow_blank=True)
    time_zone = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)
    birth_date = serializers.DateField(
        required=False,
        default=None,
        allow_null=True,
        help_text="Only the age class and the first of the month after it changes are kept.",
    )
    guardian = GuardianShape(required=False, default=None, allow_null=True)


class LookupShape(IdentifierShape):
    """The identifier to look up; `country` reads a phone number without its country code."""

    country = serializers.CharField(max_length=2, required=False, default=None, allow_null=True)


class SubjectShape(serializers.Serializer[Any]):
    """The subject's public id."""

    id = serializers.CharField()


def _actor(request: Request) -> str:
    return cast(Caller, request.user).actor


class Subjects(APIView):
    """POST /api/v1/subjects: register a person, or complete what is known of them."""

    required_scope = "consents:write"
    problems = {
        RegistrationRefused: 422,
        identifiers.MalformedIdentifier: 422,
        operations.IdentifiersConflict: 409,
        queries.SubjectBlocked: 409,
    }

    @extend_schema(
        operation_id="subjects_register",
        request=RegistrationShape,
        responses={
            201: SubjectShape,
            200: OpenApiResponse(SubjectShape, description="The person was known already."),
        },
    )
    def post(self, request: Request) -> Response:
        shape = RegistrationShape(data=request.data)
        shape.is_valid(raise_exception=True)
        registration = _registration(shape.validated_data)
        registered = operations.register(registration, at=timezone.now(), actor=_actor(request))
        return Response({"id": registered.id}, status=201 if registered.created else 200)


def _registration(given: dict[str, Any]) -> Registration:
    pairs = tuple((item["type"], item["value"]) for item in given["identifiers"])
    guardian = Guardian(**given["guardian"]) if given["guardian"] else None
    return Registration(**given | {"identifiers": pairs, "guardian": guardian})


class Lookup(APIView):
    """POST /api/v1/subjects:lookup: the id of the person with this identifier."""

    required_scope = "identifiers:read"
    problems = {
        identifiers.MalformedIdentifier: 422,
        queries.SubjectUnknown: 404,
        queries.SubjectBlocked: 409,
        operations.IdentifierShared: 409,
    }

    @extend_schema(operation_id="subjects_lookup", request=LookupShape, responses=SubjectShape)
    def post(self, request: Request) -> Response:
        shape = LookupShape(data=request.data)
        shape.is_valid(raise_exception=True)
        asked = shape.validated_data
        found = operations.look_up(
            asked["type"],
            asked["value"],
            country=asked["country"],
            actor=_actor(request),
            at=timezone.now(),
        )
        return Response({"id": found})
