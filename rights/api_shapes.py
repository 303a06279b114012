"""The shapes of requests over HTTP, for the checks at the door and for the OpenAPI document."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

from jurisdictions.vocabulary import RIGHTS
from rights.casework.opening import CHANNELS, MADE_BY
from rights.rectifying.fields import kinds

_Text = serializers.CharField


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "description": "a `sub_…` id"},
            {
                "type": "object",
                "properties": {"id": {"type": "string"}, "id_type": {"type": "string"}},
                "required": ["id"],
            },
        ]
    }
)
class SubjectField(serializers.JSONField):
    """A `sub_…` id, or `{id, id_type}`; `id_type` defaults to `external_id`."""

    default_error_messages = {"shape": "Send a sub_… id, or an object with id and id_type."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data.get("id") if isinstance(data, dict) else data, str):
            self.fail("shape")
        return data


def _short(length: int = 200, **more: Any) -> serializers.CharField:
    return _Text(max_length=length, required=False, default="", allow_blank=True, **more)


class ContactShape(serializers.Serializer[Any]):
    """How the person can be reached, where they are not yet a subject; sealed."""

    name = _short()
    email = _short(320)
    phone = _short(32)
    postal = _short(500)
    known_as = _short(help_text="customer number")
    on_behalf_of = _short(help_text="the person, where a representative or guardian writes")


class ChangeShape(serializers.Serializer[Any]):
    """A detail that is wrong, with what is right; sealed. `old` may be empty: it is missing."""

    field = serializers.ChoiceField(sorted(kinds()))
    old = _short(500)
    new = _short(500, help_text="empty: it is to be removed")
    why = _short(500)


class RequestBody(serializers.Serializer[Any]):
    """A request. With `subject` the caller vouches that this person asks."""

    subject = SubjectField(required=False, default=None, allow_null=True)
    rights = serializers.ListField(
        child=serializers.ChoiceField(
            sorted(RIGHTS),
            error_messages={"invalid_choice": f"Known: {', '.join(sorted(RIGHTS))}."},
        ),
        min_length=1,
        max_length=len(RIGHTS),
    )
    country = _short(2, help_text="ISO 3166-1; default: the subject's")
    region = _short(6, help_text="ISO 3166-2, as ES-AN: whose calendar counts")
    locale = _short(35)
    channel = serializers.ChoiceField(CHANNELS, default="api")
    made_by = serializers.ChoiceField(MADE_BY, default="self")
    received_on = serializers.DateField(required=False, default=None, allow_null=True)
    purposes = serializers.ListField(child=_Text(max_length=64), default=list, max_length=50)
    contact = ContactShape(default=dict)
    changes = ChangeShape(many=True, required=False, default=list)
    words = _short(4000, help_text="what the person wrote; sealed")


_CLOCK = inline_serializer(
    "RightsClock",
    {
        "event": _Text(),
        "law": _Text(),
        "rule": _Text(),
        "source": _Text(),
        "calendar": _Text(help_text="and its version"),
        "steps": serializers.ListField(child=serializers.DictField()),
        "others": serializers.ListField(child=serializers.DictField()),
        "started_on": serializers.DateField(),
        "statutory_due": serializers.DateField(),
        "prudent_due": serializers.DateField(),
        "ended_on": serializers.DateField(allow_null=True),
        "ended": _Text(help_text="met, or why it stopped; empty while it runs"),
    },
    many=True,
)
_PACKAGE = inline_serializer(
    "RightsPackage",
    {
        "state": _Text(help_text="waiting, ready or destroyed"),
        "bytes": serializers.IntegerField(),
        "sha256": _Text(allow_null=True),
        "fetch_until": serializers.DateTimeField(allow_null=True),
        "fetched_at": serializers.DateTimeField(allow_null=True),
    },
    allow_null=True,
)
_RIGHT = inline_serializer(
    "RequestedRight",
    {
        "right": _Text(),
        "state": _Text(),
        "statutory_due": serializers.DateField(allow_null=True),
        "prudent_due": serializers.DateField(allow_null=True),
        "outcome": _Text(allow_null=True),
        "ground": _Text(allow_null=True),
        "answered_on": serializers.DateField(allow_null=True),
        "clocks": _CLOCK,
        "package": _PACKAGE,
    },
    many=True,
)
REQUEST = inline_serializer(
    "RightsRequest",
    {
        "id": _Text(help_text="req_…"),
        "number": serializers.IntegerField(help_text="as letters name it"),
        "state": _Text(help_text="of the right that is furthest behind"),
        "identity_proved": serializers.BooleanField(),
        "received_on": serializers.DateField(),
        "country": _Text(),
        "region": _Text(allow_null=True),
        "laws": serializers.ListField(child=_Text()),
        "rights": _RIGHT,
    },
)
