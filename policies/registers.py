"""The facts that officers keep for the rules: recipients, assessments, suspensions, exclusions."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Max

from audit import operations as audit
from audit.queries import service_keys
from consent.act import CHANNELS
from jurisdictions.load import laws
from policies import queries
from policies.models import Assessment, ExclusionEntry, ExclusionList, Recipient, Suspension

SUSPENDABLE = ("purpose", "action", "channel", "caller", "law")
_CHUNK = 5_000


class SuspensionUnknown(Exception):
    """There is no such suspension in force."""

    code = "suspension_unknown"

    def __init__(self) -> None:
        super().__init__("No such suspension is in force. List them with GET /api/v1/suspensions.")


class NothingToSuspend(ValueError):
    """What is to be stopped does not exist, so nothing would stop."""

    code = "nothing_to_suspend"
    field = "value"

    def __init__(self, kind: str) -> None:
        super().__init__(f"There is no such {kind}, so nothing would stop. Check the spelling.")


class EmptyList(Exception):
    """A list without a line would let everybody on it be addressed again: that is said aloud."""

    code = "list_empty"

    def __init__(self) -> None:
        super().__init__(
            "Send the lines of the list, with a Content-Length; or none and ?empty=true, to let "
            "everybody on it be addressed again."
        )


class SecondPersonNeeded(Exception):
    """Lifting needs two people."""

    code = "second_person_needed"

    def __init__(self) -> None:
        super().__init__("The wish to lift is recorded. A second person must confirm it.")


@dataclass(frozen=True, slots=True)
class RecipientEntry:
    """What the register says of one recipient."""

    key: str
    name: str
    country: str
    role: str
    purposes: Sequence[str]
    safeguard: str = ""
    safeguard_until: date | None = None
    certified: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class AssessmentEntry:
    """The minimal record of an impact assessment; without an approver it opens nothing."""

    purpose: str
    risk: str
    measures: str
    residual_risk: str
    expires_on: date
    approved_by: str = ""
    approved_on: date | None = None


@transaction.atomic
def record_recipient(entry: RecipientEntry, *, actor: str, at: datetime) -> Recipient:
    """Add a version to the register; the newest one is what rules read, from the next check on."""
    earlier = Recipient.objects.filter(key=entry.key).aggregate(last=Max("version"))["last"]
    row = Recipient.objects.create(
        key=entry.key,
        version=(earlier or 0) + 1,
        name=entry.name,
        country=entry.country,
        role=entry.role,
        safeguard=entry.safeguard,
        safeguard_until=entry.safeguard_until,
        certified=entry.certified,
        purposes=list(entry.purposes),
        ended=entry.ended,
        recorded_at=at,
        recorded_by=actor,
    )
    details = {"recipient": row.key, "version": row.version}
    audit.record("recipient.recorded", actor=actor, at=at, details=details)
    return row


@transaction.atomic
def record_assessment(entry: AssessmentEntry, *, actor: str, at: datetime) -> Assessment:
    """Add a version to a purpose's assessment; the newest one is what rules read."""
    rows = Assessment.objects.filter(purpose=entry.purpose)
    row = Assessment.objects.create(
        purpose=entry.purpose,
        version=(rows.aggregate(last=Max("version"))["last"] or 0) + 1,
        risk=entry.risk,
        measures=entry.measures,
        residual_risk=entry.residual_risk,
        approved_by=entry.approved_by,
        approved_on=entry.approved_on,
        expires_on=entry.expires_on,
        recorded_at=at,
        recorded_by=actor,
    )
    details = {"purpose": row.purpose, "version": row.version, "approved": bool(row.approved_by)}
    audit.record("assessment.recorded", actor=actor, at=at, details=details)
    return row


@transaction.atomic
def suspend(kind: str, value: str, *, reason: str, actor: str, at: datetime) -> Suspension:
    """
    Stop a purpose, action, channel, caller or law: the very next check refuses.

    :raises NothingToSuspend: when there is none of that name: a slip must not look like a stop.
    """
    if value not in _suspendable(kind, at):
        raise NothingToSuspend(kind)
    row = Suspension.objects.create(
        kind=kind, value=value, reason=reason, begun_at=at, begun_by=actor
    )
    details = {"suspension": row.pk, "kind": kind, "value": value}
    audit.record("suspension.begun", actor=actor, at=at, details=details)
    return row


def lift(id: int, *, actor: str, at: datetime) -> Suspension:
    """
    Lift a suspension: the first person asks, a second one confirms.

    :raises SuspensionUnknown: none is in force under this id.
    :raises SecondPersonNeeded: asked for; another person must confirm.
    """
    with transaction.atomic():
        row = Suspension.objects.select_for_update().filter(pk=id, lifted_at=None).first()
        if row is None:
            raise SuspensionUnknown
        confirmed = bool(row.lift_asked_by) and row.lift_asked_by != actor
        if confirmed:
            row.lifted_by, row.lifted_at = actor, at
        else:
            row.lift_asked_by, row.lift_asked_at = actor, at
        row.save()
        action = "suspension.lifted" if confirmed else "suspension.lift_asked"
        audit.record(action, actor=actor, at=at, details={"suspension": row.pk})
    if not confirmed:
        raise SecondPersonNeeded
    return row


@transaction.atomic
def load_exclusion_list(
    name: str,
    *,
    channels: Sequence[str],
    digests: Iterable[bytes],
    actor: str,
    at: datetime,
    empty: bool = False,
) -> int:
    """
    Replace a list of addresses not to be contacted on `channels`; returns how many it has.

    `digests` are keyed lookup digests: the list names nobody that we do not know already.

    With `empty` the list is emptied on purpose: everybody on it may be addressed again.

    :raises EmptyList: without any, or with some where it was to be emptied; the list then stays.
    """
    kept, _ = ExclusionList.objects.update_or_create(
        name=name, defaults={"channels": list(channels), "loaded_at": at, "loaded_by": actor}
    )
    ExclusionEntry.objects.filter(exclusion_list=kept).delete()
    count, chunk = 0, set[bytes]()
    for digest in digests:
        chunk.add(digest)
        if len(chunk) >= _CHUNK:
            count += _keep(kept.pk, chunk)
            chunk = set()
    count += _keep(kept.pk, chunk)
    if bool(count) is empty:
        raise EmptyList
    details = {"list": name, "entries": count}
    audit.record("exclusion_list.loaded", actor=actor, at=at, details=details)
    return count


def newest_recipients() -> list[Recipient]:
    """Return the register as it stands: the newest version of each recipient that has not ended."""
    newest = Recipient.objects.order_by("key", "-version").distinct("key")
    return [row for row in newest if not row.ended]


def recipient_names() -> dict[str, str]:
    """Return the name of every recipient by its key, those that have ended too."""
    newest = Recipient.objects.order_by("key", "-version").distinct("key")
    return dict(newest.values_list("key", "name"))


def newest_assessments() -> list[Assessment]:
    """Return the newest version of each purpose's assessment."""
    return list(Assessment.objects.order_by("purpose", "-version").distinct("purpose"))


def suspensions_in_force() -> list[Suspension]:
    """Return the suspensions in force, newest first."""
    return list(Suspension.objects.filter(lifted_at=None).order_by("-begun_at"))


def exclusion_lists() -> list[ExclusionList]:
    """Return the exclusion lists by name."""
    return list(ExclusionList.objects.order_by("name"))


def _suspendable(kind: str, at: datetime) -> Collection[str]:
    policy = queries.active_policy(at=at)
    known: dict[str, Callable[[], Collection[str]]] = {
        "purpose": lambda: policy.purposes,
        "action": lambda: policy.bundle.actions,
        "channel": lambda: CHANNELS,
        "caller": lambda: service_keys().values_list("kid", flat=True),
        "law": lambda: laws(),
    }
    return known[kind]()


def _keep(list_id: int, digests: set[bytes]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO policies_exclusionentry (exclusion_list_id, digest)"
            " SELECT %s, unnest(%s::bytea[]) ON CONFLICT DO NOTHING",
            [list_id, sorted(digests)],
        )
        return int(cursor.rowcount)
