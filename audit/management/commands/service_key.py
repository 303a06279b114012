"""`manage.py service_key`: issue a service key (shown once), revoke one, list them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit import keys, operations, queries


class Command(BaseCommand):
    help = "Issue, revoke and list the keys with which other services call Venia."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        issue = verbs.add_parser("issue", help="make a key and show it once")
        issue.add_argument("name", help="the calling system, never a person")
        issue.add_argument("scopes", nargs="+", help=", ".join(sorted(keys.SCOPES)))
        revoke = verbs.add_parser("revoke", help="make a key useless at once")
        revoke.add_argument("kid", help="the first half of the key, after vk_")
        verbs.add_parser("list", help="show every key without its secret")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(options)

    def _issue(self, options: dict[str, Any]) -> None:
        try:
            key = operations.issue_key(
                options["name"], scopes=options["scopes"], actor="operator", at=timezone.now()
            )
        except operations.UnknownScope as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(key.text)

    def _revoke(self, options: dict[str, Any]) -> None:
        if not operations.revoke_key(options["kid"], actor="operator", at=timezone.now()):
            raise CommandError("No valid key of that name. See: manage.py service_key list.")
        self.stdout.write("Revoked.")

    def _list(self, options: dict[str, Any]) -> None:
        for key in queries.service_keys():
            state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "valid"
            used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
            scopes = " ".join(key.scopes)
            self.stdout.write(f"{key.kid}  {key.name}  {state}  last used {used}  {scopes}")
