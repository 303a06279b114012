"""What a person had removed is kept with the rest of their state, and read with it."""

import django.contrib.postgres.fields
from django.db import migrations, models

VIEW = """
CREATE OR REPLACE VIEW consent_person AS
    SELECT subject_id AS subject_key, restricted, blocked, erased, paused_until, contact_hours,
        removed_guesses
    FROM consent_subjectstate
"""
BEFORE = """
DROP VIEW consent_person;
CREATE VIEW consent_person AS
    SELECT subject_id AS subject_key, restricted, blocked, erased, paused_until, contact_hours
    FROM consent_subjectstate
"""


class Migration(migrations.Migration):
    dependencies = [("consent", "0003_imports")]

    operations = [
        migrations.AlterField(
            model_name="consentevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("granted", "GRANTED"),
                    ("refused", "REFUSED"),
                    ("withdrawn", "WITHDRAWN"),
                    ("objected", "OBJECTED"),
                    ("notice_served", "NOTICE_SERVED"),
                    ("confirmed", "CONFIRMED"),
                    ("paused", "PAUSED"),
                    ("resumed", "RESUMED"),
                    ("restricted", "RESTRICTED"),
                    ("unrestricted", "UNRESTRICTED"),
                    ("blocked", "BLOCKED"),
                    ("unblocked", "UNBLOCKED"),
                    ("erased", "ERASED"),
                    ("contact_hours", "CONTACT_HOURS"),
                    ("guess_removed", "GUESS_REMOVED"),
                    ("guess_allowed", "GUESS_ALLOWED"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="subjectstate",
            name="removed_guesses",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=96),
                default=list,
                help_text="neither made nor used again",
                size=None,
            ),
        ),
        migrations.RunSQL(VIEW, BEFORE),
    ]
