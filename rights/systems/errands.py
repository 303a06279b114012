"""What is done with errands: sent, driven to their systems, confirmed by people, called back."""

from rights.systems.calling_back import CallbackRefused, called_back
from rights.systems.confirming import ConfirmationRefused, confirm
from rights.systems.driving import drive, drive_due
from rights.systems.hurrying import call_again
from rights.systems.sending import send
from rights.systems.settling import TaskUnknown, continue_errand

__all__ = [
    "CallbackRefused",
    "ConfirmationRefused",
    "TaskUnknown",
    "call_again",
    "called_back",
    "confirm",
    "continue_errand",
    "drive",
    "drive_due",
    "send",
]
