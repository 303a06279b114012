"""Subjects and what leads to them. Nothing outside this package reads these tables."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q


class Life(models.TextChoices):
    """Where a subject stands between registration and erasure."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    SHREDDED = "shredded"


class Kind(models.TextChoices):
    """The kinds of identifiers. `public` is the `sub_` id."""

    PUBLIC = "public"
    EXTERNAL_ID = "external_id"
    EMAIL = "email"
    PHONE = "phone"
    DEVICE_ID = "device_id"


class Subject(models.Model):
    """A person, under a key that never leaves the database. After erasure only the key is left."""

    subject_key = models.BigAutoField(primary_key=True)
    life = models.CharField(max_length=8, choices=Life.choices, default=Life.ACTIVE)
    blocked_until = models.DateField(null=True, help_text="last day of blocking, inclusive")
    country = models.CharField(max_length=2, help_text="ISO 3166-1; empty after erasure")
    region = models.CharField(max_length=6, default="", help_text="ISO 3166-2, such as ES-MD")
    locale = models.CharField(max_length=35, default="", help_text="BCP 47, such as pt-BR")
    time_zone = models.CharField(max_length=64, default="", help_text="such as America/Bogota")
    age_class = models.PositiveSmallIntegerField(null=True, help_text="see ages.py; null: unknown")
    age_changes_on = models.DateField(null=True, help_text="first of a month; null: never again")
    guardian = models.BinaryField(null=True, help_text="contact, sealed under the subject's secret")
    registered_at = models.DateTimeField(null=True, help_text="null after erasure")
    shredded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(life=Life.BLOCKED) | Q(blocked_until=None),
                name="subject_blocked_until_only_while_blocked",
            ),
            models.CheckConstraint(
                condition=~Q(life=Life.SHREDDED)
                | Q(country="", region="", locale="", time_zone="", age_class=None)
                & Q(age_changes_on=None, guardian=None, registered_at=None)
                & Q(shredded_at__isnull=False),
                name="subject_shredded_tells_nothing",
            ),
        ]


class Identifier(models.Model):
    """One thing by which a subject is known elsewhere: found by digest, read by unsealing."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    digest = models.BinaryField(help_text="tokens.lookup_digest, 32 bytes")
    sealed = models.BinaryField(help_text="the normalised value under the subject's secret")

    class Meta:
        indexes = [  # with the subject, so that a check need not look at the row itself
            models.Index(fields=["digest"], include=["subject"], name="identifier_of_whom")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["digest"],
                condition=Q(kind__in=[Kind.PUBLIC, Kind.EXTERNAL_ID]),
                name="identifier_leads_to_one_subject",
            ),
            models.UniqueConstraint(
                fields=["subject", "digest"], name="identifier_once_per_subject"
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(kind=Kind.PUBLIC),
                name="identifier_one_public_id",
            ),
        ]


class SubjectSecret(models.Model):
    """The random secret of one subject, wrapped. Deleting it ends what was made from it."""

    subject = models.OneToOneField(
        Subject, primary_key=True, on_delete=models.PROTECT, related_name="secret"
    )
    wrapped = models.BinaryField()
    wrapped_for = models.CharField(
        max_length=8, default="service", choices=[("service", "service"), ("legal", "legal")]
    )
    key_version = models.PositiveIntegerField(db_index=True, help_text="of the master key")
    created_at = models.DateTimeField()


class DeadId(models.Model):
    """That a public id has existed and was erased. Unordered, and leads to nothing."""

    digest = models.BinaryField(primary_key=True, help_text="tokens.dead_digest")


class Suppression(models.Model):
    """Do not address again on this channel, whoever it is. Has no way back to a subject."""

    channel = models.CharField(max_length=12)
    digest = models.BinaryField(help_text="tokens.suppression_digest")
    since = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "digest"], name="suppression_once")
        ]


class CarriedKey(models.Model):
    """A purpose's key from before a change of the master key, wrapped under the current one."""

    purpose = models.CharField(max_length=16, primary_key=True)
    wrapped = models.BinaryField()
    key_version = models.PositiveIntegerField(help_text="of the master key that wraps it")


class Reidentification(models.Model):
    """Leave to lead pseudonyms of one scope and epoch back to people, given by two people."""

    public_id = models.CharField(max_length=30, unique=True)
    scope = models.CharField(max_length=128)
    epoch = models.CharField(max_length=16)
    reason = models.CharField(max_length=500)
    requested_by = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    approved_by = models.CharField(max_length=80, default="")
    approved_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(help_text="exclusive; approval does not move it")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(approved_by=models.F("requested_by")),
                name="reidentification_needs_two_people",
            ),
            models.CheckConstraint(
                condition=Q(approved_by="", approved_at=None)
                | ~Q(approved_by="") & Q(approved_at__isnull=False),
                name="reidentification_approved_by_whom_and_when",
            ),
        ]


class ReidentificationUse(models.Model):
    """One use of such a leave. Append-only; which people it was stands in the audit trail."""

    reidentification = models.ForeignKey(
        Reidentification, on_delete=models.PROTECT, related_name="uses"
    )
    used_at = models.DateTimeField(db_index=True)
    used_by = models.CharField(max_length=80)
    asked = models.PositiveIntegerField()
    found = models.PositiveIntegerField()


class Envelope(models.Model):
    """The key of what somebody wrote before, or beside, being a subject. Deleting it ends that."""

    wrapped = models.BinaryField()
    key_version = models.PositiveIntegerField(db_index=True, help_text="of the master key")
    created_at = models.DateTimeField()


class BudgetSpend(models.Model):
    """An answer with noise and what it cost its recipient. Append-only; told again for nothing."""

    recipient = models.CharField(max_length=80)
    period = models.CharField(max_length=16)
    question = models.CharField(max_length=64)
    asked = models.JSONField(help_text="the filters")
    epsilon = models.DecimalField(max_digits=9, decimal_places=6)
    told = models.JSONField(help_text="the answer's groups")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "period", "question", "asked"], name="budget_spend_once"
            )
        ]


class Job(models.Model):
    """Work on a large input in the background. The input lies sealed in parts until it is done."""

    FOLDER: ClassVar[str]
    NOUN: ClassVar[str]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    caller = models.CharField(max_length=80)
    envelope = models.BigIntegerField(null=True, help_text="key of the input; null once destroyed")
    state = models.CharField(max_length=8, default="waiting", db_index=True)
    parts = models.PositiveIntegerField(default=0)
    parts_done = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="failures in a row")
    refusal = models.JSONField(null=True, help_text="code and detail")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    idempotency_key = models.CharField(max_length=128, null=True)
    fingerprint = models.BinaryField(null=True, help_text="of what was asked and sent, SHA-256")

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["caller", "idempotency_key"], name="%(class)s_once_per_key"
            )
        ]

    @property
    def output_name(self) -> str:
        """The name of the file that its caller may fetch."""
        return f"{self.NOUN}.ndjson"


class ReleaseJob(Job):
    """A large release."""

    FOLDER, NOUN = "releases", "release"

    policy = models.CharField(max_length=64)
    policy_version = models.PositiveIntegerField()
    epoch = models.CharField(max_length=16)
    on = models.DateField(help_text="the day for which ages are told, however long it takes")
    form = models.CharField(max_length=8, choices=[("ndjson", "ndjson"), ("parquet", "parquet")])
    released = models.PositiveBigIntegerField(default=0)
    withheld = models.PositiveBigIntegerField(default=0)

    @property
    def output_name(self) -> str:
        return f"released.{self.form}"


class TextJob(Job):
    """A file of texts to redact. Language and country stand sealed beside each text."""

    FOLDER, NOUN = "texts", "text"

    mode = models.CharField(max_length=9)
    scope = models.CharField(max_length=128, help_text="within which pseudonyms are the same")
    texts = models.PositiveBigIntegerField(default=0, help_text="redacted so far")
    unread = models.PositiveBigIntegerField(default=0, help_text="left out, with their reason")


class LegalHold(models.Model):
    """Nothing of a person may be destroyed, whichever path asks, until this ends."""

    subject_key = models.BigIntegerField(null=True, db_index=True)
    envelope = models.BigIntegerField(null=True, help_text="of the reason; null: destroyed")
    reason = models.BinaryField(null=True, help_text="sealed: it may tell of a case")
    owner = models.CharField(max_length=80, help_text="who answers for it, user:<name>")
    ends_on = models.DateField(help_text="last day, inclusive")
    placed_by = models.CharField(max_length=80)
    placed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="")
                | Q(ended_at__isnull=False) & ~Q(ended_by=""),
                name="legal_hold_ended_by_whom_and_when",
            )
        ]


class HoldAlias(models.Model):
    """An identifier of who is held, so that a second registration is held too. Goes at the end."""

    hold = models.ForeignKey(LegalHold, on_delete=models.PROTECT, related_name="aliases")
    digest = models.BinaryField(db_index=True, help_text="tokens.lookup_digest")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hold", "digest"], name="hold_alias_once")]
