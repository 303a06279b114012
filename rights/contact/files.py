"""Files that come with a request: few kinds, small, looked at before they are kept, and sealed."""

import hashlib
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from pseudonymize import envelopes
from rights.casework.events import Acting, note
from rights.casework.sealed import seal_text, text_of
from rights.models import Attachment, RightsRequest

MOST_BYTES = 5 * 1024 * 1024
MOST_FILES = 5
MOST_PIXELS = 40_000_000
MOST_INFLATED = 50 * 1024 * 1024
KINDS = ("identity", "mandate", "other")
_LABEL, _NAME = "file", "file name"
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # JPEG: where the size stands
_SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


class FileRefused(Exception):
    """A file cannot be kept; nothing of it was."""

    field = "files"

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came. What it calls itself is not believed: its first bytes say what it is."""

    kind: str
    name: str
    content: bytes


def checked(upload: Upload) -> str:
    """
    Return the media type of a file that may be kept.

    :raises FileRefused: too large, of another type, or larger inside than it looks.
    """
    if len(upload.content) > MOST_BYTES:
        raise FileRefused("file_too_large", "A file takes up to 5 MB. Send a smaller picture.")
    starts = (kind for start, kind in _SIGNATURES.items() if upload.content.startswith(start))
    media_type = next(starts, None)
    if media_type is None:
        raise FileRefused("file_type", "Send a PDF, a JPEG or a PNG file.")
    if media_type == "application/pdf":
        _check_pdf(upload.content)
    else:
        _check_picture(upload.content)
    return media_type


def _check_picture(content: bytes) -> None:
    """Read no more than the size that a picture says it has; nothing is inflated here."""
    try:
        width, height = _png_size(content) if content[:1] == b"\x89" else _jpeg_size(content)
    except (struct.error, IndexError):
        raise FileRefused("file_broken", "The picture cannot be read. Take it again.") from None
    if not 0 < width * height <= MOST_PIXELS:
        raise FileRefused("file_too_large_inside", "The picture is too large. Send a smaller one.")


def _png_size(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", content, 16)
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        (length,) = struct.unpack_from(">H", content, at + 2)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        at += 2 + length
    raise IndexError(at)


def _check_pdf(content: bytes) -> None:
    """Refuse what acts by itself, and streams that would inflate beyond measure."""
    lowered = content.lower()
    if any(word in lowered for word in (b"/javascript", b"/launch", b"/embeddedfile")):
        raise FileRefused("file_active", "The PDF holds scripts or files. Print it to a new PDF.")
    left = MOST_INFLATED
    for part in content.split(b"stream")[1:]:
        left -= _inflated(part.lstrip(b"\r\n"), left)
        if left <= 0:
            raise FileRefused("file_too_large_inside", "The PDF is too large inside. Send less.")


def _inflated(part: bytes, most: int) -> int:
    inflater = zlib.decompressobj()
    try:
        return len(inflater.decompress(part, most + 1))
    except zlib.error:
        return 0


@transaction.atomic
def add(request: RightsRequest, upload: Upload, by: Acting) -> Attachment:
    """
    Keep a file, sealed.

    :raises FileRefused: as `checked`, and when the request has its share already.
    """
    media_type = checked(upload)
    if request.files.filter(destroyed_at=None).count() >= MOST_FILES:
        raise FileRefused("too_many_files", f"A request takes {MOST_FILES} files.")
    file = Attachment.objects.create(
        request=request,
        kind=upload.kind,
        name=seal_text(request, upload.name[:120], label=_NAME),
        content=envelopes.seal(request.envelope, upload.content, label=_LABEL),
        media_type=media_type,
        size=len(upload.content),
        digest=hashlib.sha256(upload.content).hexdigest(),
        added_at=by.at,
    )
    details = {"file": file.pk, "kind": file.kind, "digest": file.digest}
    note(request, "file", Acting(by.actor, by.at), details=details)
    return file


def content_of(file: Attachment) -> bytes | None:
    """Return a file's content; None once it was destroyed."""
    if file.content is None:
        return None
    return envelopes.unseal(file.request.envelope, bytes(file.content), label=_LABEL)


def name_of(file: Attachment) -> str:
    """Return the name that a file came with; empty once it was destroyed."""
    return text_of(file.request, file.name, label=_NAME)


@transaction.atomic
def destroy(file_id: int, by: Acting) -> bool:
    """Destroy a document that an officer has looked at; returns whether it was still there."""
    rows = Attachment.objects.filter(pk=file_id, destroyed_at=None).select_related("request")
    file = rows.first()
    if file is None:
        return False
    rows.update(content=None, name=None, seen_by=by.actor, destroyed_at=by.at)
    note(file.request, "identity.file_destroyed", by, details={"file": file.pk})
    return True


def destroy_identity_files(request: RightsRequest, by: Acting) -> int:
    """Destroy every identity document of a request, once the identity is settled."""
    kept = request.files.filter(kind="identity", destroyed_at=None).values_list("pk", flat=True)
    return sum(destroy(number, by) for number in list(kept))


def left_over(*, at: datetime) -> int:
    """Destroy the identity documents of requests that were proved or closed since."""
    rows = Attachment.objects.filter(kind="identity", destroyed_at=None)
    over = rows.exclude(request__identity="") | rows.filter(request__closed_at__isnull=False)
    numbers = list(over.values_list("pk", flat=True))
    return sum(destroy(number, Acting("system", at)) for number in numbers)
