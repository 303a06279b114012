from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pseudonymize", "0012_digest_view"),
    ]

    operations = [
        migrations.AddField(
            model_name="releasejob",
            name="fingerprint",
            field=models.BinaryField(help_text="of what was asked and sent, SHA-256", null=True),
        ),
        migrations.AddField(
            model_name="releasejob",
            name="idempotency_key",
            field=models.CharField(max_length=128, null=True),
        ),
        migrations.AddField(
            model_name="textjob",
            name="fingerprint",
            field=models.BinaryField(help_text="of what was asked and sent, SHA-256", null=True),
        ),
        migrations.AddField(
            model_name="textjob",
            name="idempotency_key",
            field=models.CharField(max_length=128, null=True),
        ),
        migrations.AddConstraint(
            model_name="releasejob",
            constraint=models.UniqueConstraint(
                fields=("caller", "idempotency_key"), name="releasejob_once_per_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="textjob",
            constraint=models.UniqueConstraint(
                fields=("caller", "idempotency_key"), name="textjob_once_per_key"
            ),
        ),
    ]
