"""Requests and the rights in them. A row names nobody: what was typed is sealed."""

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
    terms = ArrayField(
        models.CharField(max_length=16), default=list, help_text="casework.terms; counted by them"
    )
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
