"""Events say how their actor logged in, stand in a chain, and cannot be changed or removed before their time.

On SQLite a later change of these tables copies them without their triggers: it has to take the triggers down before and
put them up afterwards (guards.py); `indberet verify-events` and a test tell when they are gone.
"""

import django.db.models.deletion
from django.db import migrations, models

from indberet.audit import guards


def up(apps, schema_editor):
    guards.put_up(schema_editor.connection)
    guards.make_purge(schema_editor.connection)


def down(apps, schema_editor):
    guards.drop_purge(schema_editor.connection)
    guards.take_down(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="source",
            field=models.CharField(blank=True, default="", max_length=10),
        ),
        migrations.AlterField(
            model_name="event",
            name="actor",
            field=models.CharField(max_length=400),
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="link", to="audit.event"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("seal", models.CharField(max_length=64)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RunPython(up, down),
    ]
