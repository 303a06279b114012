"""The demo company's purposes carry exactly the terms that the public contract gives them."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from fideslang.default_taxonomy import DEFAULT_TAXONOMY

CATALOGUE = Path(__file__).resolve().parents[2] / "consent" / "catalogue"


def terms(text: str) -> set[str]:
    return set(text.split())


LAWS = ("EU-GDPR", "BR-LGPD", "MX-LFPDPPP", "CO-1581", "AR-25326", "CL-21719")
BASES = {
    "C": "consent",
    "X": "explicit_consent",
    "T": "tacit_consent",
    "K": "contract",
    "L": "legitimate_interest",
}
CHANNELS = terms("web app push email sms whatsapp phone chat social device in_store postal")
THEMES = terms(
    "service personalisation marketing prices_and_finance conversation sensitive sharing analysis"
)

# Purpose, bases in Spain, Brazil, Mexico, Colombia, Argentina, Chile, and origins; then the data
# below `user`; then the actions.
TABLE = """
service.delivery | KKKKKK | provided observed
    contact name payment behavior.purchase_history account
    send_message release_profile converse collect
service.requested | KKKKKK | provided
    content behavior.search_history location.precise
    recommend render_content converse
service.proactive | LLKKKL | provided observed derived
    contact telemetry account
    send_message predict
service.feedback | LLTCCL | provided observed
    contact behavior.purchase_history
    send_message
service.collections | KKKKKK | provided observed
    account payment contact
    send_message predict converse
security.fraud | LLKKKL | provided observed derived
    device payment behavior
    predict measure
personalisation.basic | CCTCCC | provided observed
    behavior.browsing_history demographic.language
    render_content recommend
personalisation.recommendations | CCTCCC | provided observed derived
    behavior privacy_preferences
    recommend render_content assign_experiment
marketing.offers | CCTCCC | provided observed
    behavior.purchase_history contact account
    show_offer
marketing.messages | CCTCCC | provided observed
    contact name.first behavior.purchase_history behavior.browsing_history demographic.date_of_birth
    send_message
loyalty.programme | KKKKKK | provided observed
    contact.email behavior.purchase_history
    render_content send_message
pricing.personalised | CCCCCC | provided observed
    behavior.purchase_history location.imprecise
    set_price
finance.offers | CCXCCC | provided observed
    financial account
    show_offer set_price predict
prediction.behaviour | CCCCCC | provided observed derived
    behavior account
    predict retain
conversation.analysis | XXXXXX | observed
    content.private biometric.voice
    analyse_conversation
assistant.memory | CCCCCC | provided
    content.private
    converse
advice.health | XXXXXX | provided
    health_and_medical
    recommend
context.location | CCCCCC | observed
    location
    trigger_by_location
sharing.partners | CCCCCC | provided
    contact.email demographic.age_range
    share
content.generated | CCCCCC | provided observed
    behavior.purchase_history demographic.language
    generate_content
experience.immersive | XXXXXX | observed
    biometric sensor content.self_image
    render_content
model.training | CCCCCC | provided observed
    behavior
    train_model
analytics.attribution | CCTCCC | observed
    behavior device
    measure
analytics.aggregated | LLTCCL | provided observed derived
    behavior
    predict measure
"""


def rows(table: str) -> dict[str, tuple[str, str, str, str]]:
    """Return bases, data, origins and actions per purpose; each purpose takes three lines."""
    lines = iter(table.strip().splitlines())
    parsed = {}
    for heading, data, actions in zip(lines, lines, lines, strict=True):
        key, bases, origins = heading.split(" | ")
        parsed[key] = (bases, data, origins, actions)
    return parsed


ROWS = rows(TABLE)
ALL = set(ROWS)
SERVICE = {key for key in ALL if key.startswith("service.")}
FLAGS = {
    "profiling": terms(
        "personalisation.recommendations marketing.offers pricing.personalised finance.offers"
        " prediction.behaviour"
    ),
    "advertising": terms("marketing.offers marketing.messages"),
    "high_risk": terms("finance.offers conversation.analysis advice.health experience.immersive"),
    "sells": ALL - SERVICE - {"loyalty.programme", "security.fraud"},
    "pausable": ALL - SERVICE - {"security.fraud"},
    "contact_limits": ALL - {"service.delivery", "service.proactive"},
    "requires_channels": {"marketing.messages"},
    "aggregated_only": {"analytics.aggregated"},
    "lists_models_on_erasure": {"model.training"},
}
PLAIN_KEYS = terms(
    "key version theme controller data_use dpv data_categories origins actions channels recipients"
    " validity_months data_window_days retention_months reuse_from bases notices"
)
NEVER_REUSED = terms(
    "security.fraud service.collections conversation.analysis advice.health experience.immersive"
    " assistant.memory context.location"
)


def read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


PURPOSES = {path.stem: read(path) for path in sorted(CATALOGUE.glob("*.toml"))}
each_purpose = pytest.mark.parametrize("key", sorted(ROWS))


def test_the_catalogue_holds_exactly_the_purposes_of_the_contract() -> None:
    assert set(PURPOSES) == ALL
    assert all(purpose["key"] == key for key, purpose in PURPOSES.items())


@each_purpose
def test_a_purpose_has_every_key_and_no_other(key: str) -> None:
    assert set(PURPOSES[key]) == PLAIN_KEYS | set(FLAGS)
    assert PURPOSES[key]["theme"] in THEMES
    assert PURPOSES[key]["controller"] in {"Alameda Tienda", "Alameda Móvil", "Alameda Seguros"}


@each_purpose
def test_a_purpose_has_the_bases_data_origins_and_actions_of_the_table(key: str) -> None:
    purpose, (bases, data, origins, actions) = PURPOSES[key], ROWS[key]
    assert purpose["bases"] == dict(zip(LAWS, (BASES[letter] for letter in bases), strict=True))
    assert purpose["data_categories"] == [f"user.{name}" for name in data.split()]
    assert purpose["origins"] == origins.split()
    assert purpose["actions"] == actions.split()
    assert set(purpose["channels"]) == CHANNELS


@each_purpose
def test_a_purpose_has_the_flags_of_the_table(key: str) -> None:
    assert {flag: PURPOSES[key][flag] for flag in FLAGS} == {
        flag: key in keys for flag, keys in FLAGS.items()
    }


def test_only_sharing_names_recipients() -> None:
    named = {key: purpose["recipients"] for key, purpose in PURPOSES.items()}
    partners = named.pop("sharing.partners")
    assert partners == ["alameda-seguros", "northwind-ads", "data-bazaar"]
    assert not any(named.values())


@each_purpose
def test_a_purpose_uses_words_of_fideslang_and_dpv(key: str) -> None:
    categories = {str(category.fides_key) for category in DEFAULT_TAXONOMY.data_category}
    assert PURPOSES[key]["data_use"] in {str(use.fides_key) for use in DEFAULT_TAXONOMY.data_use}
    assert set(PURPOSES[key]["data_categories"]) <= categories
    assert re.fullmatch(r"dpv:[A-Z][A-Za-z]+", PURPOSES[key]["dpv"])


@each_purpose
def test_terms_fit_together(key: str) -> None:
    purpose = PURPOSES[key]
    assert purpose["validity_months"] == (12 if key == "assistant.memory" else 24)
    assert 1 <= purpose["data_window_days"] <= purpose["retention_months"] * 365.25 / 12


@each_purpose
def test_reuse_never_reaches_delicate_purposes(key: str) -> None:
    reused = set(PURPOSES[key]["reuse_from"])
    assert reused <= ALL - {key}
    assert not reused & NEVER_REUSED


def test_basic_personalisation_looks_at_the_last_day_only() -> None:
    assert PURPOSES["personalisation.basic"]["data_window_days"] == 1
