"""Background work of this app. One line each: the operations hold the substance."""

from celery import shared_task
from django.utils import timezone

from rights import operations
from rights.access import destruction, making, proving
from rights.casework import identity, warnings
from rights.casework.events import Acting
from rights.contact import doors, files, links, outbox
from rights.erasure import operations as erasures
from rights.erasure import retention
from rights.systems import driving, keeping, settling


@shared_task(name="rights.tasks.send_identity_code")
def send_identity_code(row_id: int) -> bool:
    return identity.send_code(row_id, at=timezone.now())


@shared_task(name="rights.tasks.send_letter")
def send_letter(letter_id: int) -> bool:
    return outbox.send(letter_id, at=timezone.now())


@shared_task(name="rights.tasks.send_links")
def send_links(numbers: list[int]) -> int:
    return links.send_links(numbers, at=timezone.now())


@shared_task(name="rights.tasks.send_mails")
def send_mails() -> int:
    now = timezone.now()
    sent = outbox.send_due(at=now) + identity.send_codes(at=now)
    return sent + proving.send_codes(at=now)


@shared_task(name="rights.tasks.go_on_with_erasures")
def go_on_with_erasures() -> int:
    return erasures.go_on_due(at=timezone.now())


@shared_task(name="rights.tasks.bulk_propose_retention")
def bulk_propose_retention() -> int:
    return retention.propose(at=timezone.now())


@shared_task(name="rights.tasks.bulk_carry_out_retention")
def bulk_carry_out_retention() -> int:
    return retention.carry_out(at=timezone.now())


@shared_task(name="rights.tasks.abandon_due")
def abandon_due() -> int:
    return operations.abandon_due(at=timezone.now())


@shared_task(name="rights.tasks.warn")
def warn() -> int:
    return warnings.warn(on=timezone.localdate())


@shared_task(name="rights.tasks.tidy")
def tidy() -> int:
    now = timezone.now()
    works = (doors.drop_old, files.left_over, operations.forget_old, destruction.destroy_due)
    return sum(work(at=now) for work in (*works, keeping.forget_settled))


@shared_task(name="rights.tasks.drive_task")
def drive_task(task_id: int) -> None:
    driving.drive(task_id, at=timezone.now())


@shared_task(name="rights.tasks.continue_errand")
def continue_errand(errand_id: int) -> bool:
    return settling.continue_errand(errand_id, Acting("system", timezone.now()))


@shared_task(name="rights.tasks.drive_due")
def drive_due() -> int:
    return driving.drive_due(at=timezone.now())


@shared_task(name="rights.tasks.bulk_make_package")
def bulk_make_package(package_id: int) -> bool:
    return making.make(package_id, at=timezone.now())


@shared_task(name="rights.tasks.bulk_make_packages")
def bulk_make_packages() -> int:
    return making.make_due(at=timezone.now())


@shared_task(name="rights.tasks.send_pickup_code")
def send_pickup_code(row_id: int) -> bool:
    return proving.send_code(row_id, at=timezone.now())
