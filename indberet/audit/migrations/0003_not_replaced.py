"""SQLite refuses to replace an event, a link or an anchor; the triggers of the migration before are put up anew."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from indberet.audit import guards


def put_up_anew(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """On SQLite alone: PostgreSQL has no such statement."""
    if editor.connection.vendor == "sqlite":
        guards.take_down(editor.connection)
        guards.put_up(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_chain")]

    operations = [migrations.RunPython(put_up_anew, migrations.RunPython.noop)]
