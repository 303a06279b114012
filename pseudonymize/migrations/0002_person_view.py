"""The read interface that a policy check joins: by any identifier's digest, without its value."""

from django.db import migrations

VIEW = """
CREATE VIEW pseudonymize_person AS
SELECT s.subject_key, i.kind AS identifier_type, i.digest, s.life, s.blocked_until, s.country,
       s.region, s.locale, s.time_zone, s.age_class, s.age_changes_on,
       s.guardian IS NOT NULL AS has_guardian
FROM pseudonymize_identifier i
JOIN pseudonymize_subject s ON s.subject_key = i.subject_id
"""


class Migration(migrations.Migration):
    dependencies = [("pseudonymize", "0001_initial")]

    operations = [migrations.RunSQL(VIEW, "DROP VIEW pseudonymize_person")]
