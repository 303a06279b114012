"""Packs are refused for the least thing that is wrong, and the shipped ones are whole."""

from pathlib import Path

import pytest
from fideslang.default_taxonomy import DEFAULT_TAXONOMY

from jurisdictions import load
from jurisdictions.load import laws
from jurisdictions.model import Confidence, Law, TransferRule, accepts_country, consent_age
from jurisdictions.reading import PackError, read_toml
from jurisdictions.vocabulary import TOPICS

COMPLETE = {
    "EU-GDPR",
    "ES-LOPDGDD",
    "BR-LGPD",
    "MX-LFPDPPP",
    "MX-LFPDPPP-2010",
    "CO-1581",
    "AR-25326",
    "CL-21719",
    "CL-19628",
}
RIGHTS_AND_CLOCKS_ONLY = {"UK-GDPR", "US-CA-CCPA", "UY-18331", "PE-29733", "EC-LOPDP"}
EVERY_LAW = pytest.mark.parametrize("law", laws().values(), ids=laws())
COMPLETE_LAW = pytest.mark.parametrize(
    "law", [laws()[code] for code in sorted(COMPLETE)], ids=sorted(COMPLETE)
)


def changed(folder: Path, *, old: str, new: str) -> Path:
    """Copy the Colombian pack with one change."""
    text = (load.LAWS_FOLDER / "co_1581.toml").read_text("utf-8")
    assert old in text
    path = folder / "co_1581.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def test_the_shipped_packs_are_these() -> None:
    assert {law.code for law in laws().values() if law.complete} == COMPLETE
    assert {law.code for law in laws().values() if not law.complete} == RIGHTS_AND_CLOCKS_ONLY


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('source = "art. 15.2; Ley 4/1913 art. 62"\n', "", "clocks.legend.source: is missing"),
        ('name = "Ley 1581', 'nome = "Ley 1581', "name: is missing"),
        ("[clocks.legend]", "[clocks.legend]\ncolour = 1", "clocks.legend.colour: is not a key"),
        ("complete = true", "complete = true\ncolour = 1", "colour: is not a key"),
        ("complete = true", 'complete = "yes"', "complete: must be bool, found str"),
        ('unit = "business_days"', 'unit = "fortnights"', "clocks.consulta.unit: 'fortnights'"),
        ('mark_disputed = "legend"', 'mark_disputed = "legends"', "there is no clock 'legends'"),
        ('mark_disputed = "legend"', 'marked = "legend"', "timetables.reclamo.marked: is not an"),
        ('"proof_of_authorisation"', '"proof"', "'proof' is not one of access"),
        ('proof = "arts. 9, 12 par. and 17, b"\n', "", "sources.proof: give the article here"),
        ('timetable = "proof"', 'timetable = "proofs"', "there is no timetable 'proofs'"),
        ('breach_authority = "breach"', 'party = "breach"', "duties.party: is not one of"),
        ('confidence = "high"', 'confidence = "sure"', "confidence: 'sure' is not a valid"),
        ('source = "art. 5"', 'source = " "', "sensitive.source: is empty"),
        ("[consent]", "[consent", "co_1581.toml: "),
    ],
)
def test_a_pack_that_is_not_right_is_refused_by_file_and_key(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(PackError) as refusal:
        load.parse(read_toml(changed(tmp_path, old=old, new=new)))
    assert message in str(refusal.value)
    assert str(refusal.value).startswith("co_1581.toml: ")


def test_two_files_with_one_code_are_refused(tmp_path: Path) -> None:
    text = (load.LAWS_FOLDER / "co_1581.toml").read_text("utf-8")
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(PackError, match="the same law code"):
        load.read_folder(tmp_path)


def test_a_parent_must_be_a_pack(tmp_path: Path) -> None:
    changed(tmp_path, old="complete = true", new='complete = true\nparent = "XX-1"')
    with pytest.raises(PackError, match="XX-1, and there is no such pack"):
        load.read_folder(tmp_path)


@EVERY_LAW
def test_every_clock_and_right_says_how_sure_we_are(law: Law) -> None:
    known = [clock.evidence for clock in law.clocks.values()]
    for evidence in known + [right.evidence for right in law.rights]:
        assert evidence.confidence in Confidence
        assert evidence.basis
        assert evidence.checked_on.year == 2026


@EVERY_LAW
def test_every_right_is_one_of_ours_or_says_why_not(law: Law) -> None:
    for right in law.rights:
        assert bool(right.contract_rights) != bool(right.why_none), right.name


@EVERY_LAW
def test_every_clock_is_used(law: Law) -> None:
    used = {name for right in law.rights for name in right.clocks.values()}
    used |= set(law.duties.values())
    used |= {law.clocks[name].small or name for name in used}
    assert set(law.clocks) == used


@EVERY_LAW
def test_categories_are_fideslang_keys(law: Law) -> None:
    known = {category.fides_key for category in DEFAULT_TAXONOMY.data_category}
    assert law.sensitive <= known
    assert law.consent.explicit_data <= known


@COMPLETE_LAW
def test_a_complete_law_has_an_article_for_each_topic_or_says_why_none(law: Law) -> None:
    assert set(law.sources) | set(law.silent) == TOPICS
    assert {"consent", "explicit_consent", "contract", "legal_obligation"} <= set(law.bases)
    assert all(base in law.sources for base in law.bases)
    assert law.ages.consent is not None
    assert law.sensitive


@COMPLETE_LAW
def test_tacit_consent_is_mexican(law: Law) -> None:
    assert law.consent.tacit_allowed == law.code.startswith("MX-")
    assert ("tacit_consent" in law.bases) == law.consent.tacit_allowed


@pytest.mark.parametrize(
    ("code", "country", "age"),
    [
        ("ES-LOPDGDD", "ES", 14),
        ("BR-LGPD", "BR", 12),
        ("MX-LFPDPPP", "MX", 18),
        ("MX-LFPDPPP-2010", "MX", 18),
        ("CO-1581", "CO", 18),
        ("AR-25326", "AR", 13),
        ("CL-21719", "CL", 14),
        ("CL-19628", "CL", 14),
        ("EU-GDPR", "ES", 14),
        ("EU-GDPR", "DK", 15),
        ("EU-GDPR", "DE", 16),
        ("EU-GDPR", "NO", 13),
        ("EU-GDPR", "XX", 16),
    ],
)
def test_ages_of_consent(code: str, country: str, age: int) -> None:
    assert consent_age(laws()[code], country) == age


def test_kinds_of_data_that_need_an_express_act() -> None:
    assert laws()["BR-LGPD"].consent.explicit_for == {"sensitive", "children"}
    assert laws()["MX-LFPDPPP"].consent.explicit_for == {"sensitive", "financial"}
    assert laws()["MX-LFPDPPP"].consent.explicit_data == {"user.financial"}
    assert laws()["CL-21719"].ages.sensitive == 16
    assert "user.financial" not in laws()["CL-21719"].sensitive


def test_whose_column_of_bases_applies() -> None:
    borrowed = {law.code: law.bases_of for law in laws().values() if law.bases_of}
    assert borrowed == {
        "ES-LOPDGDD": "EU-GDPR",
        "CL-19628": "CL-21719",
        "MX-LFPDPPP-2010": "MX-LFPDPPP",
    }
    assert laws()["CL-19628"].reads == {"legitimate_interest": "consent"}


@pytest.mark.parametrize(
    ("code", "home", "recipient", "accepted"),
    [
        ("EU-GDPR", "ES", "FR", True),
        ("EU-GDPR", "ES", "BR", True),
        ("EU-GDPR", "ES", "US", False),
        ("EU-GDPR", "ES", "VN", False),
        ("ES-LOPDGDD", "ES", "ES", True),
        ("BR-LGPD", "BR", "FR", True),
        ("BR-LGPD", "BR", "BR", True),
        ("BR-LGPD", "BR", "AR", False),
        ("MX-LFPDPPP", "MX", "VN", True),
        ("CO-1581", "CO", "US", True),
        ("CO-1581", "CO", "VN", False),
        ("AR-25326", "AR", "FR", True),
        ("AR-25326", "AR", "VN", False),
        ("CL-21719", "CL", "FR", False),
        ("CL-21719", "CL", "CL", True),
        ("UK-GDPR", "GB", "FR", False),
    ],
)
def test_countries_that_data_may_go_to(
    code: str, home: str, recipient: str, accepted: bool
) -> None:
    assert accepts_country(laws()[code], home=home, recipient=recipient) is accepted


def test_spain_accepts_what_europe_accepts() -> None:
    spain, europe = laws()["ES-LOPDGDD"].transfers, laws()["EU-GDPR"].transfers
    assert spain.countries == europe.countries
    assert spain.certified_only == europe.certified_only == {"US"}
    assert europe.rule is TransferRule.LIST


def test_spain_names_the_periods_of_blocking() -> None:
    blocking = laws()["ES-LOPDGDD"].blocking
    assert blocking.required
    assert set(blocking.on) == {"rectification", "erasure"}
    assert max(period.months for period in blocking.periods) == 72
