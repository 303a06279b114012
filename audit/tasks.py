"""Periodic work of this app. One line each: the operations hold the substance."""

from celery import shared_task
from django.utils import timezone

from audit import operations, replies


@shared_task(name="audit.tasks.seal")
def seal() -> int:
    return operations.seal(at=timezone.now())


@shared_task(name="audit.tasks.forget_replies")
def forget_replies() -> int:
    return replies.forget(at=timezone.now())
