"""Service keys and the audit trail. Migration 0002 refuses UPDATE and DELETE on the trail."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class ApiKey(models.Model):
    """A service's key. Only a digest of its secret is kept; it is revoked, never deleted."""

    kid = models.CharField(max_length=16, unique=True, help_text="public half, first part of a key")
    digest = models.BinaryField(help_text="SHA-256 of the secret half (160 random bits)")
    name = models.CharField(max_length=80, help_text="the calling system, never a person")
    scopes = ArrayField(models.CharField(max_length=32))
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True, help_text="to the minute")


class AuditEntry(models.Model):
    """One thing that somebody did. Written unchained in the act's own transaction."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=80, help_text="key:<kid>, user:<id>, person or system")
    action = models.CharField(max_length=64, help_text="such as consent.granted")
    subject_key = models.BigIntegerField(null=True, db_index=True)
    details = models.JSONField(default=dict, help_text="ids and codes, never an identifier")


class AuditLink(models.Model):
    """The place of an entry in the one chain, given by the sealer. Append-only."""

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="link")
    digest = models.BinaryField(help_text="chain.link over the entry's canonical bytes")


class AuditSeal(models.Model):
    """A signature over the chain up to `number`. Append-only."""

    number = models.BigIntegerField(primary_key=True)
    digest = models.BinaryField()
    signature = models.BinaryField(help_text="Ed25519 over the digest")
    sealed_at = models.DateTimeField()


class IdempotentReply(models.Model):
    """What a write answered, so that a retry gets the same answer and acts once."""

    caller = models.CharField(max_length=16)
    idempotency_key = models.CharField(max_length=128)
    fingerprint = models.BinaryField(help_text="SHA-256 of method, path and body")
    status = models.PositiveSmallIntegerField(null=True)  # null: forgotten with the person
    content_type = models.CharField(max_length=80, default="")
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["caller", "idempotency_key"], name="idempotent_reply_once"
            )
        ]
