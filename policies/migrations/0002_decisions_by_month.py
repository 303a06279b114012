"""
The table of decisions, partitioned by month, and the only ways to change it.

Nobody updates a decision. Months are made and dropped, and an erased person's rows removed, by
functions that run with their owner's rights; the application's role has neither right itself.
"""

from django.db import migrations

TABLE = """
CREATE TABLE policies_decision (
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    subject_key bigint,
    caller varchar(16) NOT NULL,
    effect smallint NOT NULL,
    purpose varchar(64) NOT NULL,
    purpose_version integer,
    action varchar(64) NOT NULL,
    policy varchar(100) NOT NULL,
    question jsonb NOT NULL,
    answer jsonb NOT NULL,
    facts jsonb NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX policies_decision_about ON policies_decision (subject_key, at DESC);
CREATE TABLE policies_decision_default PARTITION OF policies_decision DEFAULT;
CREATE TRIGGER venia_never_updated BEFORE UPDATE ON policies_decision
    FOR EACH ROW EXECUTE FUNCTION venia_refuse_change();
"""
ENSURE = """
CREATE FUNCTION policies_ensure_month(day date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first date := date_trunc('month', day)::date;
    name text := 'policies_decision_' || to_char(first, 'YYYY_MM');
BEGIN
    IF to_regclass(name) IS NOT NULL THEN RETURN false; END IF;
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS %I PARTITION OF policies_decision FOR VALUES FROM (%L) TO (%L)',
        name, first::timestamp AT TIME ZONE 'UTC',
        (first + interval '1 month')::timestamp AT TIME ZONE 'UTC');
    RETURN true;
END
$$
"""
DROP = """
CREATE FUNCTION policies_drop_month(day date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text := 'policies_decision_' || to_char(day, 'YYYY_MM');
BEGIN
    IF to_regclass(name) IS NULL THEN RETURN false; END IF;
    EXECUTE format('DROP TABLE %I', name);
    RETURN true;
END
$$
"""
FORGET = """
CREATE FUNCTION policies_forget_subject(forgotten bigint, kept uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    removed bigint;
BEGIN
    DELETE FROM policies_decision WHERE subject_key = forgotten AND NOT id = ANY (kept);
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END
$$
"""
APPEND_ONLY = """
CREATE TRIGGER venia_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION venia_refuse_change()
"""
FROZEN = (
    "policies_policyversion",
    "policies_policywithdrawal",
    "policies_outcome",
    "policies_recipient",
    "policies_assessment",
    "policies_decisiondigest",
)


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial"), ("audit", "0002_append_only")]

    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE policies_decision"),
        migrations.RunSQL(ENSURE, "DROP FUNCTION policies_ensure_month(date)"),
        migrations.RunSQL(DROP, "DROP FUNCTION policies_drop_month(date)"),
        migrations.RunSQL(FORGET, "DROP FUNCTION policies_forget_subject(bigint, uuid[])"),
        *(
            migrations.RunSQL(
                APPEND_ONLY.format(table=table), f"DROP TRIGGER venia_append_only ON {table}"
            )
            for table in FROZEN
        ),
    ]
