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

_NOBODY = "erased@venia.invalid"
_CERTIFICATE = "certificate-"
_SHORTEST = 5  # characters; what is shorter would be found in anybody's mail


def remove(identifiers: Collection[str]) -> int:
    """Remove the mails that name somebody by one of their identifiers; returns how many."""
    wanted = {value.casefold() for value in identifiers if len(value) >= _SHORTEST}
    done = 0
    for path in _files():
        mail = _read(path)
        if mail is not None and _names(mail, wanted):
            _keep_certificate(path, mail) if _is_certificate(mail) else path.unlink()
            done += 1
    return done


def _files() -> Iterator[Path]:
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if folder and Path(folder).is_dir():
        yield from (path for path in Path(folder).iterdir() if path.is_file())


def _read(path: Path) -> EmailMessage | None:
    try:
        read = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    except FileNotFoundError:  # another erasure was faster
        return None
    assert isinstance(read, EmailMessage)
    return read


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


def _keep_certificate(path: Path, mail: EmailMessage) -> None:
    for name in ("To", "Cc", "Bcc"):
        del mail[name]
    mail["To"] = _NOBODY
    path.write_bytes(mail.as_bytes())
