"""What lets a person in: links, cookies and codes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from rights.models.requests import RightsRequest


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
