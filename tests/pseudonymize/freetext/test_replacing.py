"""What stands in the place of a span: masks, labels, and pseudonyms that hold within a scope."""

import re

import pytest

from pseudonymize.freetext.engine import redact
from pseudonymize.freetext.record import Record
from pseudonymize.freetext.replacing import KeyNeeded, Secret, pseudonym
from pseudonymize.freetext.spans import Hit, settle

KEY = bytes(range(32))
TEXT = "Soy Ana Ruiz Vidal. Ana pide la factura; escriba a la Sra. Ruiz o a Pedro Gil."


def pseudonymised(text: str, scope: str = "shop", record: Record | None = None) -> str:
    secret = Secret(KEY, scope)
    return redact(text, language="es", mode="pseudonym", secret=secret, record=record).text


def test_a_mask_shows_neither_length_nor_type() -> None:
    masked = redact("Soy Ana Ruiz Vidal, 12345678Z.", language="es", mode="mask").text
    assert masked == "Soy *****, *****."


def test_a_label_names_the_type() -> None:
    labelled = redact("Soy Ana Ruiz, 12345678Z.", language="es", mode="label").text
    assert labelled == "Soy [PERSON], [ES_NIF]."


def test_one_person_keeps_one_pseudonym_in_a_text() -> None:
    people = re.findall(r"\[PERSON_[0-9a-f]{8}\]", pseudonymised(TEXT))
    assert len(people) == 4
    assert len(set(people[:3])) == 1
    assert people[3] != people[0]


def test_a_pseudonym_holds_within_its_scope_only() -> None:
    assert pseudonymised("soy Ana Ruiz") == pseudonymised("soy ana ruiz")
    assert pseudonymised("soy Ana Ruiz", "shop") != pseudonymised("soy Ana Ruiz", "bank")


def test_another_key_gives_other_pseudonyms() -> None:
    one = redact("soy Ana Ruiz", language="es", mode="pseudonym", secret=Secret(KEY))
    two = redact("soy Ana Ruiz", language="es", mode="pseudonym", secret=Secret(KEY[::-1]))
    assert one.text != two.text


def test_the_record_joins_mentions_across_texts() -> None:
    record = Record(first="Ana", last="Ruiz Vidal")
    full, short = (pseudonymised(t, record=record) for t in ("soy Ana Ruiz Vidal", "soy Ana"))
    assert full == short


def test_a_first_name_that_fits_two_people_stays_its_own() -> None:
    text = "soy Ana Ruiz; mi hermana Ana Gil no; llame a Ana"
    people = re.findall(r"\[PERSON_[0-9a-f]{8}\]", pseudonymised(text))
    assert len(set(people)) == 3


def test_separators_of_a_number_do_not_change_its_pseudonym() -> None:
    assert pseudonymised("12.345.678-Z") == pseudonymised("12345678Z")


def test_the_pseudonym_of_a_value_is_fixed_for_ever() -> None:
    assert pseudonym(Secret(KEY, "shop"), "PERSON", "ana ruiz") == "13979963"


def test_pseudonyms_without_a_key_are_refused() -> None:
    with pytest.raises(KeyNeeded, match="mask or label"):
        redact("soy Ana Ruiz", language="es", mode="pseudonym")


def test_a_secret_does_not_show_its_key() -> None:
    assert "x00" not in repr(Secret(KEY))


def test_of_two_equal_finds_the_same_one_wins_whatever_their_order() -> None:
    person = Hit(0, 4, "PERSON", 0.5, "listed", "name")
    place = Hit(0, 4, "LOCATION", 0.5, "listed", "place")
    assert settle([person, place], "Goya") == settle([place, person], "Goya")
