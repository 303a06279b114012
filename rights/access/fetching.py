"""A package leaves: by a link that lives shortly and opens once, as it is or with a passphrase."""

import hashlib
import io
import secrets
import zipfile
from collections.abc import Iterator
from datetime import datetime

import pyzipper
from django.db import transaction

from rights.access.proving import NotReady, ready
from rights.access.sealing import content
from rights.access.terms import terms
from rights.casework.events import Acting, note
from rights.casework.holding import held
from rights.models import Package, Pickup, RightsRequest

_WORDS = 6
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
LEAST = 16  # characters of a passphrase


class LinkOver(Exception):
    """The link was used, is too old, is another request's, or never was."""

    code = "pickup_over"

    def __init__(self) -> None:
        super().__init__("This link opens nothing any more. Ask for another code on your page.")


def link(package: Package, *, at: datetime) -> str:
    """Make a link to one download and return its token, which says nothing of anybody."""
    token = secrets.token_urlsafe(32)
    Pickup.objects.create(
        digest=_digest(token), package=package, made_at=at, opens_until=at + terms().link_lives
    )
    return token


def opened(token: str, request: RightsRequest, *, at: datetime) -> Package:
    """
    Return the package that a link would give, without using it up.

    :raises LinkOver: also to the page of another request.
    """
    rows = Pickup.objects.filter(digest=_digest(token), used_at=None, opens_until__gt=at)
    found = rows.select_related("package__right__request").first()
    if found is None or found.package.right.request_id != request.pk:
        raise LinkOver
    if not ready(found.package, at=at):
        raise LinkOver
    return found.package


@transaction.atomic
def take(token: str, request: RightsRequest, by: Acting) -> Package:
    """
    Use up a link and record the download; the caller then streams the archive.

    :raises LinkOver: as `opened`, and to the second of two at once.
    """
    package = opened(token, request, at=by.at)
    held(request.pk)
    if not Pickup.objects.filter(digest=_digest(token), used_at=None).update(used_at=by.at):
        raise LinkOver
    if not Package.objects.filter(pk=package.pk, state="ready").update(fetched_at=by.at):
        raise LinkOver
    details = {"package": package.pk, "digest": package.digest}
    note(request, "package.fetched", by, right=package.right, details=details)
    return package


def new_passphrase() -> str:
    """Return a passphrase to be shown once; it is kept nowhere (about 120 bits)."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_WORDS))
    return "-".join(groups)


def plain(package: Package) -> Iterator[bytes]:
    """Yield the archive. :raises NotReady: when it was destroyed."""
    if package.state != "ready":
        raise NotReady
    return content(package)


def locked(package: Package, passphrase: str, *, name: str) -> Iterator[bytes]:
    """
    Yield a ZIP file that holds the archive under AES-256 with `passphrase`.

    :raises ValueError: for a passphrase that is too short to protect anything.
    """
    if len(passphrase) < LEAST:
        raise ValueError("A passphrase has at least 16 characters. Use the one on the page.")
    return _locked(plain(package), passphrase, name)


def _locked(pieces: Iterator[bytes], passphrase: str, name: str) -> Iterator[bytes]:
    sink = _Passing()
    with pyzipper.AESZipFile(sink, "w", compression=zipfile.ZIP_STORED) as outer:
        outer.setencryption(pyzipper.WZ_AES, nbits=256)
        outer.setpassword(passphrase.encode())
        with outer.open(name, "w", force_zip64=True) as entry:
            for piece in pieces:
                entry.write(piece)
                yield sink.taken()
    yield sink.taken()


class _Passing(io.RawIOBase):
    """A file that hands on what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, chunk: object) -> int:
        told = bytes(memoryview(chunk))  # type: ignore[arg-type]
        self._waiting += told
        return len(told)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
