"""What takes effect at once, before anybody answers: the check obeys it from the next question."""

from collections.abc import Sequence

from consent import operations as consent
from consent import queries as consents
from consent.act import Actor, Kind
from consent.operations import NewAct
from jurisdictions.load import laws as packs
from pseudonymize.queries import SubjectBlocked, SubjectErased
from rights import execution
from rights.casework.events import Acting, note
from rights.models import RequestedRight

METHOD = "rights_request"
_OBJECTIONS = {"objection", "use_limitation"}
_CONTRACT = "contract"
_WHO = {
    "self": Actor.SUBJECT,
    "guardian": Actor.AGENT,  # a guardian on file acts in the preference center, not here
    "representative": Actor.AGENT,
}


def take(right: RequestedRight, by: Acting) -> Sequence[str]:
    """
    Record what a right changes at once for a proved person; return the purposes it stopped.

    An objection to marketing is absolute; any other objection stops the use until the answer
    says otherwise. Data that are blocked or gone are in no use that could be stopped.

    Source: GDPR arts. 7.3, 18.1.d, 21.1-3 and their like; docs/rights.md names each law's.
    """
    key = right.request.subject_key
    if key is None:
        return ()
    try:
        stopped = _taken(right, key, by)
        execution.taken(right, Acting(by.actor, by.at))
    except (SubjectBlocked, SubjectErased) as gone:
        note(right.request, "effect.needless", by, right=right, reason=gone.code)
        return ()
    if stopped:
        note(right.request, "effect.taken", by, right=right, details={"purposes": stopped})
    return stopped


def _taken(right: RequestedRight, key: int, by: Acting) -> list[str]:
    kind = right.right
    if kind == "restriction":
        consent.restrict(key, restricted=True, method=METHOD, caller=by.actor, at=by.at)
        return ["*"]
    if kind in _OBJECTIONS:
        return _act(right, key, Kind.OBJECTED, _contested(right), by)
    if kind == "consent_withdrawal":
        return _act(right, key, Kind.WITHDRAWN, _consented(right, key), by)
    return []


def _act(
    right: RequestedRight, key: int, kind: Kind, purposes: Sequence[str], by: Acting
) -> list[str]:
    actor = _WHO[right.request.made_by]
    acts = [NewAct(kind=kind, purpose=name, method=METHOD, actor=actor) for name in purposes]
    if acts:
        consent.record_history(key, acts, caller=by.actor, at=by.at)
    return list(purposes)


def _contested(right: RequestedRight) -> Sequence[str]:
    """Return the purposes objected to: those named, else every one that no contract needs."""
    request = right.request
    if request.purposes:
        return request.purposes
    columns = [packs()[law].bases_of or law for law in request.laws]
    return [
        key
        for key, purpose in consents.purposes().items()
        if any(purpose.bases.get(column) != _CONTRACT for column in columns)
    ]


def _consented(right: RequestedRight, key: int) -> Sequence[str]:
    standings = consents.permission(key).standings
    granted = [
        purpose
        for purpose, standing in standings.items()
        if any(layer.is_grant for layer in standing.layers)
    ]
    wanted = right.request.purposes
    return [purpose for purpose in granted if not wanted or purpose in wanted]


def release(right: RequestedRight, by: Acting) -> bool:
    """
    Lift a restriction that was asked for and refused; returns whether there was one.

    The person was told before, by the letter of refusal. Source: GDPR art. 18.3.
    """
    key = right.request.subject_key
    if right.right != "restriction" or key is None:
        return False
    consent.restrict(key, restricted=False, method=METHOD, caller=by.actor, at=by.at)
    note(right.request, "effect.released", by, right=right)
    return True
