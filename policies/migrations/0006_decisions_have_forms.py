"""
What the records of decisions that are alike have in common is kept once a month, as their form.

A decision holds either all of its texts, or the name of its form and what is its own. The view
puts both together; chr(1), chr(2) and chr(3) are the blanks of `policies.forms`.
"""

from django.db import migrations

FORMS = """
CREATE TABLE policies_form (
    month date NOT NULL,
    key uuid NOT NULL,
    caller varchar(16) NOT NULL,
    purpose varchar(64) NOT NULL,
    purpose_version integer,
    action varchar(64) NOT NULL,
    policy varchar(100) NOT NULL,
    question text NOT NULL,
    answer text NOT NULL,
    facts text NOT NULL,
    PRIMARY KEY (month, key)
);
CREATE TRIGGER venia_never_updated BEFORE UPDATE ON policies_form
    FOR EACH ROW EXECUTE FUNCTION venia_refuse_change();
"""
_TEXTS = ("caller", "purpose", "action", "policy", "question", "answer", "facts")
_WHOLE = " AND ".join(f"{column} IS NOT NULL" for column in _TEXTS)
COLUMNS = f"""
ALTER TABLE policies_decision
    ADD COLUMN form uuid, ADD COLUMN until text, ADD COLUMN own text,
    {", ".join(f"ALTER COLUMN {column} DROP NOT NULL" for column in _TEXTS)},
    ADD CONSTRAINT decision_is_told_by_its_form_or_itself
        CHECK (form IS NOT NULL AND until IS NOT NULL AND own IS NOT NULL OR {_WHOLE});
"""
VIEW = """
CREATE VIEW policies_decided AS
SELECT d.id, d.at, d.subject_key, d.effect,
    COALESCE(d.caller, f.caller) AS caller,
    COALESCE(d.purpose, f.purpose) AS purpose,
    COALESCE(d.purpose_version, f.purpose_version) AS purpose_version,
    COALESCE(d.action, f.action) AS action,
    COALESCE(d.policy, f.policy) AS policy,
    COALESCE(d.question, replace(f.question, chr(3), m.moment)) AS question,
    COALESCE(d.answer, replace(replace(f.answer, chr(1), d.id::text), chr(2), d.until)) AS answer,
    COALESCE(d.facts, format('{"v":2,"at":"%s","subject_key":%s,', m.moment,
        COALESCE(d.subject_key, 0)) || d.own || f.facts) AS facts
FROM policies_decision d
LEFT JOIN policies_form f
    ON f.month = date_trunc('month', d.at AT TIME ZONE 'UTC')::date AND f.key = d.form
CROSS JOIN LATERAL (
    SELECT replace(to_char(d.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        '.000000', '') AS moment) m
"""
DROP = """
CREATE OR REPLACE FUNCTION policies_drop_month(day date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text := 'policies_decision_' || to_char(day, 'YYYY_MM');
BEGIN
    IF to_regclass(name) IS NULL THEN RETURN false; END IF;
    EXECUTE format('DROP TABLE %I', name);
    DELETE FROM policies_form WHERE month = date_trunc('month', day)::date;
    RETURN true;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("policies", "0005_decisions_as_text")]

    operations = [
        migrations.RunSQL(FORMS),
        migrations.RunSQL(COLUMNS),
        migrations.RunSQL(VIEW),
        migrations.RunSQL(DROP),
        migrations.AlterModelTable("decisionrecord", "policies_decided"),
    ]
