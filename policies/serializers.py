"""The shapes of requests and answers, for the check of plain bodies and for the API's schema."""

from typing import Any

from rest_framework import serializers

from consent.shapes import one_of


class EntityBody(serializers.Serializer[Any]):
    """A subject or resource."""

    type = serializers.CharField()
    id = serializers.CharField()
    properties = serializers.DictField(required=False)


class ActionBody(serializers.Serializer[Any]):
    """An action."""

    name = serializers.CharField()
    properties = serializers.DictField(required=False)


class EvaluationBody(serializers.Serializer[Any]):
    """One evaluation. `context` is never required."""

    subject = EntityBody()
    action = ActionBody()
    resource = EntityBody()
    context = serializers.DictField(required=False)  # type: ignore[assignment]


class OptionsBody(serializers.Serializer[Any]):
    """How a batch is carried out."""

    evaluations_semantic = serializers.ChoiceField(
        ["execute_all", "deny_on_first_deny", "permit_on_first_permit"], required=False
    )
    all_required = serializers.BooleanField(required=False)


class BatchBody(serializers.Serializer[Any]):
    """Defaults and up to 1,000 items."""

    subject = EntityBody(required=False)
    action = ActionBody(required=False)
    resource = EntityBody(required=False)
    context = serializers.DictField(required=False)  # type: ignore[assignment]
    evaluations = serializers.ListField(child=serializers.DictField(), required=False)
    options = OptionsBody(required=False)


class ReasonBody(serializers.Serializer[Any]):
    """One reason, with the law it rests on."""

    code = serializers.CharField()
    law = serializers.CharField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]
    data = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]
    detail = serializers.DictField()


class WithheldBody(serializers.Serializer[Any]):
    """Data that may not be used, and why."""

    category = serializers.CharField()
    code = serializers.CharField()


class DataBody(serializers.Serializer[Any]):
    """Which data may be used."""

    permitted = serializers.ListField(child=serializers.CharField())
    withheld = WithheldBody(many=True)


class ObligationBody(serializers.Serializer[Any]):
    """What the caller must do."""

    id = serializers.CharField()


class ContextBody(serializers.Serializer[Any]):
    """The answer's reasons, limits, and the sentence for the person."""

    id = serializers.CharField()
    effect = serializers.ChoiceField(["permit", "needs_human", "indeterminate", "deny"])
    reasons = ReasonBody(many=True)
    obligations = ObligationBody(many=True)
    data = DataBody()  # type: ignore[assignment]
    reason_user = serializers.DictField(child=serializers.CharField(), allow_null=True)
    why = serializers.URLField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    laws = serializers.ListField(child=serializers.CharField())
    policy = serializers.CharField()
    remedy = serializers.URLField(allow_null=True)
    review = serializers.DictField(required=False)


class AnswerBody(serializers.Serializer[Any]):
    """Only `decision: true` opens the door."""

    decision = serializers.BooleanField()
    context = ContextBody()  # type: ignore[assignment]


class StoredDecision(ContextBody):
    """A stored decision: the answer's context, the request's known members, the moment."""

    request = serializers.DictField()
    at = serializers.DateTimeField()
    outcome = serializers.DictField(allow_null=True)


class OutcomeBody(serializers.Serializer[Any]):
    """What the caller did with a decision."""

    outcome = one_of(["executed", "not_executed"])
    factors = serializers.ListField(
        child=serializers.CharField(max_length=120), max_length=3, default=list
    )
    sentence = serializers.CharField(max_length=500, default="", allow_blank=True)
