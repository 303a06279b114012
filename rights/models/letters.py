"""What was written between the office and the person, sealed in the request's envelope."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from rights.models.requests import RightsRequest


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
