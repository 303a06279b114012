"""The installation's signature: Ed25519, its key derived from the master key."""

import base64
import functools

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

_INFO = b"venia signature 1"


@functools.lru_cache(maxsize=4)
def _private_key(master: str) -> Ed25519PrivateKey:
    seed = HKDF(hashes.SHA256(), length=32, salt=None, info=_INFO).derive(master.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def sign(message: bytes) -> bytes:
    """Return the 64-byte Ed25519 signature of `message` (RFC 8032)."""
    return _private_key(settings.VENIA_MASTER_KEY).sign(message)


def is_genuine(message: bytes, signature: bytes) -> bool:
    """Return whether this installation signed `message`, with its present master key."""
    return _signed_with(settings.VENIA_MASTER_KEY, message, signature)


def was_genuine(message: bytes, signature: bytes) -> bool:
    """Return whether this installation signed `message`, with a master key that we still know."""
    pairs = settings.VENIA_PREVIOUS_MASTER_KEYS.split(",")
    earlier = [key.strip() for _, colon, key in (pair.partition(":") for pair in pairs) if colon]
    known = [settings.VENIA_MASTER_KEY, *earlier]
    return any(_signed_with(master, message, signature) for master in known)


def _signed_with(master: str, message: bytes, signature: bytes) -> bool:
    try:
        _private_key(master).public_key().verify(signature, message)
    except InvalidSignature:
        return False
    return True


def public_key() -> str:
    """Return the public key as unpadded base64url, as in a JWK's `x` (RFC 8037)."""
    return _public_key(settings.VENIA_MASTER_KEY)


@functools.lru_cache(maxsize=4)
def _public_key(master: str) -> str:
    key = _private_key(master).public_key()
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
