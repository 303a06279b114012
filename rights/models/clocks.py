"""The periods that run, or ran."""

from django.db import models
from django.db.models import Q

from rights.models.requests import RequestedRight


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
