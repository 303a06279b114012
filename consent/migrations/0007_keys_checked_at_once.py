"""
Acts, what is kept beside them, and what stands: each statement checks all its keys at once.

Triggers do what declared foreign keys did, in the same classes of error: a row names rows that are
there, keeps to them, and they stay. A declared key checks row by row, which was a sixth of all that
an act of an import cost. Here parents can neither be deleted nor get another key, whoever asks, so
nothing has to be locked to see that one is there.
"""

import django.db.models.deletion
from django.db import migrations, models

EVENT = ("consent_consentevent", "id")
SUBJECT = ("pseudonymize_subject", "subject_key")
PARENTS = {  # by table and column, what a row names
    "consent_consentevent": {"subject_id": SUBJECT, "notice_id": ("consent_notice", "id")},
    "consent_consentevidence": {"event_id": EVENT},
    "consent_receipt": {"event_id": EVENT},
    "consent_consentstate": {"subject_id": SUBJECT},
    "consent_subjectstate": {"subject_id": SUBJECT},
}
# Looked up by a sub-select, not by a join: row by row in the parent's index, whatever the planner
# believed of the tables when the session began. With the schema, so that no temporary table can
# stand for a parent.
MISSING = """{column} IS NOT NULL AND (
            SELECT parent.{key} FROM public.{parent} AS parent WHERE parent.{key} = {column}
        ) IS NULL"""
REFUSE = """RAISE foreign_key_violation USING TABLE = TG_TABLE_NAME,
            MESSAGE = format({}, TG_TABLE_NAME), HINT = {};"""
EXIST = """
CREATE FUNCTION {table}_parents_exist() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM added WHERE {missing}) THEN
        {refuse}
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER venia_parents_exist AFTER INSERT ON {table} REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_parents_exist()
"""
KEEP = """
CREATE FUNCTION consent_refuse_other_parent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {refuse}
END
$$
"""
KEPT = """
CREATE TRIGGER venia_parents_kept BEFORE UPDATE OF {column} ON {table}
    FOR EACH ROW WHEN (NEW.{column} IS DISTINCT FROM OLD.{column})
    EXECUTE FUNCTION consent_refuse_other_parent()
"""
STAY = """
CREATE FUNCTION consent_refuse_orphans() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    child text;
    has_rows boolean;
BEGIN
    FOREACH child IN ARRAY TG_ARGV LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', child) INTO has_rows;
        IF has_rows THEN
            {refuse}
        END IF;
    END LOOP;
    RETURN NULL;
END
$$
"""
EMPTIED = """
CREATE TRIGGER venia_emptied_last AFTER TRUNCATE ON {parent}
    FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse_orphans({children})
"""


def _exist(table: str) -> migrations.RunSQL:
    missing = (
        MISSING.format(column=column, parent=parent, key=key)
        for column, (parent, key) in PARENTS[table].items()
    )
    refuse = REFUSE.format("'a row of %s names one that does not exist'", "'Add that one first.'")
    made = EXIST.format(table=table, missing="\n        OR ".join(missing), refuse=refuse)
    return migrations.RunSQL(
        made,
        f"DROP TRIGGER venia_parents_exist ON {table}; DROP FUNCTION {table}_parents_exist()",
    )


def _kept(table: str) -> migrations.RunSQL:
    [column] = PARENTS[table]
    made = KEPT.format(table=table, column=column)
    return migrations.RunSQL(made, f"DROP TRIGGER venia_parents_kept ON {table}")


def _emptied(parent: str) -> migrations.RunSQL:
    children = [
        f"'{table}'"
        for table, keys in PARENTS.items()
        if parent in {named for named, _ in keys.values()}
    ]
    made = EMPTIED.format(parent=parent, children=", ".join(children))
    return migrations.RunSQL(made, f"DROP TRIGGER venia_emptied_last ON {parent}")


_OTHER = REFUSE.format("'a row of %s keeps what it names'", "'Add a new row.'")
_NEEDED = REFUSE.format("'rows of other tables name those of %s'", "'Empty those tables too.'")
TRIGGERS = (
    *(_exist(table) for table in PARENTS),
    migrations.RunSQL(KEEP.format(refuse=_OTHER), "DROP FUNCTION consent_refuse_other_parent()"),
    *(_kept(table) for table in PARENTS if table != EVENT[0]),  # an act is never changed at all
    migrations.RunSQL(STAY.format(refuse=_NEEDED), "DROP FUNCTION consent_refuse_orphans()"),
    *(_emptied(parent) for parent in (EVENT[0], "consent_notice", SUBJECT[0])),
)


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0006_fewer_indexes"),
        ("pseudonymize", "0014_subjects_stay"),
    ]

    operations = [
        *TRIGGERS,
        migrations.AlterField(
            model_name="consentevent",
            name="notice",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="consent.notice",
            ),
        ),
        migrations.AlterField(
            model_name="consentevent",
            name="subject",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pseudonymize.subject",
            ),
        ),
        migrations.AlterField(
            model_name="consentevidence",
            name="event",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                primary_key=True,
                related_name="evidence",
                serialize=False,
                to="consent.consentevent",
            ),
        ),
        migrations.AlterField(
            model_name="consentstate",
            name="subject",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pseudonymize.subject",
            ),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="event",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipt",
                to="consent.consentevent",
            ),
        ),
        migrations.AlterField(
            model_name="subjectstate",
            name="subject",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                primary_key=True,
                related_name="+",
                serialize=False,
                to="pseudonymize.subject",
            ),
        ),
    ]
