"""Reads policies, decisions and the facts that rules read. Never writes."""

import functools
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import QuerySet

from consent.catalogue import Purpose
from consent.queries import catalogue_version, purposes
from policies import bundle, own_rules, proxies
from policies.identifiers import moment_of
from policies.models import DecisionRecord, Outcome, PolicyVersion
from policies.policy import Policy

BUNDLES = Path(__file__).parent / "bundles"


class NoPolicy(Exception):
    """No bundle is in force; without one nothing can be decided."""

    code = "no_policy"
    retry_after = 2

    def __init__(self) -> None:
        super().__init__("No policy is published. Run: manage.py publish_policy.")


def policy(name: str | None, catalogue: str) -> Policy:
    """
    Return the compiled policy `name` over the catalogue of version `catalogue`.

    Compiled once per process for each pair, both of which are immutable.

    :raises NoPolicy: when `name` is None or unknown.
    """
    if name is None:
        raise NoPolicy
    return _compiled(name, catalogue)


def active_name(*, at: datetime) -> str | None:
    """Return the name of the bundle in force at `at`: the newest begun and not withdrawn."""
    begun = PolicyVersion.objects.filter(effective_from__lte=at, withdrawal=None)
    return begun.order_by("-effective_from", "-pk").values_list("name", flat=True).first()


def active_policy(*, at: datetime) -> Policy:
    """Return the compiled policy in force at `at`. :raises NoPolicy: when there is none."""
    return policy(active_name(at=at), catalogue_version())


def published(name: str) -> bundle.Document | None:
    """Return the published document `name`, or None."""
    text = PolicyVersion.objects.filter(name=name).values_list("text", flat=True).first()
    return None if text is None else bundle.parse(text, name=name)


def compiled(
    document: bundle.Document,
    catalogue: Mapping[str, Purpose] | None = None,
    find: Callable[[str], bundle.Document | None] = published,
) -> Policy:
    """
    Return `document` compiled, with all that it extends.

    :raises BundleRejected: something is missing or circular.
    :raises RuleRejected: an own rule is ill-typed.
    """
    whole = bundle.merged(document, find)
    return Policy(
        version=document.version,
        bundle=whole,
        proxies=proxies.compiled(whole.proxies),
        purposes=purposes() if catalogue is None else catalogue,
        own_rules=tuple(own_rules.compiled(r, own_rules.PURPOSE_INPUTS) for r in whole.rules),
        resources={
            kind: own_rules.compiled_resource(resource)
            for kind, resource in whole.resource_types.items()
        },
    )


def decision(id: UUID) -> DecisionRecord | None:
    """Return a stored decision; its id names the partition in which it lies."""
    made = moment_of(id)
    near = (made - timedelta(seconds=1), made + timedelta(seconds=1))
    return DecisionRecord.objects.filter(id=id, at__range=near).first()


def outcome(id: UUID) -> Outcome | None:
    """Return what the caller did with a decision, or None while it has not said."""
    return Outcome.objects.filter(decision=id).first()


def decisions_about(subject_key: int) -> QuerySet[DecisionRecord]:
    """Return the decisions about one subject, newest first."""
    return DecisionRecord.objects.filter(subject_key=subject_key).order_by("-at", "-id")


@functools.lru_cache(maxsize=8)
def _compiled(name: str, catalogue: str) -> Policy:
    document = published(name)
    if document is None:
        raise NoPolicy
    return compiled(document, purposes(catalogue))
