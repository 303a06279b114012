"""Authenticated encryption and key derivation, without a database or settings."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from audit.chain import framed

KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Key:
    """32 secret bytes. Its repr shows nothing, so that no log or traceback does."""

    value: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.value) != KEY_BYTES:
            raise ValueError(f"A key has {KEY_BYTES} bytes, not {len(self.value)}.")


class SealBroken(Exception):
    """What is to be opened was sealed with another key or label, or was changed."""

    code = "seal_broken"

    def __init__(self) -> None:
        super().__init__(
            "A sealed value cannot be opened. Check that VENIA_MASTER_KEY is the key of these data."
        )


def new_key() -> Key:
    """Return a random key."""
    return Key(os.urandom(32))


def derive(key: Key, purpose: str) -> Key:
    """
    Return the key for one `purpose`; keys of two purposes say nothing about each other.

    Source: RFC 5869 (HKDF), with SHA-256 and no salt.
    """
    info = _info(purpose)
    return Key(HKDF(hashes.SHA256(), length=32, salt=None, info=info).derive(key.value))


@lru_cache(maxsize=64)
def _info(purpose: str) -> bytes:
    return framed(b"venia-key-1", purpose.encode())


def seal(key: Key, plaintext: bytes, *, label: bytes) -> bytes:
    """
    Return `plaintext` sealed by AES-256-GCM: a version byte, 12 random bytes, text and tag.

    The value opens only with the same `label`, so it cannot be moved to another place.
    """
    return sealer(key, label=label)(plaintext)


def sealer(key: Key, *, label: bytes) -> Callable[[bytes], bytes]:
    """Return what seals many values under one `key` and `label`, as `seal` does one."""
    encrypt, bound = AESGCM(key.value).encrypt, bound_to(label)

    def sealed(plaintext: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + encrypt(nonce, plaintext, bound)

    return sealed


def bound_to(label: bytes) -> bytes:
    """Return what binds a sealed value to its `label`; it ends with the label."""
    return framed(b"venia-seal-1", label)


def unseal(key: Key, sealed: bytes, *, label: bytes) -> bytes:
    """
    Return what was sealed under `key` with `label`.

    :raises SealBroken: another key, another label, or changed bytes.
    """
    return opener(key)(sealed, bound_to(label))


def opener(key: Key) -> Callable[[bytes, bytes], bytes]:
    """
    Return what opens many values under one `key`, each given with what it is `bound_to`.

    Setting a key up costs more than opening a short value with it. It raises as `unseal` does.
    """
    decrypt = AESGCM(key.value).decrypt

    def opened(sealed: bytes, bound: bytes) -> bytes:
        if sealed[:1] != _VERSION or len(sealed) < 1 + _NONCE:
            raise SealBroken
        try:
            return decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], bound)
        except InvalidTag:
            raise SealBroken from None

    return opened


def opened_all(key: Key, sealed: Iterable[bytes], bound: Iterable[bytes]) -> list[bytes]:
    """
    Return many values opened under one key, each with what it is `bound_to`; raises as `unseal`.

    In one loop: what a function of ours costs for each is a third of opening a short value.
    """
    decrypt, found = AESGCM(key.value).decrypt, list[bytes]()
    try:
        for one, to in zip(sealed, bound, strict=True):
            if one[:1] != _VERSION or len(one) < 1 + _NONCE:
                raise SealBroken
            found.append(decrypt(one[1 : 1 + _NONCE], one[1 + _NONCE :], to))
    except InvalidTag:
        raise SealBroken from None
    return found
