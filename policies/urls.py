"""Addresses of the policy check and of the facts that rules read."""

from django.urls import path

from policies import api, api_cases, api_registers, api_reviews, api_search

urlpatterns = [
    path("access/v1/evaluation", api.Evaluation.as_view()),
    path("access/v1/evaluations", api.Evaluations.as_view()),
    path(".well-known/authzen-configuration", api.Metadata.as_view()),
    path("api/v1/decisions/<str:id>", api.StoredDecisions.as_view()),
    path("api/v1/decisions/<str:id>/outcome", api.Outcomes.as_view()),
    path("access/v1/search/subject", api_search.SubjectSearch.as_view()),
    path("access/v1/search/resource", api_search.ResourceSearch.as_view()),
    path("access/v1/search/action", api_search.ActionSearch.as_view()),
    path("api/v1/policies:test", api_cases.PolicyCases.as_view()),
    path("api/v1/recipients", api_registers.Recipients.as_view()),
    path("api/v1/assessments", api_registers.Assessments.as_view()),
    path("api/v1/suspensions", api_registers.Suspensions.as_view()),
    path("api/v1/suspensions/<int:id>", api_registers.SuspensionEnd.as_view()),
    path("api/v1/exclusion-lists/<slug:name>", api_registers.ExclusionLists.as_view()),
    path("api/v1/reviews", api_reviews.Reviews.as_view()),
    path("api/v1/reviews/<str:id>/decision", api_reviews.ReviewDecisions.as_view()),
]
