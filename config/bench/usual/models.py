"""One row per person and purpose."""

from django.db import models


class Permission(models.Model):
    """Whether a person allows a purpose."""

    person = models.CharField(max_length=64)
    purpose = models.CharField(max_length=64)
    granted = models.BooleanField()

    objects: models.Manager["Permission"] = models.Manager()

    class Meta:
        app_label = "usual"
        constraints = [models.UniqueConstraint(fields=["person", "purpose"], name="usual_once")]


class Act(models.Model):
    """What a person decided: one row and nothing else."""

    person = models.CharField(max_length=64, db_index=True)
    purpose = models.CharField(max_length=64)
    decision = models.CharField(max_length=16)
    channels = models.JSONField(null=True)
    notice = models.JSONField()
    method = models.CharField(max_length=40)
    evidence = models.JSONField(null=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects: models.Manager["Act"] = models.Manager()

    class Meta:
        app_label = "usual"
