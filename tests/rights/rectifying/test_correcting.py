"""What is wrong is said with what is right, decided, corrected everywhere, and told on."""

import pytest

from pseudonymize.queries import every_identifier, find
from rights import operations
from rights.models import Notice, RightsRequest
from rights.operations import RequestRefused
from rights.rectifying import changes, notices
from rights.rectifying.changes import ChangeRefused, Told
from rights.rectifying.correcting import NothingAccepted
from rights.systems import queries
from rights.systems.declaration import Work
from tests.rights.access.packages import DAY, Customer, a_customer, everybody_tells
from tests.rights.requests import a_request, at, by, the
from tests.rights.systems.company import Company, driven

pytestmark = pytest.mark.django_db
NEW = "rosa.nueva@prueba.example"


def asked(customer: Customer, *told: Told, country: str = "ES") -> RightsRequest:
    """Open a proved request that says what is wrong."""
    return a_request(
        DAY,
        "rectification",
        country=country,
        subject_key=customer.key,
        identity="system",
        locale="es",
        changes=told,
    )


def wrong_email(customer: Customer) -> Told:
    return Told("email", customer.email, NEW, "Cambié de correo")


def carried_out(request: RightsRequest) -> None:
    """Grant the correction and let every system do it."""
    number = the(request, "rectification").pk
    operations.answer(number, "granted", by(DAY))
    operations.execute(number, by(DAY))
    for _ in range(3):
        everybody_tells(at(DAY))


def test_old_and_new_value_reach_every_system_and_then_venia(company: Company) -> None:
    customer = a_customer(company)
    request = asked(customer, wrong_email(customer))
    carried_out(request)
    assert company.shop.count("customers", "email = %s", NEW) == 1
    assert company.crm.seen()["people"][0]["contact"]["email"] == NEW
    assert ("email", NEW) in every_identifier(customer.key)
    assert find("email", customer.email) is None
    assert the(request, "rectification").state == "completed"


def test_the_letter_shows_old_and_new(company: Company) -> None:
    from rights.contact.letters import text_of

    customer = a_customer(company)
    request = asked(customer, wrong_email(customer))
    carried_out(request)
    letter = request.letters.filter(kind="certificate").select_related("request").get()
    assert f"Correo electrónico: {customer.email} → {NEW}" in text_of(letter).plain


def test_what_was_stated_is_sealed_and_goes_with_the_request(company: Company) -> None:
    customer = a_customer(company)
    request = asked(customer, wrong_email(customer))
    [one] = changes.stated(the(request, "rectification"))
    assert one.told == wrong_email(customer)
    assert NEW.encode() not in bytes(one.row.told or b"")
    operations.forget(request, by(DAY))
    [after] = changes.stated(the(request, "rectification"))
    assert after.told is None


def test_only_what_was_accepted_is_corrected(company: Company) -> None:
    customer = a_customer(company)
    name = Told("name", "Rosa Soto", "Rosa Soto Vega")
    request = asked(customer, wrong_email(customer), name)
    right = the(request, "rectification")
    [first, second] = changes.stated(right)
    changes.decide(right.pk, [second.row.pk], by(DAY))
    operations.answer(right.pk, "partial", by(DAY, "El correo es exacto."), ground="accurate")
    operations.execute(right.pk, by(DAY))
    for _ in range(3):
        everybody_tells(at(DAY))
    assert company.shop.count("customers", "full_name = 'Rosa Soto Vega'") == 1
    assert company.shop.count("customers", "email = %s", customer.email) == 1
    assert ("email", customer.email) in every_identifier(customer.key)
    assert first.row.field == "email"


def test_a_correction_without_anything_to_correct_does_not_begin(company: Company) -> None:
    request = asked(a_customer(company))
    number = the(request, "rectification").pk
    operations.answer(number, "granted", by(DAY))
    with pytest.raises(NothingAccepted):
        operations.execute(number, by(DAY))


@pytest.mark.parametrize("country", ["AR", "CO", "UY"])
def test_where_the_law_wants_it_the_detail_is_disputed_until_the_end(
    company: Company, country: str
) -> None:
    customer = a_customer(company, country)
    request = asked(customer, wrong_email(customer), country=country)
    driven(at=at(DAY))
    assert "dispute" in company.crm.seen()["people"][0]["marks"]
    right = the(request, "rectification")
    for errand in right.errands.filter(work=Work.DISPUTE):
        assert {one.state for one in queries.progress(errand)} == {"done"}
    assert not right.clocks.filter(event="mark_disputed", ended_on=None).exists()
    operations.refuse(right.pk, "accurate", by(DAY, "El dato es exacto."))
    driven(at=at(DAY))
    assert "release" in company.crm.seen()["people"][0]["marks"]


def test_where_no_law_wants_it_nothing_is_marked(company: Company) -> None:
    customer = a_customer(company)
    request = asked(customer, wrong_email(customer))
    assert not the(request, "rectification").errands.exists()


def test_recipients_are_told_and_the_right_waits_for_them(company: Company) -> None:
    customer = a_customer(company)
    request = asked(customer, wrong_email(customer))
    number = the(request, "rectification").pk
    operations.answer(number, "granted", by(DAY))
    operations.execute(number, by(DAY))
    company.crm.behave("notify", status=503)
    everybody_tells(at(DAY))
    [notice] = Notice.objects.all()
    assert (notice.recipient, notice.by_system, notice.outcome) == ("crm", True, "")
    assert the(request, "rectification").state == "executing"
    assert the(request, "rectification").clocks.filter(event="notify_recipients").exists()
    company.crm.behave("notify")
    driven(at=at("2026-11-04"))
    assert Notice.objects.get().outcome == "told"
    assert the(request, "rectification").state == "completed"


def test_a_recipient_without_a_system_is_told_by_a_person(company: Company) -> None:
    customer = a_customer(company)
    request = asked(customer, wrong_email(customer))
    right = the(request, "rectification")
    notice = Notice.objects.create(right=right, recipient="alameda-seguros", begun_at=at(DAY))
    with pytest.raises(operations.ReasonMissing):
        notices.settle(notice.pk, "impossible", by(DAY))
    notices.settle(notice.pk, "told", by(DAY))
    with pytest.raises(notices.NoticeUnknown):
        notices.settle(notice.pk, "told", by(DAY))


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (Told("shoe_size", "41", "42"), "change_field_unknown"),
        (Told("name", "Rosa", "Rosa"), "change_says_nothing"),
        (Told("email", "", "no es un correo"), "change_malformed"),
        (Told("name", "", "x" * 501), "change_too_long"),
    ],
)
def test_what_cannot_be_a_change_is_refused(told: Told, code: str) -> None:
    with pytest.raises(ChangeRefused) as refused:
        changes.checked([told], country="ES")
    assert refused.value.code == code


def test_a_change_needs_the_right_that_corrects(company: Company) -> None:
    customer = a_customer(company)
    with pytest.raises(RequestRefused) as refused:
        a_request(DAY, "access", subject_key=customer.key, changes=[wrong_email(customer)])
    assert refused.value.code == "change_without_right"
