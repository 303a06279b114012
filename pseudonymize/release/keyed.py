"""Keyed transformations of a column: pseudonyms, reversible tokens, noise. Pure."""

import base64
import binascii
import hashlib
import hmac
import math
from array import array
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from audit.chain import framed
from pseudonymize.release.transforms import Column, text
from pseudonymize.sealing import Key, SealBroken

_FIELD_BYTES = 18  # 144 bits, which are 24 characters of base64 without padding
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_BLOCK = 64  # of SHA-256


def place(scope: str, epoch: str, name: str) -> str:
    """Return where a value was released: part of its token, so that it opens nowhere else."""
    return f"{scope} {epoch} {name}"


def field_pseudonyms(column: Column, key: Key) -> Column:
    """
    Return "fp1." and 24 base64url characters for each value: HMAC-SHA256, cut to 144 bits.

    The same value has the same pseudonym under one key, and nothing in common under another.
    Source: RFC 2104; both hash states are prepared once and copied for each value.
    """
    values = text(column)
    present = values.drop_null()
    inner, outer = _hash_states(key)
    digests = []
    for value in present.cast(pa.binary()).to_pylist():
        first, second = inner.copy(), outer.copy()
        first.update(value)
        second.update(first.digest())
        digests.append(second.digest()[:_FIELD_BYTES])
    made = pc.binary_join_element_wise("fp1.", _base64(b"".join(digests)), "")
    return _at_their_places(made, values)


def _hash_states(key: Key) -> tuple["hashlib._Hash", "hashlib._Hash"]:
    padded = key.value.ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
    return inner, hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))


def _base64(joined: bytes) -> Column:
    """Return one string for every 18 bytes, made in one go."""
    characters = binascii.b2a_base64(joined, newline=False).translate(_URL_SAFE)
    size = _FIELD_BYTES // 3 * 4
    offsets = array("i", range(0, len(characters) + 1, size))
    count = len(characters) // size
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(characters))


def _at_their_places(made: Column, values: Column) -> Column:
    """Put what was made of the present `values` back, nulls between them."""
    if not values.null_count:
        return made
    present = values.is_valid()
    places = pc.subtract(pc.cumulative_sum(present.cast(pa.int32())), 1)
    return made.take(pc.if_else(present, places, None))


def subject_pseudonyms(secrets: Sequence[Key], *, scope: str, epoch: str) -> Column:
    """Return `tokens.pseudonym` of every secret, made together."""
    message = framed(b"ps1", scope.encode(), epoch.encode())
    digest = hmac.digest
    joined = b"".join([digest(one.value, message, "sha256")[:20] for one in secrets])
    characters = base64.b32encode(joined).decode().lower()
    return pa.array([f"ps1.{characters[at : at + 32]}" for at in range(0, len(characters), 32)])


def value_tokens(column: Column, secrets: Sequence[Key], *, place: str) -> Column:
    """
    Return "tk1." and base64url of each value under AES-SIV with its subject's own secret.

    `place` (scope, epoch and field) is part of it. Erasure of the subject ends the way back.
    Source: RFC 5297.
    """
    rows = zip(text(column).to_pylist(), secrets, strict=True)
    return pa.array(
        [None if v is None else _token(v, secret, place) for v, secret in rows], pa.string()
    )


def _token(value: str, secret: Key, place: str) -> str:
    sealed = _siv(secret).encrypt(value.encode(), [place.encode()])
    return "tk1." + base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def token_value(token: str, secret: Key, *, place: str) -> str:
    """
    Return the value behind a token of `value_tokens`.

    :raises SealBroken: for another subject, another place, or a changed token.
    """
    body = token.removeprefix("tk1.")
    try:
        sealed = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        return _siv(secret).decrypt(sealed, [place.encode()]).decode()
    except (InvalidTag, ValueError):
        raise SealBroken from None


def _siv(secret: Key) -> AESSIV:
    """Return AES-256-SIV under 64 bytes of the secret: half for the MAC, half for the text."""
    return AESSIV(hmac.digest(secret.value, framed(b"venia-token-1"), "sha512"))


def noisy(column: Column, secrets: Sequence[Key], *, scale: float, place: str) -> Column:
    """
    Return each number with Laplace noise of `scale`, rounded when the column holds integers.

    The noise of one value of one person is always the same, so that asking again does not
    average it away. It blurs single values; it is no differential privacy.
    """
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        return pa.nulls(len(column), pa.float64())
    rows = zip(column.to_pylist(), secrets, strict=True)
    moved = [
        None if v is None else v + _laplace(secret, f"{place} {v}", scale) for v, secret in rows
    ]
    result = pa.array(moved, pa.float64())
    whole = pa.types.is_integer(column.type)
    return pc.round(result).cast(pa.int64()) if whole else result


def _laplace(secret: Key, what: str, scale: float) -> float:
    digest = hmac.digest(secret.value, framed(b"noise", what.encode()), "sha256")
    uniform = (int.from_bytes(digest[:7], "big") + 0.5) / (1 << 56) - 0.5  # never at either end
    return -scale * math.copysign(math.log1p(-2 * abs(uniform)), uniform)
