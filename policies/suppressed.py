"""
"Do not address again", for the check: who registers anew stays on our own list of the channel.

Consent that the person gives afterwards prevails, as over any exclusion list. The lists hold
digests of living subjects' addresses alone; they go with the subject.
"""

from collections.abc import Collection
from datetime import datetime

from policies.models import ExclusionEntry, ExclusionList

_NAME = "suppressed-"
_ACTOR = "system"


def exclude(channel: str, lookup_digest: bytes, *, at: datetime) -> None:
    """Put an address on our own list of a channel. Twice is harmless."""
    kept, _ = ExclusionList.objects.get_or_create(
        name=_NAME + channel,
        defaults={"channels": [channel], "loaded_at": at, "loaded_by": _ACTOR},
    )
    ExclusionEntry.objects.get_or_create(exclusion_list=kept, digest=lookup_digest)


def forget(lookup_digests: Collection[bytes]) -> int:
    """Take addresses off our own lists; third parties' lists stay as they were loaded."""
    mine = ExclusionEntry.objects.filter(exclusion_list__name__startswith=_NAME)
    gone, _ = mine.filter(digest__in=lookup_digests).delete()
    return gone
