"""Decides again what was decided, from the record alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from consent.queries import catalogue_version, purpose_on_record
from policies import engine, queries, records
from policies.decision import Decision
from policies.models import DecisionRecord
from policies.policy import Policy
from policies.question import RESOURCE_TYPE


def replayed(record: DecisionRecord) -> Decision:
    """
    Return the decision that the recorded question, facts and versions give.

    :raises NoPolicy: the bundle of the time is not on record.
    """
    policy = queries.policy(record.policy.partition("@")[0], catalogue_version())
    question = records.question_from(record.question)
    facts = records.facts_from(record.facts)
    return engine.evaluate(question, facts, _as_it_was(policy, record))


def differences(since: datetime, until: datetime) -> Iterator[tuple[DecisionRecord, Decision]]:
    """
    Yield the records of [since, until) that are decided otherwise today, with that decision.

    Items of a batch with `all_required`, and resource types of own rules, rest on more than
    their own record and are left out.
    """
    rows = DecisionRecord.objects.filter(at__gte=since, at__lt=until).order_by("at", "id")
    for record in rows.iterator(chunk_size=500):
        own = record.question["resource_type"] != RESOURCE_TYPE
        codes = [reason["code"] for reason in record.answer["reasons"]]
        if own or any("item" in reason["detail"] for reason in record.answer["reasons"]):
            continue
        decision = replayed(record)
        if [finding.code for finding in decision.findings] != codes:
            yield record, decision


def _as_it_was(policy: Policy, record: DecisionRecord) -> Policy:
    purpose = purpose_on_record(record.purpose, record.purpose_version)
    if purpose is None or record.purpose_version is None:
        return policy
    return replace(policy, purposes={**policy.purposes, purpose.key: purpose})
