"""One worker of an import: says when it is ready, then takes over parts of the jobs it reads."""

import sys
import time
import uuid

import django


def main() -> None:
    """Print, for each job, the seconds of processor that its parts took here."""
    django.setup()
    from django.db import connection

    from config.garbage import look_rarely
    from consent import forms, imports

    connection.ensure_connection()
    look_rarely()  # as the workers of an installation do
    print("ready", flush=True)
    for job in sys.stdin:
        begun = time.process_time()
        imports.run(uuid.UUID(job.strip()), read=forms.past_act)
        print(time.process_time() - begun, flush=True)


if __name__ == "__main__":
    main()
