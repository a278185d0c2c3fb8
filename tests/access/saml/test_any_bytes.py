"""Whatever is sent: never a 500, never a session."""

from base64 import b64encode
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indberet.access.models import Handshake

from .idp import Recipe, logout_request, redirected, response
from .idp import answer as answer_to
from .steps import hand_in, is_logged_in, start

pytestmark = pytest.mark.django_db
SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["cut", "set", "add", "twice"]), st.binary(min_size=1, max_size=6)),
    min_size=1,
    max_size=5,
)


def edited(data: bytes, edits) -> bytes:
    """The bytes with something cut, replaced, added or repeated at some places."""
    for where, what, by in edits:
        at = int(where * len(data))
        before, after = data[:at], data[at:]
        data = before + {"cut": after[len(by) :], "set": by + after[len(by) :], "add": by + after, "twice": after}[what]
        data += before if what == "twice" else b""
    return data


@pytest.fixture
def anna(browser):
    """Who a good answer says that it is."""
    hand_in(browser, answer_to(start(browser)))
    return Handshake.objects.get().identity


def no_harm(browser, answer):
    assert answer.status_code in (303, 400, 403)
    assert "complete" not in answer.get("Location", "")
    assert not is_logged_in(browser)


@SOME
@given(edits=EDITS)
def test_a_good_answer_with_other_bytes(browser, anna, edits):
    good = response(Recipe(request=start(browser))).encode()
    bad = edited(good, edits)
    answer = hand_in(browser, b64encode(bad).decode())
    if answer["Location"] == "/login/complete/":  # only what means nothing was changed
        assert Handshake.objects.exclude(identity=None).order_by("-at")[0].identity == anna
    else:
        no_harm(browser, answer)


@SOME
@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_bytes_as_an_answer(browser, data):
    no_harm(browser, hand_in(browser, b64encode(data).decode()))


@SOME
@given(text=st.text(max_size=200))
def test_any_text_as_an_answer(browser, text):
    no_harm(browser, hand_in(browser, text))


@SOME
@given(edits=EDITS)
def test_a_good_log_out_with_other_bytes(browser, edits):
    good = redirected(logout_request(), relay_state="a")
    bad = edited(good.encode(), edits).decode("latin-1")
    if bad != good:
        answer = browser.generic("GET", "/saml/slo/", QUERY_STRING=bad)
        assert answer.status_code in (303, 400, 403)


@SOME
@given(text=st.text(max_size=200))
def test_any_text_signed_by_the_identity_provider_as_a_log_out(browser, text):
    assert browser.get(f"/saml/slo/?{redirected(text)}").status_code == 403


@SOME
@given(name=st.sampled_from(["SAMLRequest", "SAMLResponse", "SigAlg", "Signature", "RelayState"]), text=st.text())
def test_any_parameters_as_a_log_out(browser, name, text):
    assert browser.get(f"/saml/slo/?{name}={quote(text)}").status_code == 403
