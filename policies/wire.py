"""
The shape of requests by the OpenID AuthZEN Authorization API 1.0, and what we read of them.

Required members and their types are checked for every resource type; unknown members are
ignored. `context` is read only for purposes: other resource types have their own meaning of it.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from audit import jsontext
from policies.question import RESOURCE_TYPE, DataItem, NamedRecipient, Properties, Question

T = TypeVar("T")

MOST_EVALUATIONS = 1000
FURTHEST_PLAN = timedelta(days=90)
CLOCK_SKEW = timedelta(minutes=5)

_BAD_WORD = re.compile(r"Invalid enum value '.*'", re.DOTALL)

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
Key = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$", max_length=96)]
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]
Region = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
Day = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\d(T|$)")]
Channel = Literal[
    "web", "app", "push", "email", "sms", "whatsapp", "phone", "chat", "social", "device",
    "in_store", "postal",
]  # fmt: skip
Origin = Literal["provided", "observed", "derived", "inferred", "third_party"]
IdType = Literal["external_id", "email", "phone", "device_id"]
Semantic = Literal["execute_all", "deny_on_first_deny", "permit_on_first_permit"]


class MalformedRequest(Exception):
    """The request cannot be read; the message says what to correct and `field` where."""

    code = "malformed"

    def __init__(self, detail: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(detail)


class Entity(msgspec.Struct, frozen=True):
    """A subject or a resource."""

    type: str
    id: str
    properties: dict[str, Any] = {}


class Action(msgspec.Struct, frozen=True):
    """An action."""

    name: str
    properties: dict[str, Any] = {}


class Evaluation(msgspec.Struct, frozen=True):
    """A whole evaluation request."""

    subject: Entity
    action: Action
    resource: Entity
    context: dict[str, Any] = {}


class Options(msgspec.Struct, frozen=True):
    """How a batch is carried out."""

    evaluations_semantic: Semantic = "execute_all"
    all_required: bool = False


class Batch(msgspec.Struct, frozen=True):
    """A batch: defaults, and items that replace whole entities."""

    evaluations: list[dict[str, Any]] = []
    options: Options = Options()


class _Data(msgspec.Struct, frozen=True):
    category: Key
    origin: Origin | None = None
    collected_at: Day | None = None
    collected_for: Key | None = None
    detail: Text | None = None


class _Recipient(msgspec.Struct, frozen=True):
    id: Text
    country: Country | None = None


class _Context(msgspec.Struct, frozen=True):
    channel: Channel | None = None
    data: Annotated[list[_Data], msgspec.Meta(max_length=200)] | None = None
    recipient: _Recipient | None = None
    region: Region | None = None
    planned_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    gpc: bool | None = None
    reserve: bool | None = None
    review: Text | None = None
    supported_obligations: list[Text] | None = None


class ProfileContext(msgspec.Struct, frozen=True):
    """The members of a context that `release_profile` alone reads."""

    profile: dict[str, Any] | None = None
    field_policy: Text | None = None


class _Properties(msgspec.Struct, frozen=True):
    automated: bool | None = None
    sale: bool | None = None
    significant_effect: bool | None = None
    aggregated: bool | None = None
    ai_generated: bool | None = None
    predicts: Text | None = None
    place: Text | None = None


class _SubjectProperties(msgspec.Struct, frozen=True):
    id_type: IdType | None = None


def is_json(content_type: str) -> bool:
    """Return whether a Content-Type header says JSON."""
    return content_type.partition(";")[0].strip().lower() == "application/json"


def decoded(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`. :raises MalformedRequest: when there is none."""
    if not body:
        raise MalformedRequest("The body is empty. Send a JSON object.")
    try:
        members = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise MalformedRequest(f"The body is no JSON object: {error}.") from None
    except UnicodeDecodeError:
        raise MalformedRequest("The body is not in UTF-8.") from None
    except RecursionError:
        raise MalformedRequest("The body is nested too deep.") from None
    if jsontext.may_be_deep(body) and not jsontext.is_shallow(members):
        raise MalformedRequest("The body is nested too deep.")
    if b"\\u0000" in body and _holds_nul(members):  # no database can keep it
        raise MalformedRequest("Leave out the character NUL (\\u0000).")
    return members


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(map(_holds_nul, (*value, *value.values())))
    return isinstance(value, list) and any(map(_holds_nul, value))


def evaluation(members: dict[str, Any]) -> Evaluation:
    """Check the required members. :raises MalformedRequest: naming the first that is wrong."""
    return convert(members, Evaluation)


def batch(members: dict[str, Any]) -> Batch:
    """Check a batch's own members. :raises MalformedRequest: too many items, unknown semantic."""
    read = convert(members, Batch)
    if len(read.evaluations) > MOST_EVALUATIONS:
        detail = f"A batch takes up to {MOST_EVALUATIONS} evaluations. Send it in parts."
        raise MalformedRequest(detail, "evaluations")
    return read


def with_defaults(members: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    """Return one item of a batch: whole entities of its own, else those of the batch."""
    names = ("subject", "action", "resource", "context")
    return {n: item.get(n, members.get(n)) for n in names if n in item or n in members}


def id_type(subject: Entity) -> str:
    """Return the type of identifier a subject is named by. :raises MalformedRequest: unknown."""
    properties = convert(subject.properties, _SubjectProperties, "subject.properties")
    return properties.id_type or "external_id"


def question(asked: Evaluation, *, at: datetime) -> Question:
    """
    Return the question that an evaluation asks, at `at` (aware).

    :raises MalformedRequest: for a bad value in `context` or the action's known properties.
    """
    if asked.resource.type != RESOURCE_TYPE:
        return Question(asked.action.name, asked.resource.type, asked.resource.id, planned_at=at)
    context = convert(asked.context, _Context, "context")
    properties = convert(asked.action.properties, _Properties, "action.properties")
    given = {name: v for name in properties.__struct_fields__ if (v := getattr(properties, name))}
    supported = context.supported_obligations
    return Question(
        action=asked.action.name,
        resource_type=asked.resource.type,
        purpose=asked.resource.id,
        planned_at=_planned(context.planned_at, at),
        properties=Properties(**given),
        channel=context.channel,
        data=tuple(_item(item) for item in context.data or ()),
        recipient=_recipient(context.recipient),
        region=context.region,
        gpc=bool(context.gpc),
        reserve=bool(context.reserve),
        review=context.review,
        supported_obligations=None if supported is None else frozenset(supported),
    )


def _planned(planned: datetime | None, at: datetime) -> datetime:
    if planned is None:
        return at
    if planned > at + FURTHEST_PLAN:
        days = FURTHEST_PLAN.days
        raise MalformedRequest(f"planned_at is over {days} days ahead.", "context.planned_at")
    if planned < at - CLOCK_SKEW:
        detail = "planned_at is past. Leave it out to ask about now."
        raise MalformedRequest(detail, "context.planned_at")
    return planned.astimezone(UTC)


def _item(item: _Data) -> DataItem:
    try:
        collected = date.fromisoformat(item.collected_at[:10]) if item.collected_at else None
    except ValueError:
        detail = "collected_at is no day of the calendar."
        raise MalformedRequest(detail, "context.data.collected_at") from None
    return DataItem(item.category, item.origin, collected, item.collected_for, item.detail)


def _recipient(named: _Recipient | None) -> NamedRecipient | None:
    return NamedRecipient(named.id, named.country) if named else None


def convert(members: Any, kind: type[T], where: str = "") -> T:
    """Return `members` as `kind`. :raises MalformedRequest: naming what is wrong, and where."""
    try:
        return msgspec.convert(members, kind)
    except msgspec.ValidationError as error:
        detail, _, path = _unquoted(str(error)).partition(" - at ")
        field = f"{where}{path.strip('`').removeprefix('$')}".lstrip(".")
        raise MalformedRequest(f"{detail}.", field or None) from None


def _unquoted(message: str) -> str:
    """Leave out the caller's own word: somebody's address may stand in the wrong member."""
    return _BAD_WORD.sub("Not one of the known values", message)
