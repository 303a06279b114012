"""The library's primitives, called as this project calls them, against public vectors."""

import hmac
import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VECTORS = json.loads(Path("tests/vectors/primitives.json").read_text(encoding="utf-8"))
raw = bytes.fromhex


def test_hmac_sha256() -> None:
    for v in VECTORS["hmac_sha256"]:
        assert hmac.digest(raw(v["key"]), raw(v["msg"]), "sha256") == raw(v["tag"])


def test_hkdf_sha256_without_salt() -> None:
    for v in VECTORS["hkdf_sha256"]:
        kdf = HKDF(hashes.SHA256(), length=v["size"], salt=None, info=raw(v["info"]))
        assert kdf.derive(raw(v["ikm"])) == raw(v["okm"])


def test_aes_256_gcm() -> None:
    for v in VECTORS["aes_256_gcm"]:
        cipher, sealed = AESGCM(raw(v["key"])), raw(v["ct"] + v["tag"])
        assert cipher.encrypt(raw(v["iv"]), raw(v["msg"]), b"") == sealed
        assert cipher.decrypt(raw(v["iv"]), sealed, b"") == raw(v["msg"])


def test_aes_siv_takes_the_valid_and_refuses_every_flipped_bit() -> None:
    siv = VECTORS["aes_siv_cmac"]
    cipher = AESSIV(raw(siv["key"]))
    for v in siv["valid"]:
        assert cipher.encrypt(raw(v["msg"]), [b""]) == raw(v["ct"])
        assert cipher.decrypt(raw(v["ct"]), [b""]) == raw(v["msg"])
    for v in siv["invalid"]:
        with pytest.raises(InvalidTag):
            cipher.decrypt(raw(v["ct"]), [b""])
