"""A person's own copy of their data: sealed in parts, fetched by a link, then destroyed."""

from django.db import models
from django.db.models import Q

from rights.models.errands import Errand
from rights.models.requests import RequestedRight


class Package(models.Model):
    """
    What one right of access or portability gives. Nothing in the row says what is inside.

    waiting: a worker is to write it. ready: it can be fetched until `fetch_until`. destroyed: the
    key and the parts are gone.
    """

    right = models.OneToOneField(RequestedRight, on_delete=models.PROTECT, related_name="package")
    errand = models.ForeignKey(Errand, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, default="waiting")
    key = models.BinaryField(null=True, help_text="content key, sealed in the request's envelope")
    parts = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0, help_text="bytes of the archive")
    digest = models.CharField(max_length=64, default="", help_text="SHA-256 of the archive")
    tables = models.JSONField(default=list, help_text="[{system, table, rows}]")
    withheld = models.JSONField(default=list, help_text="[{what, why}], codes and keys")
    asked_at = models.DateTimeField(help_text="what was recorded later is not in it")
    due_at = models.DateTimeField(null=True, help_text="next try of the worker; null: done")
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    fetch_until = models.DateTimeField(null=True, help_text="exclusive")
    fetched_at = models.DateTimeField(null=True, help_text="the last time")
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="package_state_known",
                condition=Q(state="waiting", made_at=None, key=None)
                | Q(state="ready", made_at__isnull=False, key__isnull=False)
                | Q(state="destroyed", key=None, destroyed_at__isnull=False),
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state="waiting"), name="package_to_be_made"
            ),
            models.Index(
                fields=["fetch_until"], condition=Q(state="ready"), name="package_to_be_destroyed"
            ),
        ]


class PackagePart(models.Model):
    """A megabyte of an archive, sealed under the package's content key."""

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="pieces")
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["package", "number"], name="package_part_once")
        ]


class Withholding(models.Model):
    """A table that an officer leaves out of a package, with the ground and the day."""

    right = models.ForeignKey(RequestedRight, on_delete=models.PROTECT, related_name="withholdings")
    system = models.CharField(max_length=40)
    table = models.CharField(max_length=64)
    ground = models.CharField(max_length=40, help_text="key of grounds.toml")
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["right", "system", "table"], name="withholding_once")
        ]


class PickupCode(models.Model):
    """The second proof: a code to the address on file, or told by an officer."""

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="codes")
    code = models.BinaryField(null=True, help_text="keyed digest; null: nothing was sent yet")
    asked_at = models.DateTimeField()
    told_by = models.CharField(max_length=80, default="", help_text="user:<id>; empty: by mail")
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)


class Pickup(models.Model):
    """A link to one download, by whoever gave the second proof."""

    digest = models.BinaryField(unique=True, help_text="SHA-256 of the token")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="pickups")
    made_at = models.DateTimeField()
    opens_until = models.DateTimeField(help_text="exclusive")
    used_at = models.DateTimeField(null=True)
