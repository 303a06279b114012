"""Periodic work of this app. One line each: the modules hold the substance."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from policies import retention


@shared_task(name="policies.tasks.bulk_keep_house")
def bulk_keep_house() -> int:
    return retention.keep_house(months=settings.DECISION_MONTHS, at=timezone.now())
