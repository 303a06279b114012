"""The rows of Venia's own tables: what is kept of the person here, each table by one function."""

from collections.abc import Iterator, Mapping

from consent import copies as consent
from pseudonymize import copies as vault
from pseudonymize import queries as subjects
from rights.access import own_decisions, own_requests, phrases, portable
from rights.access.asking import Asked, Rows, registered
from rights.access.tables import Row, Table
from rights.access.tables import own as tables
from rights.systems.protocol import DONE, Call, Settled


def exported(call: Call) -> Settled:
    """Answer for Venia as a system: its own rows are read when the package is written."""
    return Settled(DONE)


def kept(*, whole: bool) -> list[Table]:
    """Return the own tables of a whole copy, or those that the person takes elsewhere."""
    return list(tables().values()) if whole else portable.own(tables())


def rows_of(table: str, asked: Asked) -> Iterator[Row]:
    """Return the rows of one own table, oldest first. The same `asked` gives the same rows."""
    rows = _ROWS.get(table) or registered(table)
    return rows(asked) if rows else iter(())


def identifiers(asked: Asked) -> Iterator[Row]:
    """What the person is called here."""
    for kind, value in subjects.every_identifier(asked.subject_key):
        yield {"type": kind, "value": value}


def profile(asked: Asked) -> Iterator[Row]:
    """What is known of the person beside names and numbers."""
    person = subjects.person(asked.subject_key)
    standing = consent.standing(asked.subject_key)
    yield {
        "registered_at": vault.registered_at(asked.subject_key),
        "country": person.country,
        "region": person.region or None,
        "locale": person.locale or None,
        "time_zone": person.time_zone or None,
        "age_class": person.age_class,
        "age_changes_on": person.age_changes_on,
        "has_guardian": person.has_guardian,
        "restricted": standing["restricted"],
        "paused_until": standing["paused_until"],
        "contact_hours": standing["contact_hours"] or None,
    }


def permissions(asked: Asked) -> Iterator[Row]:
    """What the person allows now, per purpose."""
    for told in consent.standing(asked.subject_key)["purposes"]:
        yield {"title": phrases.title(told["purpose"], asked.locale)} | told


def consent_acts(asked: Asked) -> Iterator[Row]:
    """Every act on record, with the proof that came with it."""
    for event, told in consent.acts(asked.subject_key, until=asked.until):
        key = told["purpose"]
        known = phrases.title(key, asked.locale, event.purpose_version) if key else None
        yield {"title": known} | {n: v for n, v in told.items() if n != "has_evidence"}


def receipts(asked: Asked) -> Iterator[Row]:
    """The signed receipts."""
    for number, document in consent.receipts(asked.subject_key, until=asked.until):
        yield {"id": number, "document": document}


def circumstances(asked: Asked) -> Iterator[Row]:
    """What other systems told about the person's life."""
    for row in consent.circumstances(asked.subject_key, until=asked.until):
        names = ("kind", "since", "until", "told_at", "ended_at")
        yield {name: getattr(row, name) for name in names}


def contact_uses(asked: Asked) -> Iterator[Row]:
    """How often the person's attention was spent."""
    for row in consent.contact_uses(asked.subject_key, until=asked.until):
        yield {
            "channel": row.channel,
            "planned_at": row.planned_at,
            "purpose": row.purpose,
            "decision": f"dec_{row.decision_id}",
            "given_back_at": row.given_back_at,
        }


def legal_holds(asked: Asked) -> Iterator[Row]:
    """Orders to keep the data; why they were given is a matter of the claim."""
    for hold in vault.legal_holds(asked.subject_key, until=asked.until):
        names = ("placed_at", "ends_on", "ended_at")
        yield {name: getattr(hold, name) for name in names}


_ROWS: Mapping[str, Rows] = {
    "identifiers": identifiers,
    "profile": profile,
    "permissions": permissions,
    "consent_acts": consent_acts,
    "receipts": receipts,
    "circumstances": circumstances,
    "contact_uses": contact_uses,
    "legal_holds": legal_holds,
    **own_decisions.ROWS,
    **own_requests.ROWS,
}
