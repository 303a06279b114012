"""Human reviews over HTTP: what waits, and a named person's decision."""

from datetime import UTC, timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.queries import caller_of
from policies import queries, reviews
from policies.paging import page

_LONGEST_PERSON = 59  # with the key that names them, 80 characters in the audit trail


class ReviewDecisionBody(serializers.Serializer[Any]):
    """A person's decision; `person` names who decided, never the person it is about."""

    approve = serializers.BooleanField()
    reason = serializers.CharField(max_length=500)
    person = serializers.CharField(
        max_length=_LONGEST_PERSON, help_text="such as the officer's staff id"
    )


class Reviews(APIView):
    """GET /api/v1/reviews: what waits for a person, oldest first, and the override rate."""

    required_scope = "decisions:read"

    @extend_schema(operation_id="list_reviews", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        now = timezone.now()
        rate = reviews.override_rate(since=now - timedelta(days=90))
        after, rows = request.query_params.get("cursor", ""), reviews.waiting(at=now)
        told = page(rows, key=_place, told=_told, after=after)
        return Response({**told, "last_90_days": rate})


class ReviewDecisions(APIView):
    """POST /api/v1/reviews/{id}/decision: approve or reject, with a reason."""

    required_scope = "admin"
    problems = {reviews.ReviewUnknown: 404, reviews.ReviewClosed: 409, queries.NoPolicy: 503}

    @extend_schema(
        operation_id="decide_review", request=ReviewDecisionBody, responses=OpenApiTypes.OBJECT
    )
    def post(self, request: Request, id: str) -> Response:
        body = ReviewDecisionBody(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        now = timezone.now()
        try:
            review = reviews.decide_review(
                id,
                approve=asked["approve"],
                reason=asked["reason"],
                person=f"{caller_of(request).actor}/{asked['person']}",
                at=now,
                hours=queries.active_policy(at=now).bundle.review.approval_hours,
            )
        except reviews.SecondPersonNeeded as waiting:
            return Response({"id": id, "status": "open", "detail": str(waiting)}, status=202)
        return Response(_told(review))


def _place(review: Any) -> str:
    """Its place in the queue, as text that sorts like it."""
    return f"{review.opened_at.astimezone(UTC).isoformat()} {review.pk:020}"


def _told(review: Any) -> dict[str, Any]:
    return {
        "id": review.public_id,
        "status": review.status,
        "purpose": review.purpose,
        "action": review.action,
        "decision": f"dec_{review.decision}",
        "task": review.task,
        "sensitive": review.sensitive,
        "opened_at": review.opened_at.isoformat(),
        "expires_at": review.expires_at.isoformat(),
    }
