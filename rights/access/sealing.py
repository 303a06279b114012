"""An archive on its way into the database: cut into megabytes, each sealed, none ever in clear."""

import hashlib
import io
from collections.abc import Iterator

from pseudonymize import envelopes, sealing
from rights.models import Package, PackagePart

PIECE = 1024 * 1024
_KEY = "package key"


class SealedParts(io.RawIOBase):
    """
    A file that can only be written: what is written becomes sealed parts of a package.

    At most one piece and what one `write` brings is held in memory. `finish` writes the rest.
    """

    def __init__(self, package: Package, key: sealing.Key) -> None:
        super().__init__()
        self.size, self.parts = 0, 0
        self._package, self._key = package, key
        self._digest, self._waiting = hashlib.sha256(), bytearray()

    def writable(self) -> bool:
        return True

    def write(self, chunk: object) -> int:
        told = bytes(memoryview(chunk))  # type: ignore[arg-type]
        self._digest.update(told)
        self.size += len(told)
        self._waiting += told
        while len(self._waiting) >= PIECE:
            self._keep(bytes(self._waiting[:PIECE]))
            del self._waiting[:PIECE]
        return len(told)

    def finish(self) -> str:
        """Keep what is left; return the SHA-256 of everything that was written."""
        if self._waiting:
            self._keep(bytes(self._waiting))
            self._waiting.clear()
        return self._digest.hexdigest()

    def _keep(self, piece: bytes) -> None:
        sealed = sealing.seal(self._key, piece, label=_label(self._package, self.parts))
        PackagePart.objects.create(package=self._package, number=self.parts, sealed=sealed)
        self.parts += 1


def sealed_key(package: Package, key: sealing.Key) -> bytes:
    """Return the content key sealed in the envelope of the package's request."""
    return envelopes.seal(package.right.request.envelope, key.value, label=_label_of_key(package))


def content(package: Package) -> Iterator[bytes]:
    """
    Yield the archive, a megabyte at a time.

    :raises EnvelopeDestroyed: when it was destroyed.
    :raises SealBroken: when a part was changed, moved or is missing.
    """
    if package.key is None:
        raise envelopes.EnvelopeDestroyed
    envelope = package.right.request.envelope
    key = sealing.Key(envelopes.unseal(envelope, bytes(package.key), label=_label_of_key(package)))
    for number in range(package.parts):
        part = PackagePart.objects.filter(package=package, number=number).first()
        if part is None:
            raise sealing.SealBroken
        yield sealing.unseal(key, bytes(part.sealed), label=_label(package, number))


def _label_of_key(package: Package) -> str:
    return f"{_KEY} {package.pk}"


def _label(package: Package, number: int) -> bytes:
    return f"package {package.pk} part {number}".encode()
