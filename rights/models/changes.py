"""What a person says is wrong, what was decided of it, and which recipients were told."""

from django.db import models
from django.db.models import Q

from rights.models.letters import Attachment
from rights.models.requests import RequestedRight


class Change(models.Model):
    """One detail that is wrong, with what is right: sealed, decided by an officer, then applied."""

    right = models.ForeignKey(RequestedRight, on_delete=models.PROTECT, related_name="changes")
    field = models.CharField(max_length=32, help_text="a kind of rectifying.fields")
    told = models.BinaryField(null=True, help_text="old, new and why, sealed; null: destroyed")
    evidence = models.ForeignKey(
        Attachment, null=True, on_delete=models.PROTECT, related_name="changes"
    )
    told_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, default="", help_text="accepted or refused")
    decided_by = models.CharField(max_length=80, default="")
    decided_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True, help_text="in Venia itself")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="change_decided_by_somebody",
                condition=Q(outcome="", decided_by="", decided_at=None)
                | ~Q(outcome="") & ~Q(decided_by="") & Q(decided_at__isnull=False),
            )
        ]


class Notice(models.Model):
    """A recipient of the person's data that is to hear of a correction, erasure or restriction."""

    right = models.ForeignKey(RequestedRight, on_delete=models.PROTECT, related_name="notices")
    recipient = models.CharField(max_length=64, help_text="key of the register, or of a system")
    by_system = models.BooleanField(default=False, help_text="an errand tells it; else a person")
    outcome = models.CharField(
        max_length=16, default="", help_text="told, impossible or disproportionate"
    )
    begun_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    told_by = models.CharField(max_length=80, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["right", "recipient"], name="notice_once"),
            models.CheckConstraint(
                name="notice_told_by_somebody",
                condition=Q(outcome="", told_at=None, told_by="")
                | ~Q(outcome="") & Q(told_at__isnull=False) & ~Q(told_by=""),
            ),
        ]


class DecisionReview(models.Model):
    """A decision by machine that a person asked a person to look at again."""

    right = models.ForeignKey(RequestedRight, on_delete=models.PROTECT, related_name="reviews")
    decision = models.UUIDField(help_text="DecisionRecord of policies")
    opened_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, default="", help_text="confirmed or changed")
    words = models.BinaryField(null=True, help_text="what the person is told of it, sealed")
    decided_by = models.CharField(max_length=80, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["right", "decision"], name="decision_review_once"),
            models.CheckConstraint(
                name="decision_review_by_somebody",
                condition=Q(outcome="", decided_by="", decided_at=None)
                | ~Q(outcome="") & ~Q(decided_by="") & Q(decided_at__isnull=False),
            ),
        ]
