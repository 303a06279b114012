"""Answers are kept for a day, and read by retries only: to compress each costs more than it saves."""

from django.db import migrations

TABLE = "ALTER TABLE audit_idempotentreply"


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_key_view")]

    operations = [
        migrations.RunSQL(
            f"{TABLE} SET (toast_tuple_target = 8160)", f"{TABLE} RESET (toast_tuple_target)"
        )
    ]
