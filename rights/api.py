"""Requests of data subjects over HTTP: opened by a system that knows the person, and read."""

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.queries import Caller
from pseudonymize import queries as subjects
from pseudonymize.identifiers import MalformedIdentifier
from rights import operations, queries
from rights.access import queries as packages
from rights.api_shapes import REQUEST, RequestBody
from rights.casework.sealed import Typed
from rights.models import Clock, Package, RequestedRight, RightsRequest
from rights.operations import Acting, NewRequest, RequestRefused
from rights.rectifying.changes import ChangeRefused, Told


class Requests(APIView):
    """POST /api/v1/rights-requests: a person asks, and a clock runs for each right."""

    required_scope = "rights:write"
    problems = {
        RequestRefused: 422,
        subjects.SubjectUnknown: 404,
        subjects.SubjectErased: 410,
        MalformedIdentifier: 422,
        ChangeRefused: 422,
    }

    @extend_schema(
        operation_id="open_rights_request", request=RequestBody, responses={201: REQUEST}
    )
    def post(self, request: Request) -> Response:
        body = RequestBody(data=request.data)
        body.is_valid(raise_exception=True)
        new = _new(body.validated_data)
        caller = cast(Caller, request.user)
        opened = operations.open_request(new, Acting(caller.actor, timezone.now()))
        return Response(told(opened), status=201)


class OneRequest(APIView):
    """GET /api/v1/rights-requests/{id}: where each right stands, with its clocks."""

    required_scope = "rights:read"
    problems = {operations.RequestUnknown: 404}

    @extend_schema(
        operation_id="read_rights_request",
        responses={200: REQUEST, 404: OpenApiResponse(description="No such request.")},
    )
    def get(self, request: Request, id: str) -> Response:
        found = queries.request_by_public_id(id)
        if found is None:
            raise operations.RequestUnknown
        return Response(told(found))


def _new(told: dict[str, Any]) -> NewRequest:
    key = _subject_key(told["subject"]) if told["subject"] else None
    person = subjects.person(key) if key is not None else None
    country = told["country"] or (person.country if person else "")
    if not country:
        sentence = "Name the subject, or the country whose law applies."
        raise RequestRefused("country_missing", "country", sentence)
    contact = dict(told["contact"])
    if key is None and not any(contact.values()):
        sentence = "Name the subject, or give a contact by which the person can be reached."
        raise RequestRefused("contact_missing", "contact", sentence)
    return NewRequest(
        rights=told["rights"],
        country=country,
        region=told["region"] or (person.region if person else ""),
        locale=told["locale"] or (person.locale if person else ""),
        channel=told["channel"],
        made_by=told["made_by"],
        received_on=told["received_on"],
        subject_key=key,
        identity="system" if key is not None else "",
        purposes=told["purposes"],
        typed=Typed(**contact, words=told["words"]),
        changes=[Told(**change) for change in told["changes"]],
    )


def _subject_key(named: Any) -> int:
    """Return the subject behind a `sub_…` id, or an identifier with its `id_type`."""
    if isinstance(named, str):
        named = {"id": named, "id_type": "public"}
    kind, value = str(named.get("id_type", "external_id")), str(named.get("id", ""))
    public = value.startswith("sub_") or kind == "public"
    key = subjects.subject_key_of(value) if public else subjects.find(kind, value)
    if key is None:
        raise subjects.SubjectErased if subjects.is_dead(value) else subjects.SubjectUnknown
    return key


def told(request: RightsRequest) -> dict[str, Any]:
    """Return what a system is told of a request: nothing that the person wrote."""
    return {
        "id": request.public_id,
        "number": request.pk,
        "state": queries.state_of(request).value,
        "identity_proved": bool(request.identity),
        "received_on": request.received_on.isoformat(),
        "country": request.country,
        "region": request.region or None,
        "laws": request.laws,
        "rights": [_told_right(right) for right in queries.rights_of(request)],
    }


def _told_right(right: RequestedRight) -> dict[str, Any]:
    clocks = sorted(right.clocks.all(), key=lambda clock: clock.pk)
    return {
        "right": right.right,
        "state": right.state,
        "statutory_due": _iso(right.statutory_due),
        "prudent_due": _iso(right.prudent_due),
        "outcome": right.outcome or None,
        "ground": right.ground or None,
        "answered_on": _iso(right.answered_on),
        "clocks": [_told_clock(clock) for clock in clocks],
        "package": _told_package(packages.package_of(right)),
    }


def _told_package(package: Package | None) -> dict[str, Any] | None:
    """Return how far a copy is; what is in it is for the person alone."""
    if package is None:
        return None
    return {
        "state": package.state,
        "bytes": package.size,
        "sha256": package.digest or None,
        "fetch_until": _iso(package.fetch_until),
        "fetched_at": _iso(package.fetched_at),
    }


def _told_clock(clock: Clock) -> dict[str, Any]:
    plain = ("event", "law", "rule", "source", "calendar", "steps", "others")
    days = ("started_on", "statutory_due", "prudent_due", "ended_on")
    said = {name: getattr(clock, name) for name in plain}
    return said | {name: _iso(getattr(clock, name)) for name in days} | {"ended": clock.ended}


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None
