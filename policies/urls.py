"""Addresses of the policy check and of the facts that rules read."""

from django.urls import path

from policies import api

urlpatterns = [
    path("access/v1/evaluation", api.Evaluation.as_view()),
    path("access/v1/evaluations", api.Evaluations.as_view()),
    path(".well-known/authzen-configuration", api.Metadata.as_view()),
    path("api/v1/decisions/<str:id>", api.StoredDecisions.as_view()),
    path("api/v1/decisions/<str:id>/outcome", api.Outcomes.as_view()),
]
