"""Policies, decisions and the facts that rules read. No row here names a person."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class PolicyVersion(models.Model):
    """A published bundle. Immutable; what is in force is decided by `effective_from`."""

    name = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the text")
    text = models.TextField(help_text="the TOML as it was published")
    effective_from = models.DateTimeField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=80)


class PolicyWithdrawal(models.Model):
    """A published bundle taken back: the one before it rules again. Append-only."""

    version = models.OneToOneField(
        PolicyVersion, on_delete=models.PROTECT, related_name="withdrawal"
    )
    withdrawn_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=80)


class DecisionRecord(models.Model):
    """
    One answer, stored before it left. Partitioned by month of `at` (migration 0002).

    Read through the view `policies_decided`, which puts a record and its form together (migration
    0006); written by `records.insert` into the table `policies_decision`. No foreign key to the
    subject: it would wait behind a lock, and a decision is dropped on erasure by the maintenance
    function alone.
    """

    id = models.UUIDField(primary_key=True, help_text="version 7: its time names the partition")
    at = models.DateTimeField()
    subject_key = models.BigIntegerField(null=True)
    caller = models.CharField(max_length=16)
    effect = models.SmallIntegerField(help_text="codes.Effect")
    purpose = models.CharField(max_length=64)
    purpose_version = models.PositiveIntegerField(null=True, help_text="null: no such purpose")
    action = models.CharField(max_length=64)
    policy = models.CharField(max_length=100)
    question = models.JSONField(help_text="records.question_of: known members only")
    answer = models.JSONField(help_text="the members of the answer's context")
    facts = models.JSONField(help_text="records.facts_of: what the decision rested on")

    class Meta:
        managed = False
        db_table = "policies_decided"


class Shared(models.Model):
    """
    The one row of what all checks share; its digest tells what processes have read already.

    Triggers of migration 0004 keep it equal to the view `policies_shared_now`.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.CharField(max_length=32, help_text="digest of the content")
    content = models.TextField(help_text="JSON; shared.Shared")

    class Meta:
        db_table = "policies_shared"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="shared_is_one_row")]


class Outcome(models.Model):
    """What the caller did with a decision. One per decision; append-only."""

    decision = models.UUIDField(primary_key=True)
    outcome = models.CharField(max_length=12, help_text="executed or not_executed")
    factors = ArrayField(models.CharField(max_length=120), default=list)
    sentence = models.CharField(max_length=500, default="", help_text="what the person was shown")
    caller = models.CharField(max_length=16)
    at = models.DateTimeField()


class Recipient(models.Model):
    """A version of an entry in the register of recipients; the newest one counts."""

    key = models.CharField(max_length=64, help_text="register id, such as alameda-seguros")
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    role = models.CharField(max_length=16, help_text="controller, processor or joint_controller")
    safeguard = models.CharField(max_length=32, default="", help_text="such as standard_clauses")
    safeguard_until = models.DateField(null=True, help_text="inclusive")
    certified = models.BooleanField(default=False, help_text="under a framework a law recognises")
    purposes = ArrayField(models.CharField(max_length=64))
    ended = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="recipient_version_once")
        ]


class Assessment(models.Model):
    """The minimal record of an impact assessment (EIPD, RIPD, DPIA). The newest version counts."""

    purpose = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    risk = models.CharField(max_length=500)
    measures = models.CharField(max_length=1000)
    residual_risk = models.CharField(max_length=8, help_text="low, medium or high")
    approved_by = models.CharField(max_length=80, default="", help_text="empty: not approved")
    approved_on = models.DateField(null=True)
    expires_on = models.DateField(help_text="inclusive")
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version"], name="assessment_version_once")
        ]


class Suspension(models.Model):
    """A switch: one act stops, two people lift."""

    kind = models.CharField(max_length=8, help_text="purpose, action, channel, caller or law")
    value = models.CharField(max_length=64)
    reason = models.CharField(max_length=500)
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=80)
    lift_asked_at = models.DateTimeField(null=True)
    lift_asked_by = models.CharField(max_length=80, default="")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=80, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["kind", "value"],
                name="suspension_in_force",
                condition=models.Q(lifted_at=None),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="suspension_lifted_by_two",
                condition=models.Q(lifted_at=None) | ~models.Q(lifted_by=models.F("lift_asked_by")),
            )
        ]


class Review(models.Model):
    """A decision that waits for a person. An approval counts once, for one request."""

    public_id = models.CharField(max_length=40, unique=True, help_text="rev_…")
    request_hash = models.CharField(max_length=64)
    decision = models.UUIDField(help_text="the decision that asked for it")
    subject_key = models.BigIntegerField()
    purpose = models.CharField(max_length=64)
    action = models.CharField(max_length=64)
    task = models.JSONField(help_text="reviews.Task: what the reviewer sees")
    sensitive = models.BooleanField(default=False, help_text="needs a second pair of eyes")
    status = models.CharField(max_length=10, default="open", help_text="open approved rejected")
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, default="")
    seconded_by = models.CharField(max_length=80, default="")
    reason = models.CharField(max_length=500, default="")
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["request_hash"], name="review_waiting", condition=models.Q(used_at=None)
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="review_four_eyes",
                condition=~models.Q(status="approved", sensitive=True)
                | (~models.Q(seconded_by="") & ~models.Q(seconded_by=models.F("decided_by"))),
            )
        ]


class ExclusionList(models.Model):
    """A do-not-contact list of a third party, such as Lista Robinson, for some channels."""

    name = models.CharField(max_length=64, unique=True)
    channels = ArrayField(models.CharField(max_length=12))
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=80)


class ExclusionEntry(models.Model):
    """One address on a list, as the keyed digest under which our identifiers are looked up."""

    exclusion_list = models.ForeignKey(ExclusionList, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "exclusion_list"], name="exclusion_entry_once"
            )
        ]


class DecisionDigest(models.Model):
    """Counts of one day's decisions, kept when the records themselves are dropped. Append-only."""

    day = models.DateField()
    purpose = models.CharField(max_length=64)
    action = models.CharField(max_length=64)
    effect = models.SmallIntegerField()
    codes = models.JSONField(help_text="first reason code → count")
    count = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "purpose", "action", "effect"], name="decision_digest_once"
            )
        ]
