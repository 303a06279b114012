"""Includes the apps' addresses, nothing else."""

from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

handler404 = "config.errors.not_found"
handler500 = "config.errors.went_wrong"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="portal:entry")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("", include("consent.urls")),
    path("", include("policies.urls")),
    path("", include("pseudonymize.urls")),
    path("", include("rights.urls")),
    path("", include("audit.urls")),
    path("", include("portal.urls")),
]
