"""Doors into the preference center, and what people tell the company there."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

_SUBJECT = "pseudonymize.Subject"


class Kind(models.TextChoices):
    """What a link or a visit opens."""

    FULL = "full", "the person's own pages"
    GUARDIAN = "guardian", "the same pages, for who acts for a minor"
    STOP_ONLY = "stop_only", "one button that stops marketing; it can neither grant nor read"


class Link(models.Model):
    """A link in a message. It names nobody; only the digest of its token is kept."""

    digest = models.BinaryField(unique=True, help_text="SHA-256 of the token")
    subject = models.ForeignKey(_SUBJECT, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    sealed = models.BinaryField(
        null=True, help_text="a stop link's token, sealed for its owner, to write it again"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="exclusive")
    uses_left = models.PositiveSmallIntegerField(null=True, help_text="null: any number")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(kind=Kind.STOP_ONLY),
                name="portal_link_one_stop_link",
            )
        ]
        indexes = [models.Index(fields=["expires_at"], name="portal_link_over")]


class Visit(models.Model):
    """A browser that was let in. Its cookie is worth nothing in another browser."""

    digest = models.BinaryField(unique=True, help_text="SHA-256 of the cookie")
    subject = models.ForeignKey(_SUBJECT, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    browser = models.BinaryField(help_text="digest of what the browser says of itself")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject"], name="portal_visit_of_subject")]


class EntryCode(models.Model):
    """A one-time code that was asked for, whether or not anybody has that address."""

    browser = models.BinaryField(unique=True, help_text="SHA-256 of the asking browser's cookie")
    address = models.BinaryField(help_text="keyed digest of the address, to count the asking")
    subject_keys = ArrayField(models.BigIntegerField(), help_text="empty: nobody has the address")
    client = models.BinaryField(default=b"", help_text="keyed digest of where it was asked from")
    locale = models.CharField(max_length=35)
    code = models.BinaryField(null=True, help_text="keyed digest; null until the mail is made")
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["address", "asked_at"], name="portal_code_asked"),
            models.Index(fields=["client", "asked_at"], name="portal_code_asked_from"),
            models.Index(
                fields=["asked_at"], condition=Q(sent_at=None), name="portal_code_to_send"
            ),
        ]


class FailedLogin(models.Model):
    """A wrong password at the desk. It counts for a quarter of an hour and is then dropped."""

    name = models.BinaryField(help_text="keyed digest of the name that was typed")
    client = models.BinaryField(help_text="keyed digest of where it was typed")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["name", "at"], name="portal_failed_for_name"),
            models.Index(fields=["client", "at"], name="portal_failed_from_client"),
        ]


class About(models.TextChoices):
    """What a person tells the company."""

    INVASIVE = "invasive", "this felt invasive"
    WRONG = "wrong", "that is wrong about me"
    INFERENCE = "inference", "do not keep this guess about me"


class Feeling(models.Model):
    """What a person said of a decision or a page, and what a person at the company answered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.ForeignKey(_SUBJECT, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=9, choices=About.choices)
    decision = models.UUIDField(null=True)
    purpose = models.CharField(max_length=64, default="")
    rule = models.CharField(max_length=64, default="", help_text="reason code of the decision")
    page = models.CharField(max_length=40, default="", help_text="name of the page's address")
    words = models.BinaryField(null=True, help_text="sealed under the subject's secret")
    reply_by = models.CharField(max_length=8, help_text="email, phone or page")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="a person answers before")
    answer = models.BinaryField(null=True, help_text="sealed under the subject's secret")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, default="")
    change = models.CharField(max_length=40, default="", help_text="key of what was changed")

    class Meta:
        indexes = [
            models.Index(fields=["subject", "opened_at"], name="portal_feeling_of_subject"),
            models.Index(
                fields=["due_at"], condition=Q(answered_at=None), name="portal_feeling_open"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by="") | ~Q(answered_by=""),
                name="portal_feeling_answered_by_a_person",
            )
        ]


class Alarm(models.Model):
    """Several people felt the same: something about a purpose or a rule needs a look."""

    kind = models.CharField(max_length=7, help_text="purpose or rule")
    value = models.CharField(max_length=64)
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, default="")
    change = models.TextField(default="", help_text="what was changed, in words for people")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value"],
                condition=Q(settled_at=None),
                name="portal_alarm_one_at_a_time",
            )
        ]
