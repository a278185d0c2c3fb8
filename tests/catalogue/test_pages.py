"""The pages Regler and Koder."""

import itertools
import re
from html import unescape

import pytest
from django.utils import timezone

from indberet.catalogue.code_rows import code_tables
from indberet.catalogue.counts import counts_of, counts_of_all
from indberet.definition.properties import lists_in_use
from indberet.definition.registry import statistics
from indberet.register.models import Finding, Record
from indberet.register.view_state import SESSION_KEY
from tests.languages import ShownTexts
from tests.people import ADULTS, ANNA, CARLA, CHILDREN, TODAY, save

from .announcing import announcing, unannounced

pytestmark = pytest.mark.django_db
RULES, CODES = "/adults/rules/", "/adults/codes/"
numbers = itertools.count(1000)
FAR, STAY = "A-END-FAR-AHEAD", "A-STAY-OVERLAP"


def shown(response):
    assert response.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def listed(response):
    """The ids of the rules in the table."""
    return re.findall(r'<tr id="([^"]+)"', response.content.decode())


def broken(rule, *, by=ANNA, reason=None, source="manual"):
    """Another citizen's record that breaks a rule; with a reason it was overruled."""
    record = save(by=by, cpr=f"020280{next(numbers)}", service_code="1.17", offer_uuid="", service_uuid="")
    Record.unscoped.filter(pk=record.pk).update(source=source, severity=1)
    Finding.unscoped.filter(record=record).delete()
    accepted_at = None if reason is None else timezone.now()
    Finding.unscoped.create(
        record=record, rule=rule, severity=1, values_mark="", accepted_at=accepted_at, reason=reason or ""
    )
    return record


# What is listed


def test_every_rule_is_listed_in_words(log_in):
    response = log_in("anna").get(RULES)
    assert listed(response) == [rule.id for rule in ADULTS.rules]
    page = shown(response)
    for text in (
        "Slutdatoen må ikke ligge før startdatoen.",
        "fejl",
        "advarsel",
        "oplysning",
        "posten",
        "sagen",
        "borgeren",
        "fra 01.01.2025",
        "bekræftet",
        "udledt",
        "Indberets forslag",
        "Guide A17",
        "Bevidst ikke en regel",
        "Navn, Postnr og Adresse skal være tomme.",
        "Obligatorisk fra 01.01.2025: 1.1 (§ 104)",
    ):
        assert text in page, text


@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ("q=stay-overlap", STAY, FAR),
        ("q=A17", STAY, FAR),
        ("q=SLUTDATO+frem", FAR, STAY),
        ("q=afdelings_uuid", "A-PLACE-PAIR", FAR),
        ("severity=error", STAY, FAR),
        ("severity=warning", FAR, STAY),
        ("severity=info", "A-CPR-MODULUS-11", FAR),
        ("severity=warning&q=frem", FAR, "A-PLACE-PAIR"),
    ],
)
def test_rules_are_searched_by_words_and_severity(log_in, query, found, missing):
    rows = listed(log_in("anna").get(f"{RULES}?{query}"))
    assert found in rows
    assert missing not in rows


def test_an_unknown_severity_hides_nothing(log_in):
    assert len(listed(log_in("anna").get(f"{RULES}?severity=catastrophe"))) == len(ADULTS.rules)


@pytest.mark.parametrize("path", [RULES, CODES])
def test_a_search_without_matches_says_so_and_leads_back(log_in, path):
    response = log_in("anna").get(f"{path}?q=<script>")
    assert "passer" in shown(response)
    assert f'href="{path}"' in response.content.decode()
    assert "<script>”" not in response.content.decode()


@pytest.mark.parametrize("path", [RULES, CODES])
@pytest.mark.parametrize("typed", ["0202800006", "020280-0006", "020280 0006", "jens 0202800006"])
def test_a_cpr_number_is_taken_out_of_the_address(log_in, path, typed):
    anna = log_in("anna")
    response = anna.get(path, {"q": typed})
    assert (response.status_code, response["Location"]) == (302, path)
    assert "ikke på CPR-numre" in shown(anna.get(path))


@pytest.mark.parametrize("statistic", [pytest.param(found, id=found.id) for found in statistics()])
def test_every_code_that_a_field_uses_is_listed_with_its_periods(log_in, statistic):
    page = shown(log_in("anna").get(f"/{statistic.id}/codes/"))
    rows = [row for code_list in lists_in_use(statistic) for row in code_list.rows]
    for row in statistic.code_lists["services"].rows:
        assert row.code in page
        assert row.label in page
        assert row.get("section") in page
    assert ("Udløbet" in page) is any(row.until and row.until < TODAY for row in rows)


def test_codes_are_searched_by_code_name_section_and_meaning(log_in):
    anna = log_in("anna")
    for query in ("1.12.0.2", "øvrig socialpædagogisk", "privat § 85", "afdelings-uuid bruges privat"):
        assert "Øvrig socialpædagogisk støtte" in shown(anna.get(CODES, {"q": query})), query
    assert "Øvrig socialpædagogisk støtte" not in shown(anna.get(CODES, {"q": "1.17"}))


def test_one_code_list_can_be_chosen(log_in):
    page = log_in("anna").get(CODES, {"list": "target_groups"}).content.decode()
    assert re.findall(r'id="list-(\w+)"', page) == ["target_groups"]


def test_the_path_of_groups_is_told_once():
    tables = code_tables(ADULTS, "", TODAY)
    for table in tables:
        paths = [group.path for group in table.groups]
        assert len(paths) == len(set(paths)), table.id
    groups = next(table for table in tables if table.id == "target_groups").groups
    assert ("1 Funktionsnedsættelse", "1.2 Psykisk funktionsnedsættelse") in [group.path for group in groups]


def test_every_code_is_told_in_words_and_no_property_by_its_name():
    for statistic in statistics():
        for table in code_tables(statistic, "", TODAY):
            assert table.name != table.id
            for group in table.groups:
                for row in group.rows:
                    assert not [text for text in row.properties if "_" in text.replace("Afdelings_UUID", "")], row


def test_what_is_announced_stands_at_the_top_and_in_its_row(log_in, monkeypatch):
    monkeypatch.setattr("indberet.access.converters.statistic", lambda id: announcing())
    for path in (RULES, CODES):
        page = shown(log_in("anna").get(path))
        assert "Varslede ændringer Fra 01.01.2027" in page
        assert "1.99 Hjælp på prøve (§ 999)" in page
        assert "Varslet, gælder fra 01.01.2027" in page


@pytest.mark.parametrize("path", [RULES, CODES])
def test_that_nothing_is_announced_is_told(log_in, monkeypatch, path):
    monkeypatch.setattr("indberet.access.converters.statistic", lambda id: unannounced())
    assert "Ingen varslede ændringer efter" in shown(log_in("anna").get(path))


# What is counted


def test_a_municipality_counts_its_own_living_records():
    broken(FAR, reason="Datoen er rigtig")
    broken(FAR, source="system")
    broken(FAR, by=CARLA, reason="Aarhus")
    broken(STAY, by=CARLA)
    gone = broken(FAR)
    Record.unscoped.filter(pk=gone.pk).update(deleted_at=timezone.now())
    counts = counts_of(ANNA, ADULTS)
    assert set(counts) == {FAR}
    assert (counts[FAR].records, counts[FAR].own, counts[FAR].overruled) == (2, 1, 1)
    assert counts[FAR].reasons == (("Datoen er rigtig", 1),)
    assert counts[FAR].kind == "all"
    assert counts_of(CARLA, ADULTS)[STAY].kind == "own"
    assert counts_of(ANNA, CHILDREN) == {}


def test_the_office_sees_sums_and_reasons_that_were_given_repeatedly():
    broken(FAR, reason="Datoen er rigtig")
    broken(FAR, by=CARLA, reason="Datoen er rigtig")
    broken(FAR, by=CARLA, reason="Hun hedder Karen")
    broken(FAR)
    (count,) = counts_of_all(ADULTS).values()
    assert (count.records, count.overruled) == (4, 3)
    assert count.reasons == (("Datoen er rigtig", 2),)
    assert count.mostly_overruled


def test_the_five_most_common_reasons_are_shown():
    for number in range(6):
        for _time in range(number + 1):
            broken(FAR, reason=f"Grund {number}")
    assert counts_of(ANNA, ADULTS)[FAR].reasons == tuple((f"Grund {number}", number + 1) for number in (5, 4, 3, 2, 1))


def test_pages_show_numbers_of_ones_own_only(log_in):
    broken(FAR, reason="Datoen er rigtig, se 020280-0006")
    broken(STAY, by=CARLA, reason="Kun i Aarhus")
    response = log_in("anna").get(RULES)
    page = shown(response)
    assert "1 gemt alligevel" in page
    assert "Datoen er rigtig, se XXXXXX-XXXX (1)" in page
    assert "Kun i Aarhus" not in page
    assert "Gemmes oftest alligevel" not in page
    assert response.content.decode().count("Vis poster") == 1


def test_the_office_sees_no_person_and_no_way_to_one(log_in):
    for by in (ANNA, CARLA):
        broken(FAR, by=by, reason="Datoen er rigtig, se 020280-0006")
    response = log_in("stine").get(RULES)
    page = shown(response)
    assert "2 gemt alligevel" in page
    assert "Gemmes oftest alligevel" in page
    assert "020280" not in page
    assert "Vis poster" not in page
    assert "/adults/own/" not in response.content.decode()
    assert "Indsatskoder" in shown(log_in("stine").get(CODES))


def test_the_button_leads_to_the_records_that_break_the_rule(log_in):
    broken(FAR)
    broken("A-PLACE-PAIR")
    anna = log_in("anna")
    anna.post("/adults/own/", {"do": "view:cases"})
    page = anna.get(RULES).content.decode()
    assert f'value="rule:{FAR}"' in page
    response = anna.post("/adults/own/", {"do": f"rule:{FAR}"})
    assert response["Location"] == "/adults/own/"
    (state,) = anna.session[SESSION_KEY].values()
    assert (state["view"], state["filters"]) == ("records", {"severity": FAR})
    assert "Viser 1-1 af 1 poster" in shown(anna.get("/adults/own/"))


# Where it is found, on paper, in English


def test_the_pages_are_linked_from_start_overview_help_and_the_offices_page(log_in):
    anna = log_in("anna")
    for path in ("/", "/adults/own/", "/help/"):
        for target in (RULES, CODES):
            assert f'href="{target}"' in anna.get(path).content.decode(), path
    stine = log_in("stine")
    for path in ("/office/", "/help/"):
        assert f'href="{RULES}"' in stine.get(path).content.decode(), path


def test_help_offers_the_pages_to_those_who_may_see_them(client, log_in):
    assert RULES not in client.get("/help/").content.decode()
    assert RULES not in log_in("uffe").get("/help/").content.decode()


@pytest.mark.parametrize("path", [RULES, CODES])
def test_search_and_links_are_not_printed(log_in, path):
    page = log_in("anna").get(path).content.decode()
    assert re.search(r'<form method="get"[^>]*d-print-none', page)
    assert "catalogue.css" in page


@pytest.mark.parametrize("path", [RULES, CODES, "/children/rules/", "/children/codes/"])
def test_definitions_speak_english(log_in, path):
    anna = log_in("anna")
    anna.cookies["indberet-language"] = "en"
    texts = " ".join(ShownTexts(anna.get(path).content.decode().split("<main")[1]).found)
    for word in ("skal", "udfyldes", "bruges", "Slutdato", "Indsatskode"):
        assert word not in texts, word
