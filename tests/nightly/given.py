"""What the tests of the nightly run share."""

import os

from django.db import connection

from indberet.pages.models import Contact

FEW = ("461", "751", "183")


def contacts_of(*codes):
    for statistic in ("adults", "children"):
        for code in codes:
            Contact.unscoped.create(
                statistic=statistic, municipality=code, name="A", phone="12345678", email="a@b.example", changed_by="x"
            )


def own_database() -> str:
    """The address of the tests' own database, for other processes."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "postgresql":
        return os.environ["INDBERET_TEST_DATABASE_URL"].replace("/indberet?", f"/{name}?")
    return f"sqlite:////{name.lstrip('/')}"
