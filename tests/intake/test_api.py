"""Delivering over HTTPS: who may, what is answered, and what a receipt gives away."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from indberet.audit.models import Event
from indberet.intake.models import Delivery, DeliveryToken
from indberet.intake.tokens import create_token, digest_of
from indberet.register.models import Record
from tests.people import AARHUS, ADULT, ADULTS, CHILD, CHILDREN, ODENSE

from .files import course, json_lines, service, xml

pytestmark = pytest.mark.django_db
HERE = "/api/deliveries/adults/"


def token(statistic=ADULTS, municipality=ODENSE, system="Fagsystem A", *, days=30, test=False):
    return create_token(statistic=statistic, municipality=municipality, system=system, days=days, test=test)[0]


def post(content, secret, path=HERE, **headers):
    """A client without cookies, as a system is, with CSRF checks on."""
    headers = {"Authorization": f"Bearer {secret}", **headers}
    return Client(enforce_csrf_checks=True).post(
        path, content, content_type="application/octet-stream", headers=headers
    )


def get(path, secret):
    return Client().get(path, headers={"Authorization": f"Bearer {secret}"})


def read(response):
    return json.loads(b"".join(response.streaming_content) if response.streaming else response.content)


@pytest.mark.requirement("A24")
def test_a_delivery_is_stored_at_once_and_answered_with_a_receipt():
    response = post(json_lines(service(), service(id="2", p_number="12"), id="2026-10"), token())
    assert response.status_code == 201
    assert response["Content-Type"] == "application/json"
    receipt = read(response)
    assert receipt["state"] == "stored"
    assert receipt["counts"] == {
        "records": 2, "new": 2, "changed": 0, "withdrawn": 0, "unchanged": 0, "refused": 0, "with_errors": 2,
        "with_warnings": 0,
    }  # fmt: skip
    finding = next(each for each in receipt["findings"] if each["code"] == "A-P-NUMBER-FORM")
    assert finding == {
        "line": 3,
        "id": "2",
        "element": "p_number",
        "value": "12",
        "expectation": "P-nummer: 10 cifre.",
        "reason": "Værdien har en anden form.",
        "code": "A-P-NUMBER-FORM",
        "severity": "error",
    }
    assert Record.unscoped.count() == 2


def test_the_same_again_is_answered_with_200_and_the_same_receipt():
    secret, content = token(), json_lines(service(p_number="12"), id="a")
    first, again = read(post(content, secret)), post(content, secret)
    assert again.status_code == 200
    told = read(again)
    assert told.pop("repeated") is True
    assert first.pop("repeated") is False
    assert told == first
    fetched = get(f"{HERE}a/", secret)
    assert fetched.status_code == 200
    assert read(fetched) == {**first, "repeated": False}


def test_the_header_names_the_delivery():
    secret = token()
    post(json_lines(service()), secret, **{"Idempotency-Key": "abc-1"})
    assert Delivery.unscoped.get().key == "abc-1"
    assert post(json_lines(service(id="2")), secret, **{"Idempotency-Key": "abc-1"}).status_code == 409


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"\n", 422, "empty"),
        (b"PK\x03\x04", 415, "format"),
        (json_lines(service(), municipality="751"), 422, "other_municipality"),
        (json_lines(service(), test=True), 422, "test_form"),
        (json_lines(service())[:-30], 422, "broken"),
    ],
)
def test_a_refused_delivery_says_why(content, status, code):
    response = post(content, token())
    assert response.status_code == status
    receipt = read(response)
    assert (receipt["state"], receipt["reason"]["code"]) == ("refused", code)
    assert receipt["reason"]["text"]
    assert not Record.unscoped.exists()


def test_english_is_answered_when_it_is_asked_for():
    content = json_lines(service(p_number="12"), id="a")
    receipt = read(post(content, token(), **{"Accept-Language": "en"}))
    assert receipt["findings"][0]["reason"] == "The value has another form."


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "no_token"),
        ("Basic abc", "no_token"),
        ("Bearer ", "no_token"),
        ("Bearer indberet_wrong", "unknown_token"),
        ("Bearer æøå \x7f", "unknown_token"),
    ],
)
def test_without_a_token_nothing_is_taken(header, code):
    for response in (
        Client().post(HERE, b"{}", content_type="a/b", headers={"Authorization": header}),
        Client().get(f"{HERE}a/", headers={"Authorization": header}),
    ):
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"
        assert read(response)["reason"]["code"] == code
    assert not Delivery.unscoped.exists()


def test_an_expired_and_a_revoked_token_are_refused():
    secret = token(days=1)
    held = DeliveryToken.unscoped.get()
    DeliveryToken.unscoped.update(expires_at=timezone.now())
    assert read(post(json_lines(service()), secret))["reason"]["code"] == "expired_token"
    DeliveryToken.unscoped.update(expires_at=timezone.now() + timedelta(days=1))
    call_command("delivery_token", "revoke", str(held.pk))
    assert read(post(json_lines(service()), secret))["reason"]["code"] == "revoked_token"
    assert not Record.unscoped.exists()


def test_a_token_is_for_one_statistic_and_one_municipality():
    secret = token(CHILDREN)
    response = post(json_lines(service()), secret)
    assert (response.status_code, read(response)["reason"]["code"]) == (403, "other_statistic")
    foreign = token(municipality=AARHUS)
    post(json_lines(service(), id="a"), token())
    assert get(f"{HERE}a/", foreign).status_code == 404
    assert get(f"{HERE}a/", token(system="Fagsystem B")).status_code == 404
    assert get(f"{HERE}a/", token(test=True)).status_code == 404


def test_a_test_token_sends_test_forms_only():
    secret = token(CHILDREN, test=True)
    path = "/api/deliveries/children/"
    assert read(post(xml(course()), secret, path))["reason"]["code"] == "production_form"
    response = post(xml(course(), form="T231"), secret, path)
    assert (response.status_code, read(response)["state"]) == (201, "tested")
    assert not Record.unscoped.exists()


def test_only_a_fingerprint_of_a_token_is_kept():
    secret = token()
    held = DeliveryToken.unscoped.get()
    assert held.digest == digest_of(secret)
    assert secret not in str(vars(held))
    assert secret.startswith(held.prefix)
    assert len(secret) > 45
    assert secret not in str(list(Event.objects.values()))


def test_a_session_or_a_get_delivers_nothing(client, log_in):
    log_in("anna")
    assert client.post(HERE, json_lines(service()), content_type="a/b").status_code == 401
    assert get(HERE, token()).status_code == 405
    assert Client().put(HERE, b"", headers={"Authorization": f"Bearer {token()}"}).status_code == 405


class Body(BytesIO):
    """What a connection brings. Like a server's, it ends by itself; `breaks` says that the client is gone then."""

    def __init__(self, content, *, breaks=False):
        super().__init__(content)
        self._breaks = breaks

    def read(self, size=-1):
        found = super().read(size)
        if not found and self._breaks:
            raise ConnectionResetError
        return found


def post_body(body, length, secret, **headers):
    """Sends a body that may have another length than its header tells."""
    headers = {"Authorization": f"Bearer {secret}", "Content-Length": str(length), **headers}
    more = {"wsgi.input": body, "wsgi.input_terminated": True}
    return Client().post(HERE, b"", content_type="application/octet-stream", headers=headers, **more)


@pytest.mark.parametrize("breaks", [False, True])
def test_an_upload_that_was_cut_off_is_refused_and_may_come_again(breaks):
    """Cut at a line break, so that what came looks whole."""
    whole, secret = json_lines(service(), service(id="2"), id="a", records=None), token()
    part = whole[: whole.rindex(b"\n", 0, -1) + 1]
    response = post_body(Body(part, breaks=breaks), len(whole), secret)
    receipt = read(response)
    assert (response.status_code, receipt["state"], receipt["reason"]["code"]) == (400, "refused", "cut_off")
    assert f"{len(part)} af {len(whole)} bytes" in receipt["reason"]["text"]
    assert not Record.unscoped.exists()
    again = post(whole, secret)
    assert (again.status_code, read(again)["counts"]["new"]) == (201, 2)


def test_what_is_refused_unread_gets_a_receipt(settings):
    settings.DELIVERY_MOST_BYTES = 100
    content = json_lines(service())
    for code, status, headers in (
        ("too_large", 413, {}),
        ("compressed", 415, {"Content-Encoding": "gzip"}),
        ("no_length", 411, {"Content-Length": ""}),
        ("no_length", 411, {"Content-Length": "9" * 5000}),
    ):
        response = post(content, token(), **{"Idempotency-Key": code, **headers})
        receipt = read(response)
        assert (response.status_code, receipt["state"], receipt["reason"]["code"]) == (status, "refused", code)
        kept = Delivery.unscoped.latest("id")
        assert (kept.state, kept.reason, kept.key, kept.pk) == ("refused", code, code, receipt["number"])
    assert Event.objects.filter(action="deliver_refused").count() == 4


@pytest.mark.parametrize("secret", ["", "indberet_wrong"])
def test_a_body_that_nobody_wants_is_read_so_that_the_client_comes_to_read_the_answer(settings, secret):
    """A client that is still sending when the connection ends never sees the reason."""
    settings.DELIVERY_MOST_BYTES = 100_000
    body = Body(b"x" * 150_000)
    assert post_body(body, 150_000, secret or token()).status_code == (401 if secret else 413)
    assert body.tell() == 150_000
    endless = Body(b"x" * 1_000_000)
    assert post_body(endless, 1_000_000, secret or token()).status_code == (401 if secret else 413)
    assert 200_000 <= endless.tell() < 300_000
    gone = Body(b"x", breaks=True)
    assert post_body(gone, 1_000_000, secret or token()).status_code == (401 if secret else 413)


def test_a_system_that_sends_too_often_is_told_to_wait(settings):
    settings.DELIVERIES_PER_HOUR = 2
    secret = token()
    statuses = [post(json_lines(service(), id=str(number)), secret).status_code for number in range(3)]
    assert statuses == [201, 201, 429]
    response = post(json_lines(service()), secret)
    assert 3500 < int(response["Retry-After"]) <= 3600
    assert post(json_lines(service(id="9"), id="9"), token(system="B")).status_code == 201
    DeliveryToken.unscoped.update(hour=timezone.now() - timedelta(hours=1))
    assert post(json_lines(service(), id="later"), secret).status_code == 201


def test_a_receipt_and_the_log_hold_no_persons_number(caplog):
    bad = course(CPR="3102154004", INDSATS_KODE="999", SAGSBEHANDLER=f"{CHILD} Mette")
    looks = course(INDSATSFORLOEB_ID=CHILD, INDSATS_KODE="999", INDSATS_SLUTDATO="020280-0006")
    secret = token(CHILDREN)
    receipt = post(
        xml(bad, looks, course(INDSATSFORLOEB_ID="3", CPR=None, UDL_NR="hemmelig 12")),
        secret,
        "/api/deliveries/children/",
    )
    text = b"".join(receipt.streaming_content).decode()
    for number in (CHILD, ADULT, "020280-0006", "3102154004", "hemmelig"):
        assert number not in text, number
        assert number not in caplog.text
    assert "##########" in text
    assert CHILD not in str(list(Event.objects.values("detail", "before", "after")))


def test_what_has_no_such_delivery_is_not_found():
    response = get(f"{HERE}never/", token())
    assert (response.status_code, read(response)["reason"]["code"]) == (404, "no_such_delivery")


def test_tokens_are_made_listed_and_ended_by_command(capsys):
    call_command(
        "delivery_token", "create", "--statistic", "adults", "--municipality", "461", "--system", "Nova", "--test"
    )
    secret = capsys.readouterr().out.splitlines()[-1]
    held = DeliveryToken.unscoped.get()
    assert (held.digest, held.test, held.system) == (digest_of(secret), True, "Nova")
    call_command("delivery_token", "list")
    listed = capsys.readouterr().out
    assert held.prefix in listed
    assert secret not in listed
    assert "last used never" in listed
    call_command("delivery_token", "revoke", str(held.pk))
    call_command("delivery_token", "revoke", str(held.pk))
    assert Event.objects.filter(action__startswith="token_").count() == 2
    call_command("delivery_token", "list")
    assert "revoked" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("create", "--municipality", "999", "--system", "x"), "--municipality 999 is unknown"),
        (("create", "--municipality", "461", "--system", " "), "expected a name"),
        (("create", "--municipality", "461", "--system", "x", "--days", "0"), "expected a number from 1"),
        (("revoke", "7"), "There is no token 7"),
    ],
)
def test_a_wrong_argument_is_one_sentence(arguments, expected):
    more = ("--statistic", "adults") if arguments[0] == "create" else ()
    with pytest.raises(CommandError, match=expected):
        call_command("delivery_token", *arguments, *more)
