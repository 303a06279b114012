"""k-anonymity and l-diversity, measured as an independent library measures them."""

import dataclasses
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycanon import anonymity

from pseudonymize.release.policy import policies
from pseudonymize.release.risk import ReleaseTooFine, measure, refuse_too_fine

ANALYTICS = policies()["analytics"]
rows = st.lists(
    st.fixed_dictionaries(
        {
            "age_band": st.sampled_from(["18-34", "35-54", "55+"]),
            "country": st.sampled_from(["ES", "BR", "MX"]),
            "plan": st.sampled_from(["prepaid", "contract", "none"]),
        }
    ),
    min_size=1,
    max_size=60,
)


@settings(deadline=None)
@given(rows=rows)
def test_k_and_l_are_those_of_pycanon(rows: list[dict[str, str]]) -> None:
    frame, quasi = pd.DataFrame(rows), ["age_band", "country"]
    found = measure(pa.Table.from_pylist(rows), quasi=quasi, sensitive=["plan"])
    assert found.smallest_group == anonymity.k_anonymity(frame, quasi)
    assert found.diversity == {"plan": anonymity.l_diversity(frame, quasi, ["plan"])}
    assert found.people == len(rows)


def a_table(sizes: dict[tuple[str, str], int]) -> Any:
    return pa.Table.from_pylist(
        [
            {"age_band": band, "country": country, "plan": f"p{n % 2}", "person": n}
            for (band, country), size in sizes.items()
            for n in range(size)
        ]
    )


def test_a_release_below_the_policys_k_is_refused_with_what_to_do() -> None:
    table = a_table({("18-34", "ES"): 40, ("55+", "BR"): 9})
    with pytest.raises(ReleaseTooFine, match="Generalise further") as refused:
        refuse_too_fine(ANALYTICS, table)
    assert (refused.value.risk.smallest_group, refused.value.risk.too_few) == (9, 9)
    assert refuse_too_fine(ANALYTICS, a_table({("18-34", "ES"): 40, ("55+", "BR"): 10})).groups == 2


def test_a_group_whose_secret_is_the_same_for_all_is_refused() -> None:
    table = a_table({("18-34", "ES"): 40})
    uniform = table.set_column(2, "plan", pa.array(["prepaid"] * 40))
    with pytest.raises(ReleaseTooFine):
        refuse_too_fine(ANALYTICS, uniform)


def test_one_person_in_many_rows_is_no_crowd() -> None:
    one = pa.Table.from_pylist([{"country": "ES", "person": 1}] * 50)
    assert measure(one, quasi=["country"]).smallest_group == 50
    assert measure(one, quasi=["country"], person="person").smallest_group == 1


def test_nulls_are_a_value_and_an_empty_table_hides_nobody() -> None:
    table = pa.table({"country": ["ES", "ES", None]})
    assert measure(table, quasi=["country"]).smallest_group == 1
    empty = a_table({("55+", "BR"): 1}).slice(0, 0)
    with pytest.raises(ReleaseTooFine):
        refuse_too_fine(ANALYTICS, empty)


def test_without_quasi_identifiers_the_table_is_one_group() -> None:
    policy = dataclasses.replace(ANALYTICS, quasi=(), sensitive=())
    assert refuse_too_fine(policy, a_table({("18-34", "ES"): 12})).smallest_group == 12
