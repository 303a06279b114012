"""The shortest way from an identifier's digest to a key, for what is kept ready per person."""

from django.db import migrations

VIEW = """
CREATE VIEW pseudonymize_digest AS
SELECT digest, subject_id AS subject_key FROM pseudonymize_identifier
"""


class Migration(migrations.Migration):
    dependencies = [("pseudonymize", "0011_audience_view")]

    operations = [migrations.RunSQL(VIEW, "DROP VIEW pseudonymize_digest")]
