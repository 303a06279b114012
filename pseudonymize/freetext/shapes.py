"""What callers send to have texts redacted, and what they get."""

from typing import Any, Final

from rest_framework import serializers

MODES: Final = ("mask", "pseudonym", "label")
MOST_TEXTS: Final = 100


class How(serializers.Serializer[Any]):
    """What one text and a file of them have in common."""

    country = serializers.RegexField(
        r"^[A-Za-z]{2}$",
        required=False,
        allow_null=True,
        default=None,
        help_text="ISO 3166: whose numbers and streets to expect",
    )
    # The stock message would repeat whatever was put into the wrong member.
    mode = serializers.ChoiceField(
        MODES, error_messages={"invalid_choice": f"Known modes: {', '.join(MODES)}."}
    )
    scope = serializers.CharField(
        max_length=128, default="text", help_text="within which pseudonyms are the same"
    )


class RecordShape(serializers.Serializer[Any]):
    """What the caller knows of the person; used for this text and not kept."""

    first = serializers.CharField(max_length=128, required=False, allow_null=True)
    last = serializers.CharField(max_length=128, required=False, allow_null=True)
    email = serializers.CharField(max_length=320, required=False, allow_null=True)
    phone = serializers.CharField(max_length=32, required=False, allow_null=True)
    id = serializers.CharField(max_length=64, required=False, allow_null=True)
    birth_date = serializers.DateField(required=False, allow_null=True)
    city = serializers.CharField(max_length=128, required=False, allow_null=True)
    address = serializers.CharField(max_length=256, required=False, allow_null=True)


class RedactionAsked(How):
    """One text or several, how to read them, and what to put in place of what is found."""

    text = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    texts = serializers.ListField(
        child=serializers.CharField(allow_blank=True, trim_whitespace=False),
        required=False,
        min_length=1,
        max_length=MOST_TEXTS,
        help_text="in place of `text`: several that share all the rest",
    )
    language = serializers.CharField(max_length=16, help_text="es, pt or en; a region may follow")
    subject = serializers.CharField(
        max_length=64, required=False, allow_null=True, default=None, help_text="a `sub_…` id"
    )
    record = RecordShape(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "text" in attrs and "texts" in attrs:
            raise serializers.ValidationError({"texts": "Send `text` or `texts`, not both."})
        if "text" not in attrs and "texts" not in attrs:
            raise serializers.ValidationError({"text": "Send `text`, or several as `texts`."})
        return attrs


class SpanShape(serializers.Serializer[Any]):
    """A stretch of the input, in Unicode code points, `end` exclusive."""

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    type = serializers.CharField()
    score = serializers.FloatField()


class RedactionMade(serializers.Serializer[Any]):
    """The text with every span replaced. Best effort: de-identified, not anonymous."""

    text = serializers.CharField()
    spans = SpanShape(many=True)


class RedactionsMade(serializers.Serializer[Any]):
    """The answer to `texts`, in their order."""

    results = RedactionMade(many=True)
