"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from pseudonymize import api
from pseudonymize.freetext import api as freetext
from pseudonymize.freetext import jobs_api as texts
from pseudonymize.release import aggregates_api as numbers
from pseudonymize.release import api as release
from pseudonymize.release import jobs_api as releases
from pseudonymize.release import reidentification_api as back

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/subjects", api.Subjects.as_view(), name="subjects"),
    path("api/v1/subjects:lookup", api.Lookup.as_view(), name="subjects-lookup"),
    path("api/v1/pseudonyms", release.Pseudonyms.as_view(), name="pseudonyms"),
    path("api/v1/text:redact", freetext.Redact.as_view(), name="text-redact"),
    path("api/v1/text-jobs/<uuid:job_id>", texts.OneTextJob.as_view(), name="text-job"),
    path("api/v1/text-jobs/<uuid:job_id>/output", texts.TextJobOutput.as_view()),
    path("api/v1/profiles:pseudonymise", release.Profiles.as_view(), name="profiles"),
    path("api/v1/releases/<uuid:job_id>", releases.OneRelease.as_view(), name="release"),
    path("api/v1/releases/<uuid:job_id>/output", releases.ReleaseOutput.as_view()),
    path("api/v1/aggregates/<str:name>", numbers.Aggregate.as_view(), name="aggregates"),
    path("api/v1/reidentifications", back.Reidentifications.as_view(), name="reidentifications"),
    path("api/v1/reidentifications/<str:leave>:approve", back.Approval.as_view()),
    path("api/v1/reidentifications/<str:leave>:open", back.Use.as_view()),
]
