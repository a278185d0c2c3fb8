"""Where a record came from: the system, its id there, and the delivery. The index by source gets a unique end, so that a
list can be sorted by it."""

from importlib import import_module

from django.db import migrations, models

PLANNER = import_module("indberet.register.migrations.0002_planner_statistics")
RECORDS = PLANNER.RECORDS
NEW = {
    "record_by_source": f"{RECORDS} 2600 1",
    "record_once_per_key": f"{RECORDS} 2600 900 1",
}


def tell_planner(apps, schema_editor):
    """SQLite made the table anew for the new columns, and dropped its planner's figures with the old one."""
    if schema_editor.connection.vendor != "sqlite":
        return
    schema_editor.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'register_record'")
    for index, figures in {**PLANNER.STATISTICS["register_record"], **NEW}.items():
        schema_editor.execute(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('register_record', %s, %s)", [index, figures]
        )
    schema_editor.execute("ANALYZE sqlite_master")


ALIVE = models.Q(("deleted_at", None))


class Migration(migrations.Migration):
    dependencies = [("register", "0003_rules_beside")]
    operations = [
        migrations.AddField(
            model_name="record",
            name="delivery",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="record",
            name="source_key",
            field=models.CharField(blank=True, default="", max_length=50),
        ),
        migrations.AddField(
            model_name="record",
            name="source_system",
            field=models.CharField(blank=True, default="", max_length=50),
        ),
        migrations.RemoveIndex(model_name="record", name="record_by_source"),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=ALIVE, fields=["statistic", "municipality", "source", "id"], name="record_by_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at", None), models.Q(("source_key", ""), _negated=True)),
                fields=("statistic", "municipality", "source", "source_system", "source_key"),
                name="record_once_per_key",
            ),
        ),
        migrations.RunPython(tell_planner, migrations.RunPython.noop),
    ]
