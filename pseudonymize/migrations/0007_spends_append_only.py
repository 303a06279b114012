"""What was told and spent refuses UPDATE and DELETE, whoever asks."""

from django.db import migrations

TRIGGER = """
CREATE TRIGGER venia_append_only BEFORE UPDATE OR DELETE ON pseudonymize_budgetspend
    FOR EACH ROW EXECUTE FUNCTION venia_refuse_change()
"""


class Migration(migrations.Migration):
    dependencies = [("pseudonymize", "0006_budget_spend"), ("audit", "0002_append_only")]

    operations = [
        migrations.RunSQL(TRIGGER, "DROP TRIGGER venia_append_only ON pseudonymize_budgetspend")
    ]
