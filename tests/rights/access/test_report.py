"""The readable part says what the law wants, in the person's language, and can be read aloud."""

from datetime import date

import pytest

from consent.act import Kind
from consent.catalogue import ORIGINS, taxonomy
from jurisdictions.load import laws
from rights.access import information, report, telling
from rights.access import tables as declared
from rights.access.phrases import say
from rights.access.telling import Gathered
from rights.models import RightsRequest
from tests.builders import a_grant, a_subject, an_event
from tests.rights.requests import a_request, at

pytestmark = pytest.mark.django_db
DAY = "2026-11-02"
COUNTRIES = ("ES", "FR", "BR", "MX", "CO", "AR", "CL", "GB", "UY", "PE", "EC")


def asked(country: str, *, locale: str = "en") -> RightsRequest:
    key = a_subject(country).subject_key
    a_grant(key, "sharing.partners")
    return a_request(
        DAY, "access", country=country, subject_key=key, identity="system", locale=locale
    )


def written(request: RightsRequest, *, portable: bool = False) -> report.Report:
    gathered = Gathered((), (), (), 0, (("A name", "it harms others"),), ())
    return telling.report(request, gathered, company="Alameda", portable=portable, at=at(DAY))


def words(told: report.Report) -> str:
    parts = [part for section in told.sections for part in section.parts]
    return "\n".join(
        [*told.lead, *(str(part.get("text") or part.get("items") or part) for part in parts)]
    )


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_report_names_the_authority_the_rights_and_the_grounds(country: str) -> None:
    request = asked(country)
    text = words(written(request))
    law = laws()[request.laws[-1]]
    assert law.authority.name in text
    assert law.authority.complaint_url is None or law.authority.complaint_url in text
    for right in law.rights:
        assert right.article in text or not right.contract_rights


@pytest.mark.parametrize("code", sorted(laws()))
def test_every_law_says_which_article_wants_the_copy(code: str) -> None:
    parent = laws()[code].parent
    assert information.articles("copy", [code] if parent is None else [parent, code])


def test_purposes_are_told_with_ground_article_and_whether_they_run() -> None:
    request = asked("ES")
    used = {one.purpose.key: one for one in information.used(request)}
    assert (used["service.delivery"].basis, used["service.delivery"].runs) == ("contract", True)
    assert used["sharing.partners"].runs
    assert not used["marketing.offers"].runs
    assert used["sharing.partners"].article.startswith("art. 6.1")
    assert request.subject_key
    an_event(request.subject_key, Kind.OBJECTED, "security.fraud")
    later = {one.purpose.key: one.runs for one in information.used(request)}
    assert not later["security.fraud"]


def test_who_received_the_data_is_named_with_day_and_safeguard() -> None:
    received = information.Received(
        "alameda-seguros",
        "Alameda Seguros S.A.",
        "FR",
        "controller",
        "standard_clauses",
        date(2030, 12, 31),
        at(DAY),
    )
    text = telling.received(received, "en")
    assert "Alameda Seguros S.A. (France), last on 2 November 2026" in text
    assert "standard clauses" in text


@pytest.mark.parametrize("locale", ["es", "pt-BR", "en"])
def test_the_pdf_is_tagged_and_the_same_each_time(locale: str) -> None:
    told = written(asked("ES", locale=locale))
    made = report.pdf(told, locale=locale, at=at(DAY))
    assert made == report.pdf(told, locale=locale, at=at(DAY))
    assert b"pdfuaid:part" in made
    assert say("report.title", locale) == told.title


def test_a_portable_copy_tells_of_the_data_and_not_of_their_use() -> None:
    titles = {section.title for section in written(asked("ES"), portable=True).sections}
    assert say("report.purposes", "en") not in titles
    assert say("report.contents", "en") in titles


def test_every_declared_table_has_words_categories_and_origins() -> None:
    for table in declared.own().values():
        assert set(table.title) == {"es", "pt-BR", "en"}
        for column in table.columns:
            assert column.category in taxonomy()[0], column
            assert column.origin in ORIGINS, column
