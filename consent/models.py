"""What each subject permits: the ledger, its projection, and the facts beside it."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from consent.act import CHANNELS, DECISIONS, FREQUENCIES, Actor, Kind

_SUBJECT = "pseudonymize.Subject"
# Triggers of migration 0007 check these keys, for all rows of a statement together.
_CHECKED_AT_ONCE: Any = {"on_delete": models.PROTECT, "db_constraint": False}
_CHANNEL_CHOICES = [(channel, channel) for channel in CHANNELS]
_OF_A_PURPOSE = [kind.value for kind in (*DECISIONS, Kind.NOTICE_SERVED, Kind.CONFIRMED)]


class Purpose(models.Model):
    """One version of a purpose. Migration 0002 refuses UPDATE and DELETE."""

    key = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    content = models.JSONField(help_text="catalogue.Purpose without its notices")
    digest = models.BinaryField(help_text="SHA-256 of the content's canonical bytes")
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="purpose_version_once")
        ]


class Notice(models.Model):
    """The exact text of a purpose in one language. Migration 0002 refuses UPDATE and DELETE."""

    purpose = models.CharField(max_length=64)
    version = models.CharField(max_length=16)
    locale = models.CharField(max_length=35, help_text="BCP 47, such as pt-BR")
    change = models.CharField(max_length=5, choices=[("major", "major"), ("minor", "minor")])
    in_force_from = models.DateField()
    words = models.JSONField(help_text="catalogue.NoticeWords")
    digest = models.BinaryField(help_text="SHA-256 of what was shown, canonical bytes")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "version", "locale"], name="notice_version_once_per_language"
            )
        ]


class Catalogue(models.Model):
    """The one row that says which versions are offered now; its digest tells caches apart."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    digest = models.CharField(max_length=64)
    offered = models.JSONField(help_text="{purpose key: version}, in the catalogue's order")
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="catalogue_is_one_row")]


class ConsentEvent(models.Model):
    """One act of one subject. Append-only: migration 0002 refuses UPDATE and DELETE."""

    subject = models.ForeignKey(  # found by `consent_event_one_chain`
        _SUBJECT, related_name="+", db_index=False, **_CHECKED_AT_ONCE
    )
    sequence = models.PositiveIntegerField(help_text="1, 2, 3… per subject; a gap is tampering")
    kind = models.CharField(max_length=16, choices=[(k.value, k.name) for k in Kind])
    purpose = models.CharField(max_length=64, default="", help_text="empty: the whole person")
    purpose_version = models.PositiveIntegerField(null=True)
    notice = models.ForeignKey(
        Notice, null=True, related_name="+", db_index=False, **_CHECKED_AT_ONCE
    )
    locale = models.CharField(max_length=35, default="")
    channels = ArrayField(models.CharField(max_length=12), null=True, help_text="null: all")
    data_categories = ArrayField(models.CharField(max_length=96), null=True, help_text="null: all")
    frequency = models.CharField(
        max_length=8, null=True, choices=[(name, name) for name in FREQUENCIES]
    )
    explicit = models.BooleanField(default=False)
    method = models.CharField(max_length=40, help_text="how it was given, such as web_form")
    actor = models.CharField(max_length=8, choices=[(a.value, a.name) for a in Actor])
    acted_at = models.DateTimeField(help_text="when the person acted; may precede recorded_at")
    recorded_at = models.DateTimeField()
    until = models.DateField(null=True, help_text="last day of a pause")
    details = models.JSONField(default=dict, help_text="compact.details_to_json")
    evidence_digest = models.BinaryField(null=True, help_text="of salt and evidence")
    caller = models.CharField(max_length=80, help_text="key:<kid>, user:<id>, person or system")
    previous = models.BinaryField(help_text="digest of the subject's act before; zeros at first")
    digest = models.BinaryField(help_text="audit.chain.link over every other column")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "sequence"], name="consent_event_one_chain"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="consent_event_from_one"),
            models.CheckConstraint(
                condition=Q(acted_at__lte=F("recorded_at")),
                name="consent_event_not_from_the_future",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=_OF_A_PURPOSE) & ~Q(purpose="")
                | ~Q(kind__in=_OF_A_PURPOSE) & Q(purpose=""),
                name="consent_event_purpose_where_due",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["granted", "notice_served"]) | Q(notice__isnull=False),
                name="consent_event_notice_was_shown",
            ),
            models.CheckConstraint(
                condition=~Q(kind="paused") | Q(until__isnull=False),
                name="consent_event_pause_ends",
            ),
        ]


class ConsentEvidence(models.Model):
    """The evidence of an act, sealed under the subject's secret. Deleted on erasure."""

    event = models.OneToOneField(
        ConsentEvent, primary_key=True, related_name="evidence", **_CHECKED_AT_ONCE
    )
    sealed = models.BinaryField(help_text="salt and canonical JSON")


class Receipt(models.Model):
    """The public number of an act. Deleted on erasure, so that nobody's list leads back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    event = models.OneToOneField(ConsentEvent, related_name="receipt", **_CHECKED_AT_ONCE)


class Confirmation(models.Model):
    """A confirmation mail that is due or was sent: the outbox of double opt-in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, help_text="signed into the link")
    event = models.OneToOneField(
        ConsentEvent, on_delete=models.PROTECT, related_name="confirmation"
    )
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="next try; moved on after each failure")
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(sent_at=None), name="confirmation_still_to_send"
            )
        ]


class ConsentState(models.Model):
    """What stands for a subject and a purpose: the fold of the ledger, kept beside it."""

    subject = models.ForeignKey(  # found by `consent_state_once`
        _SUBJECT, related_name="+", db_index=False, **_CHECKED_AT_ONCE
    )
    purpose = models.CharField(max_length=64)
    standing = models.JSONField(help_text="compact.to_json")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "purpose"], name="consent_state_once")
        ]
        indexes = [models.Index(fields=["purpose", "subject"], name="consent_state_audience")]


class SubjectState(models.Model):
    """What holds for the whole subject: the fold of the acts that name no purpose."""

    subject = models.OneToOneField(_SUBJECT, primary_key=True, related_name="+", **_CHECKED_AT_ONCE)
    restricted = models.BooleanField(default=False)
    blocked = models.BooleanField(default=False)
    erased = models.BooleanField(default=False)
    paused_until = models.DateField(null=True, help_text="last day of the pause")
    contact_hours = models.JSONField(default=dict, help_text="compact.hours_to_json")
    removed_guesses = ArrayField(
        models.CharField(max_length=96), default=list, help_text="neither made nor used again"
    )
    acts = models.PositiveIntegerField(default=0, help_text="sequence of the newest act")


class Known(models.Model):
    """
    What a check knows of the whole person, kept ready in one row. Nobody writes it by hand.

    Triggers of migration 0005 keep it equal to the view `consent_known_now`.
    """

    subject_key = models.BigIntegerField(primary_key=True)
    person = models.TextField(help_text="JSON; known.Person")
    circumstances = models.TextField(null=True, help_text="JSON; null: none")

    class Meta:
        db_table = "consent_known"


class CircumstanceKind(models.TextChoices):
    """Facts about a person's life that other systems tell."""

    OPEN_COMPLAINT = "open_complaint"
    RECENT_PURCHASE = "recent_purchase"
    VALUE_DELIVERED = "value_delivered"
    BEREAVEMENT = "bereavement"
    VULNERABLE = "vulnerable"
    DO_NOT_CONTACT = "do_not_contact"


class Circumstance(models.Model):
    """That something was so from `since` to `until`. A new telling ends the one before."""

    subject = models.ForeignKey(_SUBJECT, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=CircumstanceKind.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, help_text="exclusive; null: until told otherwise")
    told_by = models.CharField(max_length=80)
    told_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="when it was replaced or taken back")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "kind"],
                condition=Q(ended_at=None),
                name="circumstance_one_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")),
                name="circumstance_ends_after_it_begins",
            ),
        ]


class FrequencySpend(models.Model):
    """One use of a person's attention on a channel, spent by a decision."""

    subject = models.ForeignKey(_SUBJECT, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=_CHANNEL_CHOICES)
    planned_at = models.DateTimeField()
    purpose = models.CharField(max_length=64)
    decision_id = models.UUIDField(db_index=True)
    given_back_at = models.DateTimeField(null=True, help_text="when the caller said: not executed")

    class Meta:
        indexes = [
            models.Index(
                fields=["subject", "channel", "planned_at"],
                condition=Q(given_back_at=None),
                name="frequency_spend_in_a_window",
            )
        ]


class Import(models.Model):
    """A stream of past acts that was handed over: how far it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    caller = models.CharField(max_length=80)
    idempotency_key = models.CharField(max_length=128, null=True)
    state = models.CharField(
        max_length=8,
        default="waiting",
        choices=[(name, name) for name in ("waiting", "running", "done", "failed")],
    )
    lines = models.PositiveIntegerField(default=0)
    recorded = models.PositiveIntegerField(default=0, help_text="lines that became acts")
    refused = models.PositiveIntegerField(default=0, help_text="lines with a fault")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="failures in a row")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["caller", "idempotency_key"], name="import_once_per_key"
            )
        ]


class ImportPart(models.Model):
    """Some lines that wait to be recorded, sealed: they hold identifiers. Deleted when done."""

    job = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="parts")
    first_line = models.PositiveIntegerField()
    sealed = models.BinaryField(help_text="lines under a key derived from the master key")
    key_version = models.PositiveIntegerField(help_text="of the master key")


class ImportFault(models.Model):
    """Why a line was not recorded. Says what is wrong and never repeats the line."""

    job = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="faults")
    line = models.PositiveIntegerField(help_text="1 is the first")
    code = models.CharField(max_length=40)
    field = models.CharField(max_length=80, default="")
    detail = models.CharField(max_length=300)
