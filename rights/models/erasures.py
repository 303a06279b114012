"""
What is being destroyed, how far it is, and what retention proposes.

A row names nobody: it holds a subject's inner key, which leads nowhere once the subject is gone.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from rights.models.requests import RequestedRight

_OVER = ["ended", "stopped"]


class RetentionProposal(models.Model):
    """People whose term is over, for one purpose, one system or altogether; an officer approves."""

    kind = models.CharField(max_length=8, help_text="purpose, system or person")
    key = models.CharField(max_length=64, default="", help_text="of the purpose or the system")
    before = models.DateField(help_text="no sign of the person since this day, exclusive")
    people = models.PositiveIntegerField(help_text="when it was counted")
    held = models.PositiveIntegerField(default=0, help_text="passed over for a legal hold")
    oldest_on = models.DateField(help_text="the last sign of who is out of term longest")
    proposed_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=80, default="")
    declined_at = models.DateTimeField(null=True)
    after_key = models.BigIntegerField(default=0, help_text="people up to here have begun")
    begun = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, help_text="everybody has begun")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(finished_at=None, declined_at=None),
                name="retention_one_proposal_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by="") | ~Q(approved_by=""),
                name="retention_approved_by_whom",
            ),
        ]


class Erasure(models.Model):
    """One person's erasure, whatever asked for it. One runs at a time; further requests join it."""

    subject_key = models.BigIntegerField(db_index=True)
    cause = models.CharField(max_length=12, help_text="right, retention or replay")
    proposal = models.ForeignKey(
        RetentionProposal, null=True, on_delete=models.PROTECT, related_name="erasures"
    )
    step = models.CharField(max_length=9, help_text="erasure.course.Step")
    laws = ArrayField(models.CharField(max_length=20))
    only = ArrayField(
        models.CharField(max_length=40), null=True, help_text="these systems; null: everything"
    )
    suppress = models.BooleanField(default=True, help_text="do not address again, by marketing")
    begun_by = models.CharField(max_length=80)
    begun_at = models.DateTimeField()
    cooling_until = models.DateTimeField(help_text="exclusive")
    blocked_on = models.DateField(null=True)
    blocked_until = models.DateField(null=True, help_text="last day, inclusive")
    held_at = models.DateTimeField(null=True, help_text="stopped by a legal hold, until let go on")
    hold = models.BigIntegerField(null=True, help_text="number of that hold")
    told_at = models.DateTimeField(null=True, help_text="when the certificate was written")
    due_at = models.DateTimeField(null=True, help_text="next look; null: a system's turn")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_key"], condition=Q(ended_at=None), name="erasure_one_runs"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) & ~Q(step__in=_OVER)
                | Q(ended_at__isnull=False, step__in=_OVER),
                name="erasure_over_with_moment",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], condition=Q(ended_at=None), name="erasure_due")
        ]


class ErasureOf(models.Model):
    """A granted right that an erasure carries out; two requests of one person share one."""

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="asked")
    right = models.OneToOneField(RequestedRight, on_delete=models.PROTECT, related_name="erasure")
