"""
Mails that were written into files, where no server sends them: those of an erased person go.

The certificate stays, since nothing else proves it where mails are files, without its address.
"""

import email
import email.policy
import re
from collections.abc import Collection, Iterator
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

from django.conf import settings

NOBODY = "erased@nobody.example"
_CERTIFICATE = "certificate-"
_BETWEEN = b"-" * 79 + b"\n"  # as Django's file backend writes it
_SHORTEST = 5  # characters; what is shorter would be found in anybody's mail


def remove(identifiers: Collection[str]) -> int:
    """Remove the mails that name somebody by one of their identifiers; returns how many."""
    wanted = {value.casefold() for value in identifiers if len(value) >= _SHORTEST}
    return sum(_cleaned(path, wanted) for path in _files())


def _files() -> Iterator[Path]:
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if folder and Path(folder).is_dir():
        yield from (path for path in Path(folder).iterdir() if path.is_file())


def _cleaned(path: Path, wanted: Collection[str]) -> int:
    """Leave of a file the mails of others; a file may hold several, one after the other."""
    try:
        texts = path.read_bytes().split(_BETWEEN)
    except FileNotFoundError:  # another erasure was faster
        return 0
    kept = [left for text in texts if text.strip() and (left := _left(text, wanted))]
    removed = sum(text.strip() != b"" and text not in kept for text in texts)
    if removed and kept:
        path.write_bytes(_BETWEEN.join([*kept, b""]))
    elif removed:
        path.unlink()
    return removed


def _left(text: bytes, wanted: Collection[str]) -> bytes:
    """Return what stays of one mail: all of it, nothing, or a certificate without its address."""
    mail = email.message_from_bytes(text, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    if not _names(mail, wanted):
        return text
    return _nameless(mail) if _is_certificate(mail) else b""


def _names(mail: EmailMessage, wanted: Collection[str]) -> bool:
    headers = [str(value) for name in ("to", "cc", "bcc") for value in mail.get_all(name, [])]
    if any(address.casefold() in wanted for _, address in getaddresses(headers)):
        return True
    body = mail.get_body(("plain",))
    said = f"{mail.get('subject', '')}\n{body.get_content() if body else ''}".casefold()
    return any(re.search(rf"(?<!\w){re.escape(value)}(?!\w)", said) for value in wanted)


def _is_certificate(mail: EmailMessage) -> bool:
    names = [part.get_filename() or "" for part in mail.iter_attachments()]
    return any(name.startswith(_CERTIFICATE) for name in names)


def _nameless(mail: EmailMessage) -> bytes:
    for name in ("To", "Cc", "Bcc"):
        del mail[name]
    mail["To"] = NOBODY
    return mail.as_bytes()
