"""
What the systems of the company were told to do for a right, and how far each of them is.

A row names nobody: identifiers are read from the vault when a system is called, and what goes in
and comes back is sealed in the errand's envelope.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from rights.models.requests import RequestedRight


class Errand(models.Model):
    """One kind of work for one person, at every system that supports it."""

    public_id = models.CharField(max_length=30, unique=True, help_text="err_…")
    subject_key = models.BigIntegerField(db_index=True)
    right = models.ForeignKey(
        RequestedRight, null=True, on_delete=models.PROTECT, related_name="errands"
    )
    cause = models.CharField(max_length=12, help_text="right, retention, replay")
    work = models.CharField(max_length=8, help_text="systems.declaration.Work")
    round = models.PositiveSmallIntegerField(default=1, help_text="1, 2, …: asked again")
    envelope = models.BigIntegerField(null=True, help_text="null: destroyed")
    payload = models.BinaryField(null=True, help_text="what the systems are told, sealed")
    started_by = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, help_text="every system has answered")
    continued_at = models.DateTimeField(null=True, help_text="what follows has begun")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_key", "right", "cause", "work", "round"],
                nulls_distinct=False,
                name="errand_round_once",
            ),
            models.UniqueConstraint(
                fields=["subject_key", "right", "cause", "work"],
                condition=Q(settled_at=None),
                nulls_distinct=False,
                name="errand_one_runs",
            ),
            models.CheckConstraint(
                name="errand_continued_once_settled",
                condition=Q(continued_at=None) | Q(settled_at__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["settled_at"], condition=Q(continued_at=None), name="errand_to_continue"
            )
        ]


class SystemTask(models.Model):
    """
    One errand at one system. `public_id` is its idempotency key, in every try.

    waiting: to be tried at `due_at`. claimed: a worker has it until `claimed_until`. sent: the
    system, or a person, owes an answer; polled at `due_at` if there is one. done: settled.
    A task whose system keeps silent has `escalated_at` beside its state; it is never given up.
    """

    public_id = models.CharField(max_length=30, unique=True, help_text="tsk_…")
    errand = models.ForeignKey(Errand, on_delete=models.PROTECT, related_name="tasks")
    system = models.CharField(max_length=40, help_text="key in the declaration")
    order = models.PositiveSmallIntegerField(
        help_text="a later one waits for all earlier ones; 0: at once"
    )
    state = models.CharField(max_length=8, default="waiting")
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, help_text="next try or poll; null: nothing to do")
    claimed_until = models.DateTimeField(null=True)
    claim = models.CharField(max_length=32, default="", help_text="of the worker that has it")
    first_tried_at = models.DateTimeField(null=True, help_text="patience counts from here")
    sent_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    rest_until = models.DateTimeField(null=True, help_text="its system was away: none is called")
    trouble = models.CharField(max_length=40, default="", help_text="code of the last failure")
    reference = models.CharField(max_length=120, default="", help_text="the system's own")
    outcome = models.CharField(max_length=12, default="", help_text="systems.protocol.OUTCOMES")
    result = models.BinaryField(null=True, help_text="what the system told, sealed")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, default="", help_text="system or user:<id>")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["errand", "system"], name="system_task_once"),
            models.CheckConstraint(
                name="system_task_state_known",
                condition=Q(state__in=["waiting", "claimed", "sent", "done"]),
            ),
            models.CheckConstraint(
                name="system_task_done_with_outcome",
                condition=Q(state="done", settled_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="done") & Q(settled_at=None, outcome=""),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], condition=~Q(state="done"), name="system_task_due"),
            models.Index(
                fields=["system"], condition=Q(rest_until__isnull=False), name="system_task_rest"
            ),
        ]
