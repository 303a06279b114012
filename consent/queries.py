"""Reads what is offered and what each subject permits. Never writes."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import QuerySet

from audit import prepared
from consent import compact, drafts
from consent.act import Act, NewAct
from consent.catalogue import NoticeText, Purpose, purpose_from, words_from
from consent.models import Catalogue, Circumstance, ConsentEvent, ConsentState, Notice, SubjectState
from consent.models import Purpose as PurposeRow
from consent.state import PersonState, Standing, fold, fold_subject


def catalogue_version() -> str:
    """Return the digest of what is offered; empty before the catalogue was loaded. One row."""
    return Catalogue.objects.values_list("digest", flat=True).filter(id=1).first() or ""


def purposes(version: str | None = None) -> Mapping[str, Purpose]:
    """
    Return the purposes that are offered, by key.

    Kept in memory per catalogue `version`, which is read when it is not given.
    """
    return _purposes(catalogue_version() if version is None else version)


def purpose_on_record(key: str, version: int | None = None) -> Purpose | None:
    """Return a purpose as it was in `version`, offered or not; the newest when it is not given."""
    rows = PurposeRow.objects.filter(key=key).order_by("-version")
    row = (rows if version is None else rows.filter(version=version)).first()
    return purpose_from(row.content, _notices(purpose=key).get(key, ())) if row else None


@lru_cache(maxsize=4)
def _purposes(version: str) -> Mapping[str, Purpose]:
    row = Catalogue.objects.filter(digest=version).first()
    if row is None:
        return {}
    notices = _notices()
    kept = {(r.key, r.version): r.content for r in PurposeRow.objects.all()}
    return {
        key: purpose_from(kept[key, number], notices.get(key, ()))
        for key, number in row.offered.items()
    }


def _notices(**wanted: str) -> dict[str, list[NoticeText]]:
    found: dict[str, dict[str, NoticeText]] = {}
    for row in Notice.objects.filter(**wanted).order_by("in_force_from", "pk"):
        notice = found.setdefault(row.purpose, {}).get(row.version)
        words = {**(notice.words if notice else {}), row.locale: words_from(row.words)}
        text = NoticeText(row.version, row.change, row.in_force_from, words)
        found[row.purpose][row.version] = text
    return {key: list(versions.values()) for key, versions in found.items()}


def notice(purpose: str, *, version: str, locale: str) -> Notice | None:
    """Return the notice on record, or None."""
    return Notice.objects.filter(purpose=purpose, version=version, locale=locale).first()


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """What is offered, with every notice on record. Two are equal when they are one."""

    purposes: Mapping[str, Purpose]
    notices: Mapping[tuple[str, str, str], Notice]  # by purpose, version and locale

    def notice(self, act: NewAct) -> Notice | None:
        """Return the notice that was shown for an act; None when there is none on record."""
        return self.notices.get((act.purpose, act.notice_version or "", act.locale))


OFFERED = """SELECT digest || ' ' || coalesce((SELECT max(id) FROM consent_notice), 0)
FROM consent_catalogue WHERE id = 1"""  # names an offer: texts are added, never changed


def offer(name: str | None = None) -> Offer:
    """Return what is offered now. Kept in memory per `name`, which is read when not given."""
    if name is None:
        found = prepared.run(OFFERED, [])
        name = (found[0][0] or b"").decode() if found else ""
    return _offer(name)


@lru_cache(maxsize=2)
def _offer(name: str) -> Offer:
    rows = {(row.purpose, row.version, row.locale): row for row in Notice.objects.all()}
    return Offer(purposes(name.partition(" ")[0]), rows)


def act_of(event: ConsentEvent) -> Act:
    """Return what the fold needs of an act on record, read with its notice."""
    return drafts.act_of(drafts.row_of(event), event.notice.version if event.notice else None)


def history(subject_key: int) -> QuerySet[ConsentEvent]:
    """Return the acts of a subject, oldest first, each with its notice."""
    rows = ConsentEvent.objects.filter(subject_id=subject_key)
    return rows.select_related("notice").order_by("sequence")


@dataclass(frozen=True, slots=True)
class Permission:
    """What a subject permits: per purpose on which they acted, and as a whole."""

    standings: Mapping[str, Standing]
    person: PersonState


def permission(subject_key: int) -> Permission:
    """Return what stands now, from the projection."""
    rows = ConsentState.objects.filter(subject_id=subject_key).order_by("purpose")
    return as_kept(rows, SubjectState.objects.filter(subject_id=subject_key).first())


def as_kept(rows: Iterable[ConsentState], state: SubjectState | None) -> Permission:
    """Return what the rows of the projection say about one subject."""
    standings = {row.purpose: compact.from_json(row.standing) for row in rows}
    if state is None:
        return Permission(standings, PersonState())
    person = PersonState(
        restricted=state.restricted,
        blocked=state.blocked,
        erased=state.erased,
        paused_until=state.paused_until,
        contact_hours=compact.hours_from_json(state.contact_hours),
        removed_guesses=frozenset(state.removed_guesses),
    )
    return Permission(standings, person)


def permission_at(subject_key: int, *, at: datetime) -> Permission:
    """Return what stood at `at` (inclusive), as it is known now: from the ledger itself."""
    return folded(act_of(event) for event in history(subject_key).filter(acted_at__lte=at))


def folded(acts: Iterable[Act]) -> Permission:
    """Return what stands after `acts` of one subject, in any order."""
    by_purpose: dict[str, list[Act]] = {}
    for act in acts:
        by_purpose.setdefault(act.purpose, []).append(act)
    person = fold_subject(by_purpose.pop("", []))
    return Permission({key: fold(by_purpose[key]) for key in sorted(by_purpose)}, person)


def circumstances(subject_key: int) -> QuerySet[Circumstance]:
    """Return the circumstances of a subject that were told and not taken back, by kind."""
    return Circumstance.objects.filter(subject_id=subject_key, ended_at=None).order_by("kind")


def receipted(receipt_id: uuid.UUID) -> ConsentEvent | None:
    """Return the act behind a receipt number; None when it never was, or was forgotten."""
    rows = ConsentEvent.objects.filter(receipt__pk=receipt_id)
    return rows.select_related("notice", "receipt").first()
