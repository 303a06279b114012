"""POST /api/v1/text:redact: texts without the people in them."""

import time
from collections.abc import Sequence
from typing import Any, Final, cast

from django.utils import timezone
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.queries import Caller
from pseudonymize import queries
from pseudonymize.freetext import engine, subjects
from pseudonymize.freetext.locales import UnknownLanguage
from pseudonymize.freetext.record import Record
from pseudonymize.freetext.spans import Redaction

MODES: Final = ("mask", "pseudonym", "label")
MOST_TEXTS: Final = 100


class RecordShape(serializers.Serializer[Any]):
    """What the caller knows of the person; used for this text and not kept."""

    first = serializers.CharField(max_length=128, required=False, allow_null=True)
    last = serializers.CharField(max_length=128, required=False, allow_null=True)
    email = serializers.CharField(max_length=320, required=False, allow_null=True)
    phone = serializers.CharField(max_length=32, required=False, allow_null=True)
    id = serializers.CharField(max_length=64, required=False, allow_null=True)
    birth_date = serializers.DateField(required=False, allow_null=True)
    city = serializers.CharField(max_length=128, required=False, allow_null=True)
    address = serializers.CharField(max_length=256, required=False, allow_null=True)


class RedactionAsked(serializers.Serializer[Any]):
    """One text or several, how to read them, and what to put in place of what is found."""

    text = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    texts = serializers.ListField(
        child=serializers.CharField(allow_blank=True, trim_whitespace=False),
        required=False,
        min_length=1,
        max_length=MOST_TEXTS,
        help_text="in place of `text`: several that share all the rest",
    )
    language = serializers.CharField(max_length=16, help_text="es, pt or en; a region may follow")
    country = serializers.RegexField(
        r"^[A-Za-z]{2}$",
        required=False,
        allow_null=True,
        default=None,
        help_text="ISO 3166: whose numbers and streets to expect",
    )
    subject = serializers.CharField(
        max_length=64, required=False, allow_null=True, default=None, help_text="a `sub_…` id"
    )
    record = RecordShape(required=False, allow_null=True, default=None)
    # The stock message would repeat whatever was put into the wrong member.
    mode = serializers.ChoiceField(
        MODES, error_messages={"invalid_choice": f"Known modes: {', '.join(MODES)}."}
    )
    scope = serializers.CharField(
        max_length=128, default="text", help_text="within which pseudonyms are the same"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "text" in attrs and "texts" in attrs:
            raise serializers.ValidationError({"texts": "Send `text` or `texts`, not both."})
        if "text" not in attrs and "texts" not in attrs:
            raise serializers.ValidationError({"text": "Send `text`, or several as `texts`."})
        return attrs


class SpanShape(serializers.Serializer[Any]):
    """A stretch of the input, in Unicode code points, `end` exclusive."""

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    type = serializers.CharField()
    score = serializers.FloatField()


class RedactionMade(serializers.Serializer[Any]):
    """The text with every span replaced. Best effort: de-identified, not anonymous."""

    text = serializers.CharField()
    spans = SpanShape(many=True)


class RedactionsMade(serializers.Serializer[Any]):
    """The answer to `texts`, in their order."""

    results = RedactionMade(many=True)


ANSWER = PolymorphicProxySerializer(
    component_name="TextRedacted",
    serializers=[RedactionMade, RedactionsMade],
    resource_type_field_name=None,
)


class Redact(APIView):
    """Find the personal data of a text, or of up to a hundred, and replace it."""

    required_scope = "text:redact"
    problems = {
        UnknownLanguage: 422,
        engine.TextTooLong: 413,
        engine.TextTooSlow: 422,
        engine.TextUnavailable: 503,
        queries.SubjectUnknown: 404,
        queries.SubjectErased: 410,
        queries.SubjectBlocked: 409,
    }

    @extend_schema(operation_id="text_redact", request=RedactionAsked, responses=ANSWER)
    def post(self, request: Request) -> Response:
        shape = RedactionAsked(data=request.data)
        shape.is_valid(raise_exception=True)
        asked = shape.validated_data
        how = {
            "language": asked["language"],
            "country": asked["country"],
            "record": _record(asked, cast(Caller, request.user).actor),
            "mode": asked["mode"],
            "secret": subjects.secret_of(asked["scope"]) if asked["mode"] == "pseudonym" else None,
        }
        if "texts" in asked:
            return Response({"results": _all_redacted(asked["texts"], how)})
        return Response(told(engine.redact(asked["text"], **how)))


def told(redaction: Redaction) -> dict[str, Any]:
    """Return a redaction as callers see it."""
    spans = [
        {"start": s.start, "end": s.end, "type": s.type, "score": round(s.score, 3)}
        for s in redaction.spans
    ]
    return {"text": redaction.text, "spans": spans}


def _all_redacted(texts: Sequence[str], how: dict[str, Any]) -> list[dict[str, Any]]:
    """All texts together take no longer than one may, so that a call ends."""
    until = time.monotonic() + engine.MOST_SECONDS
    results: list[dict[str, Any]] = []
    try:
        for redaction in engine.redact_many(texts, **how):
            results.append(told(redaction))
            if time.monotonic() > until and len(results) < len(texts):
                raise engine.TextTooSlow("The texts took too long to read. Send fewer at once.")
    except (engine.TextTooLong, engine.TextTooSlow) as refused:
        refused.field = f"texts.{len(results)}"
        raise
    return results


def _record(asked: dict[str, Any], actor: str) -> Record | None:
    record = Record(**asked["record"]) if asked["record"] else None
    if asked["subject"]:
        at = timezone.now()
        record = subjects.completed(record or Record(), asked["subject"], actor=actor, at=at)
    return record
