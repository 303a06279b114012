"""Wrong passwords at the desk are counted for all processes together."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_codes_by_client")]

    operations = [
        migrations.CreateModel(
            name="FailedLogin",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.BinaryField(help_text="keyed digest of the name that was typed")),
                ("client", models.BinaryField(help_text="keyed digest of where it was typed")),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["name", "at"], name="portal_failed_for_name"),
                    models.Index(fields=["client", "at"], name="portal_failed_from_client"),
                ],
            },
        ),
    ]
