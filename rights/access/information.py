"""What the law wants an answer to say beside the data: why, on which ground, to whom, how long."""

import functools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from consent import queries as consents
from consent.act import Kind
from consent.catalogue import Purpose
from consent.state import Standing
from jurisdictions.load import laws as packs
from policies import copies as decisions
from policies import registers
from rights.models import RightsRequest

FILE = Path(__file__).parent / "contents.toml"
_BY_CONSENT = frozenset({"consent", "explicit_consent"})


@dataclass(frozen=True, slots=True)
class Used:
    """A purpose as it stands for one person. `article` is of the law that sets the basis."""

    purpose: Purpose
    basis: str
    law: str
    article: str
    runs: bool


@dataclass(frozen=True, slots=True)
class Received:
    """A recipient on the register, and when it last received the person's data, if ever."""

    key: str
    name: str
    country: str
    role: str
    safeguard: str
    safeguard_until: date | None
    last_at: datetime | None


def used(request: RightsRequest) -> list[Used]:
    """Return every purpose that has a ground in the person's laws, those in use first."""
    assert request.subject_key is not None
    standings = consents.permission(request.subject_key).standings
    found = []
    for purpose in consents.purposes().values():
        ground = _ground(purpose, request.laws)
        if ground:
            standing = standings.get(purpose.key, Standing())
            found.append(Used(purpose, *ground, runs=_runs(ground[0], standing)))
    return sorted(found, key=lambda one: not one.runs)


def _ground(purpose: Purpose, laws: Sequence[str]) -> tuple[str, str, str] | None:
    """Return basis, law and article; of several laws the last and most special one's."""
    found = None
    for code in laws:
        column = packs()[code].bases_of or code
        if basis := purpose.bases.get(column):
            article = packs()[code].bases.get(basis) or packs()[column].bases.get(basis, "")
            found = (basis, code, article)
    return found


def _runs(basis: str, standing: Standing) -> bool:
    deciding = standing.layer_for(None, None)
    if basis in _BY_CONSENT:
        return deciding is not None and deciding.is_grant
    stopped = deciding is not None and not deciding.is_grant
    if basis == "tacit_consent":
        return not stopped and (deciding is not None or standing.served is not None)
    return basis != "legitimate_interest" or not stopped


def columns_of(laws: Sequence[str]) -> list[str]:
    """Return the columns of the catalogue's bases that count under these laws."""
    return list(dict.fromkeys(packs()[code].bases_of or code for code in laws))


def ever_granted(subject_key: int) -> set[str]:
    """Return the purposes that the person ever allowed."""
    rows = consents.history(subject_key).filter(kind=Kind.GRANTED)
    return set(rows.values_list("purpose", flat=True))


def recipients(subject_key: int) -> list[Received]:
    """
    Return who received the person's data, the newest first, then the processors on the register.

    From decisions to share that were carried out, or of which nobody said that they were not.
    """
    register = {row.key: row for row in registers.newest_recipients()}
    shared = decisions.shared(subject_key)
    received = sorted(shared.items(), key=lambda item: item[1], reverse=True)
    found = [_received(key, register.get(key), at) for key, at in received]
    processors = (row for row in register.values() if row.role == "processor")
    return found + [_received(row.key, row, None) for row in processors if row.key not in shared]


def _received(key: str, row: Any, at: datetime | None) -> Received:
    if row is None:  # it left the register after it had received the data
        return Received(key, registers.recipient_names().get(key, key), "", "", "", None, at)
    return Received(key, row.name, row.country, row.role, row.safeguard, row.safeguard_until, at)


def articles(topic: str, laws: Sequence[str]) -> str:
    """Return which articles of these laws want a topic to be told; empty where none does."""
    found = [f"{code} {_contents()[code][topic]}" for code in laws if topic in _of(code)]
    return "; ".join(found)


def rights(laws: Sequence[str]) -> list[tuple[str, str]]:
    """Return each right that these laws grant with the articles of the most special one."""
    found: dict[str, str] = {}
    for code in laws:
        named: dict[str, list[str]] = {}
        for right in packs()[code].rights:
            for name in right.contract_rights:
                named.setdefault(name, []).append(right.article)
        found |= {name: f"{code} {'; '.join(dict.fromkeys(a))}" for name, a in named.items()}
    return list(found.items())


def authorities(laws: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return name, complaint page and law of the authority: the most special law's."""
    law = packs()[laws[-1]]
    return [(law.authority.name, law.authority.complaint_url or "", law.name)]


def _of(code: str) -> Mapping[str, str]:
    found: Mapping[str, str] = _contents().get(code, {})
    return found


@functools.cache
def _contents() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
