"""Notices, words and explanations are there in three languages, and a person can read them."""

import re
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from fideslang.default_taxonomy import DEFAULT_TAXONOMY

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "consent" / "catalogue"
EXPLANATIONS = ROOT / "policies" / "explanations"
LANGUAGES = {"es", "pt-BR", "en"}


def terms(text: str) -> set[str]:
    return set(text.split())


SLOTS = terms("aim title data channel day recipient until")
BASES = terms(
    "consent explicit_consent tacit_consent contract legal_obligation legitimate_interest"
)
WORD_LISTS = {
    "channels": "web app push email sms whatsapp phone chat social device in_store postal",
    "origins": "provided observed derived inferred third_party",
    "actions": "collect render_content recommend show_offer send_message set_price predict retain"
    " converse analyse_conversation trigger_by_location link_profiles share generate_content"
    " assign_experiment measure train_model release_profile",
    "bases": " ".join(sorted(BASES)),
    "frequencies": "daily weekly monthly never",
    "circumstances": "open_complaint recent_purchase value_delivered bereavement vulnerable"
    " do_not_contact",
    "themes": "service personalisation marketing prices_and_finance conversation sensitive sharing"
    " analysis",
}
CODES = terms(
    "consent explicit_consent tacit_consent contract legal_obligation legitimate_interest"
    " review_approved subject_unknown subject_erased processing_restricted data_blocked paused"
    " suspended no_consent consent_refused consent_withdrawn consent_expired consent_pending"
    " consent_not_explicit notice_outdated no_legal_basis objected guardian_required"
    " minor_profiling special_category inferred_special_category not_expected data_not_covered"
    " stale_data other_purpose action_not_permitted channel_not_permitted quiet_hours"
    " frequency_cap do_not_contact gpc_signal recipient_unknown transfer_not_permitted"
    " open_complaint bereavement sale_before_value service_must_not_sell not_aggregated"
    " assessment_missing obligation_unsupported resource_unknown purpose_unknown action_unknown"
    " law_unknown human_review_required"
)
OBLIGATIONS = terms(
    "limit_data explain offer_opt_out disclose_ai disclose_personalised_price report_outcome"
    " forward_notice"
)
WITHHELD = terms("special_category data_not_covered not_expected other_purpose stale_data")
PLACEHOLDER = re.compile(r"TODO|TBD|FIXME|XXX|(?i:lorem|ipsum|placeholder)|…|\.\.\.|[<>\[\]{}]")


def read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


PURPOSES = {path.stem: read(path) for path in sorted(CATALOGUE.glob("*.toml"))}
SENTENCES = read(EXPLANATIONS / "sentences.toml")
each_purpose = pytest.mark.parametrize("key", sorted(PURPOSES))
each_language = pytest.mark.parametrize("language", sorted(LANGUAGES))


def shown(words: dict[str, Any]) -> list[str]:
    """Return every text of one language of a notice, in the order in which it is read."""
    return [words["title"], words["aim"], words["summary"], *words["text"], words["adolescent"]]


def sentence_lengths(paragraphs: list[str]) -> list[int]:
    """Return the number of words of each sentence."""
    split = (re.split(r"(?<=[.!?])\s+", paragraph) for paragraph in paragraphs)
    return [len(sentence.split()) for sentence in chain.from_iterable(split)]


def slots(text: str) -> set[str]:
    return set(re.findall(r"\{(.*?)\}", text))


def three_languages(table: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the tables that hold words: the entry itself, or its `phrase` and `label`."""
    for entry in table.values():
        yield from (entry["phrase"], entry["label"]) if "phrase" in entry else (entry,)


@each_purpose
def test_the_notice_is_in_force_and_complete_in_three_languages(key: str) -> None:
    (notice,) = PURPOSES[key]["notices"]
    assert (notice["version"], notice["change"]) == ("1.0", "major")
    assert notice["in_force_from"].isoformat() == "2019-01-01"
    assert set(notice["words"]) == LANGUAGES
    for words in notice["words"].values():
        assert set(words) == {"title", "aim", "summary", "text", "adolescent"}
        assert len(words["title"]) <= 45
        assert all(text == " ".join(text.split()) and text for text in shown(words))
        assert not words["aim"].endswith(".")


@each_purpose
@each_language
def test_a_notice_reads_easily_and_holds_no_placeholder(key: str, language: str) -> None:
    words = PURPOSES[key]["notices"][0]["words"][language]
    lengths = sentence_lengths([words["summary"], *words["text"], words["adolescent"]])
    assert sum(lengths) / len(lengths) <= 20
    assert max(lengths) <= 25
    assert not [text for text in shown(words) if PLACEHOLDER.search(text)]


@each_purpose
@each_language
def test_a_notice_names_the_controller_and_tells_how_long(key: str, language: str) -> None:
    purpose = PURPOSES[key]
    text = " ".join(purpose["notices"][0]["words"][language]["text"])
    assert purpose["controller"] in text
    assert "ANPD" in text
    months, retention = purpose["validity_months"], purpose["retention_months"]
    kept = rf"\b{retention // 12} (años|anos|years)" if retention == 72 else rf"\b{retention} m"
    assert re.search(kept, text)
    if set(purpose["bases"].values()) & {"consent", "explicit_consent"}:
        assert re.search(rf"\b{months} (meses|months)", text)


@each_language
def test_the_sharing_notice_names_each_company_and_its_country(language: str) -> None:
    text = " ".join(PURPOSES["sharing.partners"]["notices"][0]["words"][language]["text"])
    countries = read(CATALOGUE / "words" / "countries.toml")
    for name, country in (
        ("Alameda Seguros", "FR"),
        ("Northwind Ads", "US"),
        ("Data Bazaar", "VN"),
    ):
        assert f"{name} ({countries[country][language]})" in text


@each_language
def test_the_messages_notice_tells_of_the_confirmation_by_email(language: str) -> None:
    text = " ".join(PURPOSES["marketing.messages"]["notices"][0]["words"][language]["text"])
    assert re.search(r"confirmes|confirme|confirm", text)


@pytest.mark.parametrize(("name", "keys"), WORD_LISTS.items())
def test_a_word_list_names_exactly_its_terms(name: str, keys: str) -> None:
    assert set(read(CATALOGUE / "words" / f"{name}.toml")) == terms(keys)


def test_every_category_of_a_person_has_a_phrase() -> None:
    known = {str(category.fides_key) for category in DEFAULT_TAXONOMY.data_category}
    personal = {key for key in known if key == "user" or key.startswith("user.")}
    assert set(read(CATALOGUE / "words" / "data_categories.toml")) == personal


@pytest.mark.parametrize("path", sorted((CATALOGUE / "words").glob("*.toml")), ids=lambda p: p.stem)
def test_every_word_is_there_in_three_languages(path: Path) -> None:
    for words in three_languages(read(path)):
        assert set(words) == LANGUAGES
        assert all(word and not word.endswith(".") for word in words.values())
        assert not [word for word in words.values() if PLACEHOLDER.search(word)]


def test_two_categories_never_share_a_phrase() -> None:
    table = read(CATALOGUE / "words" / "data_categories.toml")
    for language in LANGUAGES:
        phrases = [words[language] for words in table.values()]
        assert len(set(phrases)) == len(phrases)


@pytest.mark.parametrize(
    ("name", "codes"),
    [("sentences", CODES), ("obligations", OBLIGATIONS), ("withheld", WITHHELD)],
)
def test_every_code_has_a_sentence_in_three_languages(name: str, codes: set[str]) -> None:
    table = read(EXPLANATIONS / f"{name}.toml")
    assert set(table) == codes
    for entry in table.values():
        bare = entry.get("bare", {language: entry[language] for language in LANGUAGES})
        assert set(entry) - {"bare", "silent"} == set(bare) == LANGUAGES
        for language in LANGUAGES:
            assert slots(entry[language]) <= SLOTS
            assert not slots(bare[language])
            assert not PLACEHOLDER.search(re.sub(r"\{.*?\}", "", entry[language]))
            assert max(sentence_lengths([entry[language]])) <= 20


def test_the_languages_of_a_sentence_use_the_same_slots() -> None:
    for code, entry in SENTENCES.items():
        assert len({frozenset(slots(entry[language])) for language in LANGUAGES}) == 1, code


def test_every_reason_has_words_for_a_missing_slot() -> None:
    assert all("bare" in entry for entry in SENTENCES.values())


def test_a_silent_code_tells_nothing_even_by_a_slip() -> None:
    silent = {code: entry for code, entry in SENTENCES.items() if entry.get("silent")}
    assert {"open_complaint", "bereavement", "do_not_contact", "subject_erased"} <= set(silent)
    assert len({tuple(entry[language] for language in LANGUAGES) for entry in silent.values()}) == 1
    assert not any(slots(entry["en"]) for entry in silent.values())


def test_a_sensitive_guess_is_never_named() -> None:
    entry = SENTENCES["inferred_special_category"]
    assert not set().union(*(slots(entry[language]) for language in LANGUAGES))


def test_no_permit_is_silent() -> None:
    permits = BASES | {"review_approved"}
    assert not [code for code in permits if SENTENCES[code].get("silent")]
