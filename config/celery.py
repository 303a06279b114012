"""Celery's entry point. Periodic work is listed here and nowhere else."""

import os

from celery import Celery
from celery.signals import worker_process_init

from config.garbage import look_rarely

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

worker_process_init.connect(lambda **_: look_rarely(), weak=False)
app = Celery("venia")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "seal the audit trail": {"task": "audit.tasks.seal", "schedule": 60.0},
    "forget old replies": {"task": "audit.tasks.forget_replies", "schedule": 3600.0},
    "send confirmations": {
        "task": "consent.tasks.send_confirmations",
        "schedule": 5.0,
        "options": {"expires": 5.0},  # behind a long one they would only pile up
    },
    "send entry codes": {
        "task": "portal.tasks.send_codes",
        "schedule": 2.0,  # somebody waits for it in front of a page
        "options": {"expires": 2.0},
    },
    "drop old doors": {"task": "portal.tasks.drop_old_doors", "schedule": 3600.0},
    "keep house of decisions": {
        "task": "policies.tasks.bulk_keep_house",  # counts every decision of a day
        "schedule": 3600.0,
        "options": {"expires": 3600.0},
    },
    "go on with imports": {
        "task": "consent.tasks.bulk_imports",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "go on with releases": {
        "task": "pseudonymize.tasks.bulk_releases",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "forget old releases": {"task": "pseudonymize.tasks.forget_releases", "schedule": 3600.0},
    "go on with texts": {
        "task": "pseudonymize.tasks.bulk_texts",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "forget old texts": {"task": "pseudonymize.tasks.forget_texts", "schedule": 3600.0},
    "send letters": {"task": "rights.tasks.send_mails", "schedule": 60.0},
    "drive errands to their systems": {
        "task": "rights.tasks.drive_due",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    "write packages": {
        "task": "rights.tasks.bulk_make_packages",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    "go on with erasures": {
        "task": "rights.tasks.go_on_with_erasures",
        "schedule": 30.0,
        "options": {"expires": 30.0},
    },
    "propose what is out of term": {
        "task": "rights.tasks.bulk_propose_retention",
        "schedule": 86400.0,
    },
    "erase what is out of term": {
        "task": "rights.tasks.bulk_carry_out_retention",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "take silence as withdrawal": {"task": "rights.tasks.abandon_due", "schedule": 3600.0},
    "tidy requests": {"task": "rights.tasks.tidy", "schedule": 3600.0},
    "warn of what is due": {"task": "rights.tasks.warn", "schedule": 86400.0},
}
