"""The way back from a pseudonym: two people, a reason, a scope, an expiry, and a trace."""

import base64
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from audit import operations as audit
from pseudonymize import keys, queries, tokens
from pseudonymize.models import Life, Reidentification, ReidentificationUse, SubjectSecret
from pseudonymize.release import keyed
from pseudonymize.release.epochs import check_scope
from pseudonymize.sealing import Key, SealBroken

SHORTEST_REASON = 20
LONGEST = timedelta(hours=24)


class ReidentificationRefused(Exception):
    """A leave cannot be had, given or used like this. `code` says why."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail)


class ReasonMissing(Exception):
    """A leave needs a reason that a reviewer understands."""

    code = "reason_missing"
    field = "reason"

    def __init__(self) -> None:
        super().__init__(f"Say why, in at least {SHORTEST_REASON} characters.")


class ReidentificationUnknown(Exception):
    """There is no such leave."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__("There is no reidentification of this id.")


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A `tk1.` token of a released profile: whose it is (a pseudonym), and of which field."""

    person: str
    field: str
    token: str


@dataclass(frozen=True, slots=True)
class Opened:
    """Pseudonyms with their `sub_…` ids, and tokens with their values, as far as they lead back."""

    people: dict[str, str]
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Wish:
    """To lead pseudonyms of `scope` in `epoch` back, for `lasts` from now, because of `reason`."""

    scope: str
    epoch: str
    reason: str
    lasts: timedelta


@transaction.atomic
def request(wish: Wish, *, actor: str, at: datetime) -> Reidentification:
    """
    Ask for leave to lead pseudonyms back to people; a second person must approve it.

    :raises ScopeMalformed: unless `scope` is recipient/purpose.
    :raises ReasonMissing: without a reason in words.
    :raises ReidentificationRefused: for longer than a day.
    """
    check_scope(wish.scope)
    if len(wish.reason.strip()) < SHORTEST_REASON:
        raise ReasonMissing
    if not timedelta(0) < wish.lasts <= LONGEST:
        raise ReidentificationRefused("lasts_too_long", "It may last up to 24 hours.")
    asked = Reidentification.objects.create(
        public_id="rei_" + base64.b32encode(secrets.token_bytes(15)).decode().lower(),
        scope=wish.scope,
        epoch=wish.epoch,
        reason=wish.reason.strip(),
        requested_by=actor,
        requested_at=at,
        expires_at=at + wish.lasts,
    )
    _record("requested", asked, actor, at)
    return asked


@transaction.atomic
def approve(public_id: str, *, actor: str, at: datetime) -> Reidentification:
    """
    Give the leave that another person asked for.

    :raises ReidentificationUnknown: when nobody asked.
    :raises ReidentificationRefused: by the one who asked, a second time, or after its expiry.
    """
    asked = _locked(public_id)
    if asked.requested_by == actor:
        detail = "Whoever asks cannot approve. Let a second person approve with their own key."
        raise ReidentificationRefused("second_person_needed", detail)
    if asked.approved_at:
        raise ReidentificationRefused("already_approved", "It has been approved already.")
    _refuse_expired(asked, at)
    asked.approved_by, asked.approved_at = actor, at
    asked.save(update_fields=["approved_by", "approved_at"])
    _record("approved", asked, actor, at)
    return asked


@transaction.atomic
def use(
    public_id: str,
    *,
    pseudonyms: Sequence[str],
    sealed: Sequence[SealedValue] = (),
    actor: str,
    at: datetime,
) -> Opened:
    """
    Lead pseudonyms back to `sub_…` ids, and tokens to their values; every person is recorded.

    No table leads back: every active subject's secret is tried, about 100,000 a second, so this
    takes its time in a large installation. Erased and blocked people are not found.

    :raises ReidentificationUnknown: when nobody asked.
    :raises ReidentificationRefused: for others than the one who asked, unapproved, or expired.
    """
    leave = _locked(public_id)
    if leave.requested_by != actor:
        detail = "Only the one who asked may use it."
        raise ReidentificationRefused("not_the_requester", detail)
    if not leave.approved_at:
        detail = "A second person has not approved it yet."
        raise ReidentificationRefused("second_person_needed", detail)
    _refuse_expired(leave, at)
    wanted = {*pseudonyms, *(one.person for one in sealed)}
    found = dict(_led_back(wanted, leave))
    ids = queries.public_ids(list(found.values()))
    _record_use(leave, len(wanted), list(found.values()), actor, at)
    return Opened(
        people={one: ids[key] for one, key in found.items()},
        values=dict(_values(sealed, found, leave)),
    )


def uses_in(month: date) -> Iterator[ReidentificationUse]:
    """Yield the uses in the calendar month (UTC) of `month`, oldest first, with their leave."""
    uses = ReidentificationUse.objects.filter(used_at__year=month.year, used_at__month=month.month)
    yield from uses.select_related("reidentification").order_by("pk")


def _locked(public_id: str) -> Reidentification:
    rows = Reidentification.objects.select_for_update()
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise ReidentificationUnknown
    return found


def _refuse_expired(leave: Reidentification, at: datetime) -> None:
    if at >= leave.expires_at:
        raise ReidentificationRefused("expired", "It has expired. Ask again, with the reason.")


def _led_back(wanted: Collection[str], leave: Reidentification) -> Iterator[tuple[str, int]]:
    missing = set(wanted)
    rows = SubjectSecret.objects.filter(subject__life=Life.ACTIVE, wrapped_for="service")
    columns = rows.values_list("subject_id", "wrapped", "key_version")
    for subject_key, wrapped, version in columns.iterator(chunk_size=5000):
        if not missing:
            return
        secret = keys.unwrap(
            bytes(wrapped), subject_key=subject_key, role="service", version=version
        )
        pseudonym = tokens.pseudonym(secret, scope=leave.scope, epoch=leave.epoch)
        if pseudonym in missing:
            missing.discard(pseudonym)
            yield pseudonym, subject_key


def _values(
    sealed: Sequence[SealedValue], found: dict[str, int], leave: Reidentification
) -> Iterator[tuple[str, str]]:
    for one in sealed:
        if one.person in found:
            place = keyed.place(leave.scope, leave.epoch, one.field)
            value = _value(one.token, queries.secret(found[one.person]), place)
            if value is not None:
                yield one.token, value


def _value(token: str, secret: Key, place: str) -> str | None:
    try:
        return keyed.token_value(token, secret, place=place)
    except SealBroken:
        return None


def _record_use(
    leave: Reidentification, asked: int, found: Sequence[int], actor: str, at: datetime
) -> None:
    ReidentificationUse.objects.create(
        reidentification=leave, used_at=at, used_by=actor, asked=asked, found=len(found)
    )
    for subject_key in found:
        details = {"reidentification": leave.public_id}
        audit.record(
            "subject.reidentified", actor=actor, at=at, subject_key=subject_key, details=details
        )


def _record(what: str, leave: Reidentification, actor: str, at: datetime) -> None:
    details = {"reidentification": leave.public_id, "scope": leave.scope, "epoch": leave.epoch}
    audit.record(f"reidentification.{what}", actor=actor, at=at, details=details)
