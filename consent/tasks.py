"""Background work of this app. One line each: the operations hold the substance."""

import uuid

from celery import shared_task
from django.utils import timezone

from consent import confirmations


@shared_task(name="consent.tasks.send_confirmation")
def send_confirmation(confirmation_id: str) -> bool:
    return confirmations.send(uuid.UUID(confirmation_id), at=timezone.now())


@shared_task(name="consent.tasks.send_confirmations")
def send_confirmations() -> int:
    return confirmations.send_due(at=timezone.now())
