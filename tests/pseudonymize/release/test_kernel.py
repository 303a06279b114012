"""A policy applied to one profile and to many is the same policy."""

import json
from datetime import date
from typing import Any

import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pseudonymize.release import ndjson
from pseudonymize.release.kernel import Release, apply, flat, transform
from pseudonymize.release.policy import policies
from pseudonymize.sealing import Key

SECRET = Key(bytes(range(32)))
RELEASE = Release(policies()["recommender"], Key(bytes(32)), "2026-01+12", date(2026, 11, 21))
PROFILE: dict[str, Any] = {
    "customer_id": "C-1042",
    "household_id": "H-7",
    "birth_date": "1990-05-20",
    "postcode": "28013",
    "location": {"lat": 40.4168, "lon": -3.7038},
    "last_purchase_on": "2026-10-02",
    "spent_last_year": 240,
    "language": "es",
    "favourite_categories": ["garden", "books"],
    "last_search": "gift for Inés Soto",
    "order_reference": "O-99",
    "email": "ines.soto@correo.example",
    "phone": "+34612345678",
    "notes": {"free": "calls every day"},
}


def test_only_what_the_policy_names_leaves_and_as_it_says() -> None:
    released = apply(RELEASE, PROFILE, SECRET)
    assert released.pop("person").startswith("ps1.")
    assert released.pop("household").startswith("fp1.")
    assert released.pop("order_reference").startswith("tk1.")
    assert released == {
        "age_band": "35-44",
        "area": "28",
        "lat": 40.4,
        "lon": -3.8,
        "last_purchase": "2026-10",
        "spending": "[200,500)",
        "language": "es",
        "favourite_categories": ["garden", "books"],
        "last_search": "[redacted]",
    }


def test_nothing_that_identifies_is_found_in_what_leaves() -> None:
    told = json.dumps(apply(RELEASE, PROFILE, SECRET))
    for identity in ("C-1042", "H-7", "1990-05-20", "28013", "ines", "Soto", "612345678", "O-99"):
        assert identity not in told


def test_fields_outside_the_permitted_categories_stay() -> None:
    permitted = {"user.behavior", "user.demographic.language"}
    released = apply(RELEASE, PROFILE, SECRET, permitted=permitted)
    assert released.keys() == {
        "last_purchase",
        "spending",
        "language",
        "favourite_categories",
        "last_search",
        "order_reference",
    }
    assert apply(RELEASE, PROFILE, SECRET, permitted=()) == {}


def test_a_field_that_is_not_there_is_not_made_up() -> None:
    assert apply(RELEASE, {"language": "es"}, SECRET).keys() == {"person", "language"}


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.lists(st.one_of(st.integers(), st.text(max_size=5)), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*PROFILE, "other"]), values))
@example(dict.fromkeys(PROFILE, 2**53 + 1))  # more than a float tells apart
@example(dict.fromkeys(PROFILE, -(2**63)))
def test_whatever_is_handed_in_only_released_names_come_out(profile: dict[str, Any]) -> None:
    released = apply(RELEASE, profile, SECRET)
    assert released.keys() <= {rule.released_as for rule in RELEASE.policy.rules}
    assert "email" not in released


def test_many_profiles_at_once_are_released_as_each_alone() -> None:
    many = [PROFILE | {"customer_id": f"C-{n}", "birth_date": f"19{n:02}-05-20"} for n in range(99)]
    secrets = [Key(n.to_bytes(32, "big")) for n in range(99)]
    fields = [flat(profile) for profile in many]
    batch = ndjson.columns(fields, RELEASE.policy)
    together = transform(RELEASE, batch, secrets).to_pylist()
    alone = [apply(RELEASE, one, secret) for one, secret in zip(many, secrets, strict=True)]
    assert together == alone


def test_nested_columns_are_the_same_as_flat_ones() -> None:
    nested = pa.RecordBatch.from_pylist([PROFILE])
    assert transform(RELEASE, nested, [SECRET]).to_pylist() == [apply(RELEASE, PROFILE, SECRET)]
