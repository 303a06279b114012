"""Periodic work of this app. One line each: the modules hold the substance."""

from celery import shared_task
from django.utils import timezone

from portal import codes, links, visits
from portal.desk import throttle


@shared_task(name="portal.tasks.send_codes")
def send_codes() -> int:
    return codes.send_due(at=timezone.now())


@shared_task(name="portal.tasks.drop_old_doors")
def drop_old_doors() -> int:
    return sum(door.drop_old(at=timezone.now()) for door in (links, visits, codes, throttle))
