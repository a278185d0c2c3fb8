"""Reading the portal in English; what is read has nothing Danish."""

from io import BytesIO

from django.conf import settings
from django.test import Client
from python_calamine import CalamineWorkbook

from indberet.pages.contacts import save_contact
from tests.languages import ShownTexts, danish_in
from tests.people import ADULTS, ANNA, CHILDREN

CONTACT = {"name": "Anna", "phone": "12345678", "email": "anna@example.dk"}


def read(response, status=200):
    """The page, when it is the expected one and has nothing Danish."""
    assert response.status_code == status, response.status_code
    assert response["Content-Language"] == "en"
    html = response.content.decode()
    assert '<html lang="en">' in html or "<html" not in html
    danish = danish_in(ShownTexts(html).found)
    assert not danish, danish
    return html


class Reader:
    """Reads pages in English as one of the test log-in's people, or as nobody."""

    def __init__(self, person="", **options):
        self.client = Client(**options)
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        if person:
            self.client.post("/login/", {"person": person})

    def get(self, path, status=200):
        return read(self.client.get(path, follow=True), status)

    def post(self, path, typed=None, status=200):
        return read(self.client.post(path, typed or {}, follow=True), status)


def anna_in_english() -> Reader:
    """Anna, with contact details in place."""
    for statistic in (ADULTS, CHILDREN):
        save_contact(ANNA, statistic, CONTACT)
    return Reader("anna")


def cells_of(content: bytes) -> list[str]:
    """Every text in a workbook, with the names of its sheets."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    return [*book.sheet_names, *(str(cell) for row in rows for cell in row)]
