"""The ids of the predecessor's records that were removed for good, as fingerprints."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0004_deliveries")]
    operations = [
        migrations.CreateModel(
            name="PurgedKey",
            fields=[("digest", models.CharField(max_length=24, primary_key=True, serialize=False))],
            options={"default_manager_name": "unscoped"},
            managers=[("unscoped", models.Manager())],
        ),
    ]
