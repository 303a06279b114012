"""Reads packages. Never writes, and never opens what is inside."""

from django.db.models import QuerySet

from rights.access import tables
from rights.access.tables import Table
from rights.models import Package, RequestedRight, RightsRequest, Withholding
from rights.systems.declaration import Work
from rights.systems.registry import systems

RIGHTS = ("access", "portability")


def package_of(right: RequestedRight) -> Package | None:
    """Return the package of a right, or None before there is one."""
    return Package.objects.select_related("right__request").filter(right=right).first()


def is_ready(right: RequestedRight) -> bool:
    """Return whether a right has a package that waits for the person."""
    return Package.objects.filter(right=right, state="ready").exists()


def packages_of(request: RightsRequest) -> list[Package]:
    """Return the packages of a request in the order in which their rights were asked."""
    rows = Package.objects.select_related("right__request").filter(right__request=request)
    return list(rows.order_by("right_id"))


def package(request: RightsRequest, number: int) -> Package | None:
    """Return one package of a request, or None."""
    return next((one for one in packages_of(request) if one.pk == number), None)


def newest() -> QuerySet[Package]:
    """Return every package, the newest first."""
    return Package.objects.select_related("right__request").order_by("-pk")


def withheld(right: RequestedRight) -> list[Withholding]:
    """Return what officers left out, in the order in which they did."""
    return list(right.withholdings.order_by("pk"))


def tables_told() -> list[Table]:
    """Return every table that a package can have: Venia's own, then those of each system."""
    found = list(tables.own().values())
    for system in systems().values():
        if Work.EXPORT in system.works:
            found += tables.of_system(system).values()
    return found
