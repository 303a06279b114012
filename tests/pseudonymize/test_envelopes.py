"""Keys for what strangers write: opened while needed, destroyed afterwards."""

import pytest

from pseudonymize import envelopes
from pseudonymize.sealing import SealBroken
from tests.builders import AT

pytestmark = pytest.mark.django_db


def test_an_envelope_opens_what_was_sealed_in_it() -> None:
    envelope = envelopes.make(at=AT)
    sealed = envelopes.seal(envelope, b"Calle Mayor 1", label="address")
    assert b"Calle" not in sealed
    assert envelopes.unseal(envelope, sealed, label="address") == b"Calle Mayor 1"


def test_another_envelope_or_label_opens_nothing() -> None:
    envelope, other = envelopes.make(at=AT), envelopes.make(at=AT)
    sealed = envelopes.seal(envelope, b"Calle Mayor 1", label="address")
    with pytest.raises(SealBroken):
        envelopes.unseal(other, sealed, label="address")
    with pytest.raises(SealBroken):
        envelopes.unseal(envelope, sealed, label="name")


def test_a_destroyed_envelope_never_opens_again() -> None:
    envelope = envelopes.make(at=AT)
    sealed = envelopes.seal(envelope, b"Calle Mayor 1", label="address")
    assert envelopes.destroy(envelope)
    assert not envelopes.destroy(envelope)
    with pytest.raises(envelopes.EnvelopeDestroyed):
        envelopes.unseal(envelope, sealed, label="address")
