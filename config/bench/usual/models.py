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
