"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from consent import api, api_imports, views

_SUBJECT = "api/v1/subjects/<str:public_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_SUBJECT + "consents", api.Consents.as_view(), name="consents"),
    path(_SUBJECT + "notices-served", api.NoticesServed.as_view(), name="notices-served"),
    path(_SUBJECT + "pauses", api.Pauses.as_view(), name="pauses"),
    path(_SUBJECT + "circumstances/<str:kind>", api.Circumstances.as_view(), name="circumstances"),
    path("api/v1/receipts/<uuid:receipt_id>", api.ReceiptOf.as_view(), name="receipt"),
    path("api/v1/purposes", api.Purposes.as_view(), name="purposes"),
    path("api/v1/purposes/<str:key>", api.OnePurpose.as_view(), name="purpose"),
    path("api/v1/imports", api_imports.Imports.as_view(), name="imports"),
    path("api/v1/imports/<uuid:job_id>", api_imports.OneImport.as_view(), name="import"),
    path(
        "api/v1/imports/<uuid:job_id>/errors",
        api_imports.ImportErrors.as_view(),
        name="import-errors",
    ),
    path("confirm/<str:link>", views.confirmation, name="confirmation"),
]
