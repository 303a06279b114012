"""One worker of an import: takes its parts over and prints the seconds of processor it used."""

import sys
import time
import uuid

import django


def main(job: str) -> float:
    """Return the seconds used since the start of the work."""
    django.setup()
    from consent import forms, imports

    begun = time.process_time()
    imports.run(uuid.UUID(job), read=forms.past_act)
    return time.process_time() - begun


if __name__ == "__main__":
    print(main(sys.argv[1]))
