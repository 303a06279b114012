"""Who in a restored backup is known to be dead: found by digest, by opening each id once."""

from collections.abc import Iterator

from pseudonymize import keys, queries, sealing, tokens
from pseudonymize.models import Identifier, Kind, Life

_BATCH = 500


def living() -> Iterator[tuple[int, bytes]]:
    """
    Yield the key of everybody who is not erased, with the digest under which they would be dead.

    Opens every `sub_…` id, blocked ones too, and shows none. Reads in batches.
    """
    after, dead = 0, keys.purpose_key("dead-id")
    rows = Identifier.objects.filter(kind=Kind.PUBLIC).exclude(subject__life=Life.SHREDDED)
    ordered = rows.select_related("subject__secret").order_by("subject_id")
    while found := list(ordered.filter(subject_id__gt=after)[:_BATCH]):
        after = found[-1].subject_id
        for row in found:
            secret = row.subject.secret
            key = queries.sealing_key(queries.opened(secret, role=secret.wrapped_for))
            label = queries.identifier_label(row.kind)
            public = sealing.unseal(key, bytes(row.sealed), label=label).decode()
            yield row.subject_id, tokens.dead_digest(dead, public)
