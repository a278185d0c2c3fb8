from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("export", "0002_longest_id")]

    operations = [
        migrations.AddField(
            model_name="export",
            name="part",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
    ]
