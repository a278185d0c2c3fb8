"""Every address x role x another municipality. An address that is not in the table fails the test."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from indberet.audit.actions import ABOUT_PERSONS
from indberet.audit.models import Event
from indberet.pages.contacts import save_contact
from indberet.register.delete import delete_records
from indberet.trail.samples import draw
from tests.access import acting
from tests.access.acting import VALLENSBAEK
from tests.approval.given import an_extract, waiting
from tests.intake.files import json_lines, send, service
from tests.people import AARHUS, ADULTS, ANNA, CARLA, ODENSE, adult_values, identity, posted, save, scope, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("every_address")]

NO, MISSING, ASK, TOKEN = 403, 404, 302, 401
ROLES = {
    "anonymous": None,
    "nobody": identity("Uffe", ODENSE, only="none"),
    "reader": identity("Lone", ODENSE, "read"),
    "reporter": identity("Anna", ODENSE, "report"),
    "other_statistic": identity("Birthe", ODENSE, "report", only="children"),
    "foreign": identity("Carla", AARHUS, "report"),
    "approver": identity("Gudrun", ODENSE, "approve"),
    "office": identity("Stine", "", "oversee"),
    "officer": identity("Sofie", ODENSE, "inspect"),
    "delegated": acting.ida().identity,
}


@dataclass(frozen=True, kw_only=True)
class Address:
    """What each role gets at an address. `objects`: it names an object of Odense, so that Aarhus gets 404. What is
    limited `by_section` is also open to whoever acts for a municipality with some sections."""

    needs: str
    args: tuple[str, ...] = ()
    post: dict[str, Any] = field(default_factory=dict)
    method: str = "get"
    objects: bool = False
    good: int = 200
    shows_persons: bool = False
    by_section: bool = False


APPROVAL, EXTRACT, YEAR = "{approval}", "{extract}", str(ADULTS.approval.year_on(date.today()))  # noqa: DTZ011
SAMPLE = "{sample}"
RECORD, CASE, CONTACT, EXPORT, DELIVERY = "{record}", "{case}", "{contact}", "{export}", "{delivery}"
EVERYTHING = {"day": "now", "measure": "services", "row": "all", "column": "all"}
BEHIND = {"section": "§ 107", "what": "services"}
TABLE = {
    "start": Address(needs="login"),
    "login": Address(needs="nobody"),
    "login_complete": Address(needs="nobody", good=303),
    "login_refused": Address(needs="nobody", args=("level",), good=403),
    "logout": Address(needs="nobody", method="post", good=302),
    "saml_login": Address(needs="nobody", good=303),
    "saml_acs": Address(needs="nobody", method="post", good=303),
    "saml_slo": Address(needs="nobody", good=403),
    "saml_metadata": Address(needs="nobody", good=503),
    "oidc_login": Address(needs="nobody", good=303),
    "oidc_callback": Address(needs="nobody", good=303),
    "logged_out": Address(needs="nobody"),
    "login_ended": Address(needs="nobody", args=("idle",)),
    "session_state": Address(needs="nobody"),
    "session_continue": Address(needs="login", method="post"),
    "csp_report": Address(needs="nobody", method="post", good=415),
    "set_language": Address(needs="nobody", method="post", good=302),
    "choose_municipality": Address(needs="login"),
    "listings": Address(needs="login"),
    "contacts": Address(needs="login"),
    "help": Address(needs="nobody"),
    "accessibility": Address(needs="nobody"),
    "health": Address(needs="nobody"),
    "nightly_health": Address(needs="nobody", good=503),
    "contact_add": Address(needs="report", args=("adults",), method="post", good=422),
    "contact_edit": Address(needs="report", args=("adults", CONTACT), objects=True),
    "contact_remove": Address(needs="report", args=("adults", CONTACT), method="post", objects=True, good=302),
    "overview": Address(needs="read", args=("adults", "own"), shows_persons=True, by_section=True),
    "record_new": Address(needs="report", args=("adults",), by_section=True),
    "case_add": Address(needs="report", args=("adults", CASE), objects=True, shows_persons=True, by_section=True),
    "record_edit": Address(needs="read", args=("adults", RECORD), objects=True, shows_persons=True, by_section=True),
    "record_show": Address(needs="read", args=("adults", RECORD), objects=True, shows_persons=True, by_section=True),
    "record_copy": Address(needs="report", args=("adults", RECORD), objects=True, shows_persons=True, by_section=True),
    "form_fields": Address(
        needs="report",
        args=("adults",),
        method="post",
        post={"cpr": "020280-0006"},
        shows_persons=True,
        by_section=True,
    ),
    "delete": Address(needs="report", args=("adults",), good=302, by_section=True),
    "deleted": Address(needs="report", args=("adults",), shows_persons=True, by_section=True),
    "preview": Address(needs="read", args=("adults",)),
    "restore": Address(needs="report", args=("adults",), method="post", good=404, by_section=True),
    "export": Address(needs="read", args=("adults", "all")),
    "export_file": Address(
        needs="read", args=("adults", "all", "csv"), method="post", post={"whole": "yes"}, shows_persons=True
    ),
    "export_manifest": Address(needs="read", args=("adults", EXPORT), objects=True),
    "rules": Address(needs="insight", args=("adults",)),
    "codes": Address(needs="insight", args=("adults",)),
    "deliveries": Address(needs="read", args=("adults",)),
    "delivery": Address(needs="read", args=("adults", DELIVERY), objects=True),
    "delivery_xlsx": Address(needs="read", args=("adults", DELIVERY), objects=True),
    "api_deliver": Address(needs="token", args=("adults",), method="post", good=TOKEN),
    "api_receipt": Address(needs="token", args=("adults", "any"), good=TOKEN),
    "report": Address(needs="read", args=("adults",)),
    "report_file": Address(needs="read", args=("adults", "xlsx")),
    "report_cell": Address(needs="read", args=("adults", "received"), post=EVERYTHING, shows_persons=True),
    "approval": Address(needs="read", args=("adults",)),
    "approval_year": Address(needs="read", args=("adults", YEAR)),
    "approval_records": Address(needs="read", args=("adults", YEAR), post=BEHIND, shows_persons=True, by_section=True),
    "approval_give": Address(needs="approve", args=("adults", YEAR), method="post", good=302),
    "approval_report": Address(needs="approve", args=("adults",), method="post", good=302),
    "approval_persons": Address(needs="approve", args=("adults",), method="post", post={"two": "yes"}, good=302),
    "receipt": Address(needs="read", args=("adults", APPROVAL), objects=True),
    "receipt_file": Address(needs="read", args=("adults", APPROVAL), objects=True),
    "approval_confirm": Address(needs="approve", args=("adults", APPROVAL), method="post", objects=True, good=302),
    "approval_refuse": Address(needs="approve", args=("adults", APPROVAL), method="post", objects=True, good=302),
    "office": Address(needs="oversee"),
    "office_csv": Address(needs="oversee"),
    "office_xlsx": Address(needs="oversee"),
    "office_detail": Address(needs="oversee", args=("adults", ODENSE)),
    "office_sessions": Address(needs="oversee"),
    "office_sessions_end": Address(needs="oversee", post={"municipality": ODENSE}),
    "office_manifest": Address(needs="oversee", args=(EXTRACT,)),
    "nightly": Address(needs="oversee"),
    "lookups": Address(needs="approve", args=("adults",)),
    "lookups_found": Address(
        needs="approve", args=("adults",), method="post", post={"number": "020280-0006"}, shows_persons=True
    ),
    "samples": Address(needs="inspect", args=("adults",)),
    "sample_draw": Address(needs="inspect", args=("adults",), method="post", post={"size": 10, "days": 7}, good=302),
    "sample": Address(needs="inspect", args=("adults", SAMPLE), objects=True, shows_persons=True),
    "sample_note": Address(
        needs="inspect", args=("adults", SAMPLE, "1"), method="post", post={"state": "open"}, objects=True, good=302
    ),
    "report_cell_file": Address(
        needs="read", args=("adults", "received", "csv"), method="post", post=EVERYTHING, shows_persons=True
    ),
}


REFUSED = {("reader", "report"), ("reader", "approve"), ("reporter", "approve"), ("foreign", "approve")}
REFUSED |= {("approver", "report")}
OWN_ROLE = {"oversee": ("office", MISSING), "inspect": ("officer", NO)}
"""What only one role may do, and what the others get."""
OF_OTHERS = ("foreign", "delegated")
"""Those who have rights, but none in Odense."""
PERSONS = (b"020280", b"030375", b"050585", b"0202800006")
"""What shows that a page is about the citizens of the tests."""
WHO = {"approve": "approver", "oversee": "office", "inspect": "officer"}
"""Who may do what a reporter may not."""


@pytest.fixture
def every_address(settings):
    """Also those of log-ins that the tests' settings do not use; nothing is behind them here."""
    settings.ROOT_URLCONF = "tests.every_address"


def patterns(resolver=None):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern)
        elif isinstance(pattern, URLPattern):
            yield pattern


def test_every_address_is_in_the_table():
    assert {pattern.name for pattern in patterns()} == set(TABLE)


def test_every_view_says_what_it_needs():
    for pattern in patterns():
        assert getattr(pattern.callback, "verb", "nobody") == TABLE[pattern.name].needs, pattern.name
        assert getattr(pattern.callback, "by_section", False) == TABLE[pattern.name].by_section, pattern.name


@pytest.fixture
def ids(client, every_address):
    """An Odense service, its case, a contact, an export and a deleted service."""
    record = save()
    gone = save(cpr="0303750004")
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[gone.pk])
    values = {"name": "Anna", "phone": "12345678", "email": "anna@example.dk"}
    save_contact(CARLA, ADULTS, values)
    contact = save_contact(ANNA, ADULTS, values)
    act_as(client, "reporter")
    b"".join(client.post(reverse("export_file", args=["adults", "all", "csv"]), {"whole": "yes"}).streaming_content)
    from indberet.export.models import Export

    delivery = send(json_lines(service(id="9", cpr="0505850008")))
    return {
        DELIVERY: delivery.pk,
        RECORD: record.pk,
        CASE: record.case_id,
        CONTACT: contact.pk,
        EXPORT: Export.unscoped.latest("id").pk,
        APPROVAL: waiting().pk,
        EXTRACT: an_extract().pk,
        SAMPLE: draw(scope("Sofie", ODENSE, "inspect"), ADULTS, size=10, days=7).pk,
    }


def act_as(client, role):
    person = ROLES[role]
    client.cookies.clear()
    if person:
        chosen = VALLENSBAEK if role == "delegated" else (*person.municipalities, "")[0]
        sign_in(client, person, chosen)


def expected(role, address):
    if address.needs in ("nobody", "token"):
        return {address.good}
    if role == "anonymous":
        return {ASK}
    if address.needs == "login":
        return {200, ASK}
    if address.needs in OWN_ROLE:
        whose, otherwise = OWN_ROLE[address.needs]
        return {address.good if role == whose else otherwise}
    return of_persons(role, address)


def of_persons(role, address):
    """Of what shows persons or the figures of a municipality."""
    if role in ("office", "delegated") and address.needs == "insight":
        return {address.good}
    if role in ("nobody", "other_statistic", "office", "officer") or (role, address.needs) in REFUSED:
        return {NO}
    if role == "delegated" and not address.by_section:
        return {NO}
    if role in OF_OTHERS and address.objects:
        return {MISSING}
    return {address.good, ASK} if address.good == 200 and role in OF_OTHERS else {address.good}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", TABLE)
def test_what_each_role_gets(client, ids, name, role):
    address = TABLE[name]
    act_as(client, role)
    path = reverse(name, args=[ids.get(part, part) for part in address.args])
    before = Event.objects.latest("id").pk
    response = getattr(client, address.method)(path, address.post)
    assert response.status_code in expected(role, address), (response.status_code, response.headers.get("Location"))
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if role in ("anonymous", "nobody", "other_statistic", "office", "officer", *OF_OTHERS):
        assert b"020280-0006" not in body.replace(b'value="020280-0006"', b"")
        assert b"0202800006" not in body
    elif response.status_code == 200 and any(sign in body for sign in PERSONS):
        told = Event.objects.filter(pk__gt=before, action__in=ABOUT_PERSONS, municipality=ODENSE, statistic="adults")
        assert address.shows_persons, "a page that shows persons is marked as one"
        assert [event.actor for event in told] == [ROLES[role].subject] * len(told) != []
        assert all(event.cases or event.detail.get("rows") for event in told)


@pytest.mark.parametrize("name", [name for name, address in TABLE.items() if "{" in "".join(address.args)])
def test_ids_that_do_not_exist_are_404(client, ids, name):
    act_as(client, WHO.get(TABLE[name].needs, "reporter"))
    for number in (0, 999_999, 10**30):
        args = [number if part.startswith("{") else part for part in TABLE[name].args]
        assert getattr(client, TABLE[name].method)(reverse(name, args=args)).status_code == 404


@pytest.mark.parametrize("role", ["reader", "other_statistic", "nobody", "foreign"])
def test_nobody_else_changes_a_record(client, ids, role):
    act_as(client, role)
    path = reverse("record_edit", args=["adults", ids[RECORD]])
    response = client.post(path, posted(adult_values(p_number="1000000000"), do="save_stop"))
    assert response.status_code in (NO, MISSING)


@pytest.mark.parametrize("do", ["edit", "copy", "delete", "add_service", "view:case_records"])
def test_ticked_ids_of_another_municipality_lead_nowhere(client, ids, do):
    act_as(client, "foreign")
    client.post(reverse("overview", args=["adults", "own"]), {"do": do, "ticked": ids[RECORD], "shown": ids[RECORD]})
    response = client.get(reverse("delete", args=["adults"]))
    assert response.status_code == 302
    assert "020280" not in client.get(reverse("overview", args=["adults", "own"])).content.decode()


def test_extra_fields_in_a_post_change_nothing(client, ids):
    act_as(client, "reporter")
    extra = {"municipality": AARHUS, "statistic": "children", "source": "system", "version": "", "created_by": "x"}
    values = posted(adult_values(p_number="1000000000"), do="save_stop", **extra)
    assert client.post(reverse("record_edit", args=["adults", ids[RECORD]]), values).status_code == 302
    from indberet.register.models import Record

    record = Record.unscoped.get(pk=ids[RECORD])
    assert (record.municipality, record.statistic, record.source, record.created_by) == (
        ODENSE,
        "adults",
        "manual",
        "Anna",
    )
    assert record.p_number == "1000000000"


NO_TOKEN = {
    "csp_report",  # sent by the browser itself, and it changes nothing
    "saml_acs",  # posted by the identity provider's page; an answer needs a handshake of this browser instead
}
OF_SESSIONS = [name for name, address in TABLE.items() if address.method == "post" and address.needs != "token"]


@pytest.mark.parametrize("name", OF_SESSIONS)
def test_changing_addresses_need_post_and_a_csrf_token(ids, name):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    path = reverse(name, args=[ids.get(part, part) for part in TABLE[name].args])
    act_as(client, WHO.get(TABLE[name].needs, "reporter"))
    assert client.post(path, TABLE[name].post).status_code == (TABLE[name].good if name in NO_TOKEN else 403)
    assert client.get(path).status_code == 405


def test_no_other_address_does_without_a_csrf_token():
    exempt = {pattern.name for pattern in patterns() if getattr(pattern.callback, "csrf_exempt", False)}
    with_tokens_of_systems = {name for name, address in TABLE.items() if address.needs == "token"}
    assert exempt - with_tokens_of_systems == NO_TOKEN
