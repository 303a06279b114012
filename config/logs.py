"""Keeps identifiers out of the logs, whoever writes them."""

import logging
import re

from django.http import HttpRequest

_SUBJECT_ID = re.compile(r"sub_[a-z2-7]{26}")
_EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[a-z]{2,}", re.IGNORECASE)


def masked(text: str) -> str:
    """Return `text` with `sub_…` ids and e-mail addresses replaced."""
    return _EMAIL.sub("<email>", _SUBJECT_ID.sub("sub_<masked>", text))


def _route(request: HttpRequest) -> str:
    """The pattern of an address: what stands in its places may be a customer number, or a link."""
    match = request.resolver_match
    return f"/{match.route}" if match else "an address that we do not have"


class MaskIdentifiers(logging.Filter):
    """The last net: a record that carries an identifier all the same is written without it."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if path := getattr(getattr(record, "request", None), "path", None):
            escaped = path.encode("unicode_escape").decode("ascii")  # as Django writes it
            message = message.replace(escaped, _route(record.request))  # type: ignore[attr-defined]
        record.msg, record.args = masked(message), None
        if record.exc_info and not record.exc_text:
            record.exc_text = masked(logging.Formatter().formatException(record.exc_info))
        return True
