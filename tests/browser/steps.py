"""What several walks through the adults' statistic have in common: addresses, people, filled-in forms."""

from tests.people import PLACE

from .walk import Walk

OVERVIEW, NEW = "/adults/own/", "/adults/records/new/"
ANNE, BENT = "020280-0006", "030375-0004"  # the CPR numbers of tests.people as shown


def fill_plain_service(walk: Walk, code: str = "ledsage") -> None:
    """A service that has nothing to do with FFB."""
    walk.fill("Startdato", "01022025")
    walk.choose_code("Indsatskode", code)
    walk.choose_code("Målgruppe(r)", "autisme")


def fill_plain_case(walk: Walk) -> None:
    """A new person with such a service."""
    walk.fill("CPR-nummer", ANNE)
    fill_plain_service(walk)


def fill_stay(walk: Walk) -> None:
    """A stay under § 107, with all that it asks for."""
    walk.fill("Startdato", "01022025")
    walk.choose_code("Indsatskode", "107")
    walk.choose_code("Tilbuds-UUID", "Midlertidigt botilbud")
    walk.choose_code("Ydelses-UUID", "Midlertidigt ophold")
    walk.fill("P-nummer", PLACE["p_number"])
    walk.fill("Afdelings_UUID", PLACE["department_uuid"])
    walk.choose_code("Målgruppe(r)", "autisme")


def fill_case_with_stay(walk: Walk, cpr: str = ANNE) -> None:
    """A new person with such a stay."""
    walk.fill("CPR-nummer", cpr)
    fill_stay(walk)
