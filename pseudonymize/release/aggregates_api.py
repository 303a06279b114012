"""Questions about many people, over HTTP."""

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.queries import Caller
from pseudonymize.release import aggregates


class Asked(serializers.Serializer[Any]):
    """How a question is narrowed."""

    where = serializers.DictField(child=serializers.CharField(max_length=64), default=dict)


class GroupTold(serializers.Serializer[Any]):
    """A group's number, and how far from the truth it may be."""

    group = serializers.CharField()
    value = serializers.FloatField()
    within = serializers.FloatField()


class AnswerTold(serializers.Serializer[Any]):
    """Groups that are too small are not told. `spent` is 0 for an answer told before."""

    question = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.CharField()
    groups = GroupTold(many=True)
    confidence = serializers.FloatField()
    minimum_group = serializers.IntegerField()
    as_of = serializers.DateTimeField()
    spent = serializers.FloatField()
    left = serializers.FloatField()
    budget_until = serializers.DateField()


class Aggregate(APIView):
    """POST /api/v1/aggregates/{name}: counts, sums and means with differential privacy."""

    required_scope = "pseudonyms:write"
    problems = {
        aggregates.QuestionUnknown: 404,
        aggregates.FilterUnknown: 422,
        aggregates.BudgetSpent: 429,
    }

    @extend_schema(operation_id="aggregates_ask", request=Asked, responses=AnswerTold)
    def post(self, request: Request, name: str) -> Response:
        shape = Asked(data=request.data)
        shape.is_valid(raise_exception=True)
        caller = cast(Caller, request.user)
        answer = aggregates.ask(
            name,
            where=shape.validated_data["where"],
            recipient=caller.name,
            actor=caller.actor,
            at=timezone.now(),
        )
        question = answer.question
        told = {
            "question": question.name,
            "title": question.title,
            "kind": question.kind,
            "groups": answer.told,
            "confidence": question.confidence,
            "minimum_group": question.minimum_group,
            "as_of": answer.answered_at,
            "spent": answer.spent,
            "left": answer.left,
            "budget_until": answer.last_day,
        }
        return Response(AnswerTold(told).data)
