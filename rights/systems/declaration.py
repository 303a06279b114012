"""
What a declared system is: what it holds, what it can do for a right, and how it is reached.

Pure: values only. `reading` makes them of TOML, `registry` holds those of the installation.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from rights.systems.tables import SqlMap

OWN = "venia"  # the system that Venia itself is; built in, always the last of an errand
LAST = 1000


class Work(StrEnum):
    """What a system can be asked to do for one person."""

    EXPORT = "export"  # tell everything it holds
    RECTIFY = "rectify"  # change what is wrong; the payload holds old and new
    DISPUTE = "dispute"  # mark as disputed
    RESTRICT = "restrict"  # keep, and not use
    RELEASE = "release"  # end a restriction, a dispute or a blocking
    OBJECT = "object"  # stop for the purposes in the payload
    BLOCK = "block"  # reserve for courts and authorities (LOPDGDD art. 32)
    ERASE = "erase"
    VERIFY = "verify"  # tell what is still held
    NOTIFY = "notify"  # tell a recipient what changed (GDPR art. 19)


class Connector(StrEnum):
    """How a system is reached."""

    HTTP = "http"
    SQL = "sql"
    MANUAL = "manual"
    OWN = "own"


class Field(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One thing that a system holds of a person: `orders.total` is the member of a set of records.

    `category` is a key of the Fideslang taxonomy. `third_party`: it may speak of somebody else,
    and is redacted in an export.
    """

    key: str
    title: Mapping[str, str]
    category: str
    origin: Literal["provided", "observed", "derived", "inferred", "bought"]
    third_party: bool = False


class Keep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stays after an erasure: a field (empty: all of it), on which ground and how long."""

    field: str
    ground: str  # tax, claims, contract …: a code with words of its own
    source: str  # the article
    months: int
    counted_from: str  # in a word: last_entry, end_of_contract …


class Retention(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a system may hold what it holds."""

    months: int
    counted_from: str
    source: str


class Http(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    How a system is called over HTTP.

    `internal_hosts`: hosts that may lie at a private address or be called without TLS; no other
    one may. `ask_after_minutes`: how long after a 202 the call is repeated.
    """

    url: str
    internal_hosts: tuple[str, ...] = ()
    ca_file: str = ""
    seconds: int = 20
    answer_limit_bytes: int = 5 * 1024 * 1024
    ask_after_minutes: int = 60


class System(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One system that holds personal data.

    `identified_by`: the kinds of identifiers that it is told, and no others. An erasure goes
    by `order`: a higher one waits until all lower ones are settled. `patience_hours`: silent for
    longer, it is escalated to the desk. `must_know`: it may hold people under nothing that it is
    told, so whom it cannot be named is looked for by hand. `models` were trained on what it holds.
    """

    key: str
    title: Mapping[str, str]
    categories: tuple[str, ...]
    works: frozenset[Work]
    connector: Connector
    order: int = 50
    identified_by: tuple[str, ...] = ()
    must_know: bool = False
    patience_hours: int = 48
    fields: tuple[Field, ...] = ()
    keeps: tuple[Keep, ...] = ()
    retention: Retention | None = None
    models: tuple[str, ...] = ()
    instructions: Mapping[str, str] = {}  # to the person at the desk, by locale
    http: Http | None = None
    sql: SqlMap | None = None


VENIA = System(
    key=OWN,
    title={"es": "Venia", "pt-BR": "Venia", "en": "Venia"},
    categories=("user",),
    works=frozenset({Work.EXPORT, Work.ERASE, Work.VERIFY}),
    connector=Connector.OWN,
    order=LAST,
)
