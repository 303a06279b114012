"""What a search over everybody reads of each active person: no identifier, not even a digest."""

from django.db import migrations

VIEW = """
CREATE VIEW pseudonymize_audience AS
SELECT subject_key, country, region, time_zone, age_class, age_changes_on
FROM pseudonymize_subject
WHERE life = 'active'
"""


class Migration(migrations.Migration):
    dependencies = [("pseudonymize", "0010_legal_holds")]

    operations = [migrations.RunSQL(VIEW, "DROP VIEW pseudonymize_audience")]
