"""
A decision's three documents are kept as the text they were written as.

They are read whole, and never searched: taking them apart at each check served nobody.
"""

from django.db import migrations

COLUMNS = ("question", "answer", "facts")
ALTER = "ALTER TABLE policies_decision " + ", ".join(
    f"ALTER COLUMN {column} TYPE {{kind}} USING {column}::{{kind}}" for column in COLUMNS
)


class Migration(migrations.Migration):
    dependencies = [("policies", "0004_shared")]

    operations = [migrations.RunSQL(ALTER.format(kind="text"), ALTER.format(kind="jsonb"))]
