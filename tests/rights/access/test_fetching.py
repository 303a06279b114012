"""A package leaves by a second proof and a link that opens once, for its owner alone."""

import io
from datetime import timedelta

import pytest
import pyzipper
from django.core import mail

from pseudonymize.envelopes import EnvelopeDestroyed
from pseudonymize.queries import contact
from pseudonymize.sealing import SealBroken
from rights.access import destruction, fetching, making, proving
from rights.access.fetching import LinkOver
from rights.access.proving import NotReady
from rights.access.sealing import content
from rights.models import Package, PackagePart, Pickup, PickupCode, RequestEvent
from rights.operations import forget
from tests.builders import a_subject
from tests.rights.access.packages import DAY, made
from tests.rights.requests import at, by

pytestmark = pytest.mark.django_db
NOW = at(DAY, 11)


def code_for(package: Package) -> str:
    """Ask for a code and read it in the mail to the address on file."""
    assert proving.ask(package, at=NOW)
    mail.outbox.clear()
    proving.send_codes(at=NOW)
    [sent] = mail.outbox
    return str(sent.subject).rpartition(" ")[2]


def test_a_code_to_the_address_on_file_opens_one_download() -> None:
    package = made(a_subject().subject_key)
    assert proving.redeem(package, code_for(package), at=NOW)
    token = fetching.link(package, at=NOW)
    taken = fetching.take(token, package.right.request, by(DAY))
    assert b"".join(fetching.plain(taken)).startswith(b"PK")
    assert RequestEvent.objects.filter(kind="package.fetched").count() == 1


def test_a_link_opens_once() -> None:
    package = made(a_subject().subject_key)
    token = fetching.link(package, at=NOW)
    fetching.take(token, package.right.request, by(DAY))
    with pytest.raises(LinkOver):
        fetching.take(token, package.right.request, by(DAY))


def test_a_link_that_is_too_old_opens_nothing() -> None:
    package = made(a_subject().subject_key)
    token = fetching.link(package, at=NOW)
    with pytest.raises(LinkOver):
        fetching.opened(token, package.right.request, at=NOW + timedelta(minutes=30))


def test_a_link_opens_nothing_from_another_request() -> None:
    package, other = made(a_subject().subject_key), made(a_subject().subject_key)
    token = fetching.link(package, at=NOW)
    with pytest.raises(LinkOver):
        fetching.opened(token, other.right.request, at=NOW)


def test_a_made_up_link_opens_nothing() -> None:
    package = made(a_subject().subject_key)
    token = fetching.link(package, at=NOW)
    with pytest.raises(LinkOver):
        fetching.opened(
            token[:-1] + ("a" if token[-1] != "a" else "b"), package.right.request, at=NOW
        )


def test_a_wrong_code_opens_nothing_and_five_are_enough() -> None:
    package = made(a_subject().subject_key)
    code = code_for(package)
    wrong = "000000" if code != "000000" else "000001"
    assert [proving.redeem(package, wrong, at=NOW) for _ in range(5)] == [False] * 5
    assert not proving.redeem(package, code, at=NOW)


def test_a_code_is_used_once_and_not_after_a_quarter_of_an_hour() -> None:
    package = made(a_subject().subject_key)
    code = code_for(package)
    assert not proving.redeem(package, code, at=NOW + timedelta(minutes=16))
    assert proving.redeem(package, code, at=NOW)
    assert not proving.redeem(package, code, at=NOW)


def test_a_mailbox_is_not_flooded_with_codes() -> None:
    package = made(a_subject().subject_key)
    assert [proving.ask(package, at=NOW) for _ in range(6)] == [True] * 5 + [False]


def test_the_code_goes_to_the_address_on_file_and_to_no_other() -> None:
    person = a_subject()
    package = made(person.subject_key)
    code_for(package)
    assert mail.outbox[0].to == [contact(person.subject_key, "email")]


def test_an_officer_tells_a_code_to_who_has_no_address() -> None:
    package = made(a_subject().subject_key)
    code = proving.tell(package, by(DAY, "DNI visto en la tienda"))
    assert proving.redeem(package, code, at=at(DAY))
    assert RequestEvent.objects.filter(kind="package.code_told").count() == 1


def test_with_a_passphrase_the_archive_is_encrypted() -> None:
    package = made(a_subject().subject_key)
    passphrase = fetching.new_passphrase()
    outer = b"".join(fetching.locked(package, passphrase, name="copy.zip"))
    with pyzipper.AESZipFile(io.BytesIO(outer)) as archive:
        with pytest.raises(RuntimeError):
            archive.read("copy.zip")
        archive.setpassword(passphrase.encode())
        assert archive.read("copy.zip") == b"".join(fetching.plain(package))
    assert not PickupCode.objects.filter(code=passphrase.encode()).exists()


def test_a_short_passphrase_is_refused() -> None:
    package = made(a_subject().subject_key)
    with pytest.raises(ValueError, match="16 characters"):
        fetching.locked(package, "short", name="copy.zip")


def test_a_changed_part_is_not_handed_out() -> None:
    package = made(a_subject().subject_key)
    part = PackagePart.objects.filter(package=package).first()
    assert part
    part.sealed = bytes(part.sealed)[:-1] + bytes([bytes(part.sealed)[-1] ^ 1])
    part.save()
    with pytest.raises(SealBroken):
        b"".join(fetching.plain(package))


def test_after_its_term_nothing_is_left() -> None:
    package = made(a_subject().subject_key)
    token = fetching.link(package, at=NOW)
    assert package.fetch_until
    assert destruction.destroy_due(at=package.fetch_until) == 1
    assert destruction.destroy_due(at=package.fetch_until) == 0
    package.refresh_from_db()
    assert (package.state, package.key) == ("destroyed", None)
    assert not PackagePart.objects.exists()
    assert not Pickup.objects.exists()
    with pytest.raises(LinkOver):
        fetching.take(token, package.right.request, by(DAY))
    with pytest.raises(NotReady):
        proving.ask(package, at=NOW)


def test_forgetting_the_request_destroys_the_package() -> None:
    package = made(a_subject().subject_key)
    forget(package.right.request, by(DAY))
    package.refresh_from_db()
    assert package.state == "destroyed"
    assert not PackagePart.objects.exists()
    with pytest.raises(NotReady):
        fetching.plain(package)
    with pytest.raises(EnvelopeDestroyed):
        b"".join(content(package))
    assert making.make_due(at=NOW) == 0
