"""Field pseudonyms, tokens and noise."""

import base64
import hmac
import json
import statistics
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudonymize import tokens
from pseudonymize.release import keyed
from pseudonymize.sealing import Key, SealBroken, new_key

KEY = Key(bytes(range(32)))


@given(values=st.lists(st.one_of(st.none(), st.text(max_size=40)), max_size=30))
def test_field_pseudonyms_are_plain_hmac_sha256_however_fast_they_are_made(
    values: list[str | None],
) -> None:
    made = keyed.field_pseudonyms(pa.array(values, pa.string()), KEY).to_pylist()
    for value, pseudonym in zip(values, made, strict=True):
        if value is None:
            assert pseudonym is None
        else:
            digest = hmac.digest(KEY.value, value.encode(), "sha256")[:18]
            assert pseudonym == "fp1." + base64.urlsafe_b64encode(digest).decode()


def test_field_pseudonyms_of_two_keys_share_nothing() -> None:
    column = pa.array([f"H-{n}" for n in range(1000)])
    one = set(keyed.field_pseudonyms(column, KEY).to_pylist())
    other = set(keyed.field_pseudonyms(column, new_key()).to_pylist())
    assert (len(one), one & other) == (1000, set())


def test_a_nested_value_has_no_pseudonym() -> None:
    assert keyed.field_pseudonyms(pa.array([["a"], None]), KEY).to_pylist() == [None, None]


def test_subject_pseudonyms_are_those_of_the_single_call() -> None:
    secrets = [new_key() for _ in range(50)]
    made = keyed.subject_pseudonyms(secrets, scope="a/b", epoch="e").to_pylist()
    assert made == [tokens.pseudonym(one, scope="a/b", epoch="e") for one in secrets]
    assert keyed.subject_pseudonyms([], scope="a/b", epoch="e").to_pylist() == []


@given(value=st.text(max_size=60))
def test_a_token_leads_back_only_with_its_subjects_secret_and_place(value: str) -> None:
    (token,) = keyed.value_tokens(pa.array([value]), [KEY], place="a/b e f").to_pylist()
    assert keyed.token_value(token, KEY, place="a/b e f") == value
    for key, place in [(Key(bytes(32)), "a/b e f"), (KEY, "a/b e2 f")]:
        with pytest.raises(SealBroken):
            keyed.token_value(token, key, place=place)


@pytest.mark.parametrize("token", ["", "tk1.", "tk1.AAAA", "tk1.é", "tk1." + "A" * 40])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(SealBroken):
        keyed.token_value(token, KEY, place="p")


def test_noise_is_laplace_of_its_scale_and_the_same_when_asked_again() -> None:
    secrets = [Key(n.to_bytes(32, "big")) for n in range(4000)]
    column = pa.array([100.0] * 4000)
    noisy = keyed.noisy(column, secrets, scale=5, place="p").to_pylist()
    assert noisy == keyed.noisy(column, secrets, scale=5, place="p").to_pylist()
    assert abs(statistics.mean(noisy) - 100) < 0.6
    assert 4.6 < statistics.mean(abs(value - 100) for value in noisy) < 5.4


def test_noise_keeps_integers_whole_and_refuses_text() -> None:
    whole = keyed.noisy(pa.array([100, None]), [KEY, KEY], scale=5, place="p")
    assert pa.types.is_integer(whole.type)
    assert whole.to_pylist()[1] is None
    assert keyed.noisy(pa.array(["100"]), [KEY], scale=5, place="p").to_pylist() == [None]


def test_released_values_are_those_of_the_first_day() -> None:
    vectors = json.loads(Path("tests/vectors/release.json").read_text(encoding="utf-8"))
    for v in vectors["field_pseudonym"]:
        column = pa.array([v["value"]])
        made = keyed.field_pseudonyms(column, Key(bytes.fromhex(v["key"])))
        assert made.to_pylist() == [v["pseudonym"]]
    for v in vectors["token"]:
        secret = Key(bytes.fromhex(v["secret"]))
        made = keyed.value_tokens(pa.array([v["value"]]), [secret], place=v["place"])
        assert made.to_pylist() == [v["token"]]
    for v in vectors["noise"]:
        secret = Key(bytes.fromhex(v["secret"]))
        made = keyed.noisy(pa.array([v["value"]]), [secret], scale=v["scale"], place=v["place"])
        assert made.to_pylist() == [pytest.approx(v["noisy"])]
