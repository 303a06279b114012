"""`manage.py up`: everything that `make run` starts, supervised, until Ctrl-C."""

import os
import signal
import sys
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config import plan, processes
from config.installation import open_installation
from config.processes import CannotStart
from config.supervision import Supervisor

_LOOK_SECONDS = 0.5
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    help = "Prepare and run web, workers and scheduler, and the servers they need."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for number in _STOPPING:
            signal.signal(number, _interrupt)
        signal.signal(signal.SIGALRM, _look_at_parent)
        signal.setitimer(signal.ITIMER_REAL, _LOOK_SECONDS, _LOOK_SECONDS)
        os.umask(0o077)
        supervisor = Supervisor(self._say)
        problem = None
        try:
            self._run(supervisor)
        except CannotStart as reason:
            problem = str(reason)
        except KeyboardInterrupt:
            self._say("Stopping …")
        finally:
            for number in (*_STOPPING, signal.SIGALRM):
                signal.signal(number, signal.SIG_IGN)
            supervisor.stop()
        if problem is not None:
            sys.exit(problem or 1)

    def _run(self, supervisor: Supervisor) -> None:
        plan.require_free_port(settings.BIND_ADDRESS, settings.PORT)
        self.installation = open_installation(settings.DATA_DIR)
        plan.manifest_path().unlink(missing_ok=True)
        environment = plan.start_servers(self.installation, supervisor, self._say)
        plan.prepare(environment, self._say)
        self._say("Web, workers, scheduler …")
        for part in plan.programs(environment):
            supervisor.start(part)
        plan.await_web(supervisor)
        plan.announce(environment, self._say)
        while True:
            supervisor.look()
            time.sleep(0.2)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _look_at_parent(number: int, frame: FrameType | None) -> None:
    if processes.waits_in_vain(os.getppid()):
        raise KeyboardInterrupt
