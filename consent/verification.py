"""Reads the whole ledger again, subject by subject, and says what does not hold."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from django.db import connection, transaction
from django.db.models import Exists, ForeignKey, OuterRef

from audit import chain
from audit import queries as trail
from consent import additions, ledger, publishing, queries
from consent.models import (
    ConsentEvent,
    ConsentEvidence,
    ConsentState,
    Notice,
    Purpose,
    Receipt,
    SubjectState,
)
from pseudonymize import many
from pseudonymize import operations as subjects
from pseudonymize import queries as known_subjects
from pseudonymize.queries import SubjectBlocked, SubjectErased, SubjectUnknown
from pseudonymize.sealing import SealBroken

Unsealer = Callable[[bytes, str], bytes]

_AT_ONCE = 500
_ACTS = "consent."
_STALE = """
SELECT n.subject_key FROM consent_known_now n LEFT JOIN consent_known k USING (subject_key)
WHERE (n.person, n.circumstances) IS DISTINCT FROM (k.person, k.circumstances)
ORDER BY n.subject_key
"""


@dataclass(frozen=True, slots=True)
class Verified:
    """One subject's chain, and what is wrong with it."""

    subject_key: int
    acts: int
    complaints: tuple[str, ...]


def verified() -> Iterator[Verified]:
    """Yield every chain of the ledger, read in one pass, with what does not hold in it."""
    ends = SubjectState.objects.order_by("pk").values_list("pk", "acts")
    for group in _batches(_chains()):
        keys = [key for key, _ in group]
        known, traced = dict(ends.filter(pk__in=keys)), _traces(keys)
        secrets = many.secrets(keys)
        for key, events in group:
            whole = _breaks(events, known.get(key, 0), traced.get(key, {}))
            found = [*whole, *_evidence_complaints(events, _unsealer(key, secrets.get(key)))]
            yield Verified(key, len(events), tuple(found))
    for key in sorted(_vanished()):
        yield Verified(key, 0, ("all acts are missing",))


def breaks(subject_key: int) -> list[str]:
    """Return what does not hold in one subject's chain; nothing when it is whole."""
    state = SubjectState.objects.filter(pk=subject_key).first()
    events, traced = list(queries.history(subject_key)), _traces([subject_key])
    return list(_breaks(events, state.acts if state else 0, traced.get(subject_key, {})))


def changed_texts() -> Iterator[str]:
    """Yield the purposes and notices on record that are no longer what was offered."""
    for purpose in Purpose.objects.order_by("pk").iterator():
        if publishing.purpose_digest(purpose) != bytes(purpose.digest):
            yield f"{purpose.key} version {purpose.version}"
    for notice in Notice.objects.order_by("pk").iterator():
        if publishing.notice_digest(notice) != bytes(notice.digest):
            yield f"{notice.purpose} notice {notice.version} in {notice.locale}"


def orphans() -> Iterator[str]:
    """
    Yield the tables that have rows which name what is not there.

    The database refuses such rows as they are written, but a restore brings its triggers last.
    """
    for table in (ConsentEvent, ConsentEvidence, Receipt, ConsentState, SubjectState):
        for field in table._meta.concrete_fields:
            if isinstance(field, ForeignKey):
                named = Exists(field.related_model._base_manager.filter(pk=OuterRef(field.attname)))
                lost = table._base_manager.filter(~named, **{f"{field.attname}__isnull": False})
                if count := lost.count():
                    yield f"{table._meta.db_table}: {count} rows name no {field.name} that is there"


def differences(*, repair: bool) -> Iterator[int]:
    """Yield the subjects whose projection is not the fold of their acts, repaired if asked."""
    for group in _batches(_chains()):
        keys = [key for key, _ in group]
        kept = _projections(keys)
        for key, events in group:
            folded = queries.folded(queries.act_of(event) for event in events)
            if kept.get(key) != (folded, len(events)):
                if repair:
                    _rebuild(key)
                yield key


def stale(*, repair: bool) -> list[int]:
    """Return the subjects of whom something else is kept ready than their sources say."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STALE)
        keys = [key for (key,) in cursor.fetchall()]
        if keys and repair:
            cursor.execute("SELECT consent_keep_known(%s)", [keys])
    return keys


@transaction.atomic
def _rebuild(subject_key: int) -> None:
    subjects.lock(subject_key)
    ledger.rebuild(subject_key)


def _projections(keys: Sequence[int]) -> dict[int, tuple[queries.Permission, int]]:
    states = {state.pk: state for state in SubjectState.objects.filter(pk__in=keys)}
    rows = ConsentState.objects.filter(subject_id__in=keys).order_by("subject_id", "purpose")
    standings = {key: list(found) for key, found in groupby(rows, key=lambda row: row.subject_id)}
    return {
        key: (queries.as_kept(standings.get(key, []), state), state.acts)
        for key, state in states.items()
    }


def _chains() -> Iterator[tuple[int, list[ConsentEvent]]]:
    rows = ConsentEvent.objects.select_related("notice", "evidence")
    ordered = rows.order_by("subject_id", "sequence").iterator(chunk_size=2000)
    for key, events in groupby(ordered, key=lambda event: event.subject_id):
        yield key, list(events)


def _batches(
    chains: Iterator[tuple[int, list[ConsentEvent]]],
) -> Iterator[list[tuple[int, list[ConsentEvent]]]]:
    while batch := list(islice(chains, _AT_ONCE)):
        yield batch


def _traces(subject_keys: Collection[int]) -> dict[int, dict[int, str]]:
    """Return the links that the audit trail names, by subject and sequence."""
    found: dict[int, dict[int, str]] = {}
    for key, details in trail.traces_about(subject_keys, action_begins=_ACTS):
        for act in details.get("acts", [details]):
            found.setdefault(key, {})[act["sequence"]] = act["link"]
    return found


def _breaks(
    events: Iterable[ConsentEvent], known_end: int, traced: Mapping[int, str]
) -> Iterator[str]:
    previous, expected = chain.GENESIS, 0
    for event in events:
        expected += 1
        if event.sequence != expected:
            yield f"act {expected} is missing"
            return
        link = chain.link(previous, ledger.canonical(event))
        if bytes(event.previous) != previous or bytes(event.digest) != link:
            yield f"act {expected} was changed"
            return
        if traced.get(expected) != link.hex():
            yield f"act {expected} is not the one in the audit trail"
            return
        previous = link
    if expected < max(traced, default=0):
        yield f"act {expected + 1} is missing"
    elif expected != known_end:
        yield f"the chain ends at act {expected}, the projection at act {known_end}"


def _evidence_complaints(events: Iterable[ConsentEvent], unseal: Unsealer | None) -> Iterator[str]:
    """Yield what does not hold; evidence that nobody can open any more (None) is left alone."""
    for event in events:
        if not hasattr(event, "evidence"):
            if event.evidence_digest is not None and _is_active(event.subject_id):
                yield f"the evidence of act {event.sequence} is missing"
        elif unseal is not None and not _is_what_was_sent(event, unseal):
            yield f"the evidence of act {event.sequence} is not what was sent"


def _is_what_was_sent(event: ConsentEvent, unseal: Unsealer) -> bool:
    try:
        plaintext = unseal(bytes(event.evidence.sealed), additions.LABEL)
    except SealBroken:
        return False
    return ledger.evidence_holds(event, plaintext)


def _unsealer(subject_key: int, wrapped: known_subjects.Wrapped | None) -> Unsealer | None:
    try:
        return known_subjects.unsealer(subject_key, wrapped)
    except (SubjectBlocked, SubjectErased):
        return None


def _is_active(subject_key: int) -> bool:
    try:
        return known_subjects.person(subject_key).life == "active"
    except SubjectUnknown:
        return False  # `orphans` tells


def _vanished() -> set[int]:
    """Return the subjects of whom an act is known, and none is left."""
    known = SubjectState.objects.filter(acts__gt=0).values_list("pk", flat=True)
    left = ConsentEvent.objects.values_list("subject_id", flat=True).distinct()
    return {*known, *trail.subjects_of(action_begins=_ACTS)}.difference(left)
