"""By which terms a request is counted, where a law leaves the controller a choice."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rights", "0005_packages_and_changes")]

    operations = [
        migrations.AddField(
            model_name="rightsrequest",
            name="terms",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16),
                default=list,
                help_text="casework.terms; counted by them",
                size=None,
            ),
        ),
    ]
