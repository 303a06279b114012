"""The master key and what is derived from it. Nothing else in the project handles key material."""

import base64
import binascii
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from audit.chain import framed
from pseudonymize import sealing
from pseudonymize.models import CarriedKey
from pseudonymize.sealing import KEY_BYTES, Key, bound_to, derive, new_key, seal, unseal
from pseudonymize.tokens import new_public_id

CARRIED = ("lookup", "dead-id", "suppression", "release")
FIRST = 1


class MasterKeys(Protocol):
    """Where master keys come from: the environment today, a key service tomorrow."""

    @property
    def current(self) -> int:
        """The version under which new secrets are wrapped."""

    def key(self, version: int) -> Key:
        """
        Return the master key of `version`.

        :raises MasterKeyMissing: when this process was not given it.
        """


class MasterKeyMissing(Exception):
    """A secret is wrapped under a master key that this process does not have."""

    code = "master_key_missing"

    def __init__(self, version: int) -> None:
        super().__init__(
            f"Master key version {version} is missing. Set VENIA_MASTER_KEY with its "
            "VENIA_MASTER_KEY_VERSION, and older ones in VENIA_PREVIOUS_MASTER_KEYS."
        )


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Master keys held in memory, by version."""

    current: int
    keys: Mapping[int, Key]

    def key(self, version: int) -> Key:
        if version not in self.keys:
            raise MasterKeyMissing(version)
        return self.keys[version]


def master_keys() -> MasterKeys:
    """Return the provider that `VENIA_KEY_PROVIDER` names: a dotted path to a callable."""
    return _provider(settings.VENIA_KEY_PROVIDER)()


@functools.lru_cache(maxsize=4)
def _provider(path: str) -> Callable[[], MasterKeys]:
    provider: Callable[[], MasterKeys] = import_string(path)
    return provider


def from_settings() -> MasterKeys:
    """Return the master keys that the environment, or the files it names, hold."""
    return _ring(
        settings.VENIA_MASTER_KEY,
        settings.VENIA_MASTER_KEY_VERSION,
        settings.VENIA_PREVIOUS_MASTER_KEYS,
    )


@functools.lru_cache(maxsize=4)
def _ring(current: str, version: int, previous: str) -> KeyRing:
    ring = {version: _parsed(current, version)}
    for entry in filter(None, previous.split(",")):
        number, _, text = entry.strip().partition(":")
        if not number.isdigit() or int(number) == version:
            raise ImproperlyConfigured(
                "VENIA_PREVIOUS_MASTER_KEYS takes version:key pairs, such as 1:…,2:…, "
                "without the current version."
            )
        ring[int(number)] = _parsed(text, int(number))
    return KeyRing(version, ring)


def _parsed(text: str, version: int) -> Key:
    try:
        return Key(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        raise MasterKeyMissing(version) from None


@functools.lru_cache(maxsize=64)
def _derived(master: Key, purpose: str) -> Key:
    return derive(master, purpose)


def purpose_key(purpose: str) -> Key:
    """
    Return the key of one of the `CARRIED` purposes.

    It stays the same over changes of the master key, because digests of what was erased could
    never be made again: the first master key gives it, and rotation carries it on, wrapped.
    """
    keys = master_keys()
    if keys.current == FIRST:
        return _derived(keys.key(FIRST), purpose)
    return _carried(keys.current, keys.key(keys.current), purpose)


@functools.lru_cache(maxsize=16)
def _carried(version: int, master: Key, purpose: str) -> Key:
    row = CarriedKey.objects.filter(purpose=purpose, key_version=version).first()
    if row is None:
        return _before_rotation(purpose)
    return Key(unseal(_derived(master, "carry"), bytes(row.wrapped), label=purpose.encode()))


def _before_rotation(purpose: str) -> Key:
    """The key while a newer master key is set, but `rotate_keys` has not yet carried this one."""
    row = CarriedKey.objects.filter(purpose=purpose).first()
    if row is None:
        return _derived(master_keys().key(FIRST), purpose)
    carrier = _derived(master_keys().key(row.key_version), "carry")
    return Key(unseal(carrier, bytes(row.wrapped), label=purpose.encode()))


def carry(purpose: str) -> bytes:
    """Return a purpose's key wrapped under the current master key."""
    keys = master_keys()
    carrier = _derived(keys.key(keys.current), "carry")
    return seal(carrier, purpose_key(purpose).value, label=purpose.encode())


def wrap(secret: Key, *, subject_key: int, role: str, public_id: str = "") -> tuple[bytes, int]:
    """
    Return a subject's secret wrapped for `role` (service, legal), and the key's version.

    The `sub_…` id is wrapped with it, so that both are opened, blocked and destroyed as one.
    """
    keys = master_keys()
    wrapper = _derived(keys.key(keys.current), f"wrap {role}")
    together = secret.value + public_id.encode()
    return seal(wrapper, together, label=_owner(subject_key)), keys.current


def unwrap(wrapped: bytes, *, subject_key: int, role: str, version: int) -> Key:
    """
    Return the secret of a subject.

    :raises SealBroken: when it was wrapped for another subject or role, or changed.
    :raises MasterKeyMissing: when the master key of `version` is not here.
    """
    return Key(_unwrapped(wrapped, subject_key, role, version)[:KEY_BYTES])


def unwrap_with_id(wrapped: bytes, *, subject_key: int, role: str, version: int) -> tuple[Key, str]:
    """
    Return a subject's secret, and the `sub_…` id that was wrapped with it, else an empty one.

    :raises SealBroken, MasterKeyMissing: as `unwrap`.
    """
    together = _unwrapped(wrapped, subject_key, role, version)
    return Key(together[:KEY_BYTES]), together[KEY_BYTES:].decode()


@functools.cache
def size_without_public_id() -> int:
    """Return how many bytes a wrapped secret has that no `sub_…` id was wrapped with."""
    return len(wrap(new_secret(), subject_key=0, role="service")[0])


@functools.cache
def size_with_public_id() -> int:
    """Return how many bytes a secret has that was wrapped with a `sub_…` id."""
    return size_without_public_id() + len(new_public_id())


def rewrap(
    wrapped: bytes, *, subject_key: int, version: int, held_by: str, role: str
) -> tuple[bytes, int]:
    """
    Return what is wrapped for `held_by`, wrapped for `role` under the current master key.

    :raises SealBroken, MasterKeyMissing: as `unwrap`.
    """
    secret, public_id = unwrap_with_id(
        wrapped, subject_key=subject_key, role=held_by, version=version
    )
    return wrap(secret, subject_key=subject_key, role=role, public_id=public_id)


def public_ids(
    subject_keys: Sequence[int], wrapped: Iterable[bytes], *, version: int
) -> dict[int, str]:
    """
    Return the subjects' `sub_…` ids, from what is wrapped for the service of each, in this order.

    An id is empty where it was not wrapped with the secret.

    :raises SealBroken, MasterKeyMissing: as `unwrap`.
    """
    begins = [b"", *(_bound_to_owners(digits) for digits in range(1, 20))]  # of a bigint
    bound = [begins[len(number)] + number for number in map(b"%d".__mod__, subject_keys)]
    opened = sealing.opened_all(_wrapper("service", version), wrapped, bound)
    told = [together[KEY_BYTES:].decode() for together in opened]
    return dict(zip(subject_keys, told, strict=True))


def _unwrapped(wrapped: bytes, subject_key: int, role: str, version: int) -> bytes:
    number = b"%d" % subject_key
    return _opener(_wrapper(role, version))(wrapped, _bound_to_owners(len(number)) + number)


def _wrapper(role: str, version: int) -> Key:
    return _derived(master_keys().key(version), f"wrap {role}")


@functools.lru_cache(maxsize=16)
def _opener(wrapper: Key) -> Callable[[bytes, bytes], bytes]:
    return sealing.opener(wrapper)


@functools.cache
def _bound_to_owners(digits: int) -> bytes:
    """Return how the binding to any subject whose key has so many digits begins."""
    return bound_to(_owner(10 ** (digits - 1)))[:-digits]


def _owner(subject_key: int) -> bytes:
    return framed(b"subject secret", str(subject_key).encode())


def new_secret() -> Key:
    """Return a fresh random secret for a subject."""
    return new_key()
