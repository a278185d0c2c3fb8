"""A citizen is told when and why somebody looked, by which municipality, and never by whom."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from indberet import cli
from indberet.audit.log import pseudonym, write_event
from indberet.audit.models import Event
from indberet.export.models import Format
from indberet.export.selection import Selection, whole_listing
from indberet.export.write import export_records
from indberet.register.delete import delete_records, purge
from indberet.register.find import find_page, find_person, find_record
from indberet.register.listing import Listing
from indberet.register.models import Case
from indberet.register.save import save_record
from indberet.register.values import record_values
from indberet.register.view_state import ViewState
from indberet.trail.lookups import lookups
from tests.intake.files import json_lines, send, service
from tests.people import (
    ADULT,
    ADULTS,
    ANNA,
    BO,
    CARLA,
    CHILD,
    CHILDREN,
    ODENSE,
    OTHER_ADULT,
    TODAY,
    new_token,
    save,
)

pytestmark = pytest.mark.django_db
OWN = Listing(statistic=ADULTS, municipality=ODENSE, kind="own")
WHO = ANNA.identity


def told(number=ADULT, **within):
    """What was done, oldest first."""
    return [each.what for each in lookups(number, identity=WHO, **within)][::-1]


def correct(record, **changes):
    values = {**record_values(ADULTS, record), **changes}
    return save_record(scope=ANNA, statistic=ADULTS, values=values, record=record, token=new_token(), today=TODAY)


def test_a_look_by_operations_is_told_as_the_offices(capsys):
    save()
    call_command("lookups", ADULT, municipality=ODENSE)
    lookups(ADULT, identity=WHO, municipality=ODENSE)
    found = lookups(ADULT, identity=WHO, municipality=ODENSE)
    assert [(each.what, each.by) for each in found] == [
        ("Slået op i loggen", "Odense"),
        ("Slået op i loggen", "Danmarks Statistik"),
        ("Ydelse indberettet", "Odense"),
    ]


def test_every_look_change_and_export_is_told():
    record = save()
    save(cpr=OTHER_ADULT)
    find_page(BO, OWN, ViewState())
    find_record(BO, ADULTS, record.pk)
    correct(record, p_number="1000000000")
    b"".join(export_records(selection=whole_listing(ANNA, OWN), format=Format.CSV).content)
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[record.pk])
    found = lookups(ADULT, identity=WHO)[::-1]
    assert [(each.what, each.extent) for each in found] == [
        ("Ydelse indberettet", "kun denne person"),
        ("Vist på en liste", "sammen med 1 anden"),
        ("Åbnet", "kun denne person"),
        ("Ydelse rettet", "kun denne person"),
        ("Hentet ud i en fil", "hele kommunens indberetning"),
        ("Ydelse slettet", "kun denne person"),
    ]
    assert all(each.why and each.by == "Odense" and each.statistic == ADULTS.name for each in found)


def test_nobody_on_the_staff_is_named_and_no_number():
    save(by=BO)
    find_person(CARLA, ADULTS, cpr=ADULT)
    shown = json.dumps([each.plain() for each in lookups(ADULT, identity=WHO)], ensure_ascii=False)
    for secret in ("Anna", "Bo", "Carla", "test:", ADULT, "020280"):
        assert secret not in shown.replace("Bornholm", "")


def test_a_search_for_somebody_who_is_not_there_is_told():
    find_person(ANNA, ADULTS, cpr=ADULT)
    find_page(ANNA, OWN, ViewState(filters={"cpr": "020280-0006"}))
    assert told() == ["Søgt frem på nummer", "Vist på en liste"]


def test_others_are_not_mixed_in():
    save()
    record = save(cpr=OTHER_ADULT)
    find_record(ANNA, ADULTS, record.pk)
    assert told() == ["Ydelse indberettet"]


def test_across_municipalities_and_statistics_or_within_one():
    save()
    save(by=CARLA, service_code="1.1")
    save(CHILDREN)
    assert {each.by for each in lookups(ADULT, identity=WHO)} == {"Odense", "Aarhus"}
    (found,) = lookups(ADULT, identity=WHO, municipality="751")
    assert (found.by, found.what) == ("Aarhus", "Ydelse indberettet")
    assert told(CHILD, statistic="children") == ["Ydelse indberettet"]
    assert told(CHILD, statistic="adults") == []


def test_what_a_system_delivered_is_told():
    send(json_lines(service(id="1", cpr=ADULT)))
    assert told() == ["Ydelser modtaget fra kommunens system"]


def test_an_export_of_too_many_to_name_is_told_as_possible(monkeypatch):
    save()
    save(cpr=OTHER_ADULT)
    monkeypatch.setattr("indberet.export.selection.MOST_NAMED_CASES", 1)
    narrowed = Selection(scope=ANNA, listing=OWN, state=ViewState(filters={"start": "2025"}))
    b"".join(export_records(selection=narrowed, format=Format.CSV).content)
    assert lookups(ADULT, identity=WHO)[0].extent == "et stort udtræk, som personen kan være en del af"


def test_an_export_from_before_the_person_came_is_not_told():
    save(cpr=OTHER_ADULT)
    b"".join(export_records(selection=whole_listing(ANNA, OWN), format=Format.CSV).content)
    save()
    assert told() == ["Ydelse indberettet"]


def test_the_offices_extract_is_told():
    save()
    write_event(identity=WHO, action="extract", statistic="adults", detail={"extract": 1})
    write_event(identity=WHO, action="extract", statistic="children", detail={"extract": 2})
    found = lookups(ADULT, identity=WHO)
    assert [each.by for each in found] == ["Danmarks Statistik", "Odense"]


def test_who_acted_for_the_municipality_is_told():
    record = save()
    detail = {"acting": "183,187"}
    write_event(
        identity=WHO, action="open", municipality=ODENSE, statistic="adults", cases=[record.case_id], detail=detail
    )
    assert lookups(ADULT, identity=WHO)[0].by == "Odense ved Ishøj, Vallensbæk"


def test_a_corrected_number_takes_its_look_ups_along_and_the_wrong_one_keeps_those_from_before():
    record = save(cpr=OTHER_ADULT)
    find_record(ANNA, ADULTS, record.pk)
    correct(record, cpr=ADULT)
    find_record(ANNA, ADULTS, record.pk)
    assert told(ADULT) == ["Ydelse indberettet", "Åbnet", "Ydelse rettet", "Åbnet"]
    assert told(OTHER_ADULT) == ["Ydelse indberettet", "Åbnet", "Ydelse rettet"]


def test_a_hidden_case_that_was_put_together_with_another_is_told():
    gone = save()
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[gone.pk])
    correct(save(cpr=OTHER_ADULT), cpr=ADULT)
    assert Case.unscoped.count() == 1
    assert told(ADULT) == ["Ydelse indberettet", "Ydelse slettet", "Ydelse indberettet", "Ydelse rettet"]


def test_a_person_who_was_removed_for_good_is_told_still():
    record = save()
    send(json_lines(service(id="1", cpr=OTHER_ADULT)))
    send(json_lines(service(id="1", action="withdrawn")))
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[record.pk])
    purge(now=timezone.now() + timedelta(days=31))
    assert told(ADULT)[:2] == ["Ydelse indberettet", "Ydelse slettet"]
    assert told(ADULT)[2] == "Sag fjernet for altid"
    assert ADULT not in str(list(Event.objects.values()))


def test_asking_is_an_event_about_the_person_itself():
    record = save()
    assert lookups("020280-0006", identity=WHO, municipality=ODENSE, statistic="adults")
    event = Event.objects.latest("id")
    assert (event.action, event.cases, event.municipality) == ("lookups", [record.case_id], ODENSE)
    assert pseudonym(ADULT) in event.detail["number"]
    assert told()[-1] == "Slået op i loggen"


# The command


def test_the_command_answers_in_danish(monkeypatch):
    save()
    out = StringIO()
    call_command("lookups", ADULT, stdout=out)
    assert "Ydelse indberettet (kun denne person)" in out.getvalue()
    assert "Kommunen indberettede til statistikken" in out.getvalue()
    assert "Anna" not in out.getvalue()
    event = Event.objects.get(action="lookups")
    assert event.actor.startswith("operator:")
    assert event.source == "operator"


def test_without_anybody_to_type_the_number_the_command_says_so(monkeypatch, capsys):
    def nobody(prompt):
        raise EOFError

    monkeypatch.setattr("getpass.getpass", nobody)
    assert cli.main(["lookups"]) == 1
    assert capsys.readouterr().err == "indberet: No number was given.\n"


def test_the_command_asks_for_the_number(monkeypatch):
    save()
    monkeypatch.setattr("getpass.getpass", lambda prompt: "020280-0006")
    out = StringIO()
    call_command("lookups", "--json", "--municipality", ODENSE, "--statistic", "adults", stdout=out)
    (found,) = json.loads(out.getvalue())
    assert found["what"] == "Ydelse indberettet"
    assert found["by"] == "Odense"


def test_nothing_found_is_said(monkeypatch):
    out = StringIO()
    call_command("lookups", ADULT, stdout=out)
    assert "ingen opslag" in out.getvalue()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["x", "--municipality", "999"], "no municipality '999'"),
        (["x", "--statistic", "pigs"], "no statistic 'pigs'"),
        ([" "], "No number"),
    ],
)
def test_what_cannot_be_asked_is_refused(arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("lookups", *arguments)


def test_the_command_is_listed(capsys):
    assert cli.main(["--help"]) == 0
    assert "lookups " in capsys.readouterr().out


# The page


@pytest.fixture
def gorm(log_in):
    return log_in("gorm")


def test_the_page_tells_of_ones_own_municipality(gorm):
    save()
    find_person(CARLA, ADULTS, cpr=ADULT)
    assert "CPR- eller UDL-nummer" in gorm.get("/adults/lookups/").content.decode()
    page = gorm.post("/adults/lookups/found/", {"number": "020280-0006"}).content.decode()
    assert "1 hændelse" in page
    for heading, told in (("Hvem", "Odense"), ("Statistik", ADULTS.name)):
        assert f'<td data-label="{heading}">{told}</td>' in page
    assert "Ydelse indberettet" in page
    assert "Søgt frem" not in page
    assert "Anna" not in page
    assert "Medarbejderes navne" in page


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_answer_as_a_file(gorm, format):
    save()
    file = gorm.post("/adults/lookups/found/", {"number": ADULT, "do": format})
    assert file["Content-Disposition"].startswith("attachment")
    assert ADULT not in file["Content-Disposition"]
    assert (b"Ydelse indberettet" if format == "csv" else b"PK") in file.content


def test_no_number_is_told_at_the_field(gorm):
    answer = gorm.post("/adults/lookups/found/", {"number": " "})
    assert answer.status_code == 422
    assert "Skriv borgerens CPR- eller UDL-nummer." in answer.content.decode()
    assert "Der er ikke slået noget op" in answer.content.decode()
    assert "gem igen" not in answer.content.decode()
    assert not Event.objects.filter(action="lookups").exists()


def test_somebody_unknown_has_an_empty_page(gorm):
    assert "Ingen opslag" in gorm.post("/adults/lookups/found/", {"number": CHILD}).content.decode()


def test_the_menu_leads_there_only_with_the_right(log_in):
    assert "/adults/lookups/" in log_in("gorm").get("/help/").content.decode()
    assert "/lookups/" not in log_in("anna").get("/help/").content.decode()
