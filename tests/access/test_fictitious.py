"""NemLog-in's integration test has fictitious organisations; the settings say which municipality one stands for."""

import pytest

from indberet.access.claims import Claims, Grant, Refused, identify
from indberet.environment import FICTITIOUS_CVR, PRIVILEGE_PREFIX
from indberet.variable import BadSetting

pytestmark = pytest.mark.django_db
CVR = "90000016"
URI = "urn:dk:dst:indberet:adults:indberet"


def log_in():
    claims = Claims(
        issuer="https://idp.example",
        person="1",
        name="Anna",
        cvr=CVR,
        organisation="Fiktiv Kommune",
        loa="Substantial",
        grants=(Grant(cvr=CVR, uri=URI),),
        source="saml",
    )
    return identify(claims, prefix="urn:dk:dst:indberet", office="17150413")


def test_it_stands_for_a_municipality(settings):
    settings.FICTITIOUS_CVR = {CVR: "461"}

    assert [(held.verb, held.municipality) for held in log_in().privileges] == [("report", "461")]


def test_elsewhere_it_stands_for_none():
    with pytest.raises(Refused) as refused:
        log_in()

    assert refused.value.reason == "organisation"


def test_no_setting_changes_whom_a_real_number_stands_for(settings):
    settings.FICTITIOUS_CVR = {"35209115": "751"}
    claims = Claims(
        issuer="x", person="1", name="Anna", cvr="35209115", organisation="Odense Kommune", loa="High",
        grants=(Grant(cvr="35209115", uri=URI),), source="saml",
    )  # fmt: skip

    assert identify(claims, prefix="urn:dk:dst:indberet", office="17150413").privileges[0].municipality == "461"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", {}),
        ("90000016=461", {"90000016": "461"}),
        ("90000016=461, 90000024=751", {"90000016": "461", "90000024": "751"}),
    ],
)
def test_what_the_setting_takes(text, value):
    assert FICTITIOUS_CVR.value({"INDBERET_FICTITIOUS_CVR": text}) == value


@pytest.mark.parametrize(
    "text", ["35209115=461", "90000016", "90000016=4610", "90000016:461", "9000001=461", "90000016=461,90000016=751"]
)
def test_what_the_setting_refuses(text):
    with pytest.raises(BadSetting):
        FICTITIOUS_CVR.value({"INDBERET_FICTITIOUS_CVR": text})


@pytest.mark.parametrize("prefix", ["urn:dk:dst:indberet:", "https://dst.dk/x:", "urn:"])
def test_a_prefix_has_no_colon_at_its_end(prefix):
    with pytest.raises(BadSetting):
        PRIVILEGE_PREFIX.value({"INDBERET_PRIVILEGE_PREFIX": prefix})
