"""How far a release hides a person among others. Pure, over Arrow tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pseudonymize.release.policy import FieldPolicy

Table = Any  # pyarrow ships no types


@dataclass(frozen=True, slots=True)
class Risk:
    """
    What can be told of a table.

    `smallest_group` is k: how few people share a combination of the quasi-identifying fields.
    `diversity` is l for each sensitive field: how few of its values stand in one such group.
    `too_few` counts the people in groups below the k that was asked for.
    """

    people: int
    groups: int
    smallest_group: int
    diversity: Mapping[str, int]
    too_few: int


class ReleaseTooFine(Exception):
    """People in the release can be singled out, or their secret read off their group."""

    code = "release_too_fine"

    def __init__(self, policy: FieldPolicy, risk: Risk) -> None:
        self.risk = risk
        lowest = min(risk.diversity.values(), default=policy.diversity)
        super().__init__(
            f"The policy {policy.name} asks for groups of {policy.minimum_group} people with "
            f"{policy.diversity} values each; the smallest has {risk.smallest_group} "
            f"(values: {lowest}), and {risk.too_few} of {risk.people} people are in groups that "
            "are too small. Generalise further or release more people at once."
        )


def measure(
    table: Table,
    *,
    quasi: Sequence[str],
    sensitive: Sequence[str] = (),
    minimum_group: int = 1,
    person: str | None = None,
) -> Risk:
    """
    Return the risk of a table. Nulls count as a value of their own.

    Rows with the same `person` count once; without it every row is somebody else. An empty
    table has groups of 0.

    Source: k-anonymity, Samarati and Sweeney 1998; distinct l-diversity, Machanavajjhala 2007.
    """
    if not quasi:
        table, quasi = (
            table.append_column("everybody", pa.repeat(True, table.num_rows)),
            ["everybody"],
        )
    every = pc.CountOptions(mode="all")
    heads: tuple[Any, ...] = (
        (person, "count_distinct", every) if person is not None else ([], "count_all")
    )
    wanted = [heads, *((field, "count_distinct", every) for field in sensitive)]
    groups = table.group_by(list(quasi)).aggregate(wanted)
    sizes = groups.column(f"{person}_count_distinct" if person is not None else "count_all")
    small = sizes.filter(pc.less(sizes, minimum_group))
    return Risk(
        people=pc.sum(sizes).as_py() or 0,
        groups=groups.num_rows,
        smallest_group=pc.min(sizes).as_py() or 0,
        diversity={
            field: pc.min(groups.column(f"{field}_count_distinct")).as_py() or 0
            for field in sensitive
        },
        too_few=pc.sum(small).as_py() or 0,
    )


def refuse_too_fine(policy: FieldPolicy, table: Table, *, person: str | None = None) -> Risk:
    """
    Return the risk of a release that the policy allows.

    :raises ReleaseTooFine: below the policy's k or l.
    """
    found = measure(
        table,
        quasi=policy.quasi,
        sensitive=policy.sensitive,
        minimum_group=policy.minimum_group,
        person=person,
    )
    too_plain = any(values < policy.diversity for values in found.diversity.values())
    if found.smallest_group < policy.minimum_group or too_plain:
        raise ReleaseTooFine(policy, found)
    return found
