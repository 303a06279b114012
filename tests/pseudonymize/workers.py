"""A worker that dies in the middle of a job, and callers who ask for one over HTTP."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from audit.keys import ServiceKey
from tests import broker as brokers


def call(key: ServiceKey, method: str, path: str, **more: Any) -> Any:
    """Return the answer to a request with a service key."""
    headers = {"Authorization": f"Bearer {key.text}"} | more.pop("headers", {})
    return getattr(Client(), method)(path, headers=headers, **more)


def killed_in_the_middle(job: Any, jobs: str, data: Path) -> None:
    """Let a process of its own run `job` by the module `jobs`, and kill it after some parts."""
    worker = _worker(job, jobs, data)
    while type(job).objects.get(pk=job.pk).parts_done < 3:
        assert worker.poll() is None
        time.sleep(0.005)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    job.refresh_from_db()
    assert 3 <= job.parts_done < job.parts


def _worker(job: Any, jobs: str, data: Path) -> subprocess.Popen[bytes]:
    program = (
        f"import django; django.setup(); import uuid; import {jobs} as jobs; "
        f"jobs.run(uuid.UUID('{job.pk}'))"
    )
    known = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": brokers.database_url(),
        "VENIA_DATA": str(data),
        "VENIA_MASTER_KEY": settings.VENIA_MASTER_KEY,
    }
    return subprocess.Popen([sys.executable, "-c", program], env=os.environ | known)
