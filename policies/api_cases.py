"""Decision cases run in the server: does the policy in force answer as a lawyer expects?"""

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from policies import bundle, cases, queries


class PolicyCases(APIView):
    """POST /api/v1/policies:test: decision cases in TOML, judged by the policy in force."""

    required_scope = "admin"
    problems = {bundle.BundleRejected: 422, queries.NoPolicy: 503}

    @extend_schema(
        operation_id="test_policies",
        request={"application/toml": OpenApiTypes.STR},
        responses=OpenApiTypes.OBJECT,
    )
    def post(self, request: Request) -> Response:
        policy = queries.active_policy(at=timezone.now())
        text = request._request.body.decode(errors="replace")
        found = {
            case.name: cases.differences(case, policy) for case in cases.parse(text, name="body")
        }
        failed = {name: complaints for name, complaints in found.items() if complaints}
        return Response(
            {
                "policy": policy.version,
                "passed": len(found) - len(failed),
                "failed": len(failed),
                "differences": failed,
            }
        )
