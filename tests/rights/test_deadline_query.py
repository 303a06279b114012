"""Questions about deadlines, row by row, and the ones that are refused."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from jurisdictions.load import laws
from rights.deadline_query import DeadlineRefused, deadline, query_from

CASES = Path(__file__).with_name("deadline_cases.csv")


def rows() -> Iterator[object]:
    with CASES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = f"{row['law']} {row['received_on']} {row['event']}: {row['because']}"
            yield pytest.param(row, id=name)


def ask(law: str, **parameters: str) -> tuple[str, str]:
    found = deadline(laws()[law], query_from(parameters))
    return found.statutory_due.isoformat(), found.prudent_due.isoformat()


def refused(law: str, **parameters: str) -> tuple[str, str]:
    with pytest.raises(DeadlineRefused) as refusal:
        ask(law, **parameters)
    assert str(refusal.value).endswith((".", ")"))
    return refusal.value.code, refusal.value.field


@pytest.mark.parametrize("row", list(rows()))
def test_both_dates_are_right(row: dict[str, str]) -> None:
    more = dict(pair.split("=") for pair in row["more"].split("&") if pair)
    asked = {key: row[key] for key in ("received_on", "right", "event", "region")} | more
    assert ask(row["law"], **asked) == (row["statutory_due"], row["prudent_due"])


def test_an_empty_parameter_is_one_left_out() -> None:
    asked = {"received_on": "2026-11-06", "right": "access"}
    assert ask("ES-LOPDGDD", **asked) == ask("ES-LOPDGDD", **asked, event="", region="", size="")


def test_the_event_is_the_answer_unless_another_is_named() -> None:
    asked = {"received_on": "2026-11-06", "right": "access"}
    assert ask("CO-1581", **asked) == ask("CO-1581", **asked, event="answer")


@pytest.mark.parametrize(
    ("law", "day"),
    [
        ("CL-21719", "2026-11-30"),
        ("CL-19628", "2026-12-01"),
        ("MX-LFPDPPP", "2025-03-20"),
        ("MX-LFPDPPP-2010", "2025-03-21"),
        ("MX-LFPDPPP-2010", "2010-07-05"),
        ("PE-29733", "2025-03-29"),
    ],
)
def test_a_day_outside_the_law_is_refused(law: str, day: str) -> None:
    asked = refused(law, received_on=day, right="access")
    assert asked == ("date_outside_validity", "received_on")


@pytest.mark.parametrize(
    ("law", "day"),
    [("CL-21719", "2026-12-01"), ("CL-19628", "2026-11-30"), ("MX-LFPDPPP", "2025-03-21")],
)
def test_both_days_of_validity_belong_to_the_law(law: str, day: str) -> None:
    assert ask(law, received_on=day, right="access")


def test_a_clock_younger_than_its_law_is_refused_before_its_time() -> None:
    asked = {"event": "breach_subjects", "received_on": "2025-12-31"}
    assert refused("US-CA-CCPA", **asked) == ("date_outside_validity", "received_on")


@pytest.mark.parametrize(
    ("parameters", "code", "field"),
    [
        ({}, "received_on_required", "received_on"),
        ({"received_on": "2026-02-30"}, "received_on_invalid", "received_on"),
        ({"received_on": "2026-11-06T10:00"}, "received_on_invalid", "received_on"),
        ({"received_on": "2026-W45-5"}, "received_on_invalid", "received_on"),
        ({"received_on": "20261106"}, "received_on_invalid", "received_on"),
        ({"received_on": "9999-12-31"}, "date_out_of_range", "received_on"),
        ({"right": ""}, "right_required", "right"),
        ({"right": "forgetting"}, "right_unknown", "right"),
        ({"right": "anonymisation"}, "right_not_in_law", "right"),
        ({"event": "party"}, "event_unknown", "event"),
        ({"event": "mark_disputed"}, "event_not_in_law", "event"),
        ({"region": "ES-XX"}, "region_unknown", "region"),
        ({"region": "Europe"}, "region_unknown", "region"),
        ({"size": "small"}, "parameter_not_in_law", "size"),
        ({"calendar": "LFT"}, "parameter_not_in_law", "calendar"),
        ({"identity_proved_on": "2026-11-07"}, "parameter_not_in_law", "identity_proved_on"),
        ({"paused_from": "2026-11-07"}, "parameter_not_in_law", "paused_from"),
        ({"regoin": "ES"}, "parameter_unknown", "regoin"),
        ({"event": "breach_authority"}, "right_not_applicable", "right"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(
    parameters: dict[str, str], code: str, field: str
) -> None:
    standard = {"received_on": "2026-11-06", "right": "access"} if parameters else {}
    asked = {"right": "access"} | standard | parameters
    assert refused("ES-LOPDGDD", **asked) == (code, field)


def test_european_law_needs_the_calendar_of_a_member_state() -> None:
    asked = refused("EU-GDPR", received_on="2026-11-06", right="access")
    assert asked == ("region_required", "region")


@pytest.mark.parametrize("day", ["2026-11-06", "yesterday", ""])
def test_hours_need_a_moment(day: str) -> None:
    code, field = refused("EU-GDPR", received_on=day, event="breach_authority")
    assert (code, field) == (f"received_on_{'invalid' if day else 'required'}", "received_on")


def test_a_plus_that_an_address_turned_into_a_space_is_still_an_offset() -> None:
    asked = {"event": "breach_authority", "received_on": "2026-11-17T10:00:00 01:00"}
    assert ask("ES-LOPDGDD", **asked)[1] == "2026-11-20T10:00:00+01:00"


def test_mexican_calendars_are_two_and_mexican() -> None:
    asked = {"received_on": "2026-11-05", "right": "access"}
    assert refused("MX-LFPDPPP", **asked, calendar="ABC") == ("calendar_unknown", "calendar")
    elsewhere = refused("MX-LFPDPPP", **asked, calendar="LFPA", region="FR")
    assert elsewhere == ("calendar_not_of_region", "calendar")
    assert ask("MX-LFPDPPP", **asked, calendar="LFT") == ask("MX-LFPDPPP", **asked)
    assert ask("MX-LFPDPPP", **asked, calendar="LFT", region="MX-JAL")


def test_another_size_than_small_is_refused() -> None:
    asked = {"received_on": "2026-11-05", "right": "access", "size": "large"}
    assert refused("BR-LGPD", **asked) == ("size_unknown", "size")


@pytest.mark.parametrize(
    ("paused", "code", "field"),
    [
        (("2026-09-08", "2026-09-05"), "pause_reversed", "paused_to"),
        (("2026-08-01", "2026-08-31"), "pause_outside_clock", "paused_to"),
        (("2026-10-02", "2026-10-05"), "pause_outside_clock", "paused_from"),
        (("2026-09-05", ""), "paused_to_required", "paused_to"),
        (("", "2026-09-05"), "paused_from_required", "paused_from"),
    ],
)
def test_a_pause_lies_inside_the_clock(paused: tuple[str, str], code: str, field: str) -> None:
    asked = {"received_on": "2026-09-01", "right": "access"}
    pause = {"paused_from": paused[0], "paused_to": paused[1]}
    assert refused("UK-GDPR", **asked, **pause) == (code, field)


def test_only_access_is_paused() -> None:
    asked = {"received_on": "2026-09-01", "right": "erasure"}
    pause = {"paused_from": "2026-09-05", "paused_to": "2026-09-08"}
    assert refused("UK-GDPR", **asked, **pause) == ("parameter_not_in_law", "paused_from")


@pytest.mark.parametrize(
    ("law", "right"),
    [
        ("CO-1581", "access"),
        ("CO-1581", "rectification"),
        ("CO-1581", "erasure"),
        ("CO-1581", "consent_withdrawal"),
        ("US-CA-CCPA", "objection"),
        ("US-CA-CCPA", "restriction"),
        ("MX-LFPDPPP", "use_limitation"),
        ("BR-LGPD", "anonymisation"),
    ],
)
def test_rights_answer_to_their_contract_names(law: str, right: str) -> None:
    assert ask(law, received_on="2026-11-05", right=right)


def test_what_is_due_without_delay_may_start_at_a_moment() -> None:
    asked = {"event": "breach_authority", "received_on": "2026-12-04T23:30:00-03:00"}
    assert ask("CL-21719", **asked) == ("2026-12-04", "2026-12-04")
