"""The uses of a leave to reidentify refuse UPDATE and DELETE, whoever asks."""

from django.db import migrations

TRIGGER = """
CREATE TRIGGER venia_append_only BEFORE UPDATE OR DELETE ON pseudonymize_reidentificationuse
    FOR EACH ROW EXECUTE FUNCTION venia_refuse_change()
"""


class Migration(migrations.Migration):
    dependencies = [("pseudonymize", "0003_reidentification"), ("audit", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            TRIGGER, "DROP TRIGGER venia_append_only ON pseudonymize_reidentificationuse"
        )
    ]
