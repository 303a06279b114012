"""Acts and shown notices refuse UPDATE and DELETE; the views are what a policy check reads."""

from django.db import migrations

TRIGGER = """
CREATE TRIGGER venia_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION venia_refuse_change()
"""
TABLES = ("consent_consentevent", "consent_notice", "consent_purpose")
VIEWS = {
    "consent_standing": """
        SELECT subject_id AS subject_key, purpose, standing FROM consent_consentstate
    """,
    "consent_person": """
        SELECT subject_id AS subject_key, restricted, blocked, erased, paused_until, contact_hours
        FROM consent_subjectstate
    """,
    "consent_circumstance_now": """
        SELECT subject_id AS subject_key, kind, since, until
        FROM consent_circumstance WHERE ended_at IS NULL
    """,
    "consent_spend": """
        SELECT subject_id AS subject_key, channel, planned_at
        FROM consent_frequencyspend WHERE given_back_at IS NULL
    """,
    "consent_offer": """
        SELECT digest, offered FROM consent_catalogue
    """,
}


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial"), ("audit", "0002_append_only")]

    operations = [
        *(
            migrations.RunSQL(
                TRIGGER.format(table=table), f"DROP TRIGGER venia_append_only ON {table}"
            )
            for table in TABLES
        ),
        *(
            migrations.RunSQL(f"CREATE VIEW {name} AS {query}", f"DROP VIEW {name}")
            for name, query in VIEWS.items()
        ),
    ]
