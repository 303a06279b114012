"""Loads the catalogue into the database. What was once offered is never edited, only followed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from consent.catalogue import NoticeText, Purpose, content_of
from consent.models import Catalogue
from consent.models import Notice as NoticeRow
from consent.models import Purpose as PurposeRow


class ChangedAfterOffer(Exception):
    """The catalogue says something else under a version that is already on record."""

    code = "changed_after_offer"

    def __init__(self, what: str, version: object) -> None:
        super().__init__(
            f"{what}: version {version} is on record with other content. People may have been "
            "shown it, so it stays as it is: give the change a new version."
        )


@transaction.atomic
def offer(purposes: Mapping[str, Purpose], *, at: datetime) -> int:
    """
    Offer `purposes` from now on; return how many versions of purposes and notices are new.

    Idempotent. Purposes that are no longer in the catalogue stay on record and are not offered.

    :raises ChangedAfterOffer: when content differs under a version that is on record.
    """
    known, _ = Catalogue.objects.get_or_create(
        id=1, defaults={"digest": "", "offered": {}, "loaded_at": at}
    )
    Catalogue.objects.select_for_update().get(id=1)  # two starts at once: the second waits
    added = sum(_keep_purpose(purpose, at) for purpose in purposes.values())
    added += sum(_keep_notices(purpose) for purpose in purposes.values())
    digest = _digest([[content_of(p), _notice_bodies(p)] for p in purposes.values()]).hex()
    if digest != known.digest:
        offered = {key: purpose.version for key, purpose in purposes.items()}
        Catalogue.objects.filter(id=1).update(digest=digest, offered=offered, loaded_at=at)
    return added


def notice_digest(row: NoticeRow) -> bytes:
    """Return the digest of what a notice on record says."""
    body = [row.purpose, row.version, row.locale, row.change, row.in_force_from.isoformat()]
    return _digest([*body, row.words])


def purpose_digest(row: PurposeRow) -> bytes:
    """Return the digest of what a purpose on record says."""
    return _digest(row.content)


def _keep_purpose(purpose: Purpose, at: datetime) -> int:
    content = content_of(purpose)
    digest = _digest(content)
    row, is_new = PurposeRow.objects.get_or_create(
        key=purpose.key,
        version=purpose.version,
        defaults={"content": content, "digest": digest, "loaded_at": at},
    )
    if bytes(row.digest) != digest:
        raise ChangedAfterOffer(purpose.key, purpose.version)
    return int(is_new)


def _keep_notices(purpose: Purpose) -> int:
    known = {
        (row.version, row.locale): bytes(row.digest)
        for row in NoticeRow.objects.filter(purpose=purpose.key).only("version", "locale", "digest")
    }
    new = []
    for notice in purpose.notices:
        for row in _notice_rows(purpose, notice):
            kept = known.get((row.version, row.locale))
            if kept is None:
                new.append(row)
            elif kept != row.digest:
                raise ChangedAfterOffer(f"{purpose.key}, notice in {row.locale}", row.version)
    NoticeRow.objects.bulk_create(new)
    return len(new)


def _notice_rows(purpose: Purpose, notice: NoticeText) -> list[NoticeRow]:
    rows = [
        NoticeRow(
            purpose=purpose.key,
            version=notice.version,
            locale=locale,
            change=notice.change,
            in_force_from=notice.in_force_from,
            words=asdict(words),
        )
        for locale, words in notice.words.items()
    ]
    for row in rows:
        row.words["text"] = list(row.words["text"])
        row.digest = notice_digest(row)
    return rows


def _notice_bodies(purpose: Purpose) -> list[str]:
    return [row.digest.hex() for n in purpose.notices for row in _notice_rows(purpose, n)]


def _digest(body: Any) -> bytes:
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()
