"""The page of a receipt: what became of the delivery, what was found how often, and the way from there to each line."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indberet.intake import page
from indberet.intake.models import Delivery
from indberet.intake.page import Wanted, cut

from .files import course, json_lines, send, send_courses, service, xml

pytestmark = pytest.mark.django_db
NO_PERSON = {"cpr": None}


@pytest.fixture(autouse=True)
def anna(log_in):
    log_in("anna")


def shown(client, delivery, query=""):
    response = client.get(reverse("delivery", args=[delivery.statistic, delivery.pk]) + query)
    assert response.status_code == 200
    return response.content.decode()


def outcome(client, delivery):
    """Kind, heading and text of the first thing on the page."""
    found = shown(client, delivery)
    kind = re.search(r'class="alert alert-(\w+) receipt-outcome"', found)
    heading = re.search(r'<h2 class="alert-heading">(.*?)</h2>', found)
    text = re.search(r'<p class="alert-text">(.*?)</p>', found)
    assert kind
    assert heading
    return kind[1], heading[1], text[1] if text else ""


def counts(client, delivery):
    found = re.findall(r"<dt>([^<]*)</dt><dd>(\d+)</dd></div>", shown(client, delivery))
    return dict(found)


def listed(client, delivery, query=""):
    """Line and code of each finding on the page."""
    table = shown(client, delivery, query).partition("receipt-findings")[2]
    rows = table.split("<tr>")[2:]
    line, code = r'class="number">(\d+)<', r"</span>\s+([\w-]+)</span></div></td>"
    return [(int(re.search(line, row)[1]), re.search(code, row)[1]) for row in rows]


def group_links(client, delivery):
    """The addresses in the summary, by element and code."""
    table = shown(client, delivery).partition("Hvad der er fundet")[2].partition("Om leverancen")[0]
    found = re.findall(
        r'class="element[^"]*">([^<]*)</td>.*?href="([^"]*)#findings".*?class="code">([^<]*)<', table, re.S
    )
    return {(element, code): unescape(query) for element, query, code in found}


@pytest.mark.parametrize(
    ("records", "kind", "heading", "text"),
    [
        ([service()], "success", "Gemt", "1 post er uden fejl og advarsler."),
        (
            [service(p_number="12")],
            "warning",
            "Gemt, men nogle poster har fejl",
            "Poster med fejl: 1. Poster med kun advarsler: 0.",
        ),
        (
            [service(), service(id="2", **NO_PERSON)],
            "warning",
            "Gemt, men nogle linjer er afvist",
            "1 linje af 2 er afvist. 1 post er uden fejl og advarsler.",
        ),
        (
            [service(**NO_PERSON), service(id="2", **NO_PERSON)],
            "error",
            "Alle linjer afvist, intet gemt",
            "Linjerne mangler det, som en post ikke kan gemmes uden. Se, hvad der er fundet i dem.",
        ),
    ],
)
def test_what_became_of_it_comes_first(client, records, kind, heading, text):
    assert outcome(client, send(json_lines(*records))) == (kind, heading, text)


def test_of_a_test_form_nothing_is_told_to_be_stored(client):
    delivery = send(xml(course(), course(INDSATSFORLOEB_ID="2", INDSATS_KODE="999"), form="T231"), test=True)
    assert outcome(client, delivery)[:2] == ("warning", "Afprøvet, intet gemt")
    found = shown(client, delivery)
    assert "<dt>Format</dt><dd>T231</dd>" in found
    assert "Gemt" not in found
    assert counts(client, delivery)["Med fejl"] == "1"
    clean = send(json_lines(service(), test=True), test=True)
    assert outcome(client, clean)[:2] == ("info", "Afprøvet, intet gemt")
    refused = send(json_lines(service(**NO_PERSON), test=True), test=True)
    assert outcome(client, refused)[:2] == ("error", "Afprøvet: alle linjer ville blive afvist")
    assert "L231" in shown(client, send_courses(course()))


def test_the_list_says_that_every_line_was_refused(client):
    send(json_lines(service(**NO_PERSON)))
    found = client.get(reverse("deliveries", args=["adults"])).content.decode()
    assert "Alle linjer afvist, intet gemt" in found
    assert "severity-2" in found
    Delivery.unscoped.all().delete()
    send(json_lines(service()))
    assert "severity-2" not in client.get(reverse("deliveries", args=["adults"])).content.decode()


def test_a_refused_one_says_why_first(client):
    delivery = send(json_lines(service(), municipality="751"))
    kind, heading, text = outcome(client, delivery)
    assert (kind, heading) == ("error", "Afvist, intet gemt")
    assert text == "Filen er for kommune 751, men er sendt for kommune 461."


def test_nothing_found_is_said_in_words(client):
    found = shown(client, send(json_lines(service())))
    assert "Der er intet at bemærke." in found
    assert "Fund, linje for linje" not in found


def test_the_way_back_leads_by_the_statistic(client):
    found = shown(client, send(json_lines(service())))
    crumbs = found.partition('class="breadcrumbs')[2].partition("</nav>")[0]
    links = re.findall(r'<a [^>]*href="([^"]*)"', crumbs)
    assert links == [
        reverse("start"),
        reverse("overview", args=["adults", "all"]),
        reverse("deliveries", args=["adults"]),
    ]
    assert "Handicap og udsatte (voksne)" in crumbs


def many(count=5):
    """Services of which each has a P-number of another form; the first two lack the paying municipality too."""
    lacking = {"paying_municipality": None}
    return [
        service(
            id=f"{day}",
            p_number="12",
            start=f"2025-02-{day:02}",
            end=f"2025-02-{day:02}",
            **(lacking if day < 3 else {}),
        )
        for day in range(1, count + 1)
    ]


def test_each_row_of_the_summary_leads_to_its_lines(client):
    delivery = send(json_lines(*many(), service(id="6", start=None), service(id="7", service_code=None)))
    links = group_links(client, delivery)
    assert {("start", "refused_value"), ("service_code", "refused_value")} <= links.keys()
    assert len(links) == len({tuple(row) for row in delivery.findings.values_list("element", "code", "severity")})
    for (element, code), query in links.items():
        expected = delivery.findings.filter(code=code, element=element).order_by("line").values_list("line", flat=True)
        assert listed(client, delivery, query) == [(line, code) for line in expected]
    assert listed(client, delivery, links["start", "refused_value"]) == [(7, "refused_value")]


def test_errors_and_warnings_can_be_seen_alone(client):
    delivery = send(json_lines(*many(3), service(id="9", p_nummer="1", start="2025-03-01")))
    lines = delivery.findings.filter(severity=1).order_by("line", "id").values_list("line", "code")
    assert lines
    assert listed(client, delivery, "?severity=1") == list(lines)
    assert len(listed(client, delivery, "?severity=2")) == delivery.findings.filter(severity=2).count()


def test_findings_stand_on_pages_and_none_is_left_out(client, monkeypatch):
    monkeypatch.setattr(page, "FINDINGS", 3)
    delivery = send(json_lines(*many(4)))
    everything = list(delivery.findings.order_by("line", "id").values_list("line", "code"))
    seen, query, steps = [], "", 0
    while True:
        with CaptureQueriesContext(connection) as asked:
            found = shown(client, delivery, query)
        assert len(asked) < 8
        seen += listed(client, delivery, query)
        steps += 1
        onward = re.search(r'href="([^"]*)#findings"[^>]*rel="next"', found)
        if not onward:
            break
        query = unescape(onward[1])
    assert seen == everything
    assert steps == -(-len(everything) // 3) > 1
    assert 'rel="prev"' in found


def test_pages_of_one_finding_stay_with_it(client, monkeypatch):
    monkeypatch.setattr(page, "FINDINGS", 3)
    delivery = send(json_lines(*many(4)))
    found = shown(client, delivery, "?code=A-P-NUMBER-FORM")
    onward = unescape(re.search(r'href="([^"]*)#findings"[^>]*rel="next"', found)[1])
    assert listed(client, delivery, onward) == [(5, "A-P-NUMBER-FORM")]


@pytest.mark.parametrize(
    "query", ["?page=0", "?page=99999", "?page=x", "?severity=7", "?page=99999999999999999999", "?page=²"]
)
def test_an_address_that_asks_for_what_cannot_be_shows_what_there_is(client, query):
    delivery = send(json_lines(*many(2)))
    assert listed(client, delivery, query) == listed(client, delivery)


@pytest.mark.parametrize("query", ["?code=nothing", "?code=%00", "?element=%3Cb%3E&severity=2"])
def test_an_address_that_asks_for_what_was_not_found_says_so(client, query):
    found = shown(client, send(json_lines(*many(2))), query)
    assert ("Ingen fund passer" in found) == (query != "?code=%00")
    assert "<b>" not in found


def test_a_long_value_is_cut_in_its_middle(client):
    long = "begin" + "x" * 150 + "end"
    found = shown(client, send(json_lines(service(end=long))))
    assert f'<span class="value" title="{long}">{cut(long)}</span>' in found
    assert len(cut(long)) == page.LONGEST_SHOWN
    assert cut(long).startswith("begin")
    assert cut(long).endswith("end")
    assert cut("x" * page.LONGEST_SHOWN) == "x" * page.LONGEST_SHOWN


def test_what_is_asked_for_is_what_the_address_says():
    wanted = Wanted(code="A-B", element="", severity=2, page=3)
    assert Wanted.asked(dict(pair.split("=") for pair in wanted.query[1:].split("&"))) == wanted
