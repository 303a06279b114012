"""What happened to a request refuses UPDATE and DELETE."""

from django.db import migrations

TRIGGER = """
CREATE TRIGGER venia_append_only BEFORE UPDATE OR DELETE ON rights_requestevent
    FOR EACH ROW EXECUTE FUNCTION venia_refuse_change()
"""


class Migration(migrations.Migration):
    dependencies = [("rights", "0001_requests"), ("audit", "0002_append_only")]

    operations = [
        migrations.RunSQL(TRIGGER, "DROP TRIGGER venia_append_only ON rights_requestevent")
    ]
