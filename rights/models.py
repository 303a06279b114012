"""
Requests, their rights and clocks, and what was written about them.

A row names nobody: what a person typed, was sent or said is sealed in the request's envelope.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from rights.lifecycle import OPEN, State


class RightsRequest(models.Model):
    """What one person asked at one time; each right in it lives its own life."""

    public_id = models.CharField(max_length=30, unique=True, help_text="req_…, for callers")
    subject_key = models.BigIntegerField(null=True, db_index=True, help_text="once proved")
    identity = models.CharField(max_length=16, help_text="how it was proved; empty: not yet")
    identity_proved_on = models.DateField(null=True, help_text="at the controller's seat")
    country = models.CharField(max_length=2, help_text="ISO 3166-1: whose laws")
    region = models.CharField(max_length=6, default="", help_text="ISO 3166-2: whose calendar")
    laws = ArrayField(models.CharField(max_length=20), help_text="on the day of receipt")
    locale = models.CharField(max_length=8)
    channel = models.CharField(max_length=12, help_text="form portal api letter phone email …")
    made_by = models.CharField(max_length=14, help_text="self, representative or guardian")
    purposes = ArrayField(models.CharField(max_length=64), default=list)
    received_on = models.DateField(help_text="legal day at the controller's seat")
    received_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80, help_text="key:<kid>, user:<id> or person")
    assigned_to = models.CharField(max_length=80, default="", help_text="user:<id>")
    envelope = models.BigIntegerField(null=True, help_text="null: destroyed")
    typed = models.BinaryField(null=True, help_text="casework.sealed.Typed, sealed")
    address = models.BinaryField(null=True, help_text="keyed digest of the address that was typed")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["address"], name="rights_request_address"),
            models.Index(fields=["closed_at"], name="rights_request_closed"),
        ]
        constraints = [
            models.CheckConstraint(
                name="rights_request_proved_with_day",
                condition=Q(identity="", identity_proved_on=None)
                | ~Q(identity="") & Q(identity_proved_on__isnull=False),
            ),
            models.CheckConstraint(
                name="rights_request_subject_only_if_proved",
                condition=Q(subject_key=None) | ~Q(identity=""),
            ),
        ]


class RequestedRight(models.Model):
    """One right of a request: its state, its answer, and what is due next."""

    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="rights")
    right = models.CharField(max_length=28, help_text="a name of the contract")
    state = models.CharField(max_length=20, choices=[(s.value, s.value) for s in State])
    statutory_due = models.DateField(null=True, help_text="of the clock that runs out first")
    prudent_due = models.DateField(null=True)
    extended_on = models.DateField(null=True, help_text="the answer, once")
    execution_extended_on = models.DateField(null=True)
    asked_on = models.DateField(null=True, help_text="for missing information")
    supplied_on = models.DateField(null=True)
    outcome = models.CharField(max_length=8, default="", help_text="granted, partial or refused")
    ground = models.CharField(max_length=40, default="", help_text="key of grounds.toml")
    answered_on = models.DateField(null=True)
    completed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "right"], name="requested_right_once"),
            models.CheckConstraint(
                name="requested_right_refused_with_ground",
                condition=~Q(outcome__in=["refused", "partial"]) | ~Q(ground=""),
            ),
            models.CheckConstraint(
                name="requested_right_answered_with_day",
                condition=Q(outcome="", answered_on=None)
                | ~Q(outcome="") & Q(answered_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["statutory_due"],
                condition=Q(state__in=sorted(OPEN)),
                name="requested_right_queue",
            )
        ]


class Clock(models.Model):
    """
    One period that runs, or ran: stored whole, so that nobody ever has to count it again.

    Only `ended_on` and `ended` are ever set afterwards; another date is another clock.
    """

    right = models.ForeignKey(RequestedRight, on_delete=models.PROTECT, related_name="clocks")
    event = models.CharField(max_length=28, help_text="as in the deadline query")
    law = models.CharField(max_length=20, help_text="the one that decides: the stricter")
    started_on = models.DateField()
    statutory_due = models.DateField()
    prudent_due = models.DateField()
    rule = models.TextField()
    source = models.TextField()
    calendar = models.CharField(max_length=120, help_text="calendar and its version")
    steps = models.JSONField(help_text="[{on, counted, why}]")
    query = models.JSONField(help_text="what the deadline query was asked")
    others = models.JSONField(default=list, help_text="[{law, statutory_due, prudent_due}]")
    set_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    ended = models.CharField(max_length=12, default="", help_text="met, or why it stopped")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["right", "event"], condition=Q(ended_on=None), name="clock_one_runs"
            ),
            models.CheckConstraint(
                name="clock_prudence_is_no_later",
                condition=Q(prudent_due__lte=models.F("statutory_due")),
            ),
        ]


class RequestEvent(models.Model):
    """Who did what to a request, when and why. Append-only: migration 0002 refuses the rest."""

    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="events")
    right = models.ForeignKey(RequestedRight, null=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=40)
    actor = models.CharField(max_length=80, help_text="key:<kid>, user:<id>, person or system")
    at = models.DateTimeField()
    state = models.CharField(max_length=20, default="", help_text="after it; empty: unchanged")
    reason = models.CharField(max_length=40, default="", help_text="a code, never free text")
    note = models.BinaryField(null=True, help_text="words of the actor, sealed")
    details = models.JSONField(default=dict, help_text="dates, numbers and codes")


class Letter(models.Model):
    """A letter as it was sent: text and PDF sealed, and the digest of the PDF in clear."""

    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=16)
    rights = ArrayField(models.CharField(max_length=28))
    law = models.CharField(max_length=20)
    locale = models.CharField(max_length=8)
    text = models.BinaryField(help_text="letters.Text, sealed")
    pdf = models.BinaryField(help_text="sealed")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the PDF")
    written_by = models.CharField(max_length=80)
    written_at = models.DateTimeField()
    way = models.CharField(max_length=8, help_text="email, post or page")
    due_at = models.DateTimeField(null=True, help_text="next try of the mail")
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(sent_at=None), name="rights_letter_to_send")
        ]


class Message(models.Model):
    """A word between the person and the office, outside the letters."""

    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="messages")
    from_person = models.BooleanField()
    text = models.BinaryField(help_text="sealed")
    written_by = models.CharField(max_length=80)
    written_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)


class Attachment(models.Model):
    """A file that came with a request. An identity document is looked at once, then destroyed."""

    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=8, help_text="identity, mandate or other")
    name = models.BinaryField(null=True, help_text="sealed")
    content = models.BinaryField(null=True, help_text="sealed; null: destroyed")
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField(help_text="bytes")
    digest = models.CharField(max_length=64, help_text="SHA-256")
    added_at = models.DateTimeField()
    seen_by = models.CharField(max_length=80, default="")
    destroyed_at = models.DateTimeField(null=True)


class Door(models.Model):
    """A way to the person's own page: a link once, or the cookie that it was exchanged for."""

    digest = models.BinaryField(unique=True, help_text="SHA-256 of the token")
    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=[("link", "link"), ("cookie", "cookie")])
    opens_from = models.DateTimeField()
    opens_until = models.DateTimeField(help_text="exclusive")
    used_at = models.DateTimeField(null=True)


class IdentityCode(models.Model):
    """A code that was sent to an address on file, to prove that the person can read it."""

    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="+")
    code = models.BinaryField(null=True, help_text="keyed digest; null: nothing was sent")
    holders = ArrayField(models.BigIntegerField(), help_text="subjects with the address")
    asked_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)


class LetterTemplate(models.Model):
    """A letter's wording as somebody edited it; the newest version counts, files come second."""

    kind = models.CharField(max_length=16)
    law = models.CharField(max_length=20, default="", help_text="empty: every law")
    locale = models.CharField(max_length=8)
    version = models.PositiveIntegerField()
    text = models.TextField()
    edited_by = models.CharField(max_length=80)
    edited_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "law", "locale", "version"], name="letter_template_version_once"
            )
        ]
