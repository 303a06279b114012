"""An officer leaves a table out of a package, on a ground of the law, before it is made."""

from django.db import transaction

from rights import grounds
from rights.access import queries
from rights.casework.events import Acting, note
from rights.casework.holding import held_right
from rights.lifecycle import CLOSED, State
from rights.models import Withholding


class WithholdingRefused(Exception):
    """Nothing can be left out like this."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


@transaction.atomic
def withhold(right_id: int, system: str, table: str, ground: str, by: Acting) -> Withholding:
    """
    Leave one table out; the package says so, with the ground.

    :raises WithholdingRefused: no such table, or the package was made.
    :raises GroundUnknown: when the person's law has no such ground for this right.
    """
    right = held_right(right_id)
    made = queries.package_of(right)
    if State(right.state) in CLOSED or (made is not None and made.state != "waiting"):
        raise WithholdingRefused("package_made", "It was made already. Nothing can be left out.")
    if (system, table) not in {(one.system, one.key) for one in queries.tables_told()}:
        raise WithholdingRefused("table_unknown", "Choose a table of the list.")
    grounds.require(right.request.laws, right.right, ground)
    row, is_new = Withholding.objects.get_or_create(
        right=right,
        system=system,
        table=table,
        defaults={"ground": ground, "decided_by": by.actor, "decided_at": by.at},
    )
    if is_new:
        details = {"system": system, "table": table, "ground": ground}
        note(right.request, "package.withheld", by, right=right, details=details)
    return row


@transaction.atomic
def include(right_id: int, system: str, table: str, by: Acting) -> bool:
    """Put a table back into a package that is not made yet; returns whether it was left out."""
    right = held_right(right_id)
    made = queries.package_of(right)
    if made is not None and made.state != "waiting":
        raise WithholdingRefused("package_made", "It was made already. Nothing can be changed.")
    gone, _ = right.withholdings.filter(system=system, table=table).delete()
    if gone:
        details = {"system": system, "table": table}
        note(right.request, "package.included", by, right=right, details=details)
    return bool(gone)
