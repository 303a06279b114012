"""People who are to be erased, and an erasure brought to a step, by the application's own doors."""

from datetime import datetime, timedelta

from pseudonymize import queries as subjects
from pseudonymize.operations import Registered
from rights import operations
from rights.contact import outbox
from rights.erasure import operations as erasures
from rights.models import Erasure, RequestedRight, RightsRequest, SystemTask
from rights.operations import Acting, NewRequest
from rights.systems import errands
from tests.builders import a_grant, a_subject
from tests.rights.requests import OFFICER, at, the
from tests.rights.systems.company import Company, driven

START = at("2026-11-02")
OVER = START + timedelta(days=4)  # the cooling-off has passed


def a_customer(company: Company | None = None, *, country: str = "BR") -> Registered:
    """Register a person who allowed something, and whom shop and CRM know."""
    person = a_subject(country, locale="pt-BR" if country == "BR" else "es")
    a_grant(person.subject_key)
    if company is not None:
        number, email = identifiers(person.subject_key)
        company.shop.sells_to(number, email)
        company.crm.knows(number, email)
    return person


def identifiers(subject_key: int) -> tuple[str, str]:
    """Return a person's external id and e-mail."""
    known = dict(subjects.every_identifier(subject_key))
    return known["external_id"], known["email"]


def asked(subject_key: int, *rights: str, country: str = "BR") -> RightsRequest:
    """Open a request of a known person."""
    new = NewRequest(
        rights=rights or ("erasure",),
        country=country,
        identity="system",
        subject_key=subject_key,
        channel="api",
    )
    return operations.open_request(new, Acting("key:test", START))


def granted(request: RightsRequest, right: str = "erasure", *, moment: datetime = START) -> Erasure:
    """Grant a right of a request and begin to carry it out; return its erasure."""
    by = Acting(OFFICER, moment, "Concedido.")
    operations.answer(the(request, right).pk, "granted", by)
    operations.execute(the(request, right).pk, by)
    return Erasure.objects.get(asked__right__request=request)


def an_erasure(subject_key: int, *, country: str = "BR") -> Erasure:
    """Ask for an erasure, grant it and begin it."""
    return granted(asked(subject_key, country=country))


def gone_on(erasure: Erasure, *, moment: datetime = OVER) -> Erasure:
    """Let everything happen that can happen by itself until `moment`."""
    for _ in range(10):
        erasures.go_on(erasure.pk, Acting("system", moment))
        driven(at=moment)
        recordings_confirmed(moment)
        moment += timedelta(seconds=5)  # a call takes its time
        send_letters(moment)
    return Erasure.objects.get(pk=erasure.pk)


def recordings_confirmed(moment: datetime) -> None:
    """Let the person who keeps the recordings say that it is done."""
    for task in SystemTask.objects.filter(system="recordings", state="sent"):
        errands.confirm(task.pk, Acting(OFFICER, moment), outcome="done")


def send_letters(moment: datetime) -> None:
    """Let the mails of letters go out."""
    outbox.send_due(at=moment)


def right_of(request: RightsRequest) -> RequestedRight:
    """Return the erasure right of a request as it stands."""
    return the(request, "erasure")
