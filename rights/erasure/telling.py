"""The letters of an erasure: that it is blocked, held or done. None of them names anybody."""

from datetime import timedelta

from django.db.models import Q

from rights import grounds
from rights.casework import answers
from rights.casework.answers import REFUSED
from rights.casework.events import Acting
from rights.contact import letters
from rights.contact.letters import Draft
from rights.erasure import records, terms
from rights.erasure.words import not_asked, say
from rights.lifecycle import UNANSWERED, State
from rights.models import Erasure, Letter, RequestedRight

_NO_DATA = "no_data"


def certify(erasure: Erasure, by: Acting, *, sentence: str) -> None:
    """
    Send a certificate for each request that asked, in its language; `sentence` is a key.

    It names the systems that were not asked, since nothing names the person there.
    """
    for right in _writable(erasure):
        locale = right.request.locale
        words = " ".join([say("sentences", sentence, locale), *not_asked(erasure, locale)])
        letters.send(Draft("certificate", [right], words), Acting("system", by.at, words))


def tell_held(erasure: Erasure, by: Acting) -> None:
    """Tell each request that a legal hold stops the erasure, with the ground of its law."""
    for right in _writable(erasure):
        words = say("sentences", "held", right.request.locale)
        letters.send(Draft("held", [right], words), Acting("system", by.at, words))


def answer_newcomers(erasure: Erasure, by: Acting) -> None:
    """
    Answer what the person asked while the systems were erasing: nothing is held any more.

    What was granted meanwhile is left to whoever granted it; the erasure waits for them.
    """
    for right in records.others_open(erasure):
        known = grounds.grounds(right.request.laws, right.right)
        if State(right.state) not in UNANSWERED or _NO_DATA not in known:
            continue
        words = say("sentences", "gone", right.request.locale)
        speaking = Acting("system", by.at, words)
        refused = answers.answer(right.pk, REFUSED, speaking, ground=_NO_DATA)
        if refused.request.envelope is not None:
            letters.send(Draft("refusal", [refused], words), speaking)


def is_told(erasure: Erasure, by: Acting) -> bool:
    """
    Return whether every letter left, or waited for as long as the house lets it.

    What goes by post waits to be fetched at the desk, for an officer says nothing of posting it.
    """
    if erasure.told_at is None or records.others_open(erasure):
        return False
    if by.at >= erasure.told_at + terms.certificate_tried_for():
        return True
    mine = Letter.objects.filter(request__in=records.requests_of(erasure))
    to_mail = Q(sent_at=None, due_at__isnull=False)
    to_post = Q(way="post", kind="certificate", written_at__gte=erasure.told_at)
    return not mine.filter(to_mail | to_post).exists()


def look_again() -> timedelta:
    """Return how soon to look whether the certificate left."""
    return timedelta(minutes=1)


def _writable(erasure: Erasure) -> list[RequestedRight]:
    return [right for right in records.rights_of(erasure) if right.request.envelope is not None]
