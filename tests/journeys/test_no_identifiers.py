"""A whole life of one person over HTTP, and nothing that names them where it does not belong."""

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from audit import operations as audit
from audit.keys import SCOPES
from config import grants
from config.logs import MaskIdentifiers
from consent import confirmations
from pseudonymize import operations as subjects
from pseudonymize import queries
from tests.builders import Api
from tests.journeys.checks import a_working_noon, an_evaluation, codes, send_stream

EMAIL, PHONE, CUSTOMER, DEVICE = (
    "Ines.Prueba@correo.example",
    "+34 600 112 233",
    "CLIENTA-471183",
    "idfa-5c1e77d0",
)
NAMES = ("Ines.Prueba", "ines.prueba", "600112233", PHONE, CUSTOMER, DEVICE, "Rosa Tutora")
PERSON: dict[str, Any] = {
    "identifiers": [
        {"type": "external_id", "value": CUSTOMER},
        {"type": "email", "value": EMAIL},
        {"type": "phone", "value": PHONE},
        {"type": "device_id", "value": DEVICE},
    ],
    "country": "ES",
    "birth_date": "1986-07-23",
    "guardian": {"name": "Rosa Tutora", "email": "rosa@correo.example"},
}
GRANT: dict[str, Any] = {
    "purpose": "marketing.messages",
    "decision": "granted",
    "channels": ["email", "push"],
    "method": "web_form",
    "actor": "subject",
    "notice": {"version": "1.0", "locale": "es"},
    "evidence": {"form": "F-7", "signed_by": EMAIL},
}


@contextmanager
def written_logs() -> Iterator[io.StringIO]:
    """Yield what our own handler writes while the block runs, down to DEBUG."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(MaskIdentifiers())
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield written
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def stored() -> dict[str, str]:
    """Return every row of every table as text, bytes in hexadecimal, as the owner reads them."""
    with grants.as_owner(), connection.cursor() as cursor:
        found = {}
        for table in sorted(grants.tables(cursor)):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{table}\" t")
            found[table] = cursor.fetchone()[0]
    return found


def told(text: str, names: tuple[str, ...]) -> list[str]:
    """Return which names a text holds, plainly or as bytes in hexadecimal."""
    return [name for name in names if name in text or name.encode().hex() in text]


def tables_that_tell(id: str) -> dict[str, list[str]]:
    """Return the names that tables hold, by table."""
    return {table: found for table, text in stored().items() if (found := told(text, (*NAMES, id)))}


def walked(api: Api) -> tuple[str, list[Any]]:
    """Register the person and do with them all that callers do; return the id and the answers."""
    first = api.post("/api/v1/subjects", PERSON)
    id = str(first.json()["id"])
    path = f"/api/v1/subjects/{id}"
    answers = [api.post(f"{path}/consents", GRANT)]
    confirmations.send_due(at=timezone.now())
    answers.append(Client().post(links()[0]))
    answers += _acts(api, path)
    answers += _checks(api, id)
    answers += _searches(api, id)
    answers += _lists_and_rights(api, id)
    return id, answers


def links() -> list[str]:
    """Return the addresses in the mails that went out."""
    bodies = "\n".join(str(message.body) for message in mail.outbox)
    return re.findall(r"https?://[^/\s]+(/\S+)", bodies)


def _acts(api: Api, path: str) -> list[Any]:
    now = timezone.now().isoformat()
    wrong: list[dict[str, Any]] = [
        {"purpose": EMAIL},
        {"method": EMAIL},
        {"channels": [EMAIL]},
        {"notice": EMAIL},
    ]
    wrong += [{"actor": CUSTOMER}, {"frequency": DEVICE}, {"acted_at": EMAIL}, {"decision": PHONE}]
    answers = [api.post(f"{path}/consents", GRANT | change) for change in wrong]
    refusal = GRANT | {"purpose": "sharing.partners", "decision": "refused"}
    answers.append(api.post(f"{path}/consents", refusal | {"channels": None}))
    answers.append(api.call("PUT", f"{path}/circumstances/vulnerable", {"since": now}))
    answers.append(api.call("PUT", f"{path}/circumstances/{CUSTOMER}", {"since": now}))
    answers.append(api.call("DELETE", f"{path}/circumstances/vulnerable"))
    answers.append(api.post("/api/v1/subjects:lookup", {"type": EMAIL, "value": CUSTOMER}))
    answers.append(api.post("/api/v1/subjects:lookup", {"type": "phone", "value": EMAIL}))
    answers.append(api.post("/api/v1/subjects", PERSON | {"country": EMAIL}))
    answers.append(api.post("/api/v1/subjects", PERSON | {"region": CUSTOMER}))
    return [*answers, api.get(f"{path}/consents"), api.get(f"{path}/consents?history=true")]


def _checks(api: Api, id: str) -> list[Any]:
    answers = []
    for id_type, value in (("email", EMAIL), ("phone", PHONE), ("external_id", CUSTOMER)):
        planned = {"channel": "push", "planned_at": a_working_noon()}
        asked = an_evaluation(value, "send_message", "marketing.messages", **planned)
        asked["subject"]["properties"] = {"id_type": id_type, "name": EMAIL}
        answers.append(api.post("/access/v1/evaluation", asked))
        answers.append(api.post("/access/v1/evaluations", asked | {"evaluations": [{}, {}]}))
        answers.append(api.post("/access/v1/evaluation", asked | {"context": {"channel": value}}))
        wrong = asked | {"subject": {"type": "data_subject", "id": value, "properties": EMAIL}}
        answers.append(api.post("/access/v1/evaluation", wrong))
    automated = {"automated": True, "predicts": "churn"}
    retain = an_evaluation(id, "retain", "prediction.behaviour", properties=automated)
    answers.append(api.post("/access/v1/evaluation", retain))
    decision = answers[0].json()["context"]["id"]
    outcome = {"outcome": EMAIL}
    answers.append(api.post(f"/api/v1/decisions/{decision}/outcome", outcome))
    return [*answers, api.get("/api/v1/reviews")]


def _searches(api: Api, id: str) -> list[Any]:
    subject = {"type": "data_subject", "id": CUSTOMER}
    action, resource = {"name": "show_offer"}, {"type": "purpose", "id": "marketing.offers"}
    asked: dict[str, Any] = {"subject": subject, "action": action, "resource": resource}
    answers = [api.post(f"/access/v1/search/{what}", asked) for what in ("resource", "action")]
    token = asked | {"page": {"token": EMAIL}}
    return [*answers, api.post("/access/v1/search/subject", token)]


def _lists_and_rights(api: Api, id: str) -> list[Any]:
    lines = f'{{"type": "email", "value": "{EMAIL}"}}\n{{"type": "phone", "value": "{PHONE}"}}\n'
    path = "/api/v1/exclusion-lists/robinson?channels=email,phone"
    answers = [send_stream(lines, path), send_stream(lines + EMAIL, path)]
    past = f'{{"subject": {{"type": "email", "value": "{EMAIL}"}}, "{CUSTOMER}": 1}}\n{EMAIL}'
    answers.append(api.stream("/api/v1/imports", past.encode()))
    suspension = {"kind": "purpose", "value": EMAIL, "reason": "none"}
    answers.append(api.post("/api/v1/suspensions", suspension))
    asked: dict[str, Any] = {
        "subject": id,
        "rights": ["access", "objection"],
        "words": f"Soy {EMAIL}",
    }
    asked |= {"contact": {"name": "Ines.Prueba", "email": EMAIL, "phone": PHONE}}
    opened = api.post("/api/v1/rights-requests", asked)
    assert opened.status_code == 201, opened.content
    answers += [opened, api.post("/api/v1/rights-requests", asked | {"country": EMAIL})]
    return [*answers, api.post(f"/api/v1/subjects/{id}/preference-link", {})]


@pytest.mark.usefixtures("committed_db")
def test_nothing_names_the_person_where_it_does_not_belong() -> None:
    api = Api(*SCOPES)
    with written_logs() as logs:
        id, answers = walked(api)
        for address in (f"/api/v1/subjects/{CUSTOMER}/consents", f"/{CUSTOMER}", f"/api/{EMAIL}"):
            assert api.get(address).status_code == 404
        Client(enforce_csrf_checks=True).post(links()[0])
        audit.seal(at=timezone.now())
    assert {answer.status_code for answer in answers} <= {200, 201, 202, 204, 400, 404, 422}
    for answer in answers:
        assert told(answer.content.decode(), NAMES) == []
    for text in (logs.getvalue(), "\n".join(links())):
        assert told(text, (*NAMES, id)) == []
    assert links()[0].rpartition("/")[2] not in logs.getvalue()
    assert tables_that_tell(id) == {}


@pytest.mark.usefixtures("committed_db")
def test_after_erasure_no_table_leads_back_from_an_id_somebody_kept() -> None:
    api = Api(*SCOPES)
    registered = api.post("/api/v1/subjects", PERSON, Idempotency_Key="once")
    id = registered.json()["id"]
    key = queries.subject_key_of(id)
    assert key is not None
    assert tables_that_tell(id) == {"audit_idempotentreply": [id]}  # for a day, to answer alike
    subjects.shred(key, timezone.now())
    assert tables_that_tell(id) == {}
    check = an_evaluation(id, "show_offer", "marketing.offers")
    assert codes(api.post("/access/v1/evaluation", check).json()) == ["subject_erased"]
