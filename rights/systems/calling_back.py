"""A system tells later how a task ended, signed with its own key."""

from datetime import datetime

from rights.casework.events import Acting
from rights.models import SystemTask
from rights.systems import signing
from rights.systems.declaration import Connector
from rights.systems.registry import system_of
from rights.systems.secrets import secret_of
from rights.systems.settling import TaskUnknown, settle
from rights.systems.wire import read_answer


class CallbackRefused(Exception):
    """The signature is not the system's, or is older than five minutes."""

    code = "signature_wrong"

    def __init__(self) -> None:
        super().__init__(
            "The signature does not fit this task and body, or is over five minutes old. "
            "See docs/systems.md."
        )


def called_back(public_id: str, body: bytes, signature: str, *, at: datetime) -> bool:
    """
    Record what a system tells of its task; returns whether it was the first answer.

    A second callback changes nothing, and one after an escalation is accepted.

    :raises TaskUnknown: when there is no such task, or it is not one of an HTTP system.
    :raises CallbackRefused: when it is not signed by its system.
    :raises wire.AnswerMalformed: when the body is none.
    """
    task = SystemTask.objects.select_related("errand").filter(public_id=public_id).first()
    if task is None:
        raise TaskUnknown
    system = system_of(task.system)
    if system.connector is not Connector.HTTP:
        raise TaskUnknown
    key = secret_of(system.key)
    if not signing.is_genuine(signature, key, task=public_id, body=body, at=at):
        raise CallbackRefused
    answer = read_answer(body, system)
    return settle(task.pk, answer, Acting(f"system:{system.key}", at), way="callback")
