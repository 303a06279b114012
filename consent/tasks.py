"""Background work of this app. One line each: the operations hold the substance."""

import uuid

from celery import shared_task
from django.utils import timezone

from consent import confirmations, imports, shapes


@shared_task(name="consent.tasks.send_confirmation")
def send_confirmation(confirmation_id: str) -> bool:
    return confirmations.send(uuid.UUID(confirmation_id), at=timezone.now())


@shared_task(name="consent.tasks.send_confirmations")
def send_confirmations() -> int:
    return confirmations.send_due(at=timezone.now())


@shared_task(name="consent.tasks.bulk_import")
def bulk_import(job_id: str) -> None:
    imports.run(uuid.UUID(job_id), read=shapes.past_act)


@shared_task(name="consent.tasks.bulk_imports")
def bulk_imports() -> None:
    for job_id in imports.unfinished():
        imports.run(job_id, read=shapes.past_act)
