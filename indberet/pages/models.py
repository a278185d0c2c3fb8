"""Contact details: whom the office writes to about a municipality's reporting."""

from django.db import models

from indberet.access.scope import ScopedManager


class Contact(models.Model):
    """A contact person of one municipality for one statistic. A municipality may have several."""

    statistic = models.CharField(max_length=20)
    municipality = models.CharField(max_length=3)
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=30)
    email = models.EmailField()
    digital_post = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.CharField(max_length=200)

    objects = ScopedManager["Contact"]()
    unscoped = models.Manager["Contact"]()

    class Meta:
        default_manager_name = "unscoped"
        indexes = (models.Index(fields=("statistic", "municipality"), name="contact_by_municipality"),)

    def __str__(self) -> str:
        return self.name
