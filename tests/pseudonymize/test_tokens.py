"""What stands for a person: fixed for ever, and telling nothing."""

import hashlib
import json
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pseudonymize import tokens
from pseudonymize.sealing import Key, derive, new_key, unseal

VECTORS = json.loads(Path("tests/vectors/tokens.json").read_text(encoding="utf-8"))
KEY = Key(bytes(range(32)))


def key(text: str) -> Key:
    return Key(bytes.fromhex(text))


def test_digests_tokens_and_seals_are_those_of_the_first_day() -> None:
    for v in VECTORS["lookup_digest"]:
        found = tokens.lookup_digest(key(v["key"]), v["kind"], v["normalised"])
        assert found.hex() == v["digest"]
    for v in VECTORS["dead_digest"]:
        assert tokens.dead_digest(key(v["key"]), v["public_id"]).hex() == v["digest"]
    for v in VECTORS["suppression_digest"]:
        named = v["channel"], v["kind"], v["normalised"]
        assert tokens.suppression_digest(key(v["key"]), *named).hex() == v["digest"]
    for v in VECTORS["derive"]:
        assert derive(key(v["key"]), v["purpose"]).value.hex() == v["derived"]
    for v in VECTORS["pseudonym"]:
        made = tokens.pseudonym(key(v["secret"]), scope=v["scope"], epoch=v["epoch"])
        assert made == v["pseudonym"]
    for v in VECTORS["unseal"]:
        opened = unseal(key(v["key"]), bytes.fromhex(v["sealed"]), label=v["label"].encode())
        assert opened.decode() == v["plaintext"]


def test_public_ids_are_random_and_well_formed() -> None:
    ids = {tokens.new_public_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch("sub_[a-z2-7]{26}", one) for one in ids)
    assert all(len({one[place] for one in ids}) == 32 for place in range(4, 30))


def test_no_pseudonym_or_digest_is_a_plain_hash_of_an_identifier() -> None:
    emails = [f"person{number}@correo.example" for number in range(10_000)]
    plain = set()
    for email in emails:
        for algorithm in ("md5", "sha1", "sha256"):
            digest = hashlib.new(algorithm, email.encode(), usedforsecurity=False).digest()
            plain |= {digest, digest[:20]}
    made = {tokens.lookup_digest(KEY, "email", email) for email in emails}
    assert len(made) == 10_000
    assert not made & plain
    assert not {one[:20] for one in made} & plain


@given(scope=st.text(max_size=20), epoch=st.text(max_size=10), other=st.text(max_size=20))
def test_a_pseudonym_is_stable_within_its_scope_and_epoch_only(
    scope: str, epoch: str, other: str
) -> None:
    one = tokens.pseudonym(KEY, scope=scope, epoch=epoch)
    assert one == tokens.pseudonym(KEY, scope=scope, epoch=epoch)
    assert re.fullmatch(r"ps1\.[a-z2-7]{32}", one)
    assert (one == tokens.pseudonym(KEY, scope=other, epoch=epoch)) == (scope == other)
    assert (one == tokens.pseudonym(KEY, scope=scope, epoch=other)) == (epoch == other)


def test_moving_a_character_between_scope_and_epoch_changes_the_pseudonym() -> None:
    one = tokens.pseudonym(KEY, scope="ab", epoch="c")
    assert one != tokens.pseudonym(KEY, scope="a", epoch="bc")


def test_two_people_have_two_pseudonyms() -> None:
    made = {tokens.pseudonym(new_key(), scope="s", epoch="e") for _ in range(1000)}
    assert len(made) == 1000
