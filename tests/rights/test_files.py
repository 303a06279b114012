"""Files: few kinds, small, also inside, sealed, and identity documents destroyed."""

import struct
import zlib

import pytest

from rights import operations
from rights.contact import files
from rights.contact.files import FileRefused, Upload
from tests.rights.requests import a_request, at, by

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"
db = pytest.mark.django_db


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"\x08\x06"


def jpeg(width: int, height: int) -> bytes:
    frame = struct.pack(">BBHBHH", 0xFF, 0xC0, 11, 8, height, width)
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 4) + b"JF" + frame + b"\x01"


def test_a_file_is_what_its_first_bytes_say() -> None:
    assert files.checked(Upload("other", "x.exe", PDF)) == "application/pdf"
    assert files.checked(Upload("other", "x", png(10, 10))) == "image/png"
    assert files.checked(Upload("other", "x", jpeg(10, 10))) == "image/jpeg"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"MZ\x90", "file_type"),
        (b"", "file_type"),
        (PDF + bytes(files.MOST_BYTES), "file_too_large"),
        (png(20_000, 20_000), "file_too_large_inside"),
        (jpeg(20_000, 20_000), "file_too_large_inside"),
        (png(0, 5), "file_too_large_inside"),
        (b"\x89PNG\r\n\x1a\n", "file_broken"),
        (b"\xff\xd8\xff\xe0", "file_broken"),
        (PDF + b"<< /JavaScript (app.alert(1)) >>", "file_active"),
        (PDF + b"stream\r\n" + zlib.compress(bytes(60_000_000)), "file_too_large_inside"),
    ],
)
def test_what_could_do_harm_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        files.checked(Upload("other", "x.pdf", content))
    assert refused.value.code == code


@db
def test_an_identity_document_is_sealed_looked_at_and_destroyed() -> None:
    request = a_request("2026-11-02", identity="")
    file = files.add(request, Upload("identity", "dni.pdf", PDF), by("2026-11-02"))
    assert PDF not in bytes(file.content or b"")
    assert (files.content_of(file), files.name_of(file)) == (PDF, "dni.pdf")
    operations.verify(request.pk, subject_key=None, how="document", by=by("2026-11-03"))
    assert files.destroy_identity_files(request, by("2026-11-03")) == 1
    file.refresh_from_db()
    assert (file.content, file.name, file.seen_by) == (None, None, "user:1")
    assert not files.destroy(file.pk, by("2026-11-04"))


@db
def test_a_forgotten_identity_document_is_destroyed_by_the_sweep() -> None:
    request = a_request("2026-11-02", identity="")
    files.add(request, Upload("identity", "dni.pdf", PDF), by("2026-11-02"))
    assert files.left_over(at=at("2026-11-02")) == 0
    operations.verify(request.pk, subject_key=None, how="mandate", by=by("2026-11-03"))
    assert files.left_over(at=at("2026-11-03")) == 1


@db
def test_a_request_takes_five_files() -> None:
    request = a_request("2026-11-02")
    for _ in range(files.MOST_FILES):
        files.add(request, Upload("other", "x.pdf", PDF), by("2026-11-02"))
    with pytest.raises(FileRefused, match="takes 5 files"):
        files.add(request, Upload("other", "x.pdf", PDF), by("2026-11-02"))
