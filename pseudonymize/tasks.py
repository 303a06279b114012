"""Periodic work of this app. One line each: the operations hold the substance."""

from celery import shared_task
from django.utils import timezone

from pseudonymize.freetext import jobs as text_jobs
from pseudonymize.release import jobs


@shared_task(name="pseudonymize.tasks.bulk_releases")
def bulk_releases() -> None:
    for job_id in jobs.unfinished():
        jobs.run(job_id)


@shared_task(name="pseudonymize.tasks.forget_releases")
def forget_releases() -> int:
    return jobs.forget(at=timezone.now())


@shared_task(name="pseudonymize.tasks.bulk_texts")
def bulk_texts() -> None:
    for job_id in text_jobs.unfinished():
        text_jobs.run(job_id)


@shared_task(name="pseudonymize.tasks.forget_texts")
def forget_texts() -> int:
    return text_jobs.forget(at=timezone.now())
