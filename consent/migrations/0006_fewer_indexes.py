"""An act is found by its subject and number; each index more costs every act and import."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consent', '0005_known'),
        ('pseudonymize', '0012_digest_view'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='consentevent',
            name='consent_event_of_purpose',
        ),
        migrations.AlterField(
            model_name='consentevent',
            name='notice',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='consent.notice'),
        ),
        migrations.AlterField(
            model_name='consentevent',
            name='subject',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pseudonymize.subject'),
        ),
        migrations.AlterField(
            model_name='consentstate',
            name='subject',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pseudonymize.subject'),
        ),
    ]
