"""Who acts for another municipality sees the delegated sections, and nothing else of it, on any page."""

import re
from datetime import date

import pytest
from django.urls import reverse

from indberet.access.scope import NoPrivilege
from indberet.audit.models import Event
from indberet.export.models import Export
from indberet.intake.models import Delivery
from indberet.pages.models import Contact
from indberet.register.find import find_page
from indberet.register.listing import Listing
from indberet.register.models import Record
from indberet.register.view_state import ViewState
from indberet.report.models import Report
from tests.access.acting import (
    CASH,
    GONE,
    ISHOEJ,
    NEVER_SEEN,
    SECRETS,
    VALLENSBAEK,
    VERA,
    body,
    hide,
    ida,
    press,
    show,
)
from tests.people import (
    ADULT,
    ADULTS,
    OTHER_ADULT,
    adult_values,
    posted,
    save,
)

pytestmark = pytest.mark.django_db


LOOKS = {
    "own": lambda acting, data: show(acting, "overview", "own"),
    "all": lambda acting, data: show(acting, "overview", "all"),
    "view of cases": lambda acting, data: press(acting, do="view:cases"),
    "view of cases of all": lambda acting, data: press(acting, "all", do="view:cases"),
    "services of a case": lambda acting, data: press(
        acting, do="view:case_records", ticked=data.shared.pk, shown=data.shared.pk
    ),
    "services of a case not to be seen": lambda acting, data: press(
        acting, do="view:case_records", ticked=data.secret.pk, shown=data.secret.pk
    ),
    "page after a row not to be seen": lambda acting, data: press(acting, do="page:next", shown=data.secret.pk),
    "page before a row not to be seen": lambda acting, data: press(acting, do="page:previous", shown=data.secret.pk),
    "sorted by place": lambda acting, data: press(acting, do="sort:p_number"),
    "filter on code": lambda acting, data: press(acting, "all", **{"do": "filter", "filter-service_code": "1.1"}),
    "its record": lambda acting, data: show(acting, "record_edit", data.shared.pk),
    "a delivered record": lambda acting, data: show(acting, "record_edit", data.delivered.pk),
    "a deleted record": lambda acting, data: show(acting, "record_edit", data.gone.pk),
    "a copy": lambda acting, data: show(acting, "record_copy", data.shared.pk),
    "one more service": lambda acting, data: show(acting, "case_add", data.shared.case_id),
    "a new case": lambda acting, data: show(acting, "record_new"),
    "deleted ones": lambda acting, data: show(acting, "deleted"),
    "about to delete": lambda acting, data: press(
        acting, do="delete", ticked=[data.shared.pk, data.secret.pk], shown=[data.shared.pk]
    ),
    "start": lambda acting, data: acting.get("/"),
    "list of reports": lambda acting, data: acting.get(reverse("listings")),
    "contacts": lambda acting, data: acting.get(reverse("contacts")),
    "choice of municipality": lambda acting, data: acting.get(reverse("choose_municipality")),
}
SHOW_THE_CITIZEN = {"own", "all", "view of cases", "view of cases of all", "services of a case", "sorted by place"} | {
    "a deleted record", "services of a case not to be seen", "page after a row not to be seen",
    "page before a row not to be seen", "its record", "a copy", "one more service", "deleted ones", "about to delete"
}  # fmt: skip


@pytest.mark.parametrize("name", LOOKS)
def test_no_page_shows_anything_of_the_other_sections(acting, data, name):
    response = LOOKS[name](acting, data)
    assert response.status_code == 200, response.status_code
    html = body(response)
    assert [secret for secret in SECRETS if secret in html] == []
    assert ("020280-0006" in html) is (name in SHOW_THE_CITIZEN)
    assert f"/records/{data.cash.pk}/" not in html


@pytest.mark.parametrize("name", ["record_edit", "record_copy"])
@pytest.mark.parametrize("which", ["cash", "secret", "gone_secret"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_sections_record_does_not_exist(acting, data, name, which, method):
    address = reverse(name, args=["adults", getattr(data, which).pk])
    values = posted(adult_values(cpr=OTHER_ADULT), do="save")
    assert getattr(acting, method)(address, values if method == "post" else {}).status_code == 404


def test_a_person_with_other_sections_only_does_not_exist(acting, data):
    assert show(acting, "case_add", data.secret.case_id).status_code == 404
    for number in (data.secret.pk, data.cash.pk):
        fields = acting.post(reverse("form_fields", args=["adults"]), {"record": number})
        assert fields.status_code == 404
    assert acting.post(reverse("form_fields", args=["adults"]), {"case": data.secret.case_id}).status_code == 404


def test_a_number_that_is_typed_tells_nothing(acting, data):
    """The form answers about a person whom one may not know of as about one who is not there."""

    def answer(cpr):
        values = posted(adult_values(cpr=cpr, p_number=""), token="same", do="create")
        fields = body(acting.post(reverse("form_fields", args=["adults"]), values))
        page = body(acting.post(reverse("record_new", args=["adults"]), values))
        plain = re.sub(
            r'name="(version|author|csrfmiddlewaretoken)" value="[^"]*"|data-session-[a-z]+="[0-9]+"', "", fields + page
        )
        return plain.replace(cpr, "CPR").replace(f"{cpr[:6]}-{cpr[6:]}", "CPR").replace(cpr[:6], "DATE")

    assert answer(OTHER_ADULT) == answer(NEVER_SEEN)
    assert answer(ADULT) != answer(NEVER_SEEN)


@pytest.mark.parametrize("typed", [OTHER_ADULT, "0303", GONE])
def test_a_search_finds_nobody_of_the_other_sections(acting, data, typed):
    html = body(press(acting, "all", **{"do": "filter", "filter-cpr": typed}))
    assert "0 poster" in html
    assert "020280-0006" in body(press(acting, "all", **{"do": "filter", "filter-cpr": ADULT}))


def test_the_counts_are_of_what_may_be_seen(acting, data):
    html = body(show(acting, "overview", "all"))
    assert "af <strong>2</strong> poster" in html
    assert "af <strong>1</strong> poster" in body(show(acting, "overview", "own"))
    assert 'value="view:cases"' not in html, "it would count all services of a case"
    with pytest.raises(NoPrivilege):
        find_page(ida(), Listing(statistic=ADULTS, municipality=VALLENSBAEK, kind="own"), ViewState(view="cases"))


def test_a_page_is_full_though_other_sections_come_between(data):
    for month in range(1, 9):
        save(by=VERA, cpr=NEVER_SEEN, start=date(2022, month, 1), end=date(2022, month, 20))
    listing = Listing(statistic=ADULTS, municipality=VALLENSBAEK, kind="own")
    state = ViewState(page_size=5)
    first = [row.pk for row in find_page(ida(), listing, state).rows]
    state.go_after(first[-1])
    second = [row.pk for row in find_page(ida(), listing, state).rows]
    assert (len(first), len(second)) == (5, 4)
    state.go_after(data.secret.pk)
    assert [row.pk for row in find_page(ida(), listing, state).rows] == first, "a row not to be seen is no place"


# Everything that cannot be limited


WHOLE = ["report", "report_file", "report_cell", "report_cell_file", "preview", "export", "export_file", "deliveries"]
WHOLE += ["approval", "approval_give", "contact_add"]
ARGS = {"report_file": ["xlsx"], "report_cell": ["received"], "report_cell_file": ["received", "csv"]}
ARGS |= {"export": ["all"], "export_file": ["all", "csv"], "approval_give": ["2026"]}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", WHOLE)
def test_whole_figures_and_files_are_not_passed_on(acting, data, name, method):
    response = getattr(acting, method)(reverse(name, args=["adults", *ARGS.get(name, [])]), {"whole": "yes"})
    assert response.status_code == 403
    html = body(response)
    assert "Du arbejder på vegne af Vallensbæk" in html
    assert "den har du ikke" not in html
    assert "Anmod om rettigheder" not in html
    assert [secret for secret in (*SECRETS, "020280-0006", ADULT) if secret in html] == []


def test_rules_and_codes_are_seen_without_the_municipalitys_numbers(acting, data):
    html = body(show(acting, "rules"))
    assert "A17" in html
    assert "Poster, der bryder den" not in html
    assert "Tallene er" not in html
    assert "Prøv en kommende dato" not in html
    assert "1.8.2" in body(show(acting, "codes"))
    assert 'href="/adults/rules/"' in body(acting.get("/help/"))


def test_the_page_of_contacts_says_whose_they_are(acting, data):
    html = body(acting.get(reverse("contacts")))
    assert "Kun medarbejdere i Vallensbæk" in html
    assert "De skal være udfyldt" not in html


def test_the_list_of_reports_leads_to_no_page_that_is_closed(acting, data):
    assert reverse("deliveries", args=["adults"]) not in body(acting.get(reverse("listings")))


@pytest.mark.parametrize("model", [Report, Export, Delivery, Contact])
def test_what_has_no_sections_is_not_given_to_whoever_sees_some(model):
    with pytest.raises(NoPrivilege):
        model.objects.within(ida(), "adults")
    assert list(model.objects.within(VERA, "adults")) == []


def test_what_is_reached_is_told_in_the_trail(acting, data):
    show(acting, "overview", "own")
    show(acting, "record_edit", data.shared.pk)
    for event in Event.objects.filter(municipality=VALLENSBAEK, action__in=["list", "open"], actor="test#ida"):
        assert event.detail["acting"] == ISHOEJ
        assert data.secret.case_id not in event.cases
    assert Event.objects.filter(actor="test#ida", action="open").exists()


def test_a_page_is_full_though_cases_have_nothing_on_it_that_may_be_seen():
    """Before two services of one's own come cases with a delivered service and an entered one of another section."""
    for year in range(70, 76):
        delivered = save(by=VERA, cpr=f"0102{year}0004")
        Record.unscoped.filter(pk=delivered.pk).update(source="system", source_system="X", source_key=str(year))
        hide(save(by=VERA, cpr=f"0102{year}0004", start=date(2020, 1, 1), end=date(2020, 2, 1)), CASH)
    mine = [save(by=VERA, cpr=f"3112{year}0004").pk for year in (70, 71)]
    listing = Listing(statistic=ADULTS, municipality=VALLENSBAEK, kind="own")
    assert [row.pk for row in find_page(ida(), listing, ViewState(page_size=2)).rows] == mine
