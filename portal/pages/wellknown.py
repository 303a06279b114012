"""What other programs ask of this site."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

GPC_SINCE = "2026-11-21"  # the day from which this site honours the signal


@require_safe
def gpc(request: HttpRequest) -> JsonResponse:
    """Say that Global Privacy Control is honoured here. Source: GPC, section 5."""
    return JsonResponse({"gpc": True, "lastUpdate": GPC_SINCE})
