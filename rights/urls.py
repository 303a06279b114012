"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from rights import api, api_laws, api_systems

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/laws", api_laws.Laws.as_view(), name="laws"),
    path("api/v1/laws/<str:code>", api_laws.OneLaw.as_view(), name="law"),
    path("api/v1/laws/<str:code>/deadline", api_laws.LawDeadline.as_view(), name="law-deadline"),
    path("api/v1/rights-requests", api.Requests.as_view(), name="rights-requests"),
    path(
        "api/v1/system-tasks/<str:id>",
        api_systems.SystemTaskAnswer.as_view(),
        name="system-task",
    ),
    path("api/v1/rights-requests/<str:id>", api.OneRequest.as_view(), name="rights-request"),
]
