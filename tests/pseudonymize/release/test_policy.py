"""Field policies are checked when they are read."""

import copy
from typing import Any

import pytest

from pseudonymize.release.policy import PolicyRejected, parse, policies

PLAIN: dict[str, Any] = {
    "name": "plain",
    "version": 1,
    "purpose": "marketing.offers",
    "scope": "insurer/marketing.offers",
    "subject": {"field": "id", "type": "external_id"},
    "fields": {
        "id": {"action": "pseudonym", "of": "subject", "category": "user.unique_id"},
        "age": {
            "action": "generalise",
            "to": "age_band",
            "edges": [18, 65],
            "category": "user.demographic.age_range",
        },
        "mail": {"action": "drop"},
    },
}


def changed(path: str, value: Any) -> dict[str, Any]:
    text = copy.deepcopy(PLAIN)
    *steps, last = path.split("/")
    place = text
    for step in steps:
        place = place.setdefault(step, {})
    place[last] = value
    return text


def test_every_shipped_policy_can_be_used() -> None:
    assert {"recommender", "analytics"} <= policies().keys()
    assert all(policy.purpose in policy.scope for policy in policies().values())


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("name", None, "name must be str"),
        ("version", "1", "version must be int"),
        ("scope", "insurer", "recipient/purpose"),
        ("subject", {}, "subject.field"),
        ("fields/id/action", "publish", "unknown 'publish'"),
        ("fields/id/of", "nobody", "unknown 'pseudonym nobody'"),
        ("fields/age/to", "nothing", "unknown 'generalise nothing'"),
        ("fields/age/edges", [65, 18], "fields.age.edges"),
        ("fields/age/edges", ["18"], "fields.age.edges"),
        ("fields/age/edges", [], "fields.age.edges"),
        ("fields/age/step", 1, "takes edges"),
        ("fields/age/category", None, "fields.age.category"),
        ("fields/age/as", "id", "released under one name"),
        ("release/minimum_group", 0, "release.minimum_group"),
        ("release/diversity", "many", "release.diversity"),
        ("release/sensitive", ["mail"], "names mail"),
        (
            "fields/zip",
            {"action": "generalise", "to": "postcode_prefix", "keep": 0, "category": "u"},
            "fields.zip.keep",
        ),
        (
            "fields/net",
            {"action": "generalise", "to": "ip", "ipv4": 25, "ipv6": 48, "category": "u"},
            "fields.net.ipv4",
        ),
    ],
)
def test_a_policy_that_cannot_be_meant_is_rejected(path: str, value: Any, complaint: str) -> None:
    with pytest.raises(PolicyRejected, match=complaint.replace(".", r"\.")):
        parse(changed(path, value))


def test_a_policy_narrows_to_the_categories_that_are_permitted() -> None:
    policy = parse(PLAIN)
    narrow = policy.covering({"user.demographic"})
    assert [rule.name for rule in narrow.rules] == ["age"]
    assert policy.covering({"user.demo"}).rules == ()
    assert policy.covering(set()).rules == ()
