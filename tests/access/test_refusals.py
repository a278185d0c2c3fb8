"""Who is not let in is told why and what to do, and the log can find it."""

import re

import pytest
from django.conf import settings
from django.core import signing
from django.urls import reverse
from structlog.testing import capture_logs

from indberet.access.claims import Refused
from indberet.access.refusals import EXPLANATIONS, REASONS, TOLD, refuse
from indberet.audit.models import Event

pytestmark = pytest.mark.django_db
FINGERPRINT = "ab" * 32


def follow(client, refused, rf):
    response = refuse(rf.post("/saml/acs/"), refused)
    assert response.status_code == 303
    return client.get(response["Location"])


def main(response):
    html = response.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index("<main") : html.index("</main>")]))


@pytest.mark.requirement("A01", "C02")
@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_has_a_page_of_its_own(client, reason):
    response = client.get(reverse("login_refused", args=[reason]))
    assert response.status_code == 403
    page, told = main(response), EXPLANATIONS[reason]
    for text in (told.heading, told.happened, *told.steps, "Prøv igen"):
        assert str(text) in page
    assert f'href="{reverse("login")}?anew=yes"' in response.content.decode()
    assert "Reference" not in page
    assert "no-store" in response["Cache-Control"]


def test_no_two_pages_say_the_same():
    for part in ("heading", "happened"):
        texts = [str(getattr(told, part)) for told in EXPLANATIONS.values()]
        assert len(set(texts)) == len(REASONS)
    assert all(told.steps for told in EXPLANATIONS.values())


@pytest.mark.parametrize("reason", REASONS)
def test_page_event_and_log_have_the_same_reference(client, rf, reason):
    with capture_logs() as lines:
        page = main(follow(client, Refused(reason, loa="Low", cvr="35209115", assertion=FINGERPRINT), rf))
    (event,) = Event.objects.filter(action="login_refused")
    assert (event.actor, event.actor_name) == ("", "")
    reference = event.detail["reference"]
    assert event.detail == {
        "reason": reason,
        "loa": "Low",
        "cvr": "35209115",
        "assertion": FINGERPRINT,
        "reference": reference,
    }
    assert f"Reference: {reference}" in page
    assert "35209115" in page
    assert [line["reference"] for line in lines if line["event"] == "login_refused"] == [reference]


def test_references_differ_and_can_be_read_aloud(client, rf):
    for _time in range(20):
        refuse(rf.get("/"), Refused("browser"))
    references = {event.detail["reference"] for event in Event.objects.all()}
    assert len(references) == 20
    assert all(re.fullmatch("[2-9A-HJ-NP-Z]{8}", reference) for reference in references)


@pytest.mark.parametrize(
    "told", ["", "x", "<script>", "a:b:c", {"reference": "X", "cvr": "1"}], ids=["none", "x", "html", "parts", "salt"]
)
def test_what_somebody_else_puts_in_the_address_is_not_shown(client, told):
    told = signing.dumps(told, salt="other") if isinstance(told, dict) else told
    page = main(client.get(reverse("login_refused", args=["level"]), {"told": told}))
    assert "Reference" not in page
    assert "CVR" not in page


def test_an_old_address_tells_the_reason_only(client, monkeypatch):
    told = signing.dumps({"reference": "ABCD2345", "cvr": "35209115"}, salt=TOLD)
    assert "ABCD2345" in main(client.get(reverse("login_refused", args=["level"]), {"told": told}))
    monkeypatch.setattr("indberet.access.refusals.TOLD_FOR", -1)
    assert "ABCD2345" not in main(client.get(reverse("login_refused", args=["level"]), {"told": told}))


@pytest.mark.parametrize("reason", ["nothing", "Level", "level2"])
def test_there_is_no_page_for_another_reason(client, reason):
    assert client.get(f"/login/refused/{reason}/").status_code == 404


def test_nobody_is_logged_in_and_no_session_is_made(client, rf):
    follow(client, Refused("answer"), rf)
    assert settings.SESSION_COOKIE_NAME not in client.cookies
