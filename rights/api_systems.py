"""What the company's systems tell of their tasks over HTTP, signed with their own keys."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from rights.systems import errands, signing
from rights.systems.wire import AnswerMalformed

_ANSWER = {
    "type": "object",
    "required": ["outcome"],
    "properties": {
        "outcome": {"type": "string", "enum": ["done", "nothing", "kept"]},
        "report": {"type": "object", "description": "By work; see docs/systems.md."},
    },
}


class SystemTaskAnswer(APIView):
    """POST /api/v1/system-tasks/{id}: a system tells how its task ended."""

    authentication_classes: tuple[Any, ...] = ()  # its signature says who it is
    permission_classes = (AllowAny,)
    problems = {
        errands.TaskUnknown: 404,
        errands.CallbackRefused: 403,
        AnswerMalformed: 422,
    }

    @extend_schema(
        operation_id="answer_system_task",
        request={"application/json": _ANSWER},
        parameters=[
            OpenApiParameter(
                signing.HEADER,
                location=OpenApiParameter.HEADER,
                required=True,
                description="t=<Unix seconds>,v1=<HMAC-SHA-256 in hex>; see docs/systems.md.",
            )
        ],
        responses={
            204: OpenApiResponse(description="Taken; so is a second one, which changes nothing."),
            403: OpenApiResponse(description="Not signed by this system for this task and body."),
            404: OpenApiResponse(description="No such task."),
            422: OpenApiResponse(description="Not in the form of the protocol."),
        },
    )
    def post(self, request: Request, id: str) -> Response:
        signature = request.headers.get(signing.HEADER, "")
        errands.called_back(id, request._request.body, signature, at=timezone.now())
        return Response(status=204)
