"""A system that only a person can reach: the task waits at the desk until somebody confirms it."""

from rights.systems.declaration import System
from rights.systems.protocol import Answer, Call, Pending


def hand_to_person(system: System, call: Call) -> Answer:
    """Leave the task to the desk; a connector."""
    return Pending()
