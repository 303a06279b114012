"""Every decision case is answered as it says, and no rule can be taken away unnoticed."""

from dataclasses import replace
from pathlib import Path

import pytest

from consent import catalogue
from policies import cases, codes, engine, publishing
from policies.cases import Case, CaseExpect, CasePerson, CaseRequest
from policies.policy import Policy
from tests.builders import Api

CASES = cases.load(Path(__file__).parent / "cases")
# No purpose of the demo rests on the first; the second is shown below with a purpose of its own.
ELSEWHERE = {"legal_obligation", "no_legal_basis"}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return publishing.read_alone(publishing.BASELINE, catalogue.load())


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_case_is_answered_as_it_says(case: Case, policy: Policy) -> None:
    assert cases.differences(case, policy) == []


def test_there_are_cases_enough_to_read_the_rules_by() -> None:
    assert len(CASES) >= 120
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("rule", engine.VETOES, ids=lambda rule: rule.__name__)
def test_a_rule_that_is_taken_away_is_missed(rule: object, policy: Policy) -> None:
    others = tuple(veto for veto in engine.VETOES if veto is not rule)
    assert any(cases.differences(case, policy, vetoes=others) for case in CASES)


def test_a_purpose_that_names_no_basis_under_a_law_has_none_there(policy: Policy) -> None:
    offers = policy.purposes["marketing.offers"]
    abroad = {law: basis for law, basis in offers.bases.items() if law != "BR-LGPD"}
    narrowed = {**policy.purposes, offers.key: replace(offers, bases=abroad)}
    case = Case(
        name="offers in Brazil, for which the notice names no basis",
        person=CasePerson(country="BR", acts=("granted marketing.offers",)),
        request=CaseRequest(action="show_offer", purpose=offers.key, channel="web"),
        expect=CaseExpect(effect="deny", codes=("no_legal_basis",)),
    )
    assert cases.differences(case, replace(policy, purposes=narrowed)) == []


@pytest.mark.parametrize("code", sorted(set(codes.EFFECT_OF) - ELSEWHERE))
def test_every_reason_code_is_told_by_some_case(code: str) -> None:
    assert any(code in case.expect.codes for case in CASES)


CASE = """
[[case]]
name = "nobody asked this person in Spain"
person = { country = "ES" }
request = { action = "recommend", purpose = "personalisation.recommendations" }
expect = { effect = "deny", codes = ["no_consent"] }
"""


@pytest.mark.django_db
def test_cases_run_in_the_server_against_the_policy_in_force() -> None:
    api = Api("admin")
    told = api.stream("/api/v1/policies:test", CASE.encode()).json()
    assert (told["passed"], told["failed"]) == (1, 0)
    other = CASE.replace('"deny"', '"permit"')
    told = api.stream("/api/v1/policies:test", other.encode()).json()
    assert told["failed"] == 1


@pytest.mark.django_db
def test_a_case_that_cannot_be_read_is_refused_with_its_line() -> None:
    broken = CASE.replace("person =", "persona =")
    answer = Api("admin").stream("/api/v1/policies:test", broken.encode())
    assert (answer.status_code, answer.json()["code"]) == (422, "bundle_rejected")
