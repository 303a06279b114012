"""
What an answer could say, drafted from what Venia knows; an officer reads it before it is sent.

Each draft is for the letter of one right of a proved person, in the language of the request.
"""

from collections.abc import Callable, Iterator, Mapping

from consent import copies as consent
from consent import queries as consents
from consent.act import Kind
from policies import queries as policies
from pseudonymize import queries as subjects
from rights import reviewing
from rights.access import information
from rights.access.phrases import day, label, listed, say, title
from rights.models import RequestedRight
from rights.systems.declaration import OWN, Work
from rights.systems.registry import systems

_MOST = 20  # authorisations that a letter names; the others are in the privacy centre
_BY_PERMISSION = frozenset({"consent", "explicit_consent", "tacit_consent"})


def draft(right: RequestedRight) -> str:
    """Return the words that an answer could have; empty where only a person can find them."""
    key, write = right.request.subject_key, _DRAFTS.get(right.right)
    if key is None:
        nobody = right.right == "confirmation" and right.request.identity
        return say("draft.confirmation_no", right.request.locale) if nobody else ""
    return write(right) if write and subjects.person(key).life == "active" else ""


def _confirmation(right: RequestedRight) -> str:
    locale = right.request.locale
    used = [one for one in information.used(right.request) if one.runs]
    purposes = [one.purpose.notices[-1].words[locale].title for one in used]
    return say(
        "draft.confirmation_yes",
        locale,
        systems=_systems(locale),
        purposes=listed(purposes, locale),
    )


def _systems(locale: str) -> str:
    holding = [one for one in systems().values() if Work.EXPORT in one.works]
    return listed([one.title[locale] for one in holding if one.key != OWN] or ["Venia"], locale)


def _sharing(right: RequestedRight) -> str:
    locale, key = right.request.locale, right.request.subject_key
    assert key is not None
    found = information.recipients(key)
    received = [
        say(
            "draft.recipient",
            locale,
            name=one.name,
            country=label("countries", one.country, locale),
            day=day(one.last_at, locale),
        )
        for one in found
        if one.last_at
    ]
    told = (
        say("draft.sharing", locale, recipients=listed(received, locale))
        if received
        else say("draft.sharing_none", locale)
    )
    processors = [one.name for one in found if one.last_at is None]
    if processors:
        names = listed(processors, locale)
        told = f"{told} {say('draft.sharing_processors', locale, recipients=names)}"
    return told


def _proof(right: RequestedRight) -> str:
    locale = right.request.locale
    acts = list(_authorisations(right))[-_MOST:]
    if not acts:
        return say("draft.proof_none", locale)
    return say("draft.proof", locale, acts="; ".join(acts))


def _authorisations(right: RequestedRight) -> Iterator[str]:
    locale, key = right.request.locale, right.request.subject_key
    assert key is not None
    for event, told in consent.acts(key, until=right.request.received_at):
        if event.kind == Kind.GRANTED and told["receipt"]:
            yield say(
                "draft.proof_act",
                locale,
                title=title(event.purpose, locale, event.purpose_version),
                day=day(event.acted_at, locale),
                method=_method(event.method, locale),
                receipt=told["receipt"],
            )


def _method(method: str, locale: str) -> str:
    try:
        return say(f"methods.{method}", locale)
    except KeyError:
        return method.replace("_", " ")


def _refusal(right: RequestedRight) -> str:
    locale = right.request.locale
    used = information.used(right.request)
    optional = [one.purpose for one in used if one.basis in _BY_PERMISSION]
    needed = [one.purpose for one in used if one.basis not in _BY_PERMISSION]
    named = [
        listed([p.notices[-1].words[locale].title for p in found], locale)
        or say("draft.nothing", locale)
        for found in (optional, needed)
    ]
    return say("draft.refusal", locale, optional=named[0], needed=named[1])


def _limited(right: RequestedRight) -> str:
    request, locale = right.request, right.request.locale
    taken = request.events.filter(right=right, kind="effect.taken").order_by("-pk").first()
    keys = taken.details.get("purposes", []) if taken else []
    known = consents.purposes()
    names = [title(key, locale) for key in (known if keys == ["*"] else keys)]
    if not names or taken is None:
        return ""
    return say("draft.limited", locale, purposes=listed(names, locale), day=day(taken.at, locale))


def _anonymised(right: RequestedRight) -> str:
    locale = right.request.locale
    return say("draft.anonymised", locale, systems=_systems(locale))


def _review(right: RequestedRight) -> str:
    locale = right.request.locale
    found = reviewing.reviewed(right)
    if not found:
        return say("draft.review_none", locale)
    told = [_reviewed(one, locale) for one in found if one.row.outcome]
    if waiting := len(found) - len(told):
        told.append(say("draft.review_waits", locale, count=waiting))
    return say("draft.review", locale, results=" ".join(told))


def _reviewed(one: reviewing.Reviewed, locale: str) -> str:
    outcome = say(f"draft.{one.row.outcome}", locale)
    if one.record is None:
        return f"{outcome}. {one.words}"
    told = policies.outcome(one.record.id)
    reasons = [reason["code"].replace("_", " ") for reason in one.record.answer["reasons"]]
    factors = list(told.factors) if told and told.factors else reasons
    return say(
        "draft.review_one",
        locale,
        sentence=one.sentence,
        day=day(one.record.at, locale),
        reasons=", ".join(factors),
        outcome=outcome,
        words=one.words,
    )


def _announced(right: RequestedRight) -> str:
    return say(f"draft.{right.right}", right.request.locale)


_DRAFTS: Mapping[str, Callable[[RequestedRight], str]] = {
    "access": _announced,
    "portability": _announced,
    "confirmation": _confirmation,
    "sharing_information": _sharing,
    "proof_of_authorisation": _proof,
    "refusal_information": _refusal,
    "use_limitation": _limited,
    "anonymisation": _anonymised,
    "automated_decision_review": _review,
}
