"""
What the check's two addresses make of a body, whichever door it came by.

`config.wsgi` asks here before Django's own machinery, the views after it: the same answers.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from audit import keys, queries
from audit.operations import note_use
from policies import answers, asking, operations, wire
from policies.batches import Semantic
from policies.operations import Admit
from policies.reading import Named
from policies.telling import Told, encoded
from pseudonymize.queries import lookup_key
from pseudonymize.sealing import Key

SCOPE = "policies:check"

Entry = Named | dict[str, Any]


class Asked(NamedTuple):
    """A body, and which of `ADDRESSES` it came to."""

    path: str
    body: bytes


class Refused(Exception):
    """Whoever asks has shown no key that allows it. The views tell why."""


def evaluation(body: bytes, *, caller: str, at: datetime, admit: Admit | None = None) -> bytes:
    """
    Answer the body of one check at `at` (aware), and store the decision first.

    `admit` is shown the key of `caller` as it was read with the facts, and raises to refuse it.

    :raises MalformedRequest, NoPolicy, NotRecorded: nothing is answered then.
    """
    known = asking.named_at_once(body, at=at, key=lookup_key())
    if known is not None:
        return operations.told([known], caller=caller, at=at, admit=admit)[0].answer
    return _single(wire.decoded(body), caller, at, admit)


def evaluations(body: bytes, *, caller: str, at: datetime, admit: Admit | None = None) -> bytes:
    """Answer the body of a batch as `evaluation` does; without items it is a single check."""
    known = asking.several_at_once(body, at=at, key=lookup_key())
    if known is not None:
        return _joined(operations.told(known, caller=caller, at=at, admit=admit))
    members = wire.decoded(body)
    batch = wire.batch(members)
    if not batch.evaluations:
        return _single(members, caller, at, admit)
    semantic = Semantic(batch.options.evaluations_semantic, batch.options.all_required)
    read = _askable([_read(members, item, at) for item in batch.evaluations], semantic)
    questions = [entry for entry in read if isinstance(entry, Named)]
    if questions:
        decided = operations.told(questions, caller=caller, at=at, semantic=semantic, admit=admit)
    elif admit is None:
        decided = []
    else:
        raise Refused  # no facts are read, and so no key either
    return _joined(_in_order(read, decided, semantic))


_SEVERAL = "/access/v1/evaluations"
ADDRESSES = {"/access/v1/evaluation": evaluation, _SEVERAL: evaluations}


def together(asked: Sequence[Asked], *, authorization: str, at: datetime) -> Sequence[bytes | None]:
    """
    Answer bodies that came with the same key as one batch; None: that one must be asked alone.

    Each is answered and stored as if it had been. Where one cannot be, none is.

    :raises Exception: nothing was answered; asked alone, each is told why.
    """
    caller, admit = admission(authorization, at=at)
    key = lookup_key()
    read = [_at_once(one, at, key) for one in asked]
    questions = [question for named in read for question in named]
    told: Iterator[Told] = iter(
        operations.told(questions, caller=caller, at=at, admit=admit) if questions else ()
    )
    return [
        _written(one.path, [next(told) for _ in named]) if named else None
        for one, named in zip(asked, read, strict=True)
    ]


def _at_once(asked: Asked, at: datetime, key: Key) -> Sequence[Named]:
    """Return the questions of a body that says all in the usual way, else none."""
    if asked.path == _SEVERAL:
        return asking.several_at_once(asked.body, at=at, key=key) or ()
    known = asking.named_at_once(asked.body, at=at, key=key)
    return () if known is None else (known,)


def _written(path: str, told: Sequence[Told]) -> bytes:
    return _joined(told) if path == _SEVERAL else told[0].answer


def admission(authorization: str, *, at: datetime) -> tuple[str, Admit]:
    """
    Return the public half of the key in an Authorization header, and what admits its owner.

    :raises Refused: it does not look like a key.
    """
    scheme, _, text = authorization.partition(" ")
    presented = keys.parse(text.strip()) if scheme.lower() == "bearer" else None
    if presented is None:
        raise Refused

    def admit(stored: bytes | None) -> None:
        caller = queries.recognised(presented, stored)
        if caller is None or not caller.may(SCOPE):
            raise Refused
        note_use(caller.kid, last_used_at=caller.last_used_at, at=at)

    return presented.kid, admit


def _single(members: dict[str, Any], caller: str, at: datetime, admit: Admit | None) -> bytes:
    question = asking.named(members, at=at)
    return operations.told([question], caller=caller, at=at, admit=admit)[0].answer


def _joined(told: Iterable[Told]) -> bytes:
    return b'{"evaluations":[%s]}' % b",".join([one.answer for one in told])


def _read(members: dict[str, Any], item: dict[str, Any], at: datetime) -> Entry:
    """An item that cannot be read carries its own error; the others are answered."""
    try:
        return asking.named(wire.with_defaults(members, item), at=at)
    except wire.MalformedRequest as error:
        return answers.refusal(400, str(error))


def _askable(read: list[Entry], semantic: Semantic) -> list[Entry]:
    """Leave out what a broken item keeps from being asked."""
    stop = next((n for n, entry in enumerate(read) if isinstance(entry, dict)), len(read))
    if semantic.all_required and stop < len(read):
        error = read[stop]
        return [entry if isinstance(entry, dict) else error for entry in read]
    if semantic.evaluations == "deny_on_first_deny":
        return read[: stop + 1]
    return read


def _in_order(read: list[Entry], decided: list[Told], semantic: Semantic) -> list[Told]:
    waiting = iter(decided)
    answered: list[Told] = []
    for entry in read:
        refused = isinstance(entry, dict)
        answer = Told(False, [], encoded(entry)) if refused else next(waiting, None)
        if answer is None:
            break
        answered.append(answer)
        if semantic.evaluations == "permit_on_first_permit" and answer.permitted:
            break
    return answered
