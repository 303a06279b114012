"""Ids, lookup digests and pseudonyms: what stands for a person without saying who it is."""

import base64
import functools
import hmac
import os

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from audit.chain import framed, framed_one
from pseudonymize.sealing import Key

# A character for each byte; 256 bytes give each of 32 characters alike.
_CHARACTERS = b"abcdefghijklmnopqrstuvwxyz234567" * 8


def new_public_id() -> str:
    """Return a new public id: "sub_" and 26 random base32 characters (130 bits)."""
    return "sub_" + os.urandom(26).translate(_CHARACTERS).decode()


def lookup_digest(key: Key, kind: str, normalised: str) -> bytes:
    """
    Return the 32 bytes by which an identifier is found.

    Keyed, because e-mails and phone numbers are few enough to hash them all. The kind is part of
    it: an external id that looks like a phone number does not find the phone's owner.
    """
    keyed = _begun(key.value, kind).copy()
    keyed.update(framed_one(normalised.encode()))
    return keyed.finalize()


@functools.lru_cache(maxsize=32)
def _begun(key: bytes, kind: str) -> HMAC:
    """The part that is the same for every identifier of a kind: a check digests one each."""
    begun = HMAC(key, SHA256())
    begun.update(framed(b"venia-lookup-1", kind.encode()))
    return begun


def dead_digest(key: Key, public_id: str) -> bytes:
    """Return the 32 bytes that remain of a public id after erasure."""
    return hmac.digest(key.value, framed(b"venia-dead-1", public_id.encode()), "sha256")


def suppression_digest(key: Key, channel: str, kind: str, normalised: str) -> bytes:
    """Return the 32 bytes under which "do not address again" is kept for one channel."""
    text = framed(b"venia-suppression-1", channel.encode(), kind.encode(), normalised.encode())
    return hmac.digest(key.value, text, "sha256")


def pseudonym(secret: Key, *, scope: str, epoch: str) -> str:
    """
    Return the subject's pseudonym towards one recipient: "ps1." and 32 base32 characters.

    Made from the subject's own random secret, so nobody who knows the e-mail can recompute it,
    and destroying the secret ends it everywhere. Links records within `scope` and `epoch`,
    nothing across. Until then it is personal data (GDPR Art. 4(5)). "ps1" lets a later
    algorithm coexist.
    """
    text = framed(b"ps1", scope.encode(), epoch.encode())
    digest = hmac.digest(secret.value, text, "sha256")[:20]
    return "ps1." + base64.b32encode(digest).decode().lower()
