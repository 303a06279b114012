"""
Venia as one of its own systems: what it holds of a person is exported, erased and verified too.

Dotted names, since what stands behind them sends errands itself.
"""

from collections.abc import Mapping

from django.utils.module_loading import import_string

from rights.systems.declaration import System, Work
from rights.systems.protocol import NOTHING, Answer, Call, Settled

# Each is a `(Call) -> Settled` that opens its own transaction and may be called twice.
HANDLERS: Mapping[Work, str] = {Work.EXPORT: "rights.access.own.exported"}


def carry_out(system: System, call: Call) -> Answer:
    """Do one work on what Venia itself holds; a connector."""
    if call.work not in HANDLERS:
        return Settled(NOTHING)
    answer: Answer = import_string(HANDLERS[call.work])(call)
    return answer
