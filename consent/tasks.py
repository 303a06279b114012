"""Periodic work of this app. One line each: the operations hold the substance."""

from celery import shared_task
from django.utils import timezone

from consent import confirmations, forms, imports


@shared_task(name="consent.tasks.send_confirmations")
def send_confirmations() -> int:
    return confirmations.send_due(at=timezone.now())


@shared_task(name="consent.tasks.bulk_imports")
def bulk_imports() -> None:
    for job_id in imports.unfinished():
        imports.run(job_id, read=forms.past_act)
