"""POST /api/v1/text:redact: texts without the people in them."""

import time
from collections.abc import Sequence
from typing import Any, cast

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.queries import Caller
from pseudonymize import queries
from pseudonymize.background_api import NDJSON, Ndjson
from pseudonymize.freetext import engine, jobs_api, subjects
from pseudonymize.freetext.locales import UnknownLanguage, language_of
from pseudonymize.freetext.record import Record
from pseudonymize.freetext.shapes import RedactionAsked, RedactionMade, RedactionsMade
from pseudonymize.freetext.spans import told

ANSWER = PolymorphicProxySerializer(
    component_name="TextRedacted",
    serializers=[RedactionMade, RedactionsMade],
    resource_type_field_name=None,
)


class Redact(APIView):
    """
    Find the personal data of a text, or of up to a hundred, and replace it.

    Lines of JSON (`application/x-ndjson`: `text`, and where they differ `language`, `country`;
    `id` comes back) become a job (202); how to read them stands in the address.
    """

    required_scope = "text:redact"
    parser_classes = [*APIView.parser_classes, Ndjson]
    problems = {
        **jobs_api.PROBLEMS,
        UnknownLanguage: 422,
        engine.TextTooLong: 413,
        engine.TextTooSlow: 422,
        engine.TextUnavailable: 503,
        queries.SubjectUnknown: 404,
        queries.SubjectErased: 410,
        queries.SubjectBlocked: 409,
    }

    @extend_schema(
        operation_id="text_redact",
        parameters=jobs_api.PARAMETERS,
        request={"application/json": RedactionAsked, NDJSON: OpenApiTypes.BYTE},
        responses={200: ANSWER, 202: jobs_api.TextJobShape},
    )
    def post(self, request: Request) -> Response:
        if request.content_type.lower().startswith(NDJSON):
            return jobs_api.begun(request)
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


def _all_redacted(texts: Sequence[str], how: dict[str, Any]) -> list[dict[str, Any]]:
    """All texts together take no longer than one may, so that a call ends."""
    engine.load(language_of(how["language"]))
    until = time.thread_time() + engine.MOST_SECONDS
    results: list[dict[str, Any]] = []
    try:
        for redaction in engine.redact_many(texts, **how):
            results.append(told(redaction))
            if time.thread_time() > until and len(results) < len(texts):
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
