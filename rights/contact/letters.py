"""Letters: written from a template and what the case knows, previewed, sent, and kept as sent."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parseaddr
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.formats import date_format

from audit import operations as audit
from jurisdictions.load import laws as packs
from pseudonymize import envelopes, legal
from pseudonymize import queries as subjects
from rights import grounds
from rights.access import queries as packages
from rights.casework import clocks
from rights.casework.answers import GRANTED, PARTIAL, REFUSED
from rights.casework.events import Acting, legal_day, note
from rights.casework.sealed import typed
from rights.contact import doors, outbox, outcomes, wording
from rights.contact.pdf import digest, pdf
from rights.contact.wording import Text
from rights.erasure import words as erasing
from rights.models import Clock, Letter, LetterTemplate, RequestedRight, RightsRequest
from rights.rectifying import changes
from rights.words import say

KINDS = ("acknowledgement", "information", "extension", "answer", "refusal", "certificate", "held")
FOLDER = Path(settings.BASE_DIR) / "templates" / "letters"
_TEXT, _PDF = "letter", "letter pdf"
_LONG = {"es": r"j \d\e F \d\e Y", "pt-BR": r"j \d\e F \d\e Y", "en": "j F Y"}
_AND = {"es": "y", "pt-BR": "e", "en": "and"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter that an officer is about to send: its kind, its rights, and the officer's words."""

    kind: str
    rights: Sequence[RequestedRight]
    words: str = ""

    @property
    def request(self) -> RightsRequest:
        return self.rights[0].request


def preview(draft: Draft, *, at: datetime) -> Text:
    """Return the letter as it would be sent, with an own page that opens nothing."""
    return _written(draft, at, own_page=f"{settings.PUBLIC_URL}/rights/in/…")


@transaction.atomic
def send(draft: Draft, by: Acting) -> Letter:
    """
    Write a letter, keep it sealed as it is sent, and hand its mail to the outbox.

    Without an address it goes by post: the desk offers its PDF. An acknowledgement ends the
    clock that asks for one.
    """
    request = draft.request
    token = doors.link(request, at=by.at)
    text = _written(draft, by.at, own_page=f"{settings.PUBLIC_URL}/rights/in/{token}")
    day = _day(legal_day(by.at, request.country), request.locale)
    made = pdf(text, locale=request.locale, sender=company(), day=day, at=by.at)
    way = "email" if address_of(request, at=by.at) else "post"
    letter = Letter.objects.create(
        request=request,
        kind=draft.kind,
        rights=[right.right for right in draft.rights],
        law=_law(draft.rights),
        locale=request.locale,
        text=_sealed(request, text),
        pdf=envelopes.seal(request.envelope, made, label=_PDF),
        digest=digest(made),
        written_by=by.actor,
        written_at=by.at,
        way=way,
        due_at=by.at if way == "email" else None,
        sent_at=None if way == "email" else by.at,
    )
    details = {"letter": letter.pk, "kind": draft.kind, "digest": letter.digest, "way": way}
    note(request, "letter", Acting(by.actor, by.at), details=details)
    _acknowledged(draft, by)
    outbox.hand_over(letter.pk)
    return letter


def _acknowledged(draft: Draft, by: Acting) -> None:
    if draft.kind != "acknowledgement":
        return
    today = legal_day(by.at, draft.request.country)
    for right in draft.rights:
        if clocks.end(right, ["acknowledgement"], on=today, why="met"):
            clocks.settle(right)


def _sealed(request: RightsRequest, text: Text) -> bytes:
    told = json.dumps({"subject": text.subject, "paragraphs": text.paragraphs})
    return envelopes.seal(request.envelope, told.encode(), label=_TEXT)


def text_of(letter: Letter) -> Text:
    """
    Return a letter's words as they were sent.

    :raises EnvelopeDestroyed: when what was written in the request is gone.
    """
    sealed = bytes(letter.text)
    told = json.loads(envelopes.unseal(letter.request.envelope, sealed, label=_TEXT))
    return Text(told["subject"], tuple(told["paragraphs"]))


def pdf_of(letter: Letter) -> bytes:
    """Return a letter's PDF as it was sent. :raises EnvelopeDestroyed: as `text_of`."""
    return envelopes.unseal(letter.request.envelope, bytes(letter.pdf), label=_PDF)


def address_of(request: RightsRequest, *, at: datetime | None = None) -> str:
    """
    Return where to write: the address on file of a proved person, else the one that was typed.

    A proved person's letters never go to an address that somebody typed. Of a blocked person the
    legal role opens it, for a letter alone: with the moment `at`, which its trace bears.
    """
    key = request.subject_key
    if key is None or (life := subjects.person(key).life) == "shredded":
        words = typed(request)
        return words.email if words else ""
    if life == "active":
        return subjects.contact(key, "email") or ""
    if at is None:
        return ""
    return legal.contact(key, "email", reason="letter", actor="system", at=at) or ""


def company() -> str:
    """Return who answers: the name in MAIL_FROM."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[0] or "Venia"


def template_of(kind: str, *, law: str, locale: str) -> str:
    """Return the wording that counts: as edited for the law, as edited for all, as shipped."""
    rows = LetterTemplate.objects.filter(kind=kind, locale=locale, law__in=[law, ""])
    edited = rows.order_by("-law", "-version").values_list("text", flat=True).first()
    if edited is not None:
        return edited
    own = FOLDER / law / f"{kind}.{locale}.txt"
    path = own if own.exists() else FOLDER / f"{kind}.{locale}.txt"
    return path.read_text(encoding="utf-8")


@transaction.atomic
def edit_template(kind: str, *, law: str, locale: str, text: str, by: Acting) -> LetterTemplate:
    """
    Add a version to a letter's wording; letters that were sent stay as they are.

    :raises LetterRejected: when it could not be filled.
    """
    wording.check(text)
    rows = LetterTemplate.objects.filter(kind=kind, law=law, locale=locale)
    last = rows.aggregate(last=Max("version"))["last"] or 0
    row = LetterTemplate.objects.create(
        kind=kind,
        law=law,
        locale=locale,
        version=last + 1,
        text=text,
        edited_by=by.actor,
        edited_at=by.at,
    )
    details = {"kind": kind, "law": law, "locale": locale, "version": row.version}
    audit.record("rights.letter_edited", actor=by.actor, at=by.at, details=details)
    return row


def _written(draft: Draft, at: datetime, *, own_page: str) -> Text:
    law, locale = _law(draft.rights), draft.request.locale
    template = template_of(draft.kind, law=law, locale=locale)
    known = values(draft, at=at) | {"own_page": own_page}
    if known.get("outcomes") and "{outcomes}" not in template:  # an older wording of ours or theirs
        template = f"{template}\n\n{{outcomes}}."
    return wording.rendered(template, known)


def values(draft: Draft, *, at: datetime) -> dict[str, str]:
    """Return what the variables of a letter stand for in this case."""
    request, right = draft.request, draft.rights[0]
    locale, law = request.locale, packs()[_law(draft.rights)]
    words = typed(request)
    known = {
        "company": company(),
        "number": str(request.pk),
        "name": words.name if words and not _is_nameless(draft) else "",
        "today": _day(legal_day(at, request.country), locale),
        "received_on": _day(request.received_on, locale),
        "rights": _listed([say("rights", r.right, locale) for r in draft.rights], locale),
        "law": law.name,
        "words": draft.words,
        "ready": "x" if any(map(packages.is_ready, draft.rights)) else "",
        "changes": "; ".join(filter(None, map(changes.in_letter, draft.rights))),
        "authority": law.authority.name,
        "complaint_page": law.authority.complaint_url or "",
        "complaint_by": _complaint_by(right, locale),
    }
    erased = next((r for r in draft.rights if r.right == erasing.RIGHT), right)
    told = {name: _said(value, locale) for name, value in erasing.values(erased, at=at).items()}
    ended = outcomes.told(draft.rights, locale)
    carried = next((r for r in draft.rights if r.outcome in (GRANTED, PARTIAL)), right)
    return known | _dates(carried, locale) | _ground(draft, locale) | told | ended


def _is_nameless(draft: Draft) -> bool:
    """The certificate of an erasure is kept by nobody who could still know whose it is."""
    return draft.kind == "certificate" and draft.rights[0].right == erasing.RIGHT


def _said(value: date | str, locale: str) -> str:
    return value if isinstance(value, str) else _day(value, locale)


def _dates(right: RequestedRight, locale: str) -> dict[str, str]:
    by_event = {clock.event: clock for clock in right.clocks.order_by("pk")}
    running = [clock for clock in by_event.values() if clock.ended_on is None]
    answers = [c for c in running if c.event.startswith("answer")] or _answered(by_event)
    carrying = [c for c in running if c.event.startswith("execution")]
    supply = by_event.get(clocks.OF_THE_PERSON)
    return {
        "due_on": _day(answers[-1].statutory_due, locale) if answers else "",
        "articles": answers[-1].source if answers else "",
        "execute_by": _day(carrying[-1].statutory_due, locale) if carrying else "",
        "supply_by": _day(supply.statutory_due, locale)
        if supply and supply.ended_on is None
        else "",
    }


def _answered(by_event: Mapping[str, Clock]) -> list[Clock]:
    return [clock for event, clock in by_event.items() if event.startswith("answer")]


def _ground(draft: Draft, locale: str) -> dict[str, str]:
    right = draft.rights[0]
    known = grounds.grounds(right.request.laws, right.right)
    ground = known.get(right.ground) if right.outcome in (PARTIAL, REFUSED) else None
    if draft.kind == "held":
        ground = grounds.first_of(grounds.FOR_CLAIMS, known)
    if ground is None:
        return {}
    return {"ground": ground.words[locale], "ground_source": ground.source}


def _complaint_by(right: RequestedRight, locale: str) -> str:
    if right.answered_on is None:
        return ""
    inputs = clocks.inputs_of(right.request, right.answered_on)
    found = clocks.count(right.request.laws, right.right, "complaint_to_authority", inputs)
    return _day(found.found.statutory_due, locale) if found else ""


def _law(rights: Sequence[RequestedRight]) -> str:
    clock = rights[0].clocks.order_by("-pk").first()
    return clock.law if clock else rights[0].request.laws[-1]


def _day(day: date, locale: str) -> str:
    with translation.override(locale.lower()):
        written = date_format(day, _LONG[locale])
    return written if locale == "en" else written.lower()


def _listed(words: Sequence[str], locale: str) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {_AND[locale]} {words[-1]}"
