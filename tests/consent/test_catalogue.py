"""The catalogue is read strictly, and what was offered is never edited."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from consent import catalogue, publishing, queries
from consent.catalogue import CatalogueRejected, NoticeText, Purpose
from consent.models import Notice
from tests.builders import AT

KEY = "marketing.offers"


@pytest.fixture(name="edited")
def edited_fixture(tmp_path: Path) -> Callable[[str, str], Path]:
    """Return a function that gives a catalogue in which one file's text was replaced."""
    shutil.copytree(catalogue.FOLDER, tmp_path, dirs_exist_ok=True)

    def edited(old: str, new: str) -> Path:
        file = tmp_path / f"{KEY}.toml"
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), "utf-8")
        return tmp_path

    return edited


def with_notices(*more: NoticeText) -> Purpose:
    purpose = catalogue.load()[KEY]
    return replace(purpose, notices=(*purpose.notices, *more))


def a_notice(version: str, change: str, day: date) -> NoticeText:
    return replace(with_notices().notices[0], version=version, change=change, in_force_from=day)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("profiling = true\n", "", "missing: profiling"),
        ("profiling = true", "profiling = true\nprofilling = true", "unknown: profilling"),
        ("profiling = true", 'profiling = "yes"', "profiling: not of the right type"),
        ('"web", ', '"fax", ', "channels: unknown fax"),
        ('"observed"]', '"guessed"]', "origins: unknown guessed"),
        ('"user.account"', '"user.acount"', "data_categories: unknown user.acount"),
        ('change = "major"', 'change = "tiny"', "change is major or minor, not tiny"),
        ("validity_months = 24", "validity_months = 0", "validity_months: write 1 or more"),
        ('"EU-GDPR" = "consent"', '"EU-GDPR" = "silence"', "bases: unknown silence"),
        (f'key = "{KEY}"', 'key = "marketing.other"', "name the file marketing.other.toml"),
        ("[notices.words.en]", "[notices.words.fr]", "words: en, fr"),
        ("version = 1\n", "version = [\n", "cannot be read as TOML"),
    ],
)
def test_a_slip_is_refused_with_file_and_key(
    edited: Callable[[str, str], Path], old: str, new: str, complaint: str
) -> None:
    with pytest.raises(CatalogueRejected, match=f"^{KEY}.toml: .*{complaint}"):
        catalogue.load(edited(old, new))


def test_a_purpose_is_kept_and_read_back_the_same() -> None:
    for purpose in catalogue.load().values():
        kept = catalogue.content_of(purpose)
        assert catalogue.purpose_from(kept, purpose.notices) == purpose


@pytest.mark.parametrize(
    ("told", "served"),
    [("pt", "pt-BR"), ("es-MX", "es"), ("EN-gb", "en"), ("fr", "es"), ("", "es")],
)
def test_a_person_is_served_in_the_closest_language(told: str, served: str) -> None:
    assert catalogue.closest_locale(told) == served


def test_a_major_notice_ends_older_consent_from_its_day_and_a_minor_one_never() -> None:
    minor = a_notice("1.1", "minor", date(2026, 3, 1))
    major = a_notice("2.0", "major", date(2026, 6, 1))
    purpose = with_notices(minor, major)
    assert not purpose.is_outdated("1.0", date(2026, 5, 31))
    assert purpose.is_outdated("1.0", date(2026, 6, 1))
    assert purpose.is_outdated("1.1", date(2026, 6, 1))
    assert not purpose.is_outdated("2.0", date(2030, 1, 1))
    assert purpose.is_outdated("0.9", date(2020, 1, 1)), "a text that we do not know"
    assert purpose.is_outdated(None, date(2020, 1, 1))


def test_the_notice_in_force_is_the_latest_that_has_begun() -> None:
    purpose = with_notices(a_notice("2.0", "major", date(2026, 6, 1)))
    in_force = [purpose.notice_on(day) for day in (date(2018, 1, 1), date(2026, 5, 31))]
    assert in_force == [None, purpose.notices[0]]
    assert purpose.notice_on(date(2026, 6, 1)) == purpose.notices[1]


@pytest.mark.django_db
def test_what_is_offered_reads_back_as_the_files_say() -> None:
    assert queries.purposes() == catalogue.load()


@pytest.mark.django_db
def test_offering_the_same_again_changes_nothing() -> None:
    version = queries.catalogue_version()
    assert publishing.offer(catalogue.load(), at=AT) == 0
    assert queries.catalogue_version() == version


@pytest.mark.django_db
def test_a_changed_purpose_needs_a_new_version() -> None:
    changed = replace(with_notices(), high_risk=True)
    with pytest.raises(publishing.ChangedAfterOffer, match="give the change a new version"):
        publishing.offer({KEY: changed}, at=AT)
    assert publishing.offer({KEY: replace(changed, version=2)}, at=AT) == 1
    assert queries.purposes()[KEY].high_risk
    assert queries.purpose_on_record(KEY, 1) == with_notices()


@pytest.mark.django_db
def test_a_changed_word_in_a_notice_needs_a_new_version() -> None:
    [notice] = with_notices().notices
    words = {**notice.words, "en": replace(notice.words["en"], title="Other")}
    changed = replace(with_notices(), notices=(replace(notice, words=words),))
    with pytest.raises(publishing.ChangedAfterOffer, match="notice in en: version"):
        publishing.offer({KEY: changed}, at=AT)


@pytest.mark.django_db
def test_a_new_notice_adds_rows_and_leaves_the_old_ones() -> None:
    before = Notice.objects.filter(purpose=KEY).count()
    more = with_notices(a_notice("2.0", "major", date(2026, 12, 1)))
    assert publishing.offer({**catalogue.load(), KEY: more}, at=AT) == 3
    assert Notice.objects.filter(purpose=KEY).count() == before + 3
    assert [notice.version for notice in queries.purposes()[KEY].notices] == ["1.0", "2.0"]
