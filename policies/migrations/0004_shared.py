"""
What all checks share, kept ready in one row under the digest of its content.

A process keeps what it has read of it, and asks with that digest: only what has changed is sent
again. The view says what belongs there; triggers on its sources see to it.
"""

from django.db import migrations, models

VIEW = """
CREATE VIEW policies_shared_now AS
SELECT json_build_object(
    'catalogue', (SELECT digest FROM consent_offer),
    'versions', (
        SELECT json_agg(json_build_array(
            to_char(v.effective_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), v.name)
            ORDER BY v.effective_from, v.id)
        FROM policies_policyversion v WHERE NOT EXISTS (
            SELECT 1 FROM policies_policywithdrawal w WHERE w.version_id = v.id)),
    'suspensions', (
        SELECT json_agg(json_build_array(kind, value) ORDER BY id)
        FROM policies_suspension WHERE lifted_at IS NULL),
    'assessed', (
        SELECT json_object_agg(a.purpose, a.expires_on ORDER BY a.purpose)
        FROM policies_assessment a WHERE a.approved_by <> '' AND NOT EXISTS (
            SELECT 1 FROM policies_assessment b
            WHERE b.purpose = a.purpose AND b.version > a.version)),
    'recipients', (
        SELECT json_object_agg(r.key, json_build_object(
            'id', r.key, 'country', r.country, 'role', r.role, 'name', r.name,
            'safeguard', nullif(r.safeguard, ''), 'safeguard_until', r.safeguard_until,
            'certified', r.certified, 'purposes', to_json(r.purposes)) ORDER BY r.key)
        FROM policies_recipient r WHERE NOT r.ended AND NOT EXISTS (
            SELECT 1 FROM policies_recipient n WHERE n.key = r.key AND n.version > r.version)),
    'excluding', (
        SELECT json_agg(DISTINCT channel)
        FROM policies_exclusionlist l, unnest(l.channels) AS channel)
)::text AS content
"""
KEEP = """
CREATE FUNCTION policies_keep_shared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM policies_shared FOR UPDATE;
    INSERT INTO policies_shared AS kept (id, version, content)
    SELECT 1, md5(content), content FROM policies_shared_now
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, content = excluded.content
    WHERE kept.version <> excluded.version;
    RETURN NULL;
END
$$
"""
SOURCES = (
    "consent_catalogue",
    "policies_assessment",
    "policies_exclusionlist",
    "policies_policyversion",
    "policies_policywithdrawal",
    "policies_recipient",
    "policies_suspension",
)
TRIGGER = """
CREATE TRIGGER venia_keep_shared AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION policies_keep_shared()
"""
FILL = "INSERT INTO policies_shared SELECT 1, md5(content), content FROM policies_shared_now"


class Migration(migrations.Migration):
    dependencies = [("policies", "0003_outcomes_go_with_decisions"), ("consent", "0005_known")]

    operations = [
        migrations.CreateModel(
            name="Shared",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("version", models.CharField(help_text="digest of the content", max_length=32)),
                ("content", models.TextField(help_text="JSON; shared.Shared")),
            ],
            options={
                "db_table": "policies_shared",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="shared_is_one_row"
                    )
                ],
            },
        ),
        migrations.RunSQL(VIEW, "DROP VIEW policies_shared_now"),
        migrations.RunSQL(KEEP, "DROP FUNCTION policies_keep_shared()"),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        *(
            migrations.RunSQL(
                TRIGGER.format(table=table), f"DROP TRIGGER venia_keep_shared ON {table}"
            )
            for table in SOURCES
        ),
    ]
