"""Makes the tables of the usual way, fills them, and prints a token."""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.bench.usual.settings"


def main(people: int, purposes: list[str]) -> str:
    """Return the token; every second person allows each purpose."""
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from rest_framework.authtoken.models import Token

    from config.bench.usual.models import Permission

    call_command("migrate", run_syncdb=True, verbosity=0)
    Permission.objects.bulk_create(
        (
            Permission(person=f"B-{n}", purpose=purpose, granted=n % 2 == 0)
            for n in range(people)
            for purpose in purposes
        ),
        batch_size=5000,
    )
    caller, _ = User.objects.get_or_create(username="caller")
    return str(Token.objects.get_or_create(user=caller)[0].key)


if __name__ == "__main__":
    print(main(int(sys.argv[1]), sys.argv[2:]))
