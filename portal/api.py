"""Links into the preference center, over HTTP."""

from typing import Any, cast

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.queries import Caller
from portal import links
from portal.models import Kind
from pseudonymize import queries as subjects


class GuardianMissing(Exception):
    """A link for a guardian was asked for, and none is registered."""

    code = "guardian_not_registered"
    field = "actor"

    def __init__(self) -> None:
        super().__init__("No guardian is registered. Send guardian with POST /api/v1/subjects.")


class LinkAskedShape(serializers.Serializer[Any]):
    """Who will open the link."""

    actor = serializers.ChoiceField(["subject", "guardian"], required=False, default="subject")


class LinkShape(serializers.Serializer[Any]):
    """Two links: one into the preference center, one for the foot of messages."""

    url = serializers.CharField(help_text="short-lived; opens once, and carries no identifier")
    expires_at = serializers.DateTimeField()
    stop_url = serializers.CharField(
        help_text="long-lived; can only stop marketing. Also for List-Unsubscribe (RFC 8058)"
    )


class PreferenceLink(APIView):
    """POST /api/v1/subjects/{id}/preference-link: a way in for one person, once."""

    required_scope = "consents:write"
    problems = {
        subjects.SubjectUnknown: 404,
        subjects.SubjectErased: 404,
        subjects.SubjectBlocked: 409,
        GuardianMissing: 422,
    }

    @extend_schema(
        operation_id="preference_link_issue", request=LinkAskedShape, responses={201: LinkShape}
    )
    def post(self, request: Request, public_id: str) -> Response:
        asked = LinkAskedShape(data=request.data or {})
        asked.is_valid(raise_exception=True)
        subject_key = _subject(public_id)
        kind = Kind.GUARDIAN if asked.validated_data["actor"] == "guardian" else Kind.FULL
        if kind is Kind.GUARDIAN and not subjects.person(subject_key).has_guardian:
            raise GuardianMissing
        now, actor = timezone.now(), cast(Caller, request.user).actor
        link = links.issue(subject_key, kind=kind, actor=actor, at=now)
        body = {
            "url": settings.PUBLIC_URL + link.path,
            "expires_at": link.expires_at,
            "stop_url": settings.PUBLIC_URL + links.stop_path(subject_key, at=now),
        }
        return Response(body, status=201)


def _subject(public_id: str) -> int:
    found = subjects.subject_key_of(public_id)
    if found is not None:
        return found
    raise subjects.SubjectErased if subjects.is_dead(public_id) else subjects.SubjectUnknown
