"""The keys in force, without the revoked ones, as a policy check reads them with its facts."""

from django.db import migrations

VIEW = """
CREATE VIEW audit_service_key AS
SELECT kid, encode(digest, 'hex') AS digest, name, scopes, last_used_at
FROM audit_apikey WHERE revoked_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [migrations.RunSQL(VIEW, "DROP VIEW audit_service_key")]
