"""Spot checks: an unpredictable draw, what is unusual, and what came of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from indberet.access.logins import end_logins
from indberet.access.scope import NoPrivilege
from indberet.audit.log import write_event
from indberet.audit.models import Event
from indberet.register.find import find_person, find_record
from indberet.trail import samples
from indberet.trail.flags import FLAGS, MANY_IN_A_DAY, MANY_IN_AN_HOUR, Habits, Look, flags_of
from indberet.trail.models import Sample, SampledEvent, State
from indberet.trail.samples import draw, latest_samples, note, open_sample, purge_samples
from tests.audit.trail import clock
from tests.people import AARHUS, ADULTS, ANNA, BO, CARLA, CHILDREN, ODENSE, save, scope, sign_in

pytestmark = pytest.mark.django_db
SOFIE, STRANGER = scope("Sofie", ODENSE, "inspect"), scope("Signe", AARHUS, "inspect")
TUESDAY = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


def looks(count, by=ANNA, **more):
    """Events of looking."""
    told = {"action": "open", "municipality": by.municipality, "statistic": "adults", "cases": [1], **more}
    return [write_event(identity=by.identity, **told) for _ in range(count)]


def drawn(sample):
    return list(sample.events.filter(unusual=False).values_list("event", flat=True))


def test_a_draw_is_of_ones_own_municipality_and_statistic_and_of_looks_only():
    mine = {event.pk for event in looks(12)}
    looks(3, CARLA)
    looks(3, statistic="children")
    looks(3, action="create")
    looks(3, action="login")
    sample = draw(SOFIE, ADULTS, size=50, days=30)
    assert sample.pool == 12
    assert set(drawn(sample)) == mine
    assert latest_samples(STRANGER, ADULTS) == []


def test_a_list_without_anybody_is_not_drawn_but_a_search_that_found_nobody_is():
    looks(3, action="list", cases=[], detail={"filters": {"service_code": "1.8.2"}})
    looks(2, action="export", cases=[], detail={"rows": 0})
    explained = looks(1, action="list", cases=[], detail={"filters": {"cpr": "0123abc"}})
    explained += looks(1, action="search", cases=[], detail={"number": "0123abc"})
    explained += looks(1, action="export", cases=[], detail={"rows": 2_000})
    sample = draw(SOFIE, ADULTS, size=10, days=30)
    assert sample.pool == 3
    assert set(drawn(sample)) == {event.pk for event in explained}


@pytest.mark.parametrize(("days", "told"), [("1", "den seneste dag."), ("2", "de seneste 2 dage.")])
def test_the_page_says_how_far_back_in_good_words(client, days, told):
    looks(3)
    sofie = sign_in(client, SOFIE.identity)
    page = sofie.post("/adults/samples/draw/", {"size": "10", "days": days}, follow=True).content.decode()
    assert told in page


def test_a_draw_that_cannot_be_made_speaks_of_drawing(client):
    sofie = sign_in(client, SOFIE.identity)
    page = sofie.post("/adults/samples/draw/", {"size": "5", "days": "1"}).content.decode()
    assert "Der er ikke trukket noget" in page
    assert "gem igen" not in page


def test_nobody_can_foresee_it():
    looks(60)
    first, second = (drawn(draw(SOFIE, ADULTS, size=10, days=30)) for _ in range(2))
    assert len(set(first)) == len(set(second)) == 10
    assert first != second
    assert type(samples._chance).__name__ == "SystemRandom"


def test_it_looks_back_so_many_days(monkeypatch):
    with clock(monkeypatch, timezone.now() - timedelta(days=8)):
        looks(3)
    looks(2)
    assert draw(SOFIE, ADULTS, size=10, days=7).pool == 2
    assert draw(SOFIE, ADULTS, size=10, days=9).pool == 5


@pytest.mark.parametrize("other", [ANNA, scope("Gorm", ODENSE, "approve"), scope("Lone", ODENSE, "read")])
def test_nobody_else_draws_or_sees_a_draw(other):
    looks(3)
    sample = draw(SOFIE, ADULTS, size=10, days=7)
    for attempt in (
        lambda: draw(other, ADULTS, size=10, days=7),
        lambda: open_sample(other, ADULTS, sample.pk),
        lambda: note(other, ADULTS, sample.pk, 1, state=State.EXPLAINED, text=""),
        lambda: latest_samples(other, ADULTS),
    ):
        with pytest.raises(NoPrivilege):
            attempt()


def test_another_municipality_finds_nothing():
    looks(3)
    sample = draw(SOFIE, ADULTS, size=10, days=7)
    with pytest.raises(Sample.DoesNotExist):
        open_sample(STRANGER, ADULTS, sample.pk)
    with pytest.raises(Sample.DoesNotExist):
        open_sample(SOFIE, CHILDREN, sample.pk)
    with pytest.raises(Sample.DoesNotExist):
        note(STRANGER, ADULTS, sample.pk, 1, state=State.EXPLAINED, text="")


def test_who_looked_at_whom_is_shown_with_half_a_number():
    record = save()
    find_record(BO, ADULTS, record.pk)
    sample = draw(SOFIE, ADULTS, size=10, days=7)
    _sample, (line,) = open_sample(SOFIE, ADULTS, sample.pk)
    assert (line.event.actor_name, line.what, line.persons) == ("Bo", "Åbnet", 1)
    assert line.cases == [f"{record.case_id} (020280-****)"]


def test_drawing_looking_at_it_and_noting_are_events():
    record = save()
    find_record(BO, ADULTS, record.pk)
    sample = draw(SOFIE, ADULTS, size=10, days=7)
    open_sample(SOFIE, ADULTS, sample.pk)
    note(SOFIE, ADULTS, sample.pk, 1, state=State.EXPLAINED, text="Havde sagen.")
    events = list(Event.objects.filter(actor=SOFIE.identity.subject).order_by("id"))
    assert [event.action for event in events] == ["sample", "sample_open", "sample_note"]
    assert all(event.detail["sample"] == sample.pk for event in events)
    assert events[0].cases == events[1].cases == [record.case_id]


def test_what_came_of_it_is_kept():
    looks(2)
    sample = draw(SOFIE, ADULTS, size=10, days=7)
    note(SOFIE, ADULTS, sample.pk, 2, state=State.FOLLOW_UP, text="Spørg Anna.")
    row = SampledEvent.unscoped.get(sample=sample, position=2)
    assert (row.state, row.note, row.noted_by_name) == ("follow_up", "Spørg Anna.", "Sofie")
    ((_sample, states),) = latest_samples(SOFIE, ADULTS)
    assert states == {"open": 1, "explained": 0, "follow_up": 1}


def test_the_most_unusual_come_besides(monkeypatch):
    monkeypatch.setattr(samples, "MOST_UNUSUAL", 2)
    with clock(monkeypatch, TUESDAY):
        looks(50)
    nightly = []
    for hour in (14, 15, 16):
        with clock(monkeypatch, TUESDAY + timedelta(hours=hour)):
            nightly += looks(10, BO)
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY + timedelta(days=1))
    monkeypatch.setattr(samples._chance, "sample", lambda pool, size: pool[:size])
    sample = draw(SOFIE, ADULTS, size=10, days=7)
    unusual = sample.events.filter(unusual=True)
    assert len(unusual) == 2
    assert {row.event for row in unusual} <= {event.pk for event in nightly}
    assert len({(row.event - nightly[0].pk) // 10 for row in unusual}) == 2, "of two different hours"
    assert all("night" in row.flags for row in unusual)


def test_an_event_that_was_removed_since_is_said_to_be():
    looks(1)
    sample = draw(SOFIE, ADULTS, size=10, days=7)
    SampledEvent.unscoped.update(event=0)
    _sample, (line,) = open_sample(SOFIE, ADULTS, sample.pk)
    assert line.event is None


def test_old_draws_go_with_their_events():
    looks(1)
    draw(SOFIE, ADULTS, size=10, days=7)
    assert purge_samples(timezone.now() + timedelta(days=364), months=12) == 0
    assert purge_samples(timezone.now() + timedelta(days=367), months=12) > 0
    assert not SampledEvent.unscoped.exists()


# What is unusual: on both sides of each threshold


def seen(at=TUESDAY, action="open", cases=(1,), detail=None, actor="anna", id=0):
    return Look(id, timezone.localtime(at), actor, action, list(cases), detail or {})


def several(count, at=TUESDAY, actor="anna"):
    return [seen(at, actor=actor) for _ in range(count)]


BIG, SMALL = {"rows": 1000}, {"rows": 999}


@pytest.mark.parametrize(
    ("look", "flags"),
    [
        (seen(), []),
        (seen(datetime(2026, 11, 17, 20, 59, tzinfo=UTC)), []),
        (seen(datetime(2026, 11, 17, 21, 0, tzinfo=UTC)), ["night"]),
        (seen(datetime(2026, 11, 17, 4, 59, tzinfo=UTC)), ["night"]),
        (seen(datetime(2026, 11, 17, 5, 0, tzinfo=UTC)), []),
        (seen(datetime(2026, 7, 17, 20, 0, tzinfo=UTC)), ["night"]),
        (seen(datetime(2026, 11, 20, 12, 0, tzinfo=UTC)), []),
        (seen(datetime(2026, 11, 21, 12, 0, tzinfo=UTC)), ["weekend"]),
        (seen(datetime(2026, 11, 20, 23, 0, tzinfo=UTC)), ["night", "weekend"]),
        (seen(action="search"), ["search"]),
        (seen(action="search", cases=()), []),
        (seen(action="list", detail={"filters": {"cpr": "x"}}), ["search"]),
        (seen(action="list", detail={"filters": {"cpr": "x"}}, cases=(1, 2)), []),
        (seen(action="list", detail={"filters": {"start": "2025"}}), []),
        (seen(action="export", cases=(), detail=BIG), ["export"]),
        (seen(action="export", cases=(), detail=SMALL), []),
    ],
)
def test_when_how_and_how_much(look, flags):
    assert flags_of(look, Habits.of([look])) == flags


@pytest.mark.parametrize(
    ("after", "actor", "case", "flags"),
    [
        (timedelta(hours=24), "anna", 1, []),
        (timedelta(hours=25), "anna", 1, ["search"]),
        (timedelta(hours=-1), "anna", 1, []),
        (timedelta(hours=1), "bo", 1, ["search"]),
        (timedelta(hours=1), "anna", 2, ["search"]),
    ],
)
def test_a_search_without_a_change(after, actor, case, flags):
    look = seen(action="search")
    change = seen(TUESDAY + after, action="change", cases=[case], actor=actor)
    assert flags_of(look, Habits.of([look, change])) == flags


@pytest.mark.parametrize(("count", "flags"), [(MANY_IN_AN_HOUR - 1, []), (MANY_IN_AN_HOUR, ["hour"])])
def test_many_in_an_hour(count, flags):
    usual = [one for hours in range(1, 5) for one in several(5, TUESDAY - timedelta(hours=hours))]
    assert flags_of(seen(), Habits.of([*usual, *several(count)])) == flags


def test_many_for_somebody_who_always_has_many_is_usual_unless_colleagues_have_few():
    usual = [one for hours in range(1, 5) for one in several(50, TUESDAY - timedelta(hours=hours))]
    busy = [*usual, *several(MANY_IN_AN_HOUR)]
    assert "hour" not in flags_of(seen(), Habits.of(busy))
    assert "hour" in flags_of(seen(), Habits.of([*busy, *several(3, actor="bo"), *several(4, actor="lone")]))


@pytest.mark.parametrize(("count", "flags"), [(MANY_IN_A_DAY - 1, []), (MANY_IN_A_DAY, ["day"])])
def test_many_in_a_day(count, flags):
    usual = [one for days in range(1, 5) for one in several(20, TUESDAY - timedelta(days=days))]
    spread = [seen(TUESDAY + timedelta(minutes=number % 480)) for number in range(count)]
    assert [flag for flag in flags_of(seen(), Habits.of([*usual, *spread])) if flag != "hour"] == flags


def test_every_flag_has_words():
    assert all(str(flag.words) and str(flag.why) for flag in FLAGS.values())


# The pages


@pytest.fixture
def sofie(client):
    return sign_in(client, SOFIE.identity, ODENSE)


def test_the_pages_from_the_first_draw_to_the_explanation(sofie):
    assert "Ingen stikprøver endnu" in sofie.get("/adults/samples/").content.decode()
    record = save()
    find_person(BO, ADULTS, cpr="0202800006")
    answer = sofie.post("/adults/samples/draw/", {"size": 10, "days": 30})
    sample = Sample.unscoped.get()
    assert answer["Location"] == f"/adults/samples/{sample.pk}/"
    page = sofie.get(answer["Location"]).content.decode()
    for text in ("Bo", "Søgt frem på nummer", f"sag {record.case_id} (020280-****)", "søgt uden rettelse"):
        assert text in page
    assert "0202800006" not in page
    assert "020280-0006" not in page
    noted = sofie.post(f"{answer['Location']}1/", {"state": "explained", "note": "Borgeren ringede."}, follow=True)
    assert "Borgeren ringede." in noted.content.decode()
    assert "Opslag 1 er noteret." in noted.content.decode()
    assert f"/adults/samples/{sample.pk}/" in sofie.get("/adults/samples/").content.decode()


def test_a_number_is_refused_in_a_note(sofie):
    looks(1)
    sample = draw(SOFIE, ADULTS, size=10, days=7)
    page = sofie.post(f"/adults/samples/{sample.pk}/1/", {"state": "open", "note": "om 020280-0006"}, follow=True)
    assert "Skriv ikke CPR-numre" in page.content.decode()
    assert 'value="om 020280-0006"' in page.content.decode()
    assert SampledEvent.unscoped.get().note == ""


def test_an_explanation_survives_the_end_of_the_log_in(client):
    looks(2)
    sample = draw(SOFIE, ADULTS, size=10, days=7)
    address = f"/adults/samples/{sample.pk}/"
    client.post("/login/", {"person": "sofie"})
    author = client.get(address).content.decode().split('name="author" value="')[1].split('"')[0]
    end_logins("support", everyone=True)
    note_of_2 = {"state": "explained", "note": "Aftalt med Åse", "author": author, "token": "no-2"}
    assert address.replace("/", "%2F") in client.post(f"{address}2/", note_of_2)["Location"]
    client.post("/login/", {"person": "sofie"})
    page = client.get(address).content.decode()
    second = page.split('<tr id="no-2">')[1].split("</tr>")[0]
    assert 'value="Aftalt med Åse"' in second
    assert "Ikke noteret endnu" in second
    assert page.count("Aftalt med Åse") == 1
    assert SampledEvent.unscoped.get(position=2).note == ""


@pytest.mark.parametrize(("size", "days"), [(9, 30), (51, 30), (10, 0), (10, 91), ("", 30)])
def test_the_bounds_of_a_draw(sofie, size, days):
    answer = sofie.post("/adults/samples/draw/", {"size": size, "days": days})
    assert answer.status_code == 422
    text = "Skriv et antal fra 10 til 50." if days == 30 else "Skriv et antal dage fra 1 til 90."
    assert text in answer.content.decode()
    assert not Sample.unscoped.exists()


def test_nothing_to_draw_from_is_said(sofie):
    page = sofie.post("/adults/samples/draw/", {"size": 10, "days": 30}, follow=True).content.decode()
    assert "Der er ingen opslag i perioden." in page


def test_the_start_page_leads_there(sofie):
    page = sofie.get("/").content.decode()
    assert "Du kan trække stikprøver" in page
    assert "Du mangler rettigheden" not in page


def test_the_menu_leads_there_only_with_the_right(sofie, log_in):
    assert "/adults/samples/" in sofie.get("/help/").content.decode()
    assert "/samples/" not in log_in("gorm").get("/help/").content.decode()
