"""The privileges of a sample: what they grant here."""

from base64 import b64encode

import pytest

from tests.access.readiness.given import run, wrong

pytestmark = pytest.mark.django_db


PROFILE = "http://digst.dk/oiosaml/basic_privilege_profile"


URI = "urn:dk:dst:indberet:adults"


def blob(*groups, kind="cvrNumberIdentifier", limit=""):
    inside = "".join(
        f'<PrivilegeGroup Scope="urn:dk:gov:saml:{kind}:{number}"><Privilege>{uri}</Privilege>{limit}</PrivilegeGroup>'
        for number, uri in groups
    )
    return f'<b:PrivilegeList xmlns:b="{PROFILE}">{inside}</b:PrivilegeList>'.encode()


@pytest.mark.parametrize("wrapped", [bytes, b64encode])
def test_a_sample_of_privileges(tmp_path, wrapped):
    file = tmp_path / "blob"
    file.write_bytes(wrapped(blob(("35209115", "urn:dk:dst:indberet:adults:indberet"))))

    assert wrong(sample=file) == {}
    assert "ok       sample" in run("--privileges", str(file))[0]
    assert "for CVR 35209115: 461" in run("--privileges", str(file))[0]


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (blob(("35209115", "urn:dk:another:privilege")), "warning"),
        (blob(("90000016", "urn:dk:dst:indberet:adults:indberet")), "warning"),
        (blob(("35209115", f"{URI}:overvaag")), "warning"),
        (blob(("17150413", f"{URI}:indberet")), "warning"),
        (blob(), "warning"),
        (b"<other/>", "error"),
        (b"not base64", "error"),
        (None, "error"),
    ],
)
def test_a_sample_that_grants_nothing(tmp_path, content, state):
    file = tmp_path / "blob"
    if content is not None:
        file.write_bytes(content)

    assert wrong(sample=file) == {"sample": state}


def test_a_fictitious_organisation_grants_for_its_municipality(tmp_path, settings):
    settings.FICTITIOUS_CVR = {"90000016": "461"}
    file = tmp_path / "blob"
    file.write_bytes(blob(("90000016", f"{URI}:indberet")))
    assert f"{URI}:indberet for CVR 90000016: 461" in run("--privileges", str(file))[0]


def test_the_office_grants_overseeing_and_nothing_else(tmp_path, settings):
    settings.OFFICE_CVR = "90000032"
    file = tmp_path / "blob"
    file.write_bytes(blob(("90000032", f"{URI}:overvaag"), ("90000032", f"{URI}:laes")))
    out, _refused = run("--privileges", str(file))
    assert f"{URI}:overvaag for CVR 90000032: the office" in out
    assert f"{URI}:laes for CVR 90000032 grants nothing" in out


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (
            blob(("35209115", f"{URI}:laes"), limit='<Constraint Name="urn:dk:kombit:KLE">25.*</Constraint>'),
            "limited by urn:dk:kombit:KLE",
        ),
        (blob(("1003456789", f"{URI}:laes"), kind="productionUnitIdentifier"), "scope is not a CVR number"),
    ],
)
def test_a_group_that_is_passed_over_is_told_with_the_reason(tmp_path, content, why):
    file = tmp_path / "blob"
    file.write_bytes(content)
    out, _refused = run("--privileges", str(file))
    assert wrong(sample=file) == {"sample": "warning"}
    assert f"{URI}:laes for urn:dk:gov:saml:" in out
    assert why in out


def test_the_names_are_those_of_mitid_erhverv():
    out, _refused = run()
    assert "urn:dk:dst:indberet:children:stikproeve" in out
    assert "Handicapydelser til børn og unge: stikprøve" in out
