"""Working days, the doubtful ones, and what overrides do to them."""

from datetime import date
from pathlib import Path

import pytest

from jurisdictions import overrides
from jurisdictions.calendars import UnknownCalendar, calendar_for, calendar_version
from jurisdictions.load import laws
from jurisdictions.overrides import Effect, read_overrides
from jurisdictions.reading import PackError
from jurisdictions.stack import places


def doubt(code: str, day: str) -> bool | None:
    """None for a working day, else whether it is doubtful."""
    off = calendar_for(code).day_off(date.fromisoformat(day))
    return None if off is None else off.doubtful


@pytest.mark.parametrize(
    ("code", "day", "doubtful"),
    [
        ("BR", "2026-02-17", True),
        ("BR-RJ", "2026-02-17", False),
        ("BR", "2026-04-20", True),
        ("BR-SP", "2026-04-20", True),
        ("BR", "2026-04-21", False),
        ("BR", "2027-04-20", None),
        ("AR", "2026-12-07", True),
        ("AR", "2027-03-25", True),
        ("AR", "2026-04-02", False),
        ("AR", "2026-11-09", False),
        ("AR", "2026-11-10", None),
        ("AR-C", "2026-11-10", False),
        ("CO", "2026-07-13", True),
        ("CO", "2027-07-12", True),
        ("CO", "2026-07-09", None),
        ("US-CA", "2026-11-27", True),
        ("US-CA", "2026-11-26", False),
        ("US-CA", "2026-10-12", None),
        ("US", "2026-10-12", False),
        ("MX/LFT", "2026-11-16", False),
        ("MX/LFT", "2026-11-20", None),
        ("MX/LFPA", "2026-11-16", None),
        ("MX/LFPA", "2026-11-20", False),
        ("MX-JAL", "2026-11-16", False),
        ("ES-MA", "2026-12-07", False),
        ("ES", "2026-12-07", None),
        ("ES", "2026-12-05", False),
    ],
)
def test_a_day_works_or_not_or_may(code: str, day: str, doubtful: bool | None) -> None:
    assert doubt(code, day) is doubtful


@pytest.mark.parametrize("code", ["XX", "", "ES-XX", "MX-XXX", "es", "MX/OTHER", "weekends only"])
def test_an_unknown_calendar_is_refused(code: str) -> None:
    with pytest.raises(UnknownCalendar, match="ISO 3166"):
        calendar_for(code)


@pytest.mark.parametrize("place", sorted(places()))
def test_every_place_with_laws_has_a_calendar(place: str) -> None:
    assert not calendar_for(place).is_working_day(date(2027, 1, 1))


def test_every_law_names_a_calendar_that_exists() -> None:
    for law in laws().values():
        for code in filter(None, (law.default_calendar, *law.calendar_options.values())):
            assert calendar_for(code).is_working_day(date(2026, 11, 19))


def test_the_version_names_the_package_and_the_overrides() -> None:
    assert calendar_version().startswith("holidays 0.109; overrides ")
    assert calendar_for("ES-MD").version == f"ES-MD; {calendar_version()}"


def test_a_decreed_holiday_is_one_more_row(tmp_path: Path) -> None:
    shipped = overrides.OVERRIDES_FILE.read_text("utf-8")
    path = tmp_path / "overrides.toml"
    row = '[[day]]\ncalendar = "CO"\non = 2027-02-05\nname = "Mourning"\neffect = "closed"\n'
    path.write_text(f'{shipped}\n{row}source = "Decreto 1/2027"\n', "utf-8")
    read = read_overrides(path)
    assert read.days["CO"][date(2027, 2, 5)].effect is Effect.CLOSED
    assert read.digest != overrides.overrides().digest


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("on = 2026-04-20", 'on = "2026-04-20"', "must be date, found str"),
        ('effect = "doubtful"', 'effect = "perhaps"', "'perhaps' is not a valid Effect"),
        ('"11-20"', '"11-31"', "'11-31' is not MM-DD"),
        ("[part_of.ES]\nsource", "[part_of.ES]\nsauce", "part_of.ES.source: is missing"),
    ],
)
def test_overrides_that_are_not_right_are_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    path = tmp_path / "overrides.toml"
    shipped = overrides.OVERRIDES_FILE.read_text("utf-8")
    assert old in shipped
    path.write_text(shipped.replace(old, new, 1), "utf-8")
    with pytest.raises(PackError, match=message):
        read_overrides(path)
