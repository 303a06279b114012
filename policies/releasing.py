"""
`release_profile`: the profile that a caller hands in, as its field policy lets it out.

The profile is used and not kept: neither the question nor the stored decision holds it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from policies import wire

ACTION = "release_profile"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A profile and the name of the field policy that it is to pass."""

    field_policy: str
    profile: Mapping[str, Any] = field(repr=False)


def handed_in(asked: wire.Evaluation) -> HandedIn | None:
    """
    Return the profile that an evaluation hands in; None when it hands in none.

    :raises MalformedRequest: a profile without a field policy of the asked purpose.
    """
    given = wire.convert(asked.context, wire.ProfileContext, "context")
    if asked.action.name != ACTION or given.profile is None:
        return None
    from pseudonymize.release.policy import policies

    known = policies().get(given.field_policy or "")
    if known is None or known.purpose != asked.resource.id or known.gated:
        fitting = [p.name for p in policies().values() if p.purpose == asked.resource.id]
        names = ", ".join(sorted(fitting)) or "there is none for this purpose"
        raise wire.MalformedRequest(f"Name a field policy: {names}.", "context.field_policy")
    return HandedIn(known.name, given.profile)


def released(
    handed: HandedIn, *, subject_key: int, permitted: Collection[str], at: datetime
) -> dict[str, Any]:
    """Return exactly the permitted fields of the profile, each as the field policy says."""
    from pseudonymize.release.profiles import release_profile

    return release_profile(
        handed.field_policy, handed.profile, subject_key=subject_key, at=at, permitted=permitted
    )
