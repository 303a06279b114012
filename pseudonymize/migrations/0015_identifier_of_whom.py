"""
The index by which an identifier is found names its subject too, so the row is not looked at.

The former one is dropped by name: Django, told that the column has lost its index, would drop the
one that keeps an identifier with one subject as well, for it stands on the same column.
"""

from django.db import migrations, models

FORMER = "pseudonymize_identifier_digest_8d6b7b75"


class Migration(migrations.Migration):
    dependencies = [("pseudonymize", "0014_subjects_stay")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    f"DROP INDEX {FORMER}",
                    f"CREATE INDEX {FORMER} ON pseudonymize_identifier (digest)",
                )
            ],
            [
                migrations.AlterField(
                    model_name="identifier",
                    name="digest",
                    field=models.BinaryField(help_text="tokens.lookup_digest, 32 bytes"),
                )
            ],
        ),
        migrations.AddIndex(
            model_name="identifier",
            index=models.Index(fields=["digest"], include=("subject",), name="identifier_of_whom"),
        ),
    ]
