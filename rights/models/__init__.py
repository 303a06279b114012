"""
Requests, their rights and clocks, what was written about them, and what systems were told.

A row names nobody: what a person typed, was sent or said is sealed in an envelope.
"""

from rights.models.changes import Change, DecisionReview, Notice
from rights.models.clocks import Clock
from rights.models.doors import Door, IdentityCode
from rights.models.erasures import Erasure, ErasureOf, RetentionProposal
from rights.models.errands import Errand, SystemTask
from rights.models.letters import Attachment, Letter, LetterTemplate, Message
from rights.models.packages import Package, PackagePart, Pickup, PickupCode, Withholding
from rights.models.requests import RequestedRight, RequestEvent, RightsRequest

__all__ = [
    "Attachment",
    "Change",
    "Clock",
    "DecisionReview",
    "Door",
    "Erasure",
    "ErasureOf",
    "Errand",
    "IdentityCode",
    "Letter",
    "LetterTemplate",
    "Message",
    "Notice",
    "Package",
    "PackagePart",
    "Pickup",
    "PickupCode",
    "RequestEvent",
    "RequestedRight",
    "RetentionProposal",
    "RightsRequest",
    "SystemTask",
    "Withholding",
]
