"""What the person asked, wrote, was written and what was done about it: rows of the package."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from audit import queries as audit
from rights.access.asking import Asked, Rows
from rights.access.tables import Row
from rights.casework.events import NOTE
from rights.casework.sealed import text_of, typed
from rights.contact import files as attachments
from rights.contact import letters as written
from rights.contact import messages as said
from rights.models import (
    Attachment,
    Change,
    Letter,
    Notice,
    RequestEvent,
    RightsRequest,
    SystemTask,
)
from rights.rectifying.changes import opened

_CHUNK = 500


def requests(asked: Asked) -> Iterator[Row]:
    """What was asked, and how far each right is."""
    for request in _requests(asked).prefetch_related("rights"):
        words = typed(request)
        yield {
            "number": request.pk,
            "id": request.public_id,
            "received_on": request.received_on,
            "channel": request.channel,
            "made_by": request.made_by,
            "identity": request.identity,
            "laws": request.laws,
            "purposes": request.purposes or None,
            "rights": [
                {"right": right.right, "state": right.state, "due": right.statutory_due}
                for right in request.rights.all()
            ],
            "typed": {k: v for k, v in asdict(words).items() if v} if words else None,
            "closed_at": request.closed_at,
        }


def request_events(asked: Asked) -> Iterator[Row]:
    """What happened to each request; who works for the company is not named."""
    rows = RequestEvent.objects.filter(request__in=_requests(asked), at__lte=asked.until)
    for event in rows.select_related("request", "right").order_by("pk").iterator(_CHUNK):
        yield {
            "request": event.request_id,
            "at": event.at,
            "kind": event.kind,
            "right": event.right.right if event.right else None,
            "state": event.state or None,
            "reason": event.reason or None,
            "by": kind_of(event.actor),
            "note": text_of(event.request, event.note, label=NOTE) or None,
            "details": {k: v for k, v in event.details.items() if k != "to"} or None,
        }


def letters(asked: Asked) -> Iterator[Row]:
    """Every letter as it was sent."""
    rows = Letter.objects.filter(request__in=_requests(asked), written_at__lte=asked.until)
    for letter in rows.select_related("request").order_by("pk").iterator(_CHUNK):
        kept = written.text_of(letter) if letter.text and letter.request.envelope else None
        yield {
            "request": letter.request_id,
            "kind": letter.kind,
            "written_at": letter.written_at,
            "sent_at": letter.sent_at,
            "way": letter.way,
            "digest": letter.digest,
            "subject": kept.subject if kept else None,
            "text": kept.plain if kept else None,
        }


def messages(asked: Asked) -> Iterator[Row]:
    """Words both ways."""
    for request in _requests(asked):
        for message in said.said(request):
            if message.at <= asked.until:
                yield {
                    "request": request.pk,
                    "at": message.at,
                    "from_you": message.from_person,
                    "text": message.words,
                }


def files(asked: Asked) -> Iterator[Row]:
    """What files came; those that are still kept lie beside this table."""
    for file in kept_files(asked):
        yield {
            "request": file.request_id,
            "kind": file.kind,
            "name": attachments.name_of(file) or None,
            "media_type": file.media_type,
            "size": file.size,
            "digest": file.digest,
            "added_at": file.added_at,
            "destroyed_at": file.destroyed_at,
        }


def kept_files(asked: Asked) -> Iterator[Attachment]:
    """Yield the files that came with the person's requests, the oldest first."""
    rows = Attachment.objects.filter(request__in=_requests(asked), added_at__lte=asked.until)
    yield from rows.select_related("request").order_by("pk").iterator(1)


def changes(asked: Asked) -> Iterator[Row]:
    """What the person said is wrong, and what was decided."""
    rows = Change.objects.filter(right__request__in=_requests(asked), told_at__lte=asked.until)
    for change in rows.select_related("right__request").order_by("pk"):
        told = opened(change)
        yield {
            "request": change.right.request_id,
            "field": change.field,
            "old": told.old if told else None,
            "new": told.new if told else None,
            "why": told.why or None if told else None,
            "outcome": change.outcome or None,
            "decided_at": change.decided_at,
        }


def systems_told(asked: Asked) -> Iterator[Row]:
    """What each system of the company was told to do."""
    rows = SystemTask.objects.filter(errand__subject_key=asked.subject_key)
    told = rows.filter(errand__started_at__lte=asked.until).select_related("errand")
    for task in told.order_by("errand_id", "order", "system"):
        yield {
            "work": task.errand.work,
            "system": task.system,
            "started_at": task.errand.started_at,
            "sent_at": task.sent_at,
            "settled_at": task.settled_at,
            "outcome": task.outcome or None,
        }


def notices(asked: Asked) -> Iterator[Row]:
    """Which recipients were told of a correction, an erasure or a restriction."""
    rows = Notice.objects.filter(right__request__in=_requests(asked), begun_at__lte=asked.until)
    for notice in rows.select_related("right").order_by("pk"):
        yield {
            "recipient": notice.recipient,
            "what": notice.right.right,
            "told_at": notice.told_at,
            "outcome": notice.outcome or None,
        }


def access_log(asked: Asked) -> Iterator[Row]:
    """Who touched the person's data: what kind of actor, never which employee (CJEU C-579/21)."""
    rows = audit.entries_about(asked.subject_key).filter(at__lte=asked.until)
    for entry in rows.iterator(_CHUNK):
        yield {"at": entry.at, "action": entry.action, "by": kind_of(entry.actor)}


def kind_of(actor: str) -> str:
    """Return what somebody is to the person: person, system, service or officer."""
    return {"key": "service", "user": "officer"}.get(actor.partition(":")[0], actor)


def _requests(asked: Asked) -> Any:
    rows = RightsRequest.objects.filter(subject_key=asked.subject_key)
    return rows.filter(received_at__lte=asked.until).order_by("pk")


ROWS: Mapping[str, Rows] = {
    "requests": requests,
    "request_events": request_events,
    "letters": letters,
    "messages": messages,
    "files": files,
    "changes": changes,
    "systems_told": systems_told,
    "notices": notices,
    "access_log": access_log,
}
