"""Codes are counted by where they were asked from, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_doors_and_feelings")]

    operations = [
        migrations.AddField(
            model_name="entrycode",
            name="client",
            field=models.BinaryField(
                default=b"", help_text="keyed digest of where it was asked from"
            ),
        ),
        migrations.AddIndex(
            model_name="entrycode",
            index=models.Index(fields=["client", "asked_at"], name="portal_code_asked_from"),
        ),
    ]
