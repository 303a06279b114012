"""
What a caller told of a decision goes with it: the sentence may say something of the person.

An outcome is still never updated, and deleted only once its decision is gone, so that only the
function that forgets an erased person, and a month that is dropped, can lead there.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION policies_refuse_outcome_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE'
       AND NOT EXISTS (SELECT 1 FROM policies_decision d WHERE d.id = OLD.decision) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'It goes with its decision.';
END
$$
"""
SWAP = (
    "DROP TRIGGER venia_append_only ON policies_outcome",
    "CREATE TRIGGER venia_append_only BEFORE UPDATE OR DELETE ON policies_outcome"
    " FOR EACH ROW EXECUTE FUNCTION policies_refuse_outcome_change()",
)
SWAP_BACK = (
    "DROP TRIGGER venia_append_only ON policies_outcome",
    "CREATE TRIGGER venia_append_only BEFORE UPDATE OR DELETE ON policies_outcome"
    " FOR EACH ROW EXECUTE FUNCTION venia_refuse_change()",
)
FORGET = """
CREATE OR REPLACE FUNCTION policies_forget_subject(forgotten bigint, kept uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ids uuid[];
BEGIN
    WITH removed AS (
        DELETE FROM policies_decision WHERE subject_key = forgotten AND NOT id = ANY (kept)
        RETURNING id
    ) SELECT coalesce(array_agg(id), '{}') INTO ids FROM removed;
    DELETE FROM policies_outcome WHERE decision = ANY (ids);
    RETURN cardinality(ids);
END
$$
"""
FORGET_BEFORE = """
CREATE OR REPLACE FUNCTION policies_forget_subject(forgotten bigint, kept uuid[]) RETURNS bigint
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


class Migration(migrations.Migration):
    dependencies = [("policies", "0002_decisions_by_month")]

    operations = [
        migrations.RunSQL(GUARD, "DROP FUNCTION policies_refuse_outcome_change()"),
        migrations.RunSQL(SWAP, SWAP_BACK),
        migrations.RunSQL(FORGET, FORGET_BEFORE),
    ]
