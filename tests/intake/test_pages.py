"""The pages of deliveries, the workbook, and where a record came from."""

from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from indberet.intake import page
from indberet.intake.models import Delivery
from indberet.register.models import Record
from tests.people import CHILD, OTHER_ADULT, save

from .files import SYSTEM, course, json_lines, send, send_courses, service

pytestmark = pytest.mark.django_db


def shown(client, name, *args):
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_shows_deliveries_newest_first(client, log_in, monkeypatch):
    monkeypatch.setattr(page, "PAGE", 2)
    log_in("anna")
    assert "Ingen leverancer" in shown(client, "deliveries", "adults")
    for number in range(3):
        send(json_lines(service(), id=f"d{number}"))
    send(json_lines(service())[:-30])
    found = shown(client, "deliveries", "adults")
    newest, third, second, _first = Delivery.unscoped.order_by("-id")
    assert found.index(f"/deliveries/{newest.pk}/") < found.index(f"/deliveries/{third.pk}/")
    assert "Afvist, intet gemt" in found
    assert f"/deliveries/{second.pk}/" not in found
    older = client.get(reverse("deliveries", args=["adults"]), {"before": third.pk}).content.decode()
    assert f"/deliveries/{second.pk}/" in older
    assert client.get(reverse("deliveries", args=["adults"]), {"before": "x"}).status_code == 200
    assert "Ingen leverancer" in shown(client, "deliveries", "children")


def test_a_receipt_begins_with_the_summary_and_names_no_person(client, log_in):
    log_in("anna")
    delivery = send_courses(course(INDSATS_KODE="999", CPR="3102154004"), course(INDSATSFORLOEB_ID="2", CPR=None))
    found = shown(client, "delivery", "children", delivery.pk)
    assert found.index("Sammenfatning") < found.index("Om leverancen") < found.index("Fund, linje for linje")
    assert "Afviste linjer" in found
    assert "C-SERVICE-CODE-LIST" in found
    assert reverse("record_edit", args=["children", Record.unscoped.get().pk]) in found
    assert CHILD not in found
    assert "3102154004" not in found


def test_a_refused_one_says_why(client, log_in):
    log_in("anna")
    delivery = send(json_lines(service(), municipality="751"))
    found = shown(client, "delivery", "adults", delivery.pk)
    assert "Filen er for kommune 751, men er sendt for kommune 461." in found
    assert "Modtagne poster" not in found


def test_the_workbook_has_the_outcome_and_every_finding(client, log_in):
    log_in("anna")
    wrong = [service(id=f"={number}", p_number="12", start=f"2025-02-{number:02}") for number in range(1, 6)]
    delivery = send(json_lines(*wrong))
    response = client.get(reverse("delivery_xlsx", args=["adults", delivery.pk]))
    assert response["Content-Disposition"] == f'attachment; filename="adults-461-kvittering-{delivery.pk}.xlsx"'
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(response.streaming_content)))
    assert book.sheet_names == ["Sammenfatning", "Fund"]
    told = [(str(row[0]), str(row[1])) for row in book.get_sheet_by_index(0).to_python()]
    pairs = dict(told)
    assert (pairs["Modtagne poster"], pairs["Gemt med fejl"]) == ("5", "5")
    assert pairs["Gemt, men nogle poster har fejl"] == "Poster med fejl: 5. Poster med kun advarsler: 0."
    assert ("Fejl: 5", "p_number: P-nummer har en anden form end ventet. (A-P-NUMBER-FORM)") in told
    rows = book.get_sheet_by_index(1).to_python()
    assert rows[0][:4] == ["Linje", "Id", "Element", "Værdi"]
    assert len(rows) - 1 == delivery.findings.count()
    assert {row[1] for row in rows[1:]} == {f"={number}" for number in range(1, 6)}


@pytest.mark.requirement("A22")
@pytest.mark.requirement("C07")
def test_everything_received_stands_in_all_with_its_source(client, log_in):
    log_in("anna")
    save(cpr=OTHER_ADULT)
    send(json_lines(service()))
    everything = reverse("overview", args=["adults", "all"])
    found = client.get(everything).content.decode()
    assert "Kilde" in found
    assert SYSTEM in found
    assert "Indtastet" in found
    own = client.get(reverse("overview", args=["adults", "own"])).content.decode()
    assert "Kilde" not in own
    assert SYSTEM not in own


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("fag", {"system"}),
        ("indtastet", {"manual"}),
        ("overført", {"legacy"}),
        ("gsystem a", {"system"}),
        ("xyz", set()),
    ],
)
def test_all_is_filtered_by_source(typed, expected):
    from indberet.register.find import find_page
    from indberet.register.listing import Listing
    from indberet.register.view_state import ViewState
    from tests.people import ADULTS, ANNA, ODENSE

    save()
    save(cpr=OTHER_ADULT)
    Record.unscoped.filter(case__cpr=OTHER_ADULT).update(source="legacy")
    send(json_lines(service(cpr="0505850008")))
    listing = Listing(statistic=ADULTS, municipality=ODENSE, kind="all")
    found = find_page(ANNA, listing, ViewState(filters={"source": typed}))
    assert {record.source for record in found.rows} == expected
    for descending in (False, True):
        ordered = find_page(ANNA, listing, ViewState(sort="source", descending=descending)).rows
        sources = [record.source for record in ordered]
        assert sources == sorted(sources, reverse=descending)


@pytest.mark.requirement("A05")
def test_a_record_says_where_it_is_corrected(client, log_in):
    log_in("anna")
    delivery = send(json_lines(service()))
    record = Record.unscoped.get()
    found = shown(client, "record_edit", "adults", record.pk)
    assert f"Modtaget fra {SYSTEM}" in found
    assert f'<a href="/adults/deliveries/{delivery.pk}/">leverance {delivery.pk}</a>' in found
    assert "Rettes i det afsendende system." in found
    assert "<form" not in found.split("<main")[1]
    Record.unscoped.update(delivery=None)
    assert "leverance" not in shown(client, "record_edit", "adults", record.pk).split("<main")[1]


def test_the_list_of_reports_leads_to_the_deliveries(client, log_in):
    log_in("anna")
    send(json_lines(service()))
    found = shown(client, "listings")
    assert reverse("deliveries", args=["adults"]) in found
    assert reverse("deliveries", args=["children"]) in found
