"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from rights import api_laws

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/laws", api_laws.Laws.as_view(), name="laws"),
    path("api/v1/laws/<str:code>", api_laws.OneLaw.as_view(), name="law"),
    path("api/v1/laws/<str:code>/deadline", api_laws.LawDeadline.as_view(), name="law-deadline"),
]
