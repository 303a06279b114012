"""Plain functions that put what a test needs on record, through the application's own doors."""

import itertools
import json
from datetime import UTC, date, datetime
from typing import Any

from django.test import Client

from audit.operations import issue_key
from consent import operations as consent
from consent.act import Actor, Kind
from consent.models import ConsentEvent
from consent.operations import NewAct
from pseudonymize import operations as subjects
from pseudonymize.operations import Registered
from pseudonymize.registration import Guardian, Registration

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
CALLER = "key:test"
_numbers = itertools.count(1)


def a_subject(
    country: str = "ES",
    *,
    locale: str = "es",
    birth_date: date | None = date(1986, 1, 1),
    guardian: bool = False,
    at: datetime = AT,
) -> Registered:
    """Register an invented person with an external id and an e-mail of their own."""
    number = next(_numbers)
    registration = Registration(
        identifiers=(
            ("external_id", f"T-{number}"),
            ("email", f"persona{number}@prueba.example"),
        ),
        country=country,
        locale=locale,
        birth_date=birth_date,
        guardian=Guardian("Rosa Soto", f"rosa{number}@prueba.example") if guardian else None,
    )
    return subjects.register(registration, at=at)


def an_act(kind: Kind, purpose: str = "", **fields: Any) -> NewAct:
    """Return an act as a system would report it, having shown notice 1.0 in Spanish."""
    shown = {"notice_version": "1.0", "locale": "es"} if purpose else {}
    return NewAct(kind=kind, purpose=purpose, **({"method": "web_form"} | shown | fields))


def a_grant(
    subject_key: int, purpose: str = "marketing.offers", *, at: datetime = AT, **fields: Any
) -> ConsentEvent:
    """Record a grant of `purpose`; marketing messages go to push unless `channels` says."""
    if purpose == "marketing.messages":
        fields.setdefault("channels", ["push"])
    act = an_act(Kind.GRANTED, purpose, **fields)
    return consent.record_act(subject_key, act, caller=CALLER, at=at)


def an_event(
    subject_key: int, kind: Kind, purpose: str = "", *, at: datetime = AT, **fields: Any
) -> ConsentEvent:
    """Record an act of any kind; acts on the whole person come from the system."""
    fields.setdefault("actor", Actor.SUBJECT if purpose else Actor.SYSTEM)
    return consent.record_act(subject_key, an_act(kind, purpose, **fields), caller=CALLER, at=at)


class Api:
    """A client with a service key, for tests that speak HTTP."""

    def __init__(self, *scopes: str) -> None:
        key = issue_key("test", scopes=scopes, actor="system", at=AT)
        self.kid = key.kid
        self._headers = {"Authorization": f"Bearer {key.text}"}
        self._client = Client()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Return the response to `method` on `path`; `body` is sent as JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.generic(
            method,
            path,
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers=self._headers | named,
        )

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def stream(self, path: str, body: bytes, **headers: str) -> Any:
        """Return the response to lines of JSON sent as a stream."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.post(
            path, body, content_type="application/x-ndjson", headers=self._headers | named
        )
