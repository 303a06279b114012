"""The audit trail refuses UPDATE and DELETE, whoever asks; other apps reuse the function."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION venia_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Add a new row that corrects the old one.';
END
$$
"""
TRIGGER = """
CREATE TRIGGER venia_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION venia_refuse_change()
"""
TABLES = ("audit_auditentry", "audit_auditlink", "audit_auditseal")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION venia_refuse_change()"),
        *(
            migrations.RunSQL(
                TRIGGER.format(table=table), f"DROP TRIGGER venia_append_only ON {table}"
            )
            for table in TABLES
        ),
    ]
