"""What the consent API takes and gives. Shape only: what an act must be is `intake`'s matter."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from audit import jsontext
from consent.act import CHANNELS, DECISIONS, FREQUENCIES, Actor, Kind
from consent.intake import EARLIEST, NewAct
from consent.models import CircumstanceKind
from consent.takeover import Line, LineRefused

_ACTORS = [actor.value for actor in Actor if actor is not Actor.SYSTEM]
_Shape = serializers.Serializer[Any]
LATEST = 2199


def one_of(names: list[str], **options: Any) -> serializers.ChoiceField:
    """Return a field for one of `names`; its message does not repeat the input."""
    options["error_messages"] = {"invalid_choice": f"Write one of {', '.join(names)}."}
    return serializers.ChoiceField(names, **options)


class Moment(serializers.DateTimeField):
    """An instant: a date and time that says its offset."""

    default_error_messages = {
        "naive": "Add the offset, such as Z or +01:00.",
        "implausible": f"Write a year from {EARLIEST} to {LATEST}.",
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("naive")
        if not EARLIEST <= value.year <= LATEST:  # at the ends of the calendar, offsets overflow
            self.fail("implausible")
        return value


def named_act(given: dict[str, Any]) -> NewAct:
    """Return the act of which `ActShape` checked the form."""
    members = dict(given)
    notice = members.pop("notice") or {"version": None, "locale": ""}
    return NewAct(
        kind=Kind(members.pop("decision")),
        actor=Actor(members.pop("actor")),
        notice_version=notice["version"],
        locale=notice["locale"],
        **members,
    )


def past_act(raw: bytes) -> Line:
    """
    Return the act that a line of an import tells.

    :raises LineRefused: with the field; the line itself is not repeated.
    """
    try:
        shape = PastAct(data=jsontext.decoded(raw))
    except jsontext.Unreadable as unreadable:
        raise LineRefused("malformed", "", str(unreadable)) from None
    if not shape.is_valid():
        field, sentence = _first_fault(shape.errors)
        raise LineRefused("invalid", field, sentence)
    members = dict(shape.validated_data)
    subject = members.pop("subject")
    return Line(subject["type"], subject["value"], named_act(members))


def _first_fault(found: Any, path: str = "") -> tuple[str, str]:
    if isinstance(found, dict):
        name, inner = next(iter(found.items()))
        return _first_fault(inner, f"{path}.{name}".lstrip("."))
    return (path, str(found)) if isinstance(found, str) else _first_fault(found[0], path)


class Strict(_Shape):
    """Refuses members that it does not know: a slip in `channels` must not widen a grant."""

    default_error_messages = {"unknown": "No such member."}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            for name in data:
                if name not in self.fields:
                    raise serializers.ValidationError({name: [self.error_messages["unknown"]]})
        return super().to_internal_value(data)


class NoticeNamed(Strict):
    """The text that was shown."""

    version = serializers.CharField(max_length=16)
    locale = serializers.CharField(max_length=35)


class ActShape(Strict):
    """One act of a person on one purpose."""

    purpose = serializers.CharField(max_length=64)
    decision = one_of([kind.value for kind in DECISIONS])
    channels = serializers.ListField(
        child=one_of(list(CHANNELS)), required=False, allow_null=True, default=None
    )
    data_categories = serializers.ListField(
        child=serializers.CharField(max_length=96), required=False, allow_null=True, default=None
    )
    frequency = one_of(list(FREQUENCIES), required=False, allow_null=True, default=None)
    notice = NoticeNamed(
        required=False, allow_null=True, default=None, help_text="Needed for a grant."
    )
    method = serializers.CharField(max_length=40, help_text="How it was given, such as web_form.")
    actor = one_of(_ACTORS)
    acted_at = Moment(required=False, allow_null=True, default=None)
    explicit = serializers.BooleanField(required=False, default=False)
    evidence = serializers.DictField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Any JSON; sealed. double_opt_in_at proves the e-mail address.",
    )


class SubjectNamed(Strict):
    """Whose act it was."""

    type = one_of(["external_id", "email", "phone", "public"])
    value = serializers.CharField(max_length=320)


class PastAct(ActShape):
    """One line of an import. `subject.type` is `public` for a `sub_…` id."""

    subject = SubjectNamed()
    decision = one_of([*(kind.value for kind in DECISIONS), Kind.NOTICE_SERVED.value])
    acted_at = Moment()


class ImportShape(_Shape):
    """How far an import is."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(["waiting", "running", "done", "failed"])
    lines = serializers.IntegerField()
    recorded = serializers.IntegerField()
    refused = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    error_file = serializers.CharField(help_text="Its lines say what was refused, and why.")


class ServedShape(Strict):
    """That a notice was made available to a person."""

    purpose = serializers.CharField(max_length=64)
    version = serializers.CharField(max_length=16)
    locale = serializers.CharField(max_length=35)
    channel = one_of(list(CHANNELS))
    acted_at = Moment(required=False, allow_null=True, default=None)


class PauseShape(Strict):
    """A pause of all but service purposes."""

    until = serializers.DateField(help_text="Last day of the pause.")
    method = serializers.CharField(max_length=40, required=False, default="api")
    actor = one_of(_ACTORS, required=False, default=Actor.SUBJECT.value)


class PausedShape(_Shape):
    """Until when a person is left in peace."""

    paused_until = serializers.DateField()


class CircumstanceShape(Strict):
    """A fact about a person's life."""

    since = Moment()
    until = Moment(required=False, allow_null=True, default=None)


class ToldShape(_Shape):
    """A circumstance on record."""

    kind = serializers.ChoiceField(CircumstanceKind.choices)
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)


class StateAsked(Strict):
    """Which state is asked for."""

    history = serializers.BooleanField(required=False, default=False)
    at = Moment(required=False, default=None)
    cursor = serializers.IntegerField(required=False, default=0, min_value=0)


class LayerShape(_Shape):
    """A decision that stands, for the channels and data that no newer one covers."""

    decision = serializers.CharField()
    acted_at = serializers.DateTimeField()
    channels = serializers.ListField(child=serializers.CharField(), allow_null=True)
    data_categories = serializers.ListField(child=serializers.CharField(), allow_null=True)
    notice_version = serializers.CharField(allow_null=True)
    explicit = serializers.BooleanField()
    actor = serializers.CharField()
    pending_channels = serializers.ListField(child=serializers.CharField())


class PurposeStateShape(_Shape):
    """What stands for one purpose."""

    purpose = serializers.CharField()
    decision = serializers.CharField(allow_null=True)
    layers = LayerShape(many=True)
    frequency = serializers.DictField(child=serializers.CharField())
    notice_served = serializers.DictField(allow_null=True)


class StateShape(_Shape):
    """What a person allows; with `history`, the members are `acts` and `next`."""

    purposes = PurposeStateShape(many=True)
    restricted = serializers.BooleanField()
    paused_until = serializers.DateField(allow_null=True)
    contact_hours = serializers.DictField()
    removed_guesses = serializers.ListField(
        child=serializers.CharField(),
        help_text="What the person does not want worked out or used: words of `predicts` and "
        "`detail`. Delete what you hold of it. Checks refuse and withhold it.",
    )
    circumstances = ToldShape(many=True)


class NoticeOffered(_Shape):
    """The notice in force."""

    version = serializers.CharField()
    locales = serializers.ListField(child=serializers.CharField())
    change = serializers.CharField()
    in_force_from = serializers.DateField()
    words = serializers.DictField()


class PurposeShape(_Shape):
    """A purpose that is offered."""

    key = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField(help_text="In the language of Accept-Language.")
    theme = serializers.CharField()
    controller = serializers.CharField()
    notice = NoticeOffered()
    bases = serializers.DictField(child=serializers.CharField(), help_text="By law.")
    data_categories = serializers.ListField(child=serializers.CharField())
    origins = serializers.ListField(child=serializers.CharField())
    actions = serializers.ListField(child=serializers.CharField())
    channels = serializers.ListField(child=serializers.CharField())
    recipients = serializers.ListField(child=serializers.CharField())
    data_use = serializers.CharField()
    dpv = serializers.CharField()
    validity_months = serializers.IntegerField()


class PurposePage(_Shape):
    """The purposes, all on one page."""

    results = PurposeShape(many=True)
    next = serializers.CharField(allow_null=True)


class ReceiptShape(_Shape):
    """A signed consent receipt, JSON-LD. Read `profile` for the schema it follows."""

    id = serializers.UUIDField()
    decision = serializers.CharField()
    acted_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    proof = serializers.DictField()
