"""A subject's key stays for ever, also after erasure: what names it is never left without it."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION pseudonymize_keep_subject() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a subject stays under its key: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Erase the person instead.';
END
$$
"""
TRIGGER = """
CREATE TRIGGER venia_stays BEFORE DELETE OR UPDATE OF subject_key ON pseudonymize_subject
    FOR EACH ROW EXECUTE FUNCTION pseudonymize_keep_subject()
"""


class Migration(migrations.Migration):
    dependencies = [("pseudonymize", "0013_job_sent_twice")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION pseudonymize_keep_subject()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER venia_stays ON pseudonymize_subject"),
    ]
