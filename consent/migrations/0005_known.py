"""
What a check knows of a person as a whole, kept ready in one row beside its sources.

The view says what belongs there; triggers on its sources see to it, whoever writes them. A key's
row is locked before it is worked out, so that of two changes at once neither is lost. Changes of
columns that a check does not read (`acts`, what is sealed) cost nothing.
"""

from django.db import migrations, models

VIEW = """
CREATE VIEW consent_known_now AS
SELECT s.subject_key,
    json_strip_nulls(json_build_object(
        'life', s.life, 'country', s.country, 'region', nullif(s.region, ''),
        'locale', nullif(s.locale, ''), 'time_zone', nullif(s.time_zone, ''),
        'age_class', s.age_class, 'age_changes_on', s.age_changes_on,
        'restricted', nullif(t.restricted, false), 'blocked', nullif(t.blocked, false),
        'erased', nullif(t.erased, false), 'paused_until', t.paused_until,
        'contact_hours', nullif(t.contact_hours, '{}'),
        'removed_guesses', nullif(t.removed_guesses, '{}')
    ))::text AS person,
    (SELECT json_object_agg(c.kind, json_build_array(
            to_char(c.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            to_char(c.until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) ORDER BY c.kind)
     FROM consent_circumstance_now c WHERE c.subject_key = s.subject_key)::text AS circumstances
FROM pseudonymize_subject s
LEFT JOIN consent_subjectstate t ON t.subject_id = s.subject_key
"""
KEEP = """
CREATE FUNCTION consent_keep_known(keys bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM consent_known WHERE subject_key = ANY (keys) ORDER BY subject_key FOR UPDATE;
    INSERT INTO consent_known AS kept (subject_key, person, circumstances)
    SELECT subject_key, person, circumstances FROM consent_known_now
    WHERE subject_key = ANY (keys)
    ON CONFLICT (subject_key) DO UPDATE
    SET person = excluded.person, circumstances = excluded.circumstances
    WHERE (kept.person, kept.circumstances)
        IS DISTINCT FROM (excluded.person, excluded.circumstances);
END
$$
"""
ALL_NEW = """
CREATE FUNCTION consent_keep_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM consent_keep_known((SELECT array_agg(subject_key) FROM added));
    RETURN NULL;
END
$$
"""
ONE = """
CREATE FUNCTION consent_keep_{of}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM consent_keep_known(ARRAY[coalesce(NEW.{key}, OLD.{key})]);
    RETURN NULL;
END
$$
"""
WHOLE = (
    "({row}.restricted, {row}.blocked, {row}.erased, {row}.paused_until, {row}.contact_hours,"
    " {row}.removed_guesses)"
)
PLACE = (
    "({row}.life, {row}.country, {row}.region, {row}.locale, {row}.time_zone, {row}.age_class,"
    " {row}.age_changes_on)"
)
TRIGGERS = {
    "pseudonymize_subject": (
        "AFTER INSERT ON pseudonymize_subject REFERENCING NEW TABLE AS added"
        " FOR EACH STATEMENT EXECUTE FUNCTION consent_keep_new()",
        "AFTER UPDATE ON pseudonymize_subject FOR EACH ROW"
        f" WHEN ({PLACE.format(row='NEW')} IS DISTINCT FROM {PLACE.format(row='OLD')})"
        " EXECUTE FUNCTION consent_keep_subject()",
    ),
    "consent_subjectstate": (
        "AFTER INSERT ON consent_subjectstate FOR EACH ROW"
        f" WHEN ({WHOLE.format(row='NEW')}"
        " IS DISTINCT FROM (false, false, false, NULL::date, '{}'::jsonb, '{}'::varchar[]))"
        " EXECUTE FUNCTION consent_keep_state()",
        "AFTER UPDATE ON consent_subjectstate FOR EACH ROW"
        f" WHEN ({WHOLE.format(row='NEW')} IS DISTINCT FROM {WHOLE.format(row='OLD')})"
        " EXECUTE FUNCTION consent_keep_state()",
        "AFTER DELETE ON consent_subjectstate FOR EACH ROW EXECUTE FUNCTION consent_keep_state()",
    ),
    "consent_circumstance": (
        "AFTER INSERT OR UPDATE OR DELETE ON consent_circumstance FOR EACH ROW"
        " EXECUTE FUNCTION consent_keep_state()",
    ),
}
FILL = "INSERT INTO consent_known SELECT * FROM consent_known_now"


def _triggers() -> list[migrations.RunSQL]:
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER venia_keep_known_{number} {how}",
            f"DROP TRIGGER venia_keep_known_{number} ON {table}",
        )
        for table, triggers in TRIGGERS.items()
        for number, how in enumerate(triggers, 1)
    ]


class Migration(migrations.Migration):
    dependencies = [("consent", "0004_removed_guesses"), ("pseudonymize", "0012_digest_view")]

    operations = [
        migrations.CreateModel(
            name="Known",
            fields=[
                ("subject_key", models.BigIntegerField(primary_key=True, serialize=False)),
                ("person", models.TextField(help_text="JSON; known.Person")),
                ("circumstances", models.TextField(help_text="JSON; null: none", null=True)),
            ],
            options={"db_table": "consent_known"},
        ),
        migrations.RunSQL(VIEW, "DROP VIEW consent_known_now"),
        migrations.RunSQL(KEEP, "DROP FUNCTION consent_keep_known(bigint[])"),
        migrations.RunSQL(ALL_NEW, "DROP FUNCTION consent_keep_new()"),
        migrations.RunSQL(
            ONE.format(of="subject", key="subject_key"), "DROP FUNCTION consent_keep_subject()"
        ),
        migrations.RunSQL(
            ONE.format(of="state", key="subject_id"), "DROP FUNCTION consent_keep_state()"
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        *_triggers(),
    ]
