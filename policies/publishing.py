"""Publishes policy bundles: immutable, in force from a time, taken back by one act."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from django.db import transaction

from audit import operations as audit
from consent.catalogue import Purpose
from policies import bundle, own_rules, queries
from policies.models import PolicyVersion, PolicyWithdrawal
from policies.policy import Policy

BASELINE = queries.BUNDLES / "2026-11-baseline.toml"


class AlreadyPublished(Exception):
    """A published bundle is never edited."""

    code = "already_published"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is published with other content. Give the bundle a new name.")


class NotPublished(Exception):
    """Only a published bundle can be taken back."""

    code = "not_published"

    def __init__(self, name: str) -> None:
        super().__init__(f"No published bundle is called {name}.")


def read_alone(path: Path, purposes: Mapping[str, Purpose]) -> Policy:
    """
    Compile a bundle's file beside the other files of its folder, without a database.

    :raises BundleRejected: with the file, the line and what to correct.
    """
    document = bundle.parse(path.read_text(encoding="utf-8"), name=path.name)

    def beside(name: str) -> bundle.Document | None:
        file = path.with_name(f"{name}.toml")
        known = file if file.exists() else queries.BUNDLES / file.name
        return bundle.parse(known.read_text("utf-8"), name=name) if known.exists() else None

    return _compiled(path, document, lambda: queries.compiled(document, purposes, beside))


def read(path: Path) -> tuple[bundle.Document, Policy]:
    """
    Read and compile a bundle's file.

    :raises BundleRejected: with the file, the line and what to correct.
    """
    text = path.read_text(encoding="utf-8")
    document = bundle.parse(text, name=path.name)
    return document, _compiled(path, document, lambda: queries.compiled(document))


@transaction.atomic
def publish(path: Path, *, actor: str, at: datetime) -> bundle.Document:
    """
    Publish the bundle in `path`. Publishing the same content again changes nothing.

    :raises BundleRejected: it cannot be used.
    :raises AlreadyPublished: the name is taken by other content.
    """
    document, _ = read(path)
    earlier = PolicyVersion.objects.filter(name=document.bundle.name).first()
    if earlier and earlier.digest != document.digest:
        raise AlreadyPublished(document.bundle.name)
    if earlier is None:
        PolicyVersion.objects.create(
            name=document.bundle.name,
            digest=document.digest,
            text=document.text,
            effective_from=document.bundle.effective_from,
            published_at=at,
            published_by=actor,
        )
        audit.record("policy.published", actor=actor, at=at, details={"policy": document.version})
    return document


@transaction.atomic
def withdraw(name: str, *, actor: str, at: datetime) -> str | None:
    """
    Take a published bundle back at once; returns the name of the one that rules now.

    :raises NotPublished: no such bundle.
    """
    version = PolicyVersion.objects.filter(name=name).first()
    if version is None:
        raise NotPublished(name)
    _, is_new = PolicyWithdrawal.objects.get_or_create(
        version=version, defaults={"withdrawn_at": at, "withdrawn_by": actor}
    )
    if is_new:
        audit.record("policy.withdrawn", actor=actor, at=at, details={"policy": name})
    return queries.active_name(at=at)


def _compiled(path: Path, document: bundle.Document, compile_it: Callable[[], Policy]) -> Policy:
    try:
        return compile_it()
    except own_rules.RuleRejected as rejected:
        line = bundle.line_of(document.text, rejected.rule.id)
        raise bundle.BundleRejected(path.name, line, str(rejected)) from None
