"""Bundles are refused with file and line, merge by inheritance, and are never edited."""

from datetime import timedelta
from pathlib import Path

import pytest

from audit.models import AuditEntry
from policies import bundle, comparison, publishing, queries
from policies.bundle import BundleRejected
from tests.builders import AT

SMALL = """name = "2026-12-small"
effective_from = 2026-11-02T00:00:00Z
extends = "2026-11-baseline"
"""


@pytest.mark.parametrize(
    ("text", "line", "about"),
    [
        ('name = "x"\neffective_from = 2026-01-01T00:00:00Z\nquite_hours = 1\n', 3, "quite_hours"),
        ('name = "x"\neffective_from = "soon"\n', 2, "datetime"),
        ('name = "x"\n\n[actions\n', 3, "line 3"),
        (SMALL + '[places]\nmoon = "too_far"\n', 5, "too_far"),
        (SMALL + "[obligations.dance]\n", 4, "dance"),
        (
            SMALL
            + '[[rules]]\nid = "r"\nwhen = "true"\neffect = "deny"\ncode = "nope"\nsource = ""',
            8,
            "unknown code",
        ),
        (
            SMALL + '[[rules]]\nid = "wide"\nwhen = "true"\neffect = "permit"\ncode = "consent"\n'
            'source = ""',
            5,
            "only add caution",
        ),
    ],
)
def test_a_bad_bundle_is_refused_with_file_and_line(text: str, line: int, about: str) -> None:
    with pytest.raises(BundleRejected, match=about) as refused:
        bundle.parse(text, name="own.toml")
    assert (refused.value.name, refused.value.line) == ("own.toml", line)


def test_a_cycle_is_refused() -> None:
    documents = {
        name: bundle.parse(
            SMALL.replace("2026-12-small", name).replace("2026-11-baseline", other), name=name
        )
        for name, other in (("one", "two"), ("two", "one"))
    }
    with pytest.raises(BundleRejected, match="cycle"):
        bundle.merged(documents["one"], documents.get)


def test_an_ancestor_must_be_published() -> None:
    document = bundle.parse(SMALL, name="own.toml")
    with pytest.raises(BundleRejected, match="Publish that first"):
        bundle.merged(document, lambda name: None)


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("sale &&", "Syntax error"),
        ('hour == "ten"', "no matching overload"),
        ("weather", "undeclared reference"),
        ("hour", "true or false"),
        ("(" * 13 + "sale" + ")" * 13, "nested deeper"),
    ],
)
@pytest.mark.django_db
def test_an_ill_typed_own_rule_is_refused(tmp_path: Path, condition: str, why: str) -> None:
    rule = f"[[rules]]\nid = \"mine\"\nwhen = '''{condition}'''\neffect = \"deny\"\n"
    path = tmp_path / "own.toml"
    path.write_text(SMALL + rule + 'code = "own.mine"\nsource = "board"\n')
    with pytest.raises(BundleRejected, match=why) as refused:
        publishing.publish(path, actor="t", at=AT)
    assert refused.value.line == 5


@pytest.mark.django_db
def test_a_published_bundle_rules_from_its_day_until_it_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(SMALL)
    publishing.publish(path, actor="t", at=AT)
    day_before = AT.replace(day=1)
    assert queries.active_name(at=day_before) == "2026-11-baseline"
    assert queries.active_name(at=AT) == "2026-12-small"
    later = AT + timedelta(hours=1)
    assert publishing.withdraw("2026-12-small", actor="t", at=later) == "2026-11-baseline"
    told = AuditEntry.objects.filter(action__startswith="policy.").values_list("action", flat=True)
    assert list(told.order_by("-pk")[:2]) == ["policy.withdrawn", "policy.published"]


@pytest.mark.django_db
def test_a_published_bundle_is_never_edited(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(SMALL)
    publishing.publish(path, actor="t", at=AT)
    publishing.publish(path, actor="t", at=AT)
    path.write_text(SMALL + "answer_ttl_seconds = 60\n")
    with pytest.raises(publishing.AlreadyPublished, match="new name"):
        publishing.publish(path, actor="t", at=AT)


def test_a_comparison_shows_what_comes_and_what_goes() -> None:
    before = bundle.parse(SMALL + "answer_ttl_seconds = 300\n", name="a").bundle
    after = bundle.parse(SMALL + "answer_ttl_seconds = 60\n", name="b").bundle
    assert list(comparison.changes(before, after)) == [
        "- answer_ttl_seconds = 300",
        "+ answer_ttl_seconds = 60",
    ]
